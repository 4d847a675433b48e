"""The words for bills keep their own promises: a catalogue row that cannot be, a state read back, what is left and when it falls due."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.ledger.bills import DUE, FACE, MATURES, PRODUCT, a_bill, after, bought, fresh

from farthing.domain import canon
from farthing.domain.bill.bill import BillKind, BillState, BillStatus
from farthing.domain.bill.event import BillAccepted
from farthing.domain.errors import Invalid
from farthing.domain.rate import Basis, Rate

DAY = dt.date(2025, 1, 6)


@pytest.mark.parametrize(
    "changes",
    [
        {"face_min_fen": 0},
        {"face_max_fen": PRODUCT.seller_cap_fen + 1},
        {"acceptor_cap_fen": PRODUCT.face_max_fen - 1},
        {"rate_min_units": PRODUCT.rate_max_units + 1},
        {"recourse_units": -1},
        {"most_months": 0},
        {"second_person_fen": 0},
    ],
)
def test_a_bill_business_that_contradicts_itself_does_not_load(changes: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        replace(PRODUCT, **changes)  # type: ignore[arg-type]


def test_the_cap_on_an_acceptor_is_that_of_its_kind() -> None:
    assert PRODUCT.cap_fen(BillKind.BANK) > PRODUCT.cap_fen(BillKind.COMMERCIAL)
    assert PRODUCT.recourse_rate == Rate(43_500, Basis.YEAR_360)


def test_a_state_is_read_back_as_it_was() -> None:
    for state in (fresh(), after((BillAccepted(a_bill().bill), DAY), (bought("pty_payee", DAY), DAY))):
        assert canon.decode(BillState, canon.encode(state)) == state


def test_it_falls_due_on_a_business_day_and_its_face_is_exposure_once_bought() -> None:
    held, sold = after((BillAccepted(a_bill().bill), DAY)), after((BillAccepted(a_bill().bill), DAY), (bought("pty_payee", DAY), DAY))
    assert (held.bill.matures_on, held.falls_due_on) == (MATURES, DUE)
    assert (held.face_left_fen, held.exposure_fen, sold.exposure_fen) == (FACE, 0, FACE)
    assert replace(sold, status=BillStatus.PAID).exposure_fen == 0
    assert [status for status in BillStatus if status.ended] == ["paid", "recovered", "refused", "returned"]
