"""The ledger: how many random lives keep their books straight, and how fast a night thinks. The whole night is in bench/night.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from tests.ledger.lives import life, random_life, terms
from tests.ledger.night import close

from bench.figure import Context, Figure
from farthing.domain.event import Body, Event
from farthing.domain.facility import LineState
from farthing.domain.line_event import Drawn, Frozen, Repaid, Unfrozen
from farthing.domain.posting import Posting
from farthing.domain.staff import Actor, Role
from farthing.ledger.facility import advance, apply_event, counted, fold
from farthing.ledger.posting import entries, event_postings, sums, totals

PREFIXES = ("ledger.lives", "ledger.night_in_columns")
NIGHT = dt.date(2024, 12, 31)
LIVES = 10_000
SYSTEM = Actor("stf_bench", "bench", Role.SYSTEM)


def figures(context: Context) -> Iterable[Figure]:
    """Lives first: a fast ledger that is wrong is worth nothing."""
    yield from lives(context)
    yield night_in_columns(context)


def lives(context: Context) -> Iterable[Figure]:
    """Random lives: postings sum to zero at each step and add up to the fold."""
    wrong = 0
    count = LIVES * (10 if context.full else 1)
    with context.measured() as spent:
        for seed in range(count):
            wrong += not books_are_straight(seed)
            if seed % 2_000 == 0:
                context.say(f"ledger lives {seed} of {count}")
    yield Figure("ledger.lives_checked", count, "lives", goal=LIVES, cpu_s=spent.cpu_s, note=f"books that differ from the fold: {wrong}")


def books_are_straight(seed: int) -> bool:
    """One life, posted step by step."""
    of, events = random_life(seed)
    state, rows = fold(events[:1]), list[Posting]()
    for event in counted(events)[1:]:
        on_day = advance(state, event.effective_on)
        after = apply_event(on_day, event)
        for step in (event_postings(state, on_day), event_postings(on_day, after)):
            if sum(row.amount_fen for row in step):
                return False
            rows.extend(step)
        state = after
    posted = sums(rows)
    expected = entries(of.product, totals(fold(events)))
    return all(posted.get(key, 0) == fen for key, fen in expected.items()) and set(posted) <= set(expected)


def book(count: int) -> list[tuple[LineState, list[Event]]]:
    """Lines of one product with their events: most are behind, some paid; eight patterns of life repeated under ids of their own."""
    chance = np.random.default_rng(7)
    lived = []
    for day in range(0, 160, 20):
        drawn, back = int(chance.integers(10**5, 10**6)), int(chance.integers(10**3, 10**6))
        events = life(terms(synthetic=True), [(day, "draw", drawn), (day + 60, "repay", back)])
        lived.append((fold(events), events))
    named = zip(range(count), lived * (count // len(lived) + 1), strict=False)
    return [(replace(state, terms=replace(state.terms, line=f"lin_{number:020d}")), events) for number, (state, events) in named]


def night_in_columns(context: Context) -> Figure:
    """The night's thinking alone: standings and totals, from states in memory to forms and back, by one thread."""
    count = 200_000 if context.full else 20_000
    states = [state for state, _ in book(count)]
    with context.measured() as spent:
        done = close(states, NIGHT)
    assert done.standings.height == count
    return Figure("ledger.night_in_columns_lines_per_s", count / spent.wall_s, "lines/s", cpu_s=spent.cpu_s, note="no database")


def of_line(body: Body, line: str) -> Body:
    """The same act on another line."""
    assert isinstance(body, Drawn | Repaid | Frozen | Unfrozen), "a life holds acts on its line only"
    return replace(body, line=line)
