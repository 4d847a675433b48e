"""Leak check: what knows the outcome too well, or is named like it, does not belong among the features.

A single feature that all but decides the outcome is more often a mistake of dating or joining than a discovery.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from farthing.models.sample import Sample
from farthing.quant.discrimination import auc

TOO_GOOD = 0.97
FORBIDDEN = ("rating", "default", "outcome", "label", "write_off", "dpd")


@dataclass(frozen=True, slots=True)
class Leak:
    """One suspicion: which feature, how well it alone separates (missing counted as a value), and why it is suspect."""

    feature: str
    auc: float
    why: str


def leaks(sample: Sample) -> tuple[Leak, ...]:
    """Every suspect feature of the sample, worst first."""
    found = []
    for name, (value, missing) in sample.columns.items():
        alone = max(_either_way(value, missing, sample), _either_way(missing.astype(np.int64), np.zeros_like(missing), sample))
        if any(word in name for word in FORBIDDEN):
            found.append(Leak(name, alone, "it is named like an outcome or a rating, which is given after the fact"))
        elif alone > TOO_GOOD:
            found.append(Leak(name, alone, f"alone it separates bads from goods at AUC {alone:.3f}, above {TOO_GOOD}"))
    return tuple(sorted(found, key=lambda leak: (-leak.auc, leak.feature)))


def _either_way(
    value: np.ndarray[tuple[int], np.dtype[np.int64]], missing: np.ndarray[tuple[int], np.dtype[np.bool_]], sample: Sample
) -> float:
    """The better AUC of a feature read up or down, with missing as the least or the greatest value."""
    least, most = float(value.min()) - 1.0, float(value.max()) + 1.0
    found = [auc(np.where(missing, end, value.astype(np.float64)), sample.bad) for end in (least, most)]
    return max(max(one, 1.0 - one) for one in found)
