"""Binning of one feature against a binary outcome: pre-bins, then the exact best merge of them (`quant.merge`).

Numbers are pre-binned at weighted quantiles; categories are put in the order of their share of bads, rare ones pooled as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from farthing.quant.merge import Bools, Floats, Ints, Rules, Trend, merge
from farthing.quant.placing import Bytes, place, tally
from farthing.quant.woe import woe

__all__ = ["Bins", "Bools", "Floats", "Ints", "Rules", "Trend", "bin_categories", "bin_feature", "merge"]

ENOUGH = 65_536
"""Quantiles of more rows than this are taken from every n-th of them: they only say where pre-bins begin, not what is in them."""


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of a feature with the weight of goods and bads in each: ordinary bins first, then one a group of specials, missing last.

    A number is in bin i where cuts[i-1] <= value < cuts[i]. A category is in the bin whose group holds it. `rare` is the bin into
    which rare categories were pooled.
    """

    cuts: tuple[int, ...]
    specials: tuple[tuple[int, ...], ...]
    good: tuple[float, ...]
    bad: tuple[float, ...]
    groups: tuple[tuple[int, ...], ...] = ()
    rare: int | None = None

    @property
    def ordinary(self) -> int:
        """How many bins are neither special nor missing."""
        return len(self.groups) or len(self.cuts) + 1

    @property
    def unseen(self) -> int:
        """The place, after all bins, of a category that development never saw."""
        return self.ordinary + len(self.specials) + 1

    def place(self, value: Ints, missing: Bools) -> Bytes:
        """The bin of each value; a category in no group is at `unseen`."""
        if not self.groups:
            return place(value, missing, np.array(self.cuts, dtype=np.int64), self.specials)
        known = max((code for group in (*self.groups, *self.specials) for code in group), default=-1) + 1
        table = np.full(known + 1, self.unseen, dtype=np.uint8)
        for index, group in enumerate((*self.groups, *self.specials)):
            table[list(group)] = index
        found = table[np.where((value < 0) | (value > known), known, value)]
        found[missing] = self.unseen - 1
        return found

    def woe(self, smoothing: float = 1.0) -> Floats:
        """Weight of evidence of every bin, in the order of `place`."""
        return woe(np.array(self.good), np.array(self.bad), smoothing)


def bin_feature(value: Ints, missing: Bools, bad: Bools, weight: Floats, rules: Rules) -> tuple[Bins, Bytes]:
    """The best bins of a number under the rules, and the bin of each row. Missing values and specials stand apart, without a trend."""
    edges = _edges(value, missing, weight, rules) if rules.cuts is None else np.array(rules.cuts, dtype=np.int64)
    fine = place(value, missing, edges, rules.specials)
    count, apart = len(edges) + 1, len(rules.specials) + 1
    good_weight, bad_weight = tally(fine, bad, weight, count + apart)
    totals = float(good_weight.sum()), float(bad_weight.sum())
    starts = merge(good_weight[:count], bad_weight[:count], totals, rules) if rules.cuts is None else tuple(range(count))
    cuts = tuple(int(edges[start - 1]) for start in starts[1:])
    good, bads = (np.concatenate([np.add.reduceat(side[:count], starts), side[count:]]) for side in (good_weight, bad_weight))
    coarse = np.searchsorted(starts, np.arange(count), side="right") - 1
    table = np.concatenate([coarse, len(starts) + np.arange(apart)]).astype(np.uint8)
    return Bins(cuts, rules.specials, tuple(good.tolist()), tuple(bads.tolist())), np.take(table, fine, mode="clip")


def _edges(value: Ints, missing: Bools, weight: Floats, rules: Rules) -> Ints:
    """Distinct values that begin a pre-bin, at weighted quantiles of what is neither missing nor special."""
    step = max(1, len(value) // ENOUGH)
    some, weights = value[::step], weight[::step]
    special = np.isin(some, [code for group in rules.specials for code in group])
    plain = ~(missing[::step] | special)
    some, weights = some[plain], weights[plain]
    if not len(some):
        return np.zeros(0, dtype=np.int64)
    if (weights == weights[0]).all():
        ordered, running = np.sort(some), np.arange(1, len(some) + 1) * weights[0]
    else:
        order = np.argsort(some, kind="stable")
        ordered, running = some[order], np.cumsum(weights[order])
    wanted = np.arange(1, rules.prebins) * (running[-1] / rules.prebins)
    chosen = ordered[np.minimum(np.searchsorted(running, wanted, side="right"), len(ordered) - 1)]
    distinct = np.unique(chosen)
    edges: Ints = distinct[distinct > ordered[0]]
    return edges


def bin_categories(value: Ints, missing: Bools, bad: Bools, weight: Floats, rules: Rules) -> tuple[Bins, Bytes]:
    """The best groups of categories, numbered from 0, and the bin of each row.

    Categories that hold less than `rare_share` of the weight are pooled before anything is read off them. The rest are put in the
    order of their smoothed share of bads and merged next to each other, so that the trend is that order. A special code is a group.
    """
    count = int(value.max(initial=-1)) + 1
    joint = np.bincount(np.where(missing, count, value) * 2 + bad, weight, 2 * count + 2).astype(np.float64).reshape(-1, 2)
    totals = float(joint[:, 0].sum()), float(joint[:, 1].sum())
    groups, rare = _groups(joint[:-1, 0], joint[:-1, 1], totals, rules)
    found = Bins((), rules.specials, (), (), groups, rare)
    index = found.place(value, missing)
    good, bads = tally(index, bad, weight, found.unseen + 1)
    return Bins((), rules.specials, tuple(good[:-1].tolist()), tuple(bads[:-1].tolist()), groups, rare), index


Groups = tuple[tuple[int, ...], ...]


def _groups(good: Floats, bad: Floats, totals: tuple[float, float], rules: Rules) -> tuple[Groups, int | None]:
    """The groups, and which of them holds the rare ones."""
    if rules.groups is not None:
        return rules.groups, None
    whole, special = totals[0] + totals[1], {code for group in rules.specials for code in group}
    size = good + bad
    seen = [code for code in range(len(size)) if code not in special and size[code] > 0]
    rare = tuple(code for code in seen if size[code] < rules.rare_share * whole)
    members = [(code,) for code in seen if code not in set(rare)] + [rare] * bool(rare)
    if not members:
        return ((),), None
    goods, bads = (np.array([side[list(codes)].sum() for codes in members]) for side in (good, bad))
    odds = (bads + rules.smoothing * totals[1] / whole) / (goods + rules.smoothing * totals[0] / whole + 1e-300)
    order = sorted(range(len(members)), key=lambda place: (odds[place], members[place]))
    pre = _few(np.array([(goods + bads)[place] for place in order]), rules.prebins)
    goods, bads = (np.add.reduceat(side[order], pre) for side in (goods, bads))
    starts = [pre[start] for start in merge(goods, bads, totals, rules)]
    groups = tuple(
        tuple(sorted(code for place in order[start:stop] for code in members[place]))
        for start, stop in zip(starts, (*starts[1:], len(order)), strict=True)
    )
    return groups, next((index for index, group in enumerate(groups) if rare and rare[0] in group), None)


def _few(size: Floats, most: int) -> list[int]:
    """Where at most so many runs of ordered categories start, alike in weight where there are more categories than that."""
    if len(size) <= most:
        return list(range(len(size)))
    share = (np.cumsum(size) - size) * most / size.sum()
    return np.flatnonzero(np.diff(np.floor(share), prepend=-1.0)).tolist()
