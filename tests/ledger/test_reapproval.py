"""A business line of more than a year is approved again every twelve months (IL-03)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.ledger.lives import terms

from farthing.ledger.facility import advance, open_line
from farthing.ledger.reapproval import reapproval_due
from farthing.ledger.waterfall import check_draw

OPENED = dt.date(2024, 1, 10)
DUE = dt.date(2025, 1, 10)
TWO_YEARS = terms(consumption_cap_fen=1_000_000)


@pytest.mark.parametrize(("expires_on", "due"), [(dt.date(2025, 1, 10), None), (dt.date(2025, 1, 11), DUE), (dt.date(2034, 1, 10), DUE)])
def test_il_03_only_a_line_of_more_than_a_year_is_approved_again(expires_on: dt.date, due: dt.date | None) -> None:
    assert reapproval_due(open_line(terms(expires_on=expires_on))) == due


@pytest.mark.parametrize(("late_days", "code"), [(-1, None), (0, None), (1, "draw_not_reapproved"), (200, "draw_not_reapproved")])
def test_il_03_a_draw_for_the_business_waits_for_a_late_approval(late_days: int, code: str | None) -> None:
    day = DUE + dt.timedelta(days=late_days)
    line = advance(open_line(TWO_YEARS), day)
    refused = check_draw(line, 10_000, day)
    assert (refused.code if refused else None) == code
    assert check_draw(line, 10_000, day, consumption=True) is None, "consumption is lent for a year at most by IL-02"


def test_il_03_twelve_months_run_from_the_last_approval() -> None:
    again = replace(open_line(TWO_YEARS), approved_on=dt.date(2024, 12, 1))
    assert reapproval_due(again) == dt.date(2025, 12, 1)
    assert check_draw(advance(again, dt.date(2025, 12, 1)), 10_000, dt.date(2025, 12, 1)) is None
    assert check_draw(advance(again, dt.date(2025, 12, 2)), 10_000, dt.date(2025, 12, 2)) is not None


def test_il_03_holds_from_its_day_on_and_not_before() -> None:
    old = terms(opened_on=dt.date(2018, 1, 10), expires_on=dt.date(2024, 1, 10))
    for day, refused in ((dt.date(2020, 7, 11), False), (dt.date(2020, 7, 12), True)):
        assert (check_draw(advance(open_line(old), day), 10_000, day) is not None) is refused
