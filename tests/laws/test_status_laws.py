"""The 24 months of a line by one walk are what each month says that is told from all events by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.lives import random_life

from farthing.domain.calendar import add_months, month_end, month_start
from farthing.domain.line_event import Repaid
from farthing.ledger.arrears import dpd, oldest_unpaid
from farthing.ledger.facility import advance, steps
from farthing.ledger.status import BAND_DAYS, ENDS, MONTHS, WORST, Step, status_24m


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), days=st.integers(-40, 1200))
def test_the_letters_by_one_walk_are_those_of_each_month_alone(seed: int, days: int) -> None:
    of, events = random_life(seed)
    last = of.opened_on + dt.timedelta(days=days)
    assert status_24m(events, last) == plainly(list(steps(events)), last)


def plainly(lived: Sequence[Step], last: dt.date) -> str:
    ends = [month_end(add_months(month_start(last), -back)) for back in range(MONTHS - 1, -1, -1)]
    told = [letter([step for step in lived if step[1].as_of <= end], end) for end in ends]
    over = next((place for place, one in enumerate(told) if one in "CG"), MONTHS)
    return "".join(told[: over + 1]) + "/" * (MONTHS - 1 - over)


def letter(known: Sequence[Step], end: dt.date) -> str:
    if not known:
        return "/"
    state, start = advance(known[-1][1], end), month_start(end)
    if state.status in ENDS:
        return ENDS[state.status]
    if days := dpd(state):
        return str(min((days - 1) // BAND_DAYS + 1, WORST))
    for (_, before), (event, after) in pairwise(known):
        missed = oldest_unpaid(advance(before, after.as_of))
        if (
            isinstance(event.body, Repaid)
            and after.as_of >= start
            and missed is not None
            and start <= missed < after.as_of
            and dpd(after) == 0
        ):
            return "M"
    opening = [one.principal_fen for _, one in known if one.as_of <= start][-1:]
    return "N" if any([*opening, *(one.principal_fen for _, one in known if one.as_of >= start)]) else "*"
