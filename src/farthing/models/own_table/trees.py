"""Boosted trees over the columns of a table: how each column becomes whole numbers that rise with risk, and what they say of a record.

A number with special codes is missing where a code stands, and each group of codes is a yes or no of its own. A category is the rank of its
smoothed share of bads in the cases fitted on; rare ones are pooled. What was declared to rise or fall does so; what was declared a peak, a
valley or nothing is free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from farthing.models.boosted.challenge import forest_of
from farthing.models.boosted.fit import WAYS
from farthing.models.boosted.model import Boosted, Scorer
from farthing.models.boosted.trees import Forest, eta_many, log_odds, matrix_of
from farthing.models.reasons import Candidate, tell
from farthing.models.sample import Column as Values
from farthing.models.sample import Sample
from farthing.models.table import Column, Kind, Unseen
from farthing.quant.binning import Floats, Ints, Trend

PRIOR, RARE = 20.0, 0.01
"""A category's share of bads leans on that of all by so many cases' worth; one of fewer than a hundredth of the cases is rare."""


@dataclass(frozen=True, slots=True)
class TreeColumn:
    """A column as trees read it. `specials` are groups of codes in whole numbers; `words` are the categories from the safest on, by rank
    `ranks`; `unseen` is the rank of one that was never seen, None where it counts as missing."""

    name: str
    kind: Kind
    scale: int
    unit: str
    zh: str
    en: str
    trend: Trend
    specials: tuple[tuple[int, ...], ...] = ()
    words: tuple[str, ...] = ()
    ranks: tuple[int, ...] = ()
    unseen: int | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """What trees call it and its groups of codes."""
        return (self.name, *(f"{self.name}#{place + 1}" for place in range(len(self.specials))))

    @property
    def trends(self) -> tuple[Trend, ...]:
        """Which way risk may move with each of them."""
        return (Trend.RISING if self.kind is Kind.CATEGORY else self.trend, *(Trend.FREE for _ in self.specials))

    def read(self, value: int | str | None) -> dict[str, int | None]:
        """One record's value as trees read it."""
        if self.kind is Kind.CATEGORY:
            known = dict(zip(self.words, self.ranks, strict=True))
            return {self.name: None if value is None else known.get(str(value), self.unseen)}
        held = [int(value in codes) for codes in self.specials]
        plain = None if value is None or any(held) else int(value)
        return dict(zip(self.features, (plain, *held), strict=True))


@dataclass(frozen=True, slots=True)
class TableTrees:
    """The artefact: the columns that trees read, and the trees."""

    name: str
    columns: tuple[TreeColumn, ...]
    trees: Boosted

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that some tree splits on."""
        return _split_on(self.columns, self.trees.forest)

    @property
    def sample_rate_ppm(self) -> int:
        """The sample's share of bads."""
        return self.trees.sample_rate_ppm

    @property
    def target_rate_ppm(self) -> int:
        """The one assumed where it is used."""
        return self.trees.target_rate_ppm


@dataclass(frozen=True, slots=True)
class GrownOnTable:
    """Trees as fitted on a table's cases, before they have a PD."""

    columns: tuple[TreeColumn, ...]
    forest: Forest
    rate: float

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that some tree splits on."""
        return _split_on(self.columns, self.forest)

    @property
    def values(self) -> Mapping[str, float]:
        """Trees know no information values."""
        return {}

    def eta(self, sample: Sample) -> Floats:
        """Log-odds of bad of every case, at the sample's own rate of bads."""
        return log_odds(eta_many(self.forest, *matrix_of(self.forest, as_read(self.columns, sample).columns, len(sample.bad))))


def grow_on_table(sample: Sample, columns: Sequence[Column], seed: int) -> GrownOnTable:
    """Trees of every way of growing, averaged by what held cases say of each. `Invalid` where the extra `models` is not installed.

    Categories are ranked for each hold-out without the cases held out: their outcomes would tell on themselves.
    """
    read = _tree_columns(columns, sample)
    candidates = [
        Candidate(feature, trend, feature, one.zh, one.en) for one in read for feature, trend in zip(one.features, one.trends, strict=True)
    ]
    forest = forest_of(sample, candidates, WAYS, seed, lambda fitting: partial(as_read, _tree_columns(columns, fitting)))
    return GrownOnTable(read, forest, float(np.average(sample.bad, weights=sample.weight)))


def as_read(columns: Sequence[TreeColumn], sample: Sample) -> Sample:
    """The same cases as trees read them."""
    found: dict[str, Values] = {}
    for one in columns:
        found |= _as_read(one, *sample.columns[one.name], sample.categories.get(one.name, ()))
    return Sample(sample.subjects, found, sample.bad, sample.weight, month=sample.month)


def _as_read(
    one: TreeColumn, value: Ints, missing: np.ndarray[tuple[int], np.dtype[np.bool_]], names: tuple[str, ...]
) -> dict[str, Values]:
    nowhere = np.zeros(len(value), np.bool_)
    if one.kind is Kind.CATEGORY:
        known = dict(zip(one.words, one.ranks, strict=True))
        told = [known.get(name, one.unseen) for name in names] or [None]
        rank = np.array([0 if each is None else each for each in told], np.int64)[np.where(missing, 0, value)]
        away = np.array([each is None for each in told])[np.where(missing, 0, value)]
        return {one.name: (np.where(missing | away, 0, rank), missing | away)}
    held = [np.isin(value, codes) & ~missing for codes in one.specials]
    special = np.any(held, axis=0) if held else nowhere
    groups = {f"{one.name}#{place + 1}": (each.astype(np.int64), nowhere) for place, each in enumerate(held)}
    return {one.name: (np.where(special, 0, value), missing | special)} | groups


def _tree_columns(columns: Sequence[Column], sample: Sample) -> tuple[TreeColumn, ...]:
    return tuple(_tree_column(column, sample) for column in columns)


def _tree_column(column: Column, sample: Sample) -> TreeColumn:
    zh, en = column.zh or column.name, column.en or column.name
    plain = TreeColumn(column.name, column.kind, column.scale, column.unit, zh, en, column.trend)
    if column.kind is Kind.NUMERIC:
        return replace(plain, specials=tuple(tuple(column.whole(code) for code in group) for group in column.specials))
    value, missing = sample.columns[column.name]
    names = sample.categories[column.name]
    weight = sample.weight * ~missing
    cases, bads = (np.bincount(value, weight * one, minlength=len(names)) for one in (np.ones(len(value)), sample.bad))
    rate = float(np.average(sample.bad, weights=sample.weight))
    rare = cases < RARE * weight.sum()
    cases[rare], bads[rare] = cases[rare].sum(), bads[rare].sum()
    share = (bads + PRIOR * rate) / (cases + PRIOR)
    ranks = np.unique(share, return_inverse=True)[1].tolist()
    of_rare = [rank for rank, few in zip(ranks, rare.tolist(), strict=True) if few]
    worst = max(ranks, default=0)
    unseen = {Unseen.WORST: worst, Unseen.RARE: of_rare[0] if of_rare else worst, Unseen.NEUTRAL: None}[column.unseen]
    return replace(plain, words=names, ranks=tuple(ranks), unseen=unseen)


def _split_on(columns: Sequence[TreeColumn], forest: Forest) -> tuple[str, ...]:
    used = {forest.features[place] for tree in forest.trees for place in tree.feature}
    return tuple(one.name for one in columns if used & set(one.features))


# ---- at work ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A record scored: points, PD in millionths, and the columns that cost most as (column, 中文, English)."""

    points: int
    pd_ppm: int
    reasons: tuple[tuple[str, str, str], ...]


class TableScorer:
    """Trees of a table made ready to score one record after another."""

    def __init__(self, model: TableTrees) -> None:
        self.model = model
        self._scorer = Scorer(model.trees)
        self._of = {feature: one for one in model.columns for feature in one.features}

    def score(self, record: Mapping[str, int | str | None], most: int = 4) -> Told:
        """A value that is not there is missing. A column is told once, and only if making it usual, and nothing else, lowers the risk."""
        facts: dict[str, int | None] = {}
        for one in self.model.columns:
            facts |= one.read(record.get(one.name))
        score = self._scorer.score(facts)
        lost = sorted(self._scorer.true_contributions(facts), key=lambda one: (-one.shortfall, one.feature))
        names = list(dict.fromkeys(self._of[one.feature].name for one in lost))[:most]
        return Told(score.points, score.pd_ppm, tuple(self._reason(name, record.get(name)) for name in names))

    def _reason(self, name: str, value: int | str | None) -> tuple[str, str, str]:
        one = self._of[name]
        if value is None:
            return name, f"{one.zh}（没有可用的记录）", f"{one.en} (no record to judge by)"
        told = value if isinstance(value, str) else tell(value, one.unit, one.scale)
        return name, f"{one.zh}：{told}", f"{one.en}: {told}"
