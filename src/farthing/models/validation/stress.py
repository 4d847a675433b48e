"""What becomes of scores, probabilities and approvals when inputs are shocked: a source missing, a unit wrong, business down, news late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from farthing.domain.model_card import Measure
from farthing.models.sample import Column, Sample
from farthing.models.validate import auc_difference
from farthing.quant.binning import Ints
from farthing.quant.discrimination import bootstrap

Columns = Mapping[str, Column]
PPM = 1_000_000
APPROVED = 0.7
WORK = 400_000


@dataclass(frozen=True, eq=False)
class Shock:
    """What the columns of the same cases would have been."""

    code: str
    columns: Columns


def without(columns: Columns, features: Sequence[str]) -> Columns:
    """The columns with these missing of everybody."""
    return {name: _gone(one) if name in features else one for name, one in columns.items()}


def tenfold(columns: Columns, feature: str) -> Columns:
    """The columns with one in a unit ten times too small, as a mapping gone wrong would have it."""
    value, missing = columns[feature]
    return {**columns, feature: (value * 10, missing)}


def _gone(column: Column) -> Column:
    value, missing = column
    return np.zeros_like(value), np.ones_like(missing)


def stress(pd: Callable[[Columns], Ints], sample: Sample, shocks: Sequence[Shock], seed: int) -> tuple[Measure, ...]:
    """For each shock what it costs in AUC (paired bootstrap), the mean PD, and the share that stays below the PD which 70 % of the
    unshocked stay below. `pd` is the frozen model on the cases it was made from: only differences are meant.
    """
    calm = pd(sample.columns)
    cut, draws = np.quantile(calm, APPROVED), max(100, min(1000, WORK // len(sample.bad)))
    found = [_shares("none", calm, float(cut))]
    for shock in shocks:
        hit = pd(shock.columns)
        cases = np.arange(len(sample.bad), dtype=np.float64)
        lost = bootstrap(auc_difference(calm[None].astype(np.float64), hit[None].astype(np.float64)), cases, sample.bad, seed, draws)
        how = f"配对自助法 {draws} 次。 Paired bootstrap of {draws} draws."
        found.append((Measure(f"stress_{shock.code}:auc", f"{lost.value:.3f}", f"{lost.low:.3f}", f"{lost.high:.3f}", how),
                      *_shares(shock.code, hit, float(cut))))  # fmt: skip
    return tuple(measure for measures in found for measure in measures)


def _shares(code: str, pd: Ints, cut: float) -> tuple[Measure, ...]:
    mean, approved = f"{pd.mean() / PPM:.4f}", f"{(pd <= cut).mean():.3f}"
    return (
        Measure(f"stress_{code}:pd", mean, mean, mean, "平均违约概率。 Mean PD."),
        Measure(
            f"stress_{code}:approved", approved, approved, approved, "按不变的界线批准的比例。 Share approved at an unchanged cut-off."
        ),
    )
