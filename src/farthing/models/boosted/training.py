"""Boosted trees to be put forward: grown as in the challenge, tested in folds like a scorecard, frozen with what was found there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from farthing.models.boosted.challenge import Terms, forest_of
from farthing.models.boosted.fit import WAYS
from farthing.models.boosted.model import Boosted, Fit, freeze
from farthing.models.boosted.trees import UNIT, Forest, eta_many, log_odds, matrix_of
from farthing.models.reasons import Candidate
from farthing.models.sample import Sample
from farthing.models.validate import Validation
from farthing.quant.binning import Floats
from farthing.quant.conformal import thresholds


@dataclass(frozen=True, slots=True)
class Grown:
    """Trees as fitted, before they have a PD."""

    forest: Forest

    @property
    def features(self) -> tuple[str, ...]:
        """Those that some tree splits on."""
        used = {place for tree in self.forest.trees for place in tree.feature}
        return tuple(name for place, name in enumerate(self.forest.features) if place in used)

    def eta(self, sample: Sample) -> Floats:
        """Log-odds of bad of each case."""
        return log_odds(eta_many(self.forest, *matrix_of(self.forest, sample.columns, len(sample.bad))))


def grown(sample: Sample, candidates: Sequence[Candidate], seed: int) -> Grown:
    """Trees on these cases, shallow and deep ones averaged. `Invalid` where the extra `models` is not installed."""
    return Grown(forest_of(sample, candidates, WAYS, seed))


def boosted(made: Grown, sample: Sample, validation: Validation, terms: Terms) -> Boosted:
    """The model in whole numbers: PDs by the calibration found out of fold, certainty by the scores found there."""
    certain = thresholds(np.rint(validation.eta.mean(axis=0) * UNIT).astype(np.int64), sample.bad, terms.error_ppm)
    return freeze(made.forest, Fit(validation.line, terms.target_rate_ppm, certain), sample)
