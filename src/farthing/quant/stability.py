"""Whether the people scored today are like those the model was built on.

Source: population stability index as in N. Siddiqi, *Credit Risk Scorecards* (2006), ch. 8; it is the symmetric Kullback-Leibler
divergence of two sets of shares. Below 0.10 stable, above 0.25 shifted, by custom.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def psi(expected: Floats, actual: Floats, smoothing: float = 0.5) -> float:
    """Index over bins of two sets of counts; `smoothing` is added to each count, so that an empty bin stays finite."""
    before = (expected + smoothing) / (expected + smoothing).sum()
    now = (actual + smoothing) / (actual + smoothing).sum()
    return float(((now - before) * np.log(now / before)).sum())


def csi(expected: Mapping[str, Floats], actual: Mapping[str, Floats]) -> dict[str, float]:
    """The same for the bins of each feature (characteristic stability index)."""
    return {name: psi(counts, actual[name]) for name, counts in expected.items()}
