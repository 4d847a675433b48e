"""Primitives: the exact integer reductions every feature rests on, and the words that name them.

A primitive reads `reducer side.column window`, as in `sum sale.amount 12m` or `top1 purchase.partner prior_12m`. Both the
batch and the live path compute it with whole numbers only, in any order of rows, so the two cannot differ.

Windows roll by months back from the date asked about: month 0 holds the days after the same day of the month before,
up to and including the date. `12m` is months 0-11, `prior_12m` months 12-23, `m3` month 3 alone, `all` everything known.

Overflow cannot happen: `daily` refuses a row above `MAX_ROW_FEN` (10**12 fen, 10 billion yuan), so a sum stays inside
int64 up to nine million rows a subject; squares are taken of shares (at most 2 * 10**5 units each), never of money.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

ABSENT = -(2**63)
"""Stands for "there is none" among integers: no first day, no largest invoice, no value of a feature."""

MAX_ROW_FEN = 10**12
OLDER = 24  # months 24 and older share one cell: only `all` reads them
CELLS = OLDER + 1
FOREVER = 10**6  # an upper month no row reaches
SHARE_UNITS = 100_000
REPEAT_MONTHS = 3  # a partner seen in this many months of a window trades again and again

# latest, report, worst: what the newest rows say, of the side itself (latest) or only where they are as new as any of their kind.
# first, last, tenure, oldest: in days before the date asked about. base, hhi: in units of about 1/100,000 of the partners' total.
REDUCERS = frozenset({
    "sum", "max", "days", "gap", "months", "first", "last",
    "partners", "top1", "top5", "hhi", "base", "new", "lost", "kept", "kept_amount", "repeat", "steady", "tenure", "oldest",
    "low_min", "low_days", "low_negative", "low_sum", "low_last", "latest", "report", "worst",
})  # fmt: skip
_WINDOWS = {
    "1m": (0, 1), "3m": (0, 3), "6m": (0, 6), "12m": (0, 12), "24m": (0, 24), "all": (0, FOREVER),
    "prior_1m": (1, 2), "prior_3m": (3, 6), "prior_6m": (6, 12), "prior_12m": (12, 24), "year_ago_3m": (12, 15),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Primitive:
    """One reduction over the months `low <= month < high` of one side (`any`: both) of a subject's daily rows."""

    text: str
    reducer: str
    side: str
    column: str
    window: str
    low: int
    high: int


def window_months(window: str) -> tuple[int, int]:
    """The months a window holds, first included, last excluded."""
    if window.startswith("m"):
        month = int(window[1:])
        return month, month + 1
    return _WINDOWS[window]


@lru_cache(maxsize=4096)
def parse(text: str) -> Primitive:
    """The primitive behind its words; an unknown reducer or window is a programmer's error."""
    reducer, target, window = text.split(" ")
    side, column = target.split(".")
    assert reducer in REDUCERS, f"no reducer {reducer}"
    low, high = window_months(window)
    return Primitive(text, reducer, side, column, window, low, high)


def months(side: str, count: int, column: str = "amount") -> tuple[str, ...]:
    """The monthly sums of a column, newest month first."""
    return tuple(f"sum {side}.{column} m{month}" for month in range(count))
