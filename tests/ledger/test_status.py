"""CR-07: a letter a month, from the path of a line."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.ledger.lives import life, terms

from farthing.domain.arrears import Concession, Difficulty
from farthing.domain.event import Event
from farthing.domain.line_event import Closed, Restructured, Sold, Waived, WrittenOff
from farthing.ledger.status import MONTHS, status_24m

OF = terms(expires_on=dt.date(2027, 1, 10), tenor_months=30)  # due on the 20th; 300 fen a day on 10,000 yuan


def seen(script: list[tuple[int, str, int]], last: dt.date, *more: tuple[dt.date, object]) -> str:
    """The letters without the months before the line opened."""
    events = life(OF, script)
    for on, body in more:
        known = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
        events.append(Event(f"evt_x{len(events)}", OF.line, len(events), on, known, "test", "x", body))  # type: ignore[arg-type]
    told = status_24m(events, last)
    assert len(told) == MONTHS
    return told.lstrip("/")


def day(month: int, number: int) -> int:
    return (dt.date(2024, month, number) - OF.opened_on).days


def test_cr_07_paid_on_time_late_within_the_month_and_not_at_all() -> None:
    script = [(0, "draw", 1_000_000), (day(1, 20), "repay", 3_000), (day(2, 25), "repay", 9_300), (day(4, 20), "repay", 18_000)]
    assert seen(script, dt.date(2024, 4, 30)) == "NM1N"


@pytest.mark.parametrize(("last", "letters"), [(dt.date(2024, 8, 31), "12345677"), (dt.date(2024, 2, 1), "12")])
def test_cr_07_bands_of_thirty_days_at_the_months_end(last: dt.date, letters: str) -> None:
    told = seen([(0, "draw", 1_000_000)], last)
    assert told == letters[: len(told)]
    assert told[-1] == letters[len(told) - 1]


def test_cr_07_what_was_agreed_anew_or_let_go_of_was_not_paid() -> None:
    """A month is paid late (M) by a payment; new terms and a waiver leave nothing overdue, and nothing that was paid."""
    script = [(0, "draw", 1_000_000)]
    on, last = dt.date(2024, 1, 25), dt.date(2024, 1, 31)
    eased = Restructured(OF.line, Difficulty.CASH_FLOW, (Concession.EXTENSION,), dt.date(2025, 1, 20), None, None, 0, 0, 0)
    assert seen(script, last, (on, eased)) == "N"
    assert seen(script, last, (on, Waived(OF.line, 3_000, 0, "test"))) == "N"
    assert seen([*script, (15, "repay", 3_000)], last) == "M"


def test_cr_07_nothing_owed_is_a_star_and_a_closed_line_is_told_once() -> None:
    script = [(day(3, 1), "draw", 1_000_000), (day(3, 10), "repay", 1_002_700)]
    told = seen(script, dt.date(2024, 7, 31), (dt.date(2024, 5, 2), Closed(OF.line)))
    assert told == "**N*C//"


def test_cr_07_a_loss_stays_one_and_a_sold_claim_ends() -> None:
    script = [(0, "draw", 1_000_000)]
    off = seen(script, dt.date(2024, 6, 30), (dt.date(2024, 4, 2), WrittenOff(OF.line, "test")))
    assert off == "123BBB"
    assert seen(script, dt.date(2024, 6, 30), (dt.date(2024, 4, 2), Sold(OF.line, "x", 1))) == "123G//"


def test_cr_07_before_the_line_opened_there_was_no_account() -> None:
    told = status_24m(life(OF, [(0, "draw", 1_000_000)]), dt.date(2024, 1, 31))
    assert told == "/" * (MONTHS - 1) + "1"
