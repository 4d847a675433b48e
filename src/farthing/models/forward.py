"""Choosing features one after the other: each time the one that tells most beside those taken already.

A feature that says little alone may say much beside others, which no ranking of features by themselves sees. What one would add is read off
the score statistic, C. R. Rao, Proc. Cambridge Phil. Soc. 44 (1948), without fitting it: under no effect it is chi-squared with one degree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from farthing.models.sample import Sample
from farthing.quant.binning import Floats
from farthing.quant.logistic import fit_logistic, sigmoid


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop: at so many features, when none adds `least_gain` of the statistic; one too like a taken one is passed over."""

    most: int
    least_gain: float
    most_correlation: float


def forward(evidence: Mapping[str, Floats], sample: Sample, stop: Stop) -> list[str]:
    """The names taken, in their order. `evidence` holds weights of evidence by case: more is safer, so only weights below 0 count."""
    names = [name for name in evidence if evidence[name].std() > 0.0]
    if not names:
        return []
    x = np.column_stack([evidence[name] for name in names])
    alike = np.abs(np.atleast_2d(np.corrcoef(x, rowvar=False)))
    open_to = np.ones(len(names), dtype=np.bool_)
    taken: list[int] = []
    while len(taken) < stop.most:
        gain = np.where(open_to, _gains(x, taken, sample), 0.0)
        best = int(gain.argmax())
        if gain[best] <= 0.0 or gain[best] < stop.least_gain:
            break
        taken.append(best)
        open_to &= alike[best] <= stop.most_correlation
        open_to[best] = False
    return [names[place] for place in taken]


def _gains(x: Floats, taken: list[int], sample: Sample) -> Floats:
    """The score statistic of every column beside those taken; 0 where its weight would turn its evidence round."""
    design = np.column_stack([np.ones(len(x)), x[:, taken]])
    if taken:
        fitted = fit_logistic(x[:, taken], sample.bad, sample.weight, ridge=1.0, sign=-1)
        p = sigmoid(fitted.predict(x[:, taken]))
    else:
        p = np.full(len(x), float(np.average(sample.bad, weights=sample.weight)))
    curve = sample.weight * p * (1.0 - p)
    slope = x.T @ (sample.weight * (sample.bad - p))
    beside = design.T @ (curve[:, None] * x)
    within = design.T @ (curve[:, None] * design) + 1e-9 * np.eye(design.shape[1])
    left = (curve[:, None] * x * x).sum(axis=0) - (beside * np.linalg.solve(within, beside)).sum(axis=0)
    found: Floats = np.where((slope < 0.0) & (left > 1e-6), slope**2 / np.maximum(left, 1e-6), 0.0)
    return found
