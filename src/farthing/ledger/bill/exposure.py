"""Who the bank's bills depend on: the face counts in full to the acceptor and to the seller, and once to whom is both."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.domain.bill.bill import BillState
from farthing.domain.ids import Id


def exposures(states: Iterable[BillState]) -> dict[Id, int]:
    """Party to what is left of the faces of the bills it accepted or sold to the bank, unpaid, in fen."""
    sums: dict[Id, int] = {}
    for state in states:
        if state.discount is not None and state.exposure_fen:
            for party in {state.bill.acceptor, state.discount.seller}:
                sums[party] = sums.get(party, 0) + state.exposure_fen
    return sums
