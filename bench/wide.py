"""The wide scorecard on made-up worlds: each world judged by a card of the others, beside the card of declared features and LightGBM.

Quick: three small worlds. `FULL=1`: five of 600 merchants. The bar for taking a feature was chosen on other worlds (seeds 101 to 105).
All of it is synthetic and says nothing of real enterprises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from bench.boosted import lightgbm_of
from bench.dimensions import USUAL, Worlds, joined, world
from bench.figure import Context, Figure
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.models.boosted.fit import matrix_for
from farthing.models.dimension.fit import MANY
from farthing.models.fit import fit
from farthing.models.sample import Sample
from farthing.models.validate import auc_difference
from farthing.models.wide import develop_wide, wide_candidates
from farthing.quant.binning import Floats
from farthing.quant.discrimination import auc, bootstrap

PREFIXES = ("models.wide",)
SEED, DRAWS = 20200221, 300
CANDIDATES = wide_candidates(CATALOGUE)
TREES: dict[str, object] = {"num_leaves": 4, "min_data_in_leaf": 20, "lambda_l2": 5.0, "feature_fraction": 0.3, "learning_rate": 0.03}


def figures(context: Context) -> Iterable[Figure]:
    """AUC on cases of worlds that took no part, all of them together by rank within their world."""
    seeds, merchants = (range(106, 111), 600) if context.full else (range(106, 109), 300)
    worlds = []
    for seed in seeds:
        context.say(f"wide: world {seed}")
        worlds.append(world(seed, merchants, [feature.name for feature in FEATURES]))
    found: dict[str, list[Floats]] = {"wide": [], "declared": [], "lightgbm": []}
    taken: list[int] = []
    for place, judged in enumerate(worlds):
        context.say(f"wide: judging world {place + 1} of {len(worlds)}")
        known = joined([one for number, one in enumerate(worlds) if number != place]).sample
        each, count = sides(known, judged.sample)
        taken.append(count)
        for name, eta in each.items():
            found[name].append(eta)
    yield from told(worlds, found, taken)


def sides(known: Sample, fresh: Sample) -> tuple[Mapping[str, Floats], int]:
    """What each says of fresh cases, and how many features the wide card took."""
    wide, names = develop_wide(known, CANDIDATES), [one.feature for one in CANDIDATES]
    trees = lightgbm_of(matrix_for(known, names), known.bad.astype(float), TREES, 200)
    return {
        "wide": wide.eta(fresh),
        "declared": fit(known, USUAL, replace(MANY, most_features=30, gaps_earn=True)).eta(fresh),
        "lightgbm": trees.predict(matrix_for(fresh, names), raw_score=True, num_threads=1),
    }, len(wide.features)


def told(worlds: Sequence[Worlds], found: Mapping[str, Sequence[Floats]], taken: Sequence[int]) -> Iterable[Figure]:
    """Means over worlds, and the wide card's less the others', paired on the same cases."""
    bads = [one.sample.bad for one in worlds]
    note = f"mean of {len(worlds)} worlds, {sum(map(len, bads)):,} cases, {sum(int(one.sum()) for one in bads)} bad"
    for name, etas in found.items():
        mean = float(np.mean([auc(eta, bad) for eta, bad in zip(etas, bads, strict=True)]))
        more = f"; {min(taken)} to {max(taken)} features of {len(CANDIDATES):,}" if name == "wide" else ""
        yield Figure(f"models.wide_{name}_auc", mean, "auc", note=note + more)
    every = np.concatenate(bads)
    ranks = {name: np.concatenate([one.argsort().argsort() / len(one) for one in etas]) for name, etas in found.items()}
    order = np.arange(len(every), dtype=np.float64)
    for other in ("declared", "lightgbm"):
        less = bootstrap(auc_difference(ranks["wide"][None], ranks[other][None]), order, every, SEED, DRAWS)
        yield Figure(
            f"models.wide_less_{other}", less.value, "auc", note=f"by rank within each world, paired {less.low:+.4f} to {less.high:+.4f}"
        )
