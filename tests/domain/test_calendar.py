from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.calendar import add_months, month_end, month_start, months_between

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def test_a_month_after_the_31st_is_the_months_last_day() -> None:
    assert add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert add_months(dt.date(2023, 1, 31), 1) == dt.date(2023, 2, 28)
    assert add_months(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)


@given(DAYS, st.integers(-60, 60))
def test_adding_months_moves_exactly_that_many_months(day: dt.date, months: int) -> None:
    moved = add_months(day, months)
    assert months_between(day, moved) == months
    assert moved.day <= day.day


@given(DAYS)
def test_a_month_starts_on_its_first_and_ends_before_the_next(day: dt.date) -> None:
    assert month_start(day).day == 1
    assert month_end(day) + dt.timedelta(days=1) == month_start(add_months(month_start(day), 1))
