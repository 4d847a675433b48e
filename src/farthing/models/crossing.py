"""What two columns tell together beyond what each tells alone, once a card has its columns.

Every pair is tried on the log-odds that bins give cases they did not see. Its cells earn their place on cases left out, over what the two
columns could still tell one by one; those that do are fitted beside each other, each cell drawn to zero. A column whose direction a person
declared takes no part: beside another it might turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from farthing.models.attribute import MISSING, OTHER, Attribute, Bin, Crossing, Described, Special, labels, listed
from farthing.models.sample import Sample
from farthing.models.table import Column, Kind
from farthing.quant.binning import Bools, Floats, Ints, Trend
from farthing.quant.logistic import sigmoid

FIFTHS, COMMON = 5, 6
"""A number is cut into so many parts of equal size, a category parted into so many of its most common names and the rest."""
MOST_COLUMNS, SWEEPS = 30, 8
PULL = 30.0
"""How hard a cell is drawn to zero: as so many cases' worth of information that say nothing."""
PPM = 1_000_000
SLIVER = 1e-9
Grid = Floats
"""A figure for each fold and cell, [folds, rows, columns]."""


@dataclass(frozen=True, eq=False)
class Side:
    """One column as it is crossed: parts by cuts or names, then each group of special codes, then (of a category) any other name, and last
    what is missing."""

    column: Column
    cuts: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many places there are."""
        ordinary = len(self.names) + 1 if self.column.kind is Kind.CATEGORY else len(self.cuts) + 1
        return ordinary + len(self.column.specials) + 1

    def places(self, sample: Sample) -> Ints:
        """The place of every case."""
        value, missing = sample.columns[self.column.name]
        specials = self.column.specials
        if self.column.kind is Kind.CATEGORY:
            known = {name: place for place, name in enumerate(self.names)}
            known |= {str(code): len(self.names) + place for place, group in enumerate(specials) for code in group}
            other = len(self.names) + len(specials)
            place = np.array([*(known.get(name, other) for name in sample.categories[self.column.name]), other], dtype=np.int64)[value]
        else:
            place = np.searchsorted(np.array(self.cuts, dtype=np.int64), value, side="right")
            for group, codes in enumerate(specials, len(self.cuts) + 1):
                place = np.where(np.isin(value, [self.column.whole(code) for code in codes]), group, place)
        return np.where(missing, self.size - 1, place).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Crossed:
    """Two columns crossed: effects in log-odds of bad, goods and bads, all by cell, row by row."""

    first: Side
    second: Side
    effects: Floats
    good: Floats
    bad: Floats

    def eta(self, sample: Sample) -> Floats:
        """Log-odds of bad that the pair adds to every case."""
        found: Floats = self.effects[self.first.places(sample) * self.second.size + self.second.places(sample)]
        return found


@dataclass(frozen=True, eq=False)
class Tried:
    """Log-odds of bad by bins that did not see the case: of which case each row is, its weight, and the fold it was left out with."""

    case: Ints
    weight: Floats
    fold: Ints
    eta: Floats


def crossings(sample: Sample, columns: Sequence[Column], tried: Tried, most: int) -> tuple[Crossed, ...]:
    """The pairs of these columns, the most telling first, that earn their place."""
    free = [column for column in columns if column.trend is Trend.AUTO and column.cuts is None and column.groups is None][:MOST_COLUMNS]
    sides = [_side(sample, column) for column in free]
    places = [side.places(sample) for side in sides]
    rows, bad, p = [place[tried.case] for place in places], sample.bad[tried.case], sigmoid(tried.eta)
    slope, curve, folds = tried.weight * (bad - p), tried.weight * p * (1.0 - p), int(tried.fold.max()) + 1
    found = []
    for one, other in combinations(range(len(sides)), 2):
        shape = (folds, sides[one].size, sides[other].size)
        cell = (tried.fold * shape[1] + rows[one]) * shape[2] + rows[other]
        slopes, curves = (_summed(cell, by, shape[0] * shape[1] * shape[2]).reshape(shape) for by in (slope, curve))
        found.append((_gain(slopes, curves), one, other))
    least = np.log(max(len(found), 1))  # one of so many looks good by chance: it must be likelier by more than that
    best = sorted((one for one in found if one[0] > least), key=lambda one: (-one[0], one[1:]))[:most]
    cells = [places[one] * sides[other].size + places[other] for _, one, other in best]
    sizes = [sides[one].size * sides[other].size for _, one, other in best]
    effects = _together([cell[tried.case] for cell in cells], sizes, tried, bad)
    return tuple(
        Crossed(sides[one], sides[other], effect, *_counted(cell, size, sample))
        for (_, one, other), effect, cell, size in zip(best, effects, cells, sizes, strict=True)
    )


def _side(sample: Sample, column: Column) -> Side:
    value, missing = sample.columns[column.name]
    codes = [column.whole(code) if column.kind is Kind.NUMERIC else str(code) for group in column.specials for code in group]
    if column.kind is Kind.CATEGORY:
        names = sample.categories[column.name]
        counts = dict(zip(names, _summed(value[~missing], sample.weight[~missing], len(names)).tolist(), strict=True))
        ranked = sorted((name for name in names if name not in codes), key=lambda name: (-counts[name], name))
        return Side(column, (), tuple(ranked[:COMMON]))
    known = ~missing & ~np.isin(value, codes)
    order = np.argsort(value[known], kind="stable")
    values, shares = value[known][order], np.cumsum(sample.weight[known][order])
    if not len(values):
        return Side(column, (), ())
    found = values[np.searchsorted(shares, shares[-1] * np.arange(1, FIFTHS) / FIFTHS - SLIVER, side="left")]
    return Side(column, tuple(sorted({int(cut) for cut in found} - {int(values[0])})), ())


def _gain(slopes: Grid, curves: Grid) -> float:
    """What the cells add on each fold, fitted on the others, over what rows and columns could still tell one by one."""
    gain = 0.0
    for fold in range(len(slopes)):
        slope, curve = slopes.sum(axis=0) - slopes[fold], curves.sum(axis=0) - curves[fold]
        row, column = np.zeros(slope.shape[0]), np.zeros(slope.shape[1])
        for _ in range(3):
            row = (slope - curve * column).sum(axis=1) / (curve.sum(axis=1) + PULL)
            column = (slope - curve * row[:, None]).sum(axis=0) / (curve.sum(axis=0) + PULL)
        alone = row[:, None] + column
        effect = (slope - curve * alone) / (curve + PULL)
        left = slopes[fold] - curves[fold] * alone
        gain += float((left * effect - 0.5 * curves[fold] * effect**2).sum())
    return gain


def _together(cells: Sequence[Ints], sizes: Sequence[int], tried: Tried, bad: Bools) -> list[Floats]:
    """The effects of all cells, pair after pair until they settle."""
    weight, effects, total = tried.weight, [np.zeros(size) for size in sizes], tried.eta.copy()
    for _ in range(SWEEPS):
        for place, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
            p = sigmoid(total)
            slope, curve = _summed(cell, weight * (bad - p), size), _summed(cell, weight * p * (1.0 - p), size)
            moved = (slope + curve * effects[place]) / (curve + PULL)
            total += (moved - effects[place])[cell]
            effects[place] = moved
    return effects


def _counted(cell: Ints, size: int, sample: Sample) -> tuple[Floats, Floats]:
    return _summed(cell, sample.weight * ~sample.bad, size), _summed(cell, sample.weight * sample.bad, size)


def _summed(cell: Ints, by: Floats, size: int) -> Floats:
    found: Floats = np.bincount(cell, by, size).astype(np.float64)
    return found


# ---- frozen ----------------------------------------------------------------------------------------------------------


def frozen(pair: Crossed, described: Mapping[str, Described], factor: float) -> Crossing:
    """The pair in points: `factor` points for a unit of log-odds, rounded."""
    first, second = (_attribute(side, described[side.column.name]) for side in (pair.first, pair.second))
    labels_of = [dict(sorted((one.points, one.label) for one in side.every)) for side in (first, second)]
    names = [f"{row} · {column}" for row in labels_of[0].values() for column in labels_of[1].values()]
    points = [round(-factor * effect) for effect in pair.effects]
    cells = tuple(
        Bin(name, mark, round(-effect * PPM), round(good), round(bad))
        for name, mark, effect, good, bad in zip(names, points, pair.effects, pair.good, pair.bad, strict=True)
    )
    return Crossing(first, second, cells, round(float(np.average(points, weights=pair.good))))


def _attribute(side: Side, feature: Described) -> Attribute:
    """How the column is binned here; the points of a bin are its place."""
    column, category = side.column, side.column.kind is Kind.CATEGORY
    ordinary = list(side.names) if category else labels(feature, side.cuts)
    bins = tuple(Bin(label, place, 0, 0, 0) for place, label in enumerate(ordinary))
    coded = [tuple(str(code) if category else column.whole(code) for code in group) for group in column.specials]
    specials = tuple(
        Special(codes, Bin(listed([str(code) for code in group]), place, 0, 0, 0))
        for place, (codes, group) in enumerate(zip(coded, column.specials, strict=True), len(bins))
    )  # fmt: skip
    other = Bin(OTHER, len(bins) + len(specials), 0, 0, 0) if category else None
    missing, groups = Bin(MISSING, side.size - 1, 0, 0, 0), tuple((name,) for name in side.names)
    return Attribute(
        feature.name, feature.scale, feature.unit, feature.zh, feature.en, side.cuts, bins, missing, 0, specials, groups, other
    )
