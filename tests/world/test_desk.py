"""The desk's script: the same from the same seed, within its days, with every kind of work in it."""

from __future__ import annotations

import datetime as dt

from farthing.world.desk import LEAST, Work, desk_year
from farthing.world.year import Span

SPAN = Span(dt.date(2025, 1, 6), 120)


def test_the_same_seed_writes_the_same_script() -> None:
    assert desk_year(1, 100, SPAN) == desk_year(1, 100, SPAN) != desk_year(2, 100, SPAN)


def test_everything_happens_within_the_days_and_in_their_order() -> None:
    days = [item.on for item in desk_year(3, 300, SPAN)]
    assert days == sorted(days)
    assert SPAN.first <= days[0]
    assert days[-1] <= SPAN.last


def test_every_kind_of_work_is_scripted_and_a_small_bank_has_some() -> None:
    assert {item.work for item in desk_year(1, 300, SPAN)} == set(Work)
    small = desk_year(1, 3, SPAN)
    assert sum(item.work is Work.OFFER for item in small) == LEAST
    assert sum(item.work is Work.DRAW for item in small) == LEAST * 4
