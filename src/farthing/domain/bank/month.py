"""A calendar month of the bank, closed under somebody's name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonthClosed:
    """A month was found whole and closed: `report` is the digest of its report, `status_file` that of the repayment statuses (CR-07).

    `month` is its first day. Who closed it is the event's actor.
    """

    month: dt.date
    days: int
    lines: int
    report: str
    status_file: str
