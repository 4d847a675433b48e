"""Fitting boosted trees with LightGBM (extra `models`), one way only: deterministic, directions kept, stopped by later cases.

The library is G. Ke et al., "LightGBM: a highly efficient gradient boosting decision tree" (NeurIPS 2017). Nothing of it is
needed once the trees are frozen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.boosted.trees import MOST_DEPTH, UNIT, Forest, Tree, eta_many, log_odds, matrix_of
from farthing.models.extras import extra
from farthing.models.reasons import Candidate
from farthing.models.sample import Sample
from farthing.models.validate import stratified
from farthing.quant.binning import Bools, Floats, Ints, Trend
from farthing.quant.shrunk import Anchor, fit_shrunk

DIRECTION = {Trend.RISING: 1, Trend.FALLING: -1}
PULL, LEAST_SHARE = 10.0, 0.1
"""How hard shares of ways are drawn to be even (a precision), and the least that a way must count for."""
FEW_BADS, FOLDS = 300, 5
"""With fewer of the rarer outcome trees are stopped by so many folds, not by one share held out."""
MOST_SCALE = 2**53
"""Beyond it a whole number is not a float, and the library would split elsewhere than we do."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown. Shallow and slow by default; `additive` lets no tree use two features, so that each has a printable table."""

    trees: int = 600
    depth: int = 4
    leaves: int = 12
    rate: float = 0.05
    least_cases: int = 20
    ridge: float = 5.0
    features_a_tree: float = 0.8
    cases_a_tree: float = 1.0
    patience: int = 50
    held_out: float = 0.2
    additive: bool = False
    free: bool = False
    seed: int = 20200221

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= MOST_DEPTH:
            raise Invalid(
                "bad_growth", f"Trees {self.depth} deep cannot be explained.", f"Use a depth of 1 to {MOST_DEPTH}.", field="depth"
            )
        if not 0.0 < self.held_out < 0.9:
            raise Invalid("bad_growth", "Stopping needs cases that took no part in fitting.", "Hold out some 0.2.", field="held_out")


WAYS = (Growth(), Growth(depth=6, leaves=48, least_cases=10, ridge=0.0), Growth(depth=2, leaves=4, rate=0.08))
"""What to grow when nothing is known of a sample: neither shallow nor deep trees are best everywhere, and their average is near either."""
STUMPS = Growth(depth=1, leaves=2, rate=0.1, trees=1200, additive=True, features_a_tree=1.0)
"""The challenger that can be printed: one split a tree, so the model is a sum of one table a feature."""


Trial = tuple[Sample, Bools]
"""Cases as they are read without those held out, and which these are: what ranks a category must not know their outcomes."""


def grow(sample: Sample, candidates: Sequence[Candidate], growth: Growth, held: Bools) -> Forest:
    """Trees fitted on the cases not held out and stopped where the held ones stop gaining. The same input gives the same bytes.

    `held`: see `hold_out`. `Invalid` where either part lacks an outcome, a value is too large, or the extra is not installed.
    """
    return _tried([(sample, held)], candidates, growth)[0]


def grow_on_all(sample: Sample, candidates: Sequence[Candidate], growths: Sequence[Growth], trials: Sequence[Trial]) -> Forest:
    """Trees grown in each of these ways, as many as the cases held out in the trials like, fitted anew on every case and averaged.

    What each way counts for is what it tells the held cases beside the others (non-negative stacking, L. Breiman, Machine Learning 24
    (1996)), drawn towards an even share: few cases cannot tell ways apart, and an average of ways ranks better than most of them.
    """
    tried = [_tried(trials, candidates, growth) for growth in growths]
    cases = [trial.take(np.flatnonzero(held)) for trial, held in trials]
    eta = np.column_stack([np.concatenate([_eta(one, held) for one, held in zip(way, cases, strict=True)]) for way in tried])
    shares = _shares(eta, np.concatenate([held.bad for held in cases]), np.concatenate([held.weight for held in cases]))
    kept = [place for place, share in enumerate(shares) if share > 0.0]
    return averaged([(_on_all(sample, candidates, growths[place], tried[place][0]), float(shares[place])) for place in kept])


def grow_best(sample: Sample, candidates: Sequence[Candidate], growths: Sequence[Growth], held: Bools) -> Forest:
    """The one way of growing that the held cases like best, fitted anew on every case: fewer trees, where an answer must be quick."""
    tried = [(growth, grow(sample, candidates, growth, held)) for growth in growths]
    growth, forest = min(tried, key=lambda one: _loss(one[1], sample, held))  # the first of equals
    return _on_all(sample, candidates, growth, forest)


def _on_all(sample: Sample, candidates: Sequence[Candidate], growth: Growth, tried: Forest) -> Forest:
    """As many trees as were tried, fitted anew on every case."""
    booster = _started(sample, candidates, growth, np.ones(len(sample.bad), dtype=np.bool_))
    for _ in range(max(1, len(tried.trees))):
        booster.update()
    return _frozen(booster, sample, candidates, growth)


def _eta(forest: Forest, cases: Sample) -> Floats:
    return log_odds(eta_many(forest, *matrix_of(forest, cases.columns, len(cases.bad))))


def _loss(forest: Forest, sample: Sample, held: Bools) -> float:
    """Mean surprise (log-loss) at the outcomes of the held cases."""
    cases = sample.take(np.flatnonzero(held))
    eta = _eta(forest, cases)
    return float(np.average(np.logaddexp(0.0, eta) - cases.bad * eta, weights=cases.weight))


def shares_of(forests: Sequence[Forest], cases: Sample) -> Floats:
    """What each of these forests should count for, by cases that took no part in growing them; none too small to pay for its trees."""
    return _shares(np.column_stack([_eta(one, cases) for one in forests]), cases.bad, cases.weight)


def _shares(eta: Floats, bad: Bools, weight: Floats) -> Floats:
    even = np.full(eta.shape[1], 1.0 / eta.shape[1])
    found = np.array(fit_shrunk(eta, bad, Anchor(tuple(even.tolist()), PULL), weight).weights)
    found = np.where(found < LEAST_SHARE * found.sum(), 0.0, found)
    return found / found.sum() if found.any() else even


def averaged(forests: Sequence[tuple[Forest, float]]) -> Forest:
    """One forest of all their trees, whose leaves count for the share of their forest."""
    first = forests[0][0]
    trees = [
        tree if share == 1.0 else replace(tree, leaf=tuple(round(share * leaf) for leaf in tree.leaf))
        for forest, share in forests
        for tree in forest.trees
    ]
    return Forest(first.features, first.directions, tuple(trees))


def _tried(trials: Sequence[Trial], candidates: Sequence[Candidate], growth: Growth) -> list[Forest]:
    """A forest for each trial, all of as many trees: where the mean surprise at the cases held out stops falling."""
    if any(len(set(sample.bad[part].tolist())) < 2 for sample, held in trials for part in (held, ~held)):
        raise Invalid("too_few_labels", "Fitting and stopping need goods and bads each.", "Bring more outcomes, or hold out more.")
    boosters = [_started(sample, candidates, growth, ~held) for sample, held in trials]
    weights = [float(sample.weight[held].sum()) for sample, held in trials]
    least, best = math.inf, 0
    for trees in range(1, growth.trees + 1):
        for booster in boosters:
            booster.update()
        loss = float(np.average([booster.eval_valid()[0][2] for booster in boosters], weights=weights))
        if loss < least:
            least, best = loss, trees
        elif trees - best >= growth.patience:
            break
    for booster in boosters:
        booster.best_iteration = best
    return [_frozen(booster, sample, candidates, growth) for booster, (sample, _) in zip(boosters, trials, strict=True)]


def _started(sample: Sample, candidates: Sequence[Candidate], growth: Growth, fitting: Bools) -> Any:
    """The library's booster before its first tree, with the cases not fitted on, if any, beside it."""
    lightgbm = extra("lightgbm")
    chosen = _chosen(sample, candidates)
    matrix = matrix_for(sample, [one.feature for one in chosen])
    learning, stopping = ((matrix[part], sample.bad[part].astype(np.float64), sample.weight[part]) for part in (fitting, ~fitting))
    parameters = _parameters(growth, _directions(chosen, growth))
    data = lightgbm.Dataset(learning[0], learning[1], weight=learning[2], params=parameters)
    booster = lightgbm.Booster(parameters, data)
    if len(stopping[1]):
        booster.add_valid(data.create_valid(stopping[0], stopping[1], weight=stopping[2], params=parameters), "held")
    return booster


def _frozen(booster: Any, sample: Sample, candidates: Sequence[Candidate], growth: Growth) -> Forest:
    chosen = _chosen(sample, candidates)
    return freeze_trees(booster, [one.feature for one in chosen], _directions(chosen, growth))


def _chosen(sample: Sample, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [one for one in candidates if one.feature in sample.columns]


def _directions(chosen: Sequence[Candidate], growth: Growth) -> list[int]:
    return [0 if growth.free else DIRECTION.get(one.trend, 0) for one in chosen]


def hold_out(sample: Sample, share: float, seed: int, *, when: Ints | None = None, group: Ints | None = None) -> Bools:
    """Which cases stop the fit: the latest where `when` tells their order, whole groups where `group` tells them, else drawn by outcome.

    Cases of one moment, or of one group, are never parted.
    """
    if when is not None:
        start = np.sort(when)[int(len(when) * (1.0 - share))]
        return np.asarray(when >= start)
    rng = np.random.default_rng(seed)
    if group is not None:
        names = np.unique(group)
        drawn = rng.permutation(names)[: max(1, round(len(names) * share))]
        return np.isin(group, drawn)
    held = np.zeros(len(sample.bad), dtype=np.bool_)
    for outcome in (np.flatnonzero(sample.bad), np.flatnonzero(~sample.bad)):
        held[rng.permutation(outcome)[: max(1, round(len(outcome) * share))]] = True
    return held


def held_outs(sample: Sample, share: float, seed: int) -> list[Bools]:
    """What is held out to say how many trees to grow: one share of the cases, or where bads are few every case once, in five parts.

    A share of few cases says nothing: of eighty, a fifth holds three bads.
    """
    if fewer(sample) >= FEW_BADS:
        return [hold_out(sample, share, seed)]
    fold = stratified(sample.bad, max(2, min(FOLDS, fewer(sample))), np.random.default_rng(seed))
    return [fold == part for part in np.unique(fold)]


def fewer(sample: Sample) -> int:
    """How many cases there are of the rarer outcome."""
    return min(int(sample.bad.sum()), int((~sample.bad).sum()))


def matrix_for(sample: Sample, features: Sequence[str]) -> Floats:
    """Columns as the library wants them: floats by case, not a number where missing."""
    columns = []
    for name in features:
        value, missing = sample.columns[name]
        if len(value) and int(np.abs(value).max()) > MOST_SCALE:
            raise Invalid("value_too_large", f"{name} holds a value beyond 2**53.", "Declare it in larger units.", field=name)
        columns.append(np.where(missing, np.nan, value.astype(np.float64)))
    return np.column_stack(columns)


def _parameters(growth: Growth, directions: list[int]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "objective": "binary", "metric": "binary_logloss", "learning_rate": growth.rate, "num_leaves": growth.leaves,
        "max_depth": growth.depth, "min_data_in_leaf": growth.least_cases, "lambda_l2": growth.ridge,
        "feature_fraction": growth.features_a_tree, "bagging_fraction": growth.cases_a_tree, "bagging_freq": int(growth.cases_a_tree < 1.0),
        "seed": growth.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1, "feature_pre_filter": False,
    }  # fmt: skip
    if any(directions):
        found |= {"monotone_constraints": directions, "monotone_constraints_method": "intermediate"}
    if growth.additive:
        found["interaction_constraints"] = [[place] for place in range(len(directions))]
    return found


# ---- freezing --------------------------------------------------------------------------------------------------------


def freeze_trees(booster: Any, features: Sequence[str], directions: Sequence[int]) -> Forest:
    """The library's trees, up to its best one, in whole numbers."""
    dumped = booster.dump_model()
    trees = [_tree(one["tree_structure"], directions) for one in dumped["tree_info"]]
    return Forest(tuple(features), tuple(directions), tuple(trees))


def _tree(root: Mapping[str, Any], directions: Sequence[int]) -> Tree:
    """One tree, splits numbered from the root down and leaves as they are met."""
    splits = list(_splits(root))
    number = {id(one): place for place, one in enumerate(splits)}
    leaves: list[Mapping[str, Any]] = []

    def child(node: Mapping[str, Any]) -> int:
        if id(node) in number:
            return number[id(node)]
        leaves.append(node)
        return -len(leaves)

    children = [(child(one["left_child"]), child(one["right_child"])) for one in splits]
    return Tree(
        feature=tuple(int(one["split_feature"]) for one in splits),
        threshold=tuple(_threshold(one["threshold"]) for one in splits),
        missing_left=tuple(_missing_left(one, directions) for one in splits),
        left=tuple(left for left, _ in children),
        right=tuple(right for _, right in children),
        cover=tuple(int(one["internal_count"]) for one in splits),
        leaf=tuple(round(one["leaf_value"] * UNIT) for one in (leaves or [root])),
        leaf_cover=tuple(int(one.get("leaf_count", 0)) for one in (leaves or [root])),
    )


def _splits(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "split_feature" in node:
        yield node
        yield from _splits(node["left_child"])
        yield from _splits(node["right_child"])


def _threshold(found: float) -> int:
    """The largest whole number that goes left; a split of missing from all others has the largest float there is."""
    return math.floor(min(max(found, -4.0 * MOST_SCALE), 4.0 * MOST_SCALE))


def _missing_left(split: Mapping[str, Any], directions: Sequence[int]) -> bool:
    """Where a missing value goes. Where none was ever missing it goes to the riskier side: silence earns nothing."""
    if split["missing_type"] == "NaN":
        return bool(split["default_left"])
    direction = directions[split["split_feature"]]
    return direction < 0 if direction else bool(split["threshold"] >= 0.0)
