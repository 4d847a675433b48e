"""What the columns of a table say of cases that their bins were not made from, and what each column is worth by that.

Bins are the best of many, so in the cases they were made from every column tells more than it will of others, and a column of many values,
a place or a sum of money that says nothing, may look like the best of all. Cases are therefore left out in turn, bins made anew from the
rest, and weights fitted on what those bins say of the cases left out (stacking, D. H. Wolpert, Neural Networks 5 (1992)). They are drawn
towards one weight that all columns share, and that too is found on cases left out: where bads are few, columns are worth much the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Floats, Ints
from farthing.quant.logistic import Logistic, Ridge, fit_logistic

FULL_WORK = 2_000_000
"""Up to so many cells, cases times columns, evidence is all from bins that did not see the case; from twice as many on none is."""
MOST_UNITS = 4_000_000
SLIVER = 1e-9
SEED = 5
Telling = Callable[[Sample, Sample], Floats]
"""Evidence [cases, columns] of the second's cases by bins made from the first."""


@dataclass(frozen=True, eq=False)
class Told:
    """Evidence [rows, columns], of which case each row is, the weight of it, and with which fold: a heavy case may be left out in parts."""

    evidence: Floats
    case: Ints
    weight: Floats
    fold: Ints


def share_unseen(cases: int, columns: int) -> float:
    """How much of the evidence is from bins that did not see the case: 1, fading to 0 where there are enough cases to bear their bins."""
    return min(1.0, max(0.0, 2.0 - cases * columns / FULL_WORK))


def unseen(sample: Sample, folds: int, seen: Floats, tell: Telling) -> Told:
    """The evidence of every case by bins made without it, so far as the share tells; `seen` is that by bins made from all."""
    share = share_unseen(*seen.shape)
    rows: list[tuple[Floats, Ints, Floats, Ints]] = []
    for fold, left_out in enumerate(parts(sample, folds)):
        train, test = np.flatnonzero(sample.weight - left_out > SLIVER), np.flatnonzero(left_out > SLIVER)
        fitting = replace(sample.take(train), weight=(sample.weight - left_out)[train])
        evidence = share * tell(fitting, sample.take(test)) + (1.0 - share) * seen[test]
        rows.append((evidence, test, left_out[test], np.full(len(test), fold)))
    return Told(*(np.concatenate(part) for part in zip(*rows, strict=True)))


def parts(sample: Sample, folds: int) -> Floats:
    """[folds, cases]: how much of each case's weight is left out with each fold.

    Units of weight are drawn to folds within bads and goods, cases standing in the order of their content: so no order of rows matters,
    and a case of weight two is left out as two equal ones are. They are drawn, not dealt out in that order: dealt, each fold would share
    what chance put in the first columns, and hide it.
    """
    order = _by_content(sample)
    unit = max(min(1.0, float(sample.weight.min())), float(sample.weight.sum()) / MOST_UNITS)
    ends = np.cumsum(sample.weight[order]) / unit
    bads = int(np.ceil(float(sample.weight[sample.bad].sum()) / unit))
    goods = int(np.ceil(ends[-1])) - bads
    if min(bads, goods) < folds:  # weights so unlike that one fold would hold a whole outcome
        return np.tile(sample.weight / folds, (folds, 1))
    fold = np.append(_drawn((bads, goods), folds), -1)
    whole = np.minimum(np.floor(ends + SLIVER).astype(np.int64), bads + goods)
    found = np.empty((folds, len(order)))
    for place in range(folds):
        mine = (fold == place).astype(np.float64)
        reached = np.concatenate(([0.0], np.cumsum(mine)))[whole] + np.maximum(ends - whole, 0.0) * mine[whole]
        found[place, order] = np.diff(reached, prepend=0.0) * unit
    return found


def _drawn(groups: Sequence[int], folds: int) -> Ints:
    """A fold for each unit: every fold has its share of each group."""
    rng = np.random.default_rng(SEED)
    return np.concatenate([rng.permutation(np.arange(size) % folds) for size in groups])


def _by_content(sample: Sample) -> Ints:
    keys = [key for name in sorted(sample.columns, reverse=True) for key in sample.columns[name]]
    return np.lexsort([*keys, ~sample.bad])


def weigh(told: Told, bad: Bools, together: float) -> Logistic:
    """The weights of the columns, none of which turns its evidence round, drawn `together` to what their sum is worth."""
    outcome = bad[told.case]
    common = fit_logistic(told.evidence.sum(axis=1)[:, None], outcome, told.weight, sign=-1).coefficients[0]
    toward = np.full(told.evidence.shape[1], common)
    return fit_logistic(told.evidence, outcome, told.weight, Ridge(together, toward), sign=-1)
