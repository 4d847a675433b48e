"""Leak check: what knows the outcome too well, or is named like it, does not belong among the features.

A single feature that all but decides the outcome is more often a mistake of dating or joining than a discovery.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Ints
from farthing.quant.discrimination import auc

TOO_GOOD = 0.97
FORBIDDEN = ("rating", "ratings", "default", "defaults", "defaulted", "outcome", "outcomes", "label", "labels", "write_off", "dpd")
"""Whole words of a name."""


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
        area = alone(value, missing, sample.bad)
        if any(f"_{word}_" in f"_{words_of(name)}_" for word in FORBIDDEN):
            found.append(Leak(name, area, "it is named like an outcome or a rating, which is given after the fact"))
        elif area > TOO_GOOD:
            found.append(Leak(name, area, f"alone it separates bads from goods at AUC {area:.3f}, above {TOO_GOOD}"))
    return tuple(sorted(found, key=lambda leak: (-leak.auc, leak.feature)))


def words_of(name: str) -> str:
    """A name by its words, in lower case with a `_` between: a rating is not looked for inside of `operating`."""
    return "_".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+", name)).lower()


def alone(value: Ints, missing: Bools, bad: Bools) -> float:
    """How well a feature alone tells bads from goods, whichever way it is read, its being missing taken for a value as well."""
    return max(_either_way(value, missing, bad), _either_way(missing.astype(np.int64), np.zeros_like(missing), bad))


def _either_way(value: Ints, missing: Bools, bad: Bools) -> float:
    """The better AUC of a feature read up or down, with missing as the least or the greatest value."""
    least, most = float(value.min()) - 1.0, float(value.max()) + 1.0
    found = [auc(np.where(missing, end, value.astype(np.float64)), bad) for end in (least, most)]
    return max(max(one, 1.0 - one) for one in found)
