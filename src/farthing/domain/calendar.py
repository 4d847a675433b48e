"""Days and months. A date is always an argument; nobody here asks what day it is."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
from functools import lru_cache

from chinese_calendar import is_workday


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    of_month = day.day if day.day <= 28 else min(day.day, _calendar.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, of_month)


def month_end(day: dt.date) -> dt.date:
    """The last day of `day`'s month."""
    return dt.date(day.year, day.month, _calendar.monthrange(day.year, day.month)[1])


def month_start(day: dt.date) -> dt.date:
    """The first day of `day`'s month."""
    return day.replace(day=1)


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Whole calendar months from `earlier`'s month to `later`'s (day of month ignored)."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


@lru_cache(maxsize=16_384)
def business_day(day: dt.date) -> dt.date:
    """`day` if China works on it, else the next day on which it does: holidays and made-up days as the State Council published them.

    In a year not published yet only weekends are days off, so a date there is provisional.
    """
    while not _works(day):
        day += dt.timedelta(days=1)
    return day


def _works(day: dt.date) -> bool:
    try:
        return bool(is_workday(day))
    except NotImplementedError:  # not published
        return day.weekday() < 5
