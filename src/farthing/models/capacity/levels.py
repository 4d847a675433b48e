"""How far the paths were off before, by how much cash was to be forecast: what makes "with 90 % certainty" mean it.

The paths know nothing of a collapse that no month of theirs has seen. So the quantiles are moved by what they missed by on other parties,
in shares of a party's monthly spending: conformalised quantile regression (Y. Romano, E. Patterson, E. Candès, NeurIPS 2019), one side
at a time. A correction only widens: what is under the middle never rises by it, what is above never falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.domain import canon
from farthing.domain.errors import Invalid

Ints = npt.NDArray[np.int64]

PPM = 1_000_000
CERTAINTIES_PPM = (100_000, 250_000, 500_000, 750_000, 900_000)
"""The levels of the fan, in millionths: the first is passed in nine of ten cases."""
MIDDLE = CERTAINTIES_PPM.index(500_000)
LENGTHS = (3, 6, 12)
"""Least months of history of each class: under three months there is no forecast."""
LEAST_CASES = 60
LEAST_OF_A_CLASS = 20
"""So few put two cases under the 90 % level."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Corrections in millionths of monthly spending, by class of history and level: of the mean over the horizon, and of a single month.
    `cases` is what they were measured on, `told` where. Of `foretold` forecasts that levels learnt before gave, `under_ppm` in a million
    came to less than the 90 % level; none were made where levels were measured at one stroke."""

    told: str
    synthetic: bool
    cases: int
    mean_ppm: tuple[tuple[int, ...], ...]
    month_ppm: tuple[tuple[int, ...], ...]
    foretold: int = 0
    under_ppm: int | None = None

    def __post_init__(self) -> None:
        rows = (*self.mean_ppm, *self.month_ppm)
        if len(rows) != 2 * len(LENGTHS) or any(len(row) != len(CERTAINTIES_PPM) for row in rows):
            raise Invalid(
                "bad_levels", f"The levels of {self.told} are not {len(LENGTHS)} by {len(CERTAINTIES_PPM)}.", "Measure them again."
            )
        if any(max(row[:MIDDLE]) > 0 or min(row[MIDDLE + 1 :]) < 0 for row in rows):
            raise Invalid("bad_levels", f"The levels of {self.told} narrow the forecast.", "Measure them again.")


def encode(levels: Levels) -> bytes:
    """Canonical bytes."""
    return canon.encode(levels)


def decode(artefact: bytes) -> Levels:
    """The levels behind the bytes; `Invalid` where they are no such thing."""
    try:
        return canon.decode(Levels, artefact)
    except (ValueError, TypeError, KeyError):
        raise Invalid("bad_artefact", "This is no file of levels of capacity.", "Measure them: farthing model capacity-levels.") from None


def class_of(months: Ints) -> Ints:
    """The class of a history so long; -1 for one too short."""
    return np.searchsorted(np.array(LENGTHS), months, side="right") - 1


def correction(missed_ppm: Ints, asked_ppm: tuple[int, ...] = CERTAINTIES_PPM) -> tuple[int, ...]:
    """From how far each case lay from each level [cases, levels], in millionths of its spending: the corrections, each on the safe side
    by one case, and none that narrows. `asked_ppm`: the share of cases that each level is to have under it, its name unless told."""
    cases = len(missed_ppm)
    found = []
    for place, level in enumerate(asked_ppm):
        ordered = np.sort(missed_ppm[:, place])
        rank = level * (cases + 1) // PPM if place <= MIDDLE else -(-level * (cases + 1) // PPM)
        found.append(int(ordered[min(max(rank - 1, 0), cases - 1)]))
    return (*(min(one, 0) for one in found[:MIDDLE]), found[MIDDLE], *(max(one, 0) for one in found[MIDDLE + 1 :]))


UNCORRECTED = Levels("nothing", False, 0, ((0,) * len(CERTAINTIES_PPM),) * len(LENGTHS), ((0,) * len(CERTAINTIES_PPM),) * len(LENGTHS))
"""The paths as they are: what they call 90 % is not."""
WORLD = Levels(
    "the synthetic world", True, 1064,
    ((-168_000, -76_000, 5_000, 101_000, 216_000), (-73_000, -16_000, 30_000, 85_000, 188_000), (-33_000, 0, 38_000, 89_000, 281_000)),
    (
        (-207_000, -66_000, -1_000, 73_000, 291_000), (-168_000, -25_000, 17_000, 81_000, 305_000),
        (-121_000, -6_000, 38_000, 101_000, 309_000),
    ),
)  # fmt: skip
"""What the bench measures on the made-up merchants of three worlds (`make bench ONLY=models.capacity FULL=1`); a bank measures its own."""
