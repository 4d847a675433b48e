"""Boosted trees: what one case costs without the library that grew them, with its reasons and without, and parity."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bench.figure import Context, Figure
from farthing.models.boosted.fit import Growth, grow, hold_out, matrix_for
from farthing.models.boosted.model import Boosted, Fit, Scorer, freeze, pd_many
from farthing.models.boosted.trees import eta_many, log_odds, matrix_of
from farthing.models.extras import extra
from farthing.models.reasons import CANDIDATES, Candidate
from farthing.models.sample import Column, Sample
from farthing.quant.binning import Floats, Trend
from farthing.quant.calibration import platt
from farthing.quant.conformal import thresholds

PREFIXES = tuple(f"models.boosted_{what}" for what in ("fit", "one", "explained", "rows", "parity"))
FEATURES, CASES, MANY, CALLS = 20, 20_000, 1_000_000, 2_000
SEED = 20200221


def figures(context: Context) -> Iterable[Figure]:
    """A model of usual size: one case in Python, with and without reasons, a million cases, and how many differ."""
    context.say("boosted: growing")
    chosen, sample = CANDIDATES[:FEATURES], _made_up(CASES)
    held = hold_out(sample, 0.2, SEED)
    with context.measured() as spent:
        forest = grow(sample, chosen, replace(Growth(), patience=600, trees=300), held)
    eta = eta_many(forest, *matrix_of(forest, sample.columns, CASES))
    fit = Fit(platt(log_odds(eta[held]), sample.bad[held]), 50_000, thresholds(eta[held], sample.bad[held], 100_000))
    model = freeze(forest, fit, sample)
    told = f"{len(forest.trees)} trees, {sum(len(tree.leaf) for tree in forest.trees)} leaves, {FEATURES} features"
    yield Figure("models.boosted_fit_s", spent.wall_s, "s", cpu_s=spent.cpu_s, note=f"{CASES:,} cases; {told}")
    rows = _rows(model, sample)
    scorer = Scorer(model)
    yield Figure(
        "models.boosted_one_us", _each(scorer.pd_ppm, rows), "us", goal=500, better="lower", peer="LightGBM predict, one row",
        peer_value=_library_one(sample, chosen, len(forest.trees)), note=f"plain Python; {told}",
    )  # fmt: skip
    yield Figure(
        "models.boosted_explained_us", _each(scorer.score, rows), "us", goal=20_000, better="lower", note="with exact contributions"
    )
    yield from _many(context, model, scorer, rows)


def _made_up(cases: int) -> Sample:
    rng = np.random.default_rng(2)
    strength = rng.normal(size=cases)
    columns: dict[str, Column] = {}
    for place, one in enumerate(CANDIDATES[:FEATURES]):
        sign = -1.0 if one.trend is Trend.RISING else 1.0
        value = np.exp(10 + sign * 0.1 * (place % 5) * strength + rng.normal(0, 0.6, cases))
        columns[one.feature] = (value.astype(np.int64), rng.random(cases) < 0.03 * (place % 3))
    return Sample(tuple(map(str, range(cases))), columns, rng.random(cases) < 1 / (1 + np.exp(2 + 1.2 * strength)), np.ones(cases))


def _rows(model: Boosted, sample: Sample) -> list[dict[str, int | None]]:
    columns = {name: sample.columns[name] for name in model.forest.features}
    return [{name: None if missing[case] else int(value[case]) for name, (value, missing) in columns.items()} for case in range(CALLS)]


def _each(score: Callable[[Mapping[str, int | None]], object], rows: Sequence[Mapping[str, int | None]]) -> float:
    start = time.perf_counter()
    for row in rows:
        score(row)
    return (time.perf_counter() - start) / len(rows) * 1e6


def _library_one(sample: Sample, chosen: Sequence[Candidate], trees: int) -> float:
    matrix = matrix_for(sample, [one.feature for one in chosen])
    booster = lightgbm_of(matrix, sample.bad.astype(float), {"num_leaves": 12, "max_depth": 4}, trees)
    singles = [matrix[case : case + 1] for case in range(CALLS)]
    start = time.perf_counter()
    for one in singles:
        booster.predict(one, num_threads=1)
    return (time.perf_counter() - start) / CALLS * 1e6


def _many(context: Context, model: Boosted, scorer: Scorer, rows: list[dict[str, int | None]]) -> Iterable[Figure]:
    sample = _made_up(MANY)
    pd_many(model, sample.take(np.arange(10)))
    with context.measured() as spent:
        pds = pd_many(model, sample)
    yield Figure("models.boosted_rows_per_s", MANY / spent.wall_s, "rows/s", cpu_s=spent.cpu_s, note="compiled, one thread")
    plain = pd_many(model, sample.take(np.arange(100_000)), plain=True)
    first = pd_many(model, _made_up(CASES))[:CALLS]
    wrong = int((plain != pds[:100_000]).sum()) + sum(scorer.pd_ppm(row) != pd for row, pd in zip(rows, first.tolist(), strict=True))
    yield Figure("models.boosted_parity_mismatches", wrong, "rows", goal=0, better="lower", note="one, columns and compiled, 102,000 rows")


def lightgbm_of(matrix: Floats, y: Floats, options: Mapping[str, Any], trees: int, held: tuple[Floats, Floats] | None = None) -> Any:
    lightgbm = extra("lightgbm")
    fixed = {"objective": "binary", "metric": "binary_logloss", "learning_rate": 0.05, "num_threads": 1, "verbose": -1, "seed": SEED}
    fixed |= {"deterministic": True, "force_row_wise": True}
    sets = [lightgbm.Dataset(*held)] if held else None
    stop = [lightgbm.early_stopping(50, verbose=False)] if held else None
    return lightgbm.train(fixed | dict(options), lightgbm.Dataset(matrix, y), trees, valid_sets=sets, callbacks=stop)
