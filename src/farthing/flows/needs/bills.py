"""What the flows of bills need of the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from farthing.domain.bill.bill import BillState, BillStatus
from farthing.domain.ids import Id


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bills: in one of these states (none: any), bought and falling due by a day, of a party in any role; and which page of them.

    `sort` is a column, with `-` for descending.
    """

    statuses: tuple[BillStatus, ...] = ()
    due_by: dt.date | None = None
    party: Id | None = None
    sort: str = "-matures_on"
    limit: int = 50
    offset: int = 0


class Bills(Protocol):
    """Projections of bills, and which invoice stands behind which."""

    def mark(self, invoice: str) -> str:
        """What stands for an invoice's number in events: a digest under the bank's key. Equal numbers, however spelled, are equal."""

    def get(self, bill: Id) -> BillState: ...
    def list(self, wanted: Wanted) -> Sequence[BillState]: ...
    def count(self, wanted: Wanted) -> int:
        """How many there are on all pages."""

    def exposed_to(self, party: Id) -> Sequence[BillState]:
        """Bills the bank bought and is not paid for, which this party accepted or sold."""

    def bought(self, *, open_only: bool = False) -> Iterator[BillState]:
        """Every bill the bank ever bought, streamed; `open_only`: those it is not paid for."""

    def ids(self) -> Sequence[Id]: ...
    def repeats(self, bill: Id) -> bool:
        """Whether the columns by which bills are found say what the bill's state says."""

    def backed(self, marks: Sequence[str]) -> Mapping[str, Id]:
        """Those of these invoices that stand behind a bill, and which."""

    def backing(self, bill: Id) -> frozenset[str]:
        """The invoices that stand behind a bill."""


class BillTransaction(Protocol):
    """What a command may do to bills."""

    def bill(self, bill: Id) -> BillState:
        """The bill's projection, locked until commit; `NotFound` if there is none."""

    def save_bill(self, state: BillState) -> None: ...

    def claim_invoices(self, bill: Id, marks: Sequence[str]) -> Mapping[str, Id]:
        """Let these invoices stand behind a bill; tells those that stand behind another, and which. One invoice stands behind one bill."""

    def free_invoices(self, bill: Id) -> None:
        """The invoices behind a bill that came to nothing may stand behind another."""
