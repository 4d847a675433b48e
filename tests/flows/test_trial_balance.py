"""The trial balance over a real store: any closed day, down to lines and events, and what came in while a night ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain.errors import Forbidden, Invalid, NotFound
from farthing.domain.posting import Account
from farthing.flows.day_end import DayEndRequest, day_end, run_to
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries import trial_balance as reading
from farthing.flows.queries.trial_balance import Asked, account_of, breakdown, daily, last_closed, trial_balance

LINES = [f"lin_{number:020d}" for number in range(1, 5)]
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as bank:
        for number in range(1, 5):
            opened(bank, number)
        yield bank


def adds_up(house: House, day: dt.date) -> None:
    for account in Account:
        found = breakdown(house, AUDITOR, Asked(day, "revolving", account))
        assert found.posted_fen == found.summed_fen, (day, account, found)


def test_every_past_day_is_in_balance_and_adds_up_from_its_lines(house: House) -> None:
    with pytest.raises(NotFound):
        last_closed(house, AUDITOR)
    for number, line in enumerate(LINES[:3]):
        draw(house, BORROWER, DrawRequest(line, 1_000_001 + number), line)
    run_to(house, SYSTEM, OPENED + dt.timedelta(days=14), "n")
    repay(house, OFFICER, RepayRequest(LINES[1], 30_000, OPENED + dt.timedelta(days=3)), "late")
    draw(house, BORROWER, DrawRequest(LINES[3], 70_000), "later")
    run_to(house, SYSTEM, OPENED + dt.timedelta(days=16), "n")
    assert last_closed(house, AUDITOR) == OPENED + dt.timedelta(days=15)
    for day in house.lines.days():
        view = trial_balance(house, AUDITOR, day, day)
        assert view.balanced
        assert {row.account: row.closing_fen for row in view.rows if row.closing_fen} == {
            account: fen for account, fen in house.lines.balances(day).items() if fen
        }
    for day in (OPENED, OPENED + ONE_DAY, OPENED + dt.timedelta(days=11), OPENED + dt.timedelta(days=14), OPENED + dt.timedelta(days=15)):
        adds_up(house, day)
    news = breakdown(house, AUDITOR, Asked(OPENED + dt.timedelta(days=14), "revolving", Account.CASH))
    assert [(one.line, one.by_time_fen, one.by_events_fen, [event.kind for event in one.events]) for one in news.parts] == [
        (LINES[1], 0, 30_000, ["Repaid"]), (LINES[3], 0, -70_000, ["Drawn"]),
    ]  # fmt: skip
    quiet = breakdown(house, AUDITOR, Asked(OPENED + ONE_DAY, "revolving", Account.INTEREST_INCOME))
    assert [(one.line, one.by_time_fen, one.principal_fen, one.days, one.events) for one in quiet.parts] == [
        (line, -300, 1_000_001 + number, 1, ()) for number, line in enumerate(LINES[:3])
    ]  # fmt: skip
    assert (quiet.candidates, len(quiet.parts), quiet.since) == (3, 3, OPENED), "a line that owes nothing and has no news is not looked at"
    whole = trial_balance(house, AUDITOR, OPENED, OPENED + dt.timedelta(days=15))
    income = next(row for row in whole.rows if row.account is Account.INTEREST_INCOME)
    days = daily(house, AUDITOR, Account.INTEREST_INCOME, (whole.first, whole.last))
    assert (income.opening_fen, income.closing_fen) == (0, sum(row.amount_fen for row in days))


def test_an_event_that_came_in_while_the_night_ran_is_the_next_days_to_the_fen(house: House) -> None:
    draw(house, BORROWER, DrawRequest(LINES[0], 1_000_000), "d1")

    class Busy:
        """Commands of a bank in which somebody draws and another pays while the night is between reading and writing."""

        def run(self, command: object, think: object, result: type) -> object:
            draw(house, BORROWER, DrawRequest(LINES[0], 50_000), "slipped")
            draw(house, BORROWER, DrawRequest(LINES[1], 20_000), "slipped too")
            repay(house, OFFICER, RepayRequest(LINES[2], 7_000), "owes nothing: a surplus, by which no standing changes")
            return house.commands.run(command, think, result)  # type: ignore[arg-type]

    day_end(replace(house, commands=Busy()), SYSTEM, DayEndRequest(OPENED), "night")  # type: ignore[arg-type]
    day_end(house, SYSTEM, DayEndRequest(OPENED + ONE_DAY), "next")
    for day in (OPENED, OPENED + ONE_DAY):
        adds_up(house, day)
    late = breakdown(house, AUDITOR, Asked(OPENED + ONE_DAY, "revolving", Account.LOANS))
    assert [(one.line, one.part_fen) for one in late.parts] == [(LINES[0], 50_000), (LINES[1], 20_000)]
    held = breakdown(house, AUDITOR, Asked(OPENED + ONE_DAY, "revolving", Account.CUSTOMER_SURPLUS))
    assert [(one.line, one.part_fen, [event.kind for event in one.events]) for one in held.parts] == [(LINES[2], -7_000, ["Repaid"])]


def test_a_long_list_is_looked_through_page_by_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SHOWN", 1)
    monkeypatch.setattr(reading, "SEARCHED", 2)
    monkeypatch.setattr(reading, "SUMMED", 2)
    for number in (0, 2, 3):
        draw(house, BORROWER, DrawRequest(LINES[number], 1_000), f"d{number}")
    run_to(house, SYSTEM, OPENED + ONE_DAY, "n")
    asked, seen, after = Asked(OPENED, "revolving", Account.LOANS), list[str](), ""
    for _ in range(4):
        page = breakdown(house, AUDITOR, asked, after=after)
        assert page.summed_fen is None, "too many to add up unasked"
        seen += [one.line for one in page.parts]
        if page.more is None:
            break
        after = page.more
    assert seen == [LINES[0], LINES[2], LINES[3]]
    assert breakdown(house, AUDITOR, asked, whole=True).summed_fen == 3_000


def test_what_is_asked_wrongly_or_by_the_wrong_is_refused(house: House) -> None:
    run_to(house, SYSTEM, OPENED + ONE_DAY, "n")
    with pytest.raises(NotFound):
        trial_balance(house, AUDITOR, OPENED, OPENED + ONE_DAY)
    with pytest.raises(Invalid):
        trial_balance(house, AUDITOR, OPENED + ONE_DAY, OPENED)
    with pytest.raises(NotFound):
        breakdown(house, AUDITOR, Asked(OPENED - ONE_DAY, "revolving", Account.CASH))
    with pytest.raises(Forbidden):
        trial_balance(house, BORROWER, OPENED, OPENED)
    assert (account_of("1301"), account_of("1301_loans")) == (Account.LOANS, Account.LOANS)
    for wrong in ("", "13", "loans"):
        with pytest.raises(Invalid):
            account_of(wrong)
