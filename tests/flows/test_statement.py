"""Statements over a real store: the same for the same events, told apart by late news, open to whom they concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, STRANGER, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain.errors import Forbidden, Invalid, NotFound
from farthing.flows.day_end import run_to
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries.statement import Asked, statement

ONE = "lin_00000000000000000001"
JANUARY = Asked(ONE, dt.date(2024, 1, 1), dt.date(2024, 1, 31))


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as bank:
        opened(bank, synthetic=True)
        draw(bank, BORROWER, DrawRequest(ONE, 1_000_000), "d")
        run_to(bank, SYSTEM, dt.date(2024, 2, 6), "n")
        yield bank


def test_a_statement_adds_up_and_is_the_same_for_everybody_and_ever(house: House) -> None:
    view = statement(house, BORROWER, JANUARY)
    told = view.statement
    assert (told.opening.owed_fen, told.closing.principal_fen, told.closing.interest_fen) == (0, 1_000_000, 6_300)
    assert (told.sums.drawn_fen, told.sums.interest_earned_fen, told.closing.overdue_fen, told.closing.dpd) == (1_000_000, 6_300, 3_000, 11)
    assert [entry.kind for entry in told.movements] == ["Opened", "Drawn", "Billed"]
    assert [(one.days, one.principal_fen) for one in told.stretches] == [(21, 1_000_000)]
    assert (told.coming[0].interest_fen, told.synthetic, view.product_names[1]) == (3_000, True, "Revolving line")
    assert {statement(house, who, JANUARY).digest for who in (BORROWER, OFFICER, AUDITOR, SYSTEM)} == {view.digest}
    run_to(house, SYSTEM, dt.date(2024, 2, 9), "m")
    assert statement(house, BORROWER, JANUARY) == view, "time alone changes nothing of the past"


def test_late_news_makes_another_statement(house: House) -> None:
    before = statement(house, OFFICER, JANUARY)
    repay(house, OFFICER, RepayRequest(ONE, 3_000, dt.date(2024, 1, 19)), "late")
    after = statement(house, OFFICER, JANUARY)
    assert after.digest != before.digest
    assert (after.statement.closing.overdue_fen, after.statement.events) == (300, before.statement.events + 1)


def test_only_its_borrower_and_staff_and_only_days_there_were(house: House) -> None:
    with pytest.raises(Forbidden):
        statement(house, STRANGER, JANUARY)
    with pytest.raises(NotFound):
        statement(house, OFFICER, Asked("lin_none", JANUARY.first, JANUARY.last))
    for first, last in (
        (JANUARY.last, JANUARY.first), (JANUARY.first, dt.date(2024, 2, 7)), (dt.date(2010, 1, 1), JANUARY.last),
        (OPENED - dt.timedelta(days=9), OPENED - dt.timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            statement(house, OFFICER, Asked(ONE, first, last))
