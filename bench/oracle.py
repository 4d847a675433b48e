"""The ledger against the bookkeeper with patience: random lives, every figure of a line equal to the fen.

FULL=1 goes on to a million lives and may be stopped and run again: lives that agreed are not asked for twice while ledger
and bookkeeper stay the same.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.ledger.lives import random_life
from tests.ledger.oracle import live

from bench.figure import Context, Figure
from bench.resume import Progress, digest_of
from farthing.ledger.arrears import dpd, overdue_fen
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance, fold

PREFIXES = ("ledger.oracle",)
LIVES, MILLION, AT_ONCE = 4_000, 1_000_000, 500
MEASURED = (
    *(f"src/farthing/domain/{name}.py" for name in ("arrears", "calendar", "evolve", "facility", "line_event", "product", "rate")),
    *(f"src/farthing/ledger/{name}.py" for name in ("accrual", "arrears", "change", "classify", "conduct", "due", "facility")),
    *(f"src/farthing/ledger/{name}.py" for name in ("instalment", "waterfall")),
    "tests/ledger/lives.py", "tests/ledger/oracle.py",
)  # fmt: skip
"""What a difference could come from, and what makes lives of before count no longer when it changes."""
AFTER = dt.timedelta(days=100)


def figures(context: Context) -> Iterable[Figure]:
    """Some thousand lives, or the million."""
    progress = Progress.of_before("oracle", digest_of(*MEASURED)) if context.full else Progress("oracle_sample", digest_of(*MEASURED))
    goal = MILLION if context.full else LIVES
    before = progress.done
    with context.measured() as spent:
        for count, wrong in differing(range(before, goal, AT_ONCE)):
            progress.add(count, wrong)
            if progress.done % 20_000 == 0:
                context.say(f"oracle: {progress.done} of {goal} lives, {len(progress.failed)} differ")
    seeds = f"; their seeds: {progress.failed[:10]}" if progress.failed else ""
    note = f"of {progress.done} lives in exact fractions, day by day, {goal - before} of them in this run{seeds}"
    yield Figure("ledger.oracle_differences", len(progress.failed), "lives", 0, "lower", cpu_s=spent.cpu_s, note=note)


def differing(starts: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    """How many lives were asked for from each start, and the seeds of those that differ; on all processors, in order."""
    with ProcessPoolExecutor(os.cpu_count()) as hands:
        for wrong in hands.map(differ_from, starts):
            yield AT_ONCE, wrong


def differ_from(start: int) -> list[int]:
    """The seeds that differ among some in a row."""
    return [seed for seed in range(start, start + AT_ONCE) if not agrees(seed)]


def agrees(seed: int) -> bool:
    """One life, a hundred days after its last event, by both."""
    of, events = random_life(seed)
    state = fold(events)
    state = advance(state, state.as_of + AFTER)
    oracle = live(of, events, state.as_of)
    ours = (
        state.drawn_fen, state.principal_fen, state.principal_paid_fen, state.principal_waived_fen,
        state.interest_owed_fen, state.interest_paid_fen, state.interest_waived_fen,
        state.penalty_owed_fen, state.penalty_paid_fen, state.penalty_waived_fen,
        state.surplus_fen, overdue_fen(state), dpd(state), loan_class(state).value,
    )  # fmt: skip
    theirs = (
        oracle.drawn, oracle.principal, oracle.principal_paid, oracle.principal_waived,
        oracle.interest_owed, oracle.interest_paid, oracle.interest_waived,
        oracle.penalty_owed, oracle.penalty_paid, oracle.penalty_waived,
        oracle.surplus, oracle.overdue(), oracle.days_late(), oracle.loan_class(),
    )  # fmt: skip
    return ours == theirs
