"""How sure a ranking may be of one case: outcomes that the case could have, with a coverage that needs no model to be right.

Each outcome has its own threshold, so that the promise holds among bads and among goods alike: of future bads at most `error` are
called certainly good, and of future goods at most `error` certainly bad, on average over calibration samples, as long as cases are
exchangeable with those of the calibration. Drift breaks that; nothing else does.

Sources: V. Vovk, A. Gammerman, G. Shafer, *Algorithmic Learning in a Random World* (2005), chapter 4 (label-conditional Mondrian
predictors); split into fitting and calibration, H. Papadopoulos et al., ECML (2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LOWEST, HIGHEST = -(2**62), 2**62


class Certainty(StrEnum):
    """What can be said of one case at the promised error."""

    GOOD = "certain_good"
    BAD = "certain_bad"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A case could be bad from risk `bad_from` on, and good up to risk `good_to`; risks are whole numbers, higher is worse."""

    bad_from: int
    good_to: int

    def of(self, risk: int) -> Certainty:
        """Neither outcome, like both, is no certainty: a person looks."""
        bad, good = risk >= self.bad_from, risk <= self.good_to
        if bad == good:
            return Certainty.UNCERTAIN
        return Certainty.BAD if bad else Certainty.GOOD


def thresholds(risk: Ints, bad: Bools, error_ppm: int) -> Thresholds:
    """From cases that took no part in fitting. Too few of an outcome for the error asked give a threshold that excludes nothing."""
    lowest, highest = np.sort(risk[bad]), np.sort(risk[~bad])
    skip_bad, skip_good = _skipped(len(lowest), error_ppm), _skipped(len(highest), error_ppm)
    return Thresholds(
        int(lowest[skip_bad - 1]) if skip_bad else LOWEST,
        int(highest[len(highest) - skip_good]) if skip_good else HIGHEST,
    )


def _skipped(cases: int, error_ppm: int) -> int:
    """The rank, from the far end, of the case that sets the threshold: floor(error x (cases + 1)); 0: no case can."""
    return (cases + 1) * error_ppm // 1_000_000
