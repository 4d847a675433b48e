"""Bills in the books: every posting goes down to its bills and their events, and a month with bills is whole."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import AUDITOR, OFFICER
from tests.flows.bill.conftest import BillDesk

from farthing.domain.bill.bill import BANK
from farthing.domain.bill.event import BillPaid, BillPresented
from farthing.domain.posting import Account
from farthing.flows.closing.month_end import month
from farthing.flows.queries.trial_balance import Asked, breakdown, trial_balance

ACCOUNTS = (Account.DISCOUNTED_BILLS, Account.UNEARNED_DISCOUNT, Account.CASH, Account.DISCOUNT_INCOME, Account.LOSS_ALLOWANCE)


@pytest.fixture
def lived(desk: BillDesk) -> tuple[BillDesk, str, str]:
    """Two bills bought, a fortnight apart; one paid at its maturity in February, which is over."""
    short = desk.bought(matures_on=dt.date(2025, 2, 10))
    desk.to(dt.date(2025, 1, 20))
    long = desk.bought()
    desk.to(dt.date(2025, 2, 10))
    desk.step(BillPresented(short, BANK))
    desk.step(BillPaid(short))
    desk.to(dt.date(2025, 3, 1))
    return desk, short, long


def test_a_posting_goes_down_to_its_bills(lived: tuple[BillDesk, str, str]) -> None:
    desk, short, long = lived
    for day in (dt.date(2025, 1, 6), dt.date(2025, 1, 20), dt.date(2025, 1, 21), dt.date(2025, 2, 10)):
        for account in ACCOUNTS:
            found = breakdown(desk.house, AUDITOR, Asked(day, "bill", account))
            assert found.posted_fen == found.summed_fen == sum(one.part_fen for one in found.parts), (day, account)
    quiet = breakdown(desk.house, AUDITOR, Asked(dt.date(2025, 1, 21), "bill", Account.DISCOUNT_INCOME))
    assert {one.line: (-one.part_fen in (6_944, 6_945), one.by_events_fen) for one in quiet.parts} == {short: (True, 0), long: (True, 0)}, (
        "a day of 2.5 % a year over 360"
    )
    paid = breakdown(desk.house, AUDITOR, Asked(dt.date(2025, 2, 10), "bill", Account.DISCOUNTED_BILLS))
    assert [(one.line, one.part_fen, [event.kind for event in one.events]) for one in paid.parts] == [
        (short, -100_000_000, ["BillPresented", "BillPaid"])
    ]


def test_a_month_with_bills_is_whole(lived: tuple[BillDesk, str, str]) -> None:
    desk, _, _ = lived
    for first in (dt.date(2025, 1, 1), dt.date(2025, 2, 1)):
        assert [check for check in month(desk.house, AUDITOR, first).report.checks if not check.holds] == []
    books = trial_balance(desk.house, OFFICER, dt.date(2025, 1, 6), dt.date(2025, 2, 28))
    assert books.balanced
    assert {row.account for row in books.rows if row.name_zh.startswith("贴现")} == {Account.DISCOUNTED_BILLS, Account.DISCOUNT_INCOME}


def test_a_bill_that_is_bought_while_the_night_runs_is_the_next_nights(desk: BillDesk) -> None:
    known = desk.bought()
    with desk.house.nights.begin(desk.house.clock.today(), 1) as reading:
        desk.bought()
        assert [state.bill.bill for state in reading.bills()] == [known]
