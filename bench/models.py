"""Models: what the scorecard earns on real outcomes, and how fast it scores one and many."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable

import numpy as np
import polars as pl

from bench.figure import Context, Figure
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import take_in
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.features.daily import daily
from farthing.models.fit import Calibration, Settings, develop, freeze
from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample, sample_of
from farthing.models.scorecard import Scorecard, score_many, score_one
from farthing.models.validate import Plan, validate
from farthing.sources import cumcm2020c

PREFIXES = ("models.", "scorecard.")
AS_OF = dt.date(2020, 2, 21)
MANY = 1_000_000
CALLS = 20_000


def figures(context: Context) -> Iterable[Figure]:
    """Validation first, then speed with the card it led to."""
    folder = context.data / cumcm2020c.NAME
    if not folder.is_dir():
        context.say(f"models: no public data in {folder}")
        return
    sample = _sample(context)
    with context.measured() as spent:
        found = validate(sample, CANDIDATES, Settings(), Plan(), lambda done, total, what: context.say(f"models: {what} {done} of {total}"))
    peer = found.measures["baseline_auc"].value
    for name in ("auc", "ks"):
        one, plain = found.measures[name], found.measures[f"baseline_{name}"].value
        yield Figure(
            f"models.cumcm2020c_{name}", one.value, name, peer="plain logistic, same folds", peer_value=plain,
            cpu_s=spent.cpu_s if name == "auc" else None, note=f"5 x 5-fold, 95 % interval {one.low:.3f}-{one.high:.3f}",
        )  # fmt: skip
    less = found.measures["auc_less_baseline"]
    yield Figure(
        "models.cumcm2020c_auc_gain", less.value, "auc", note=f"over {peer:.3f}, paired interval {less.low:+.3f} to {less.high:+.3f}"
    )
    card = freeze(develop(sample, CANDIDATES, Settings()), Calibration(found.line, 50_000), CATALOGUE)
    yield from _speed(context, card, sample)


def _sample(context: Context) -> Sample:
    tables = cumcm2020c.read(context.data / cumcm2020c.NAME)
    frames = {
        kind: [take_in(one, AS_OF).accepted for one in tables if one.kind is kind] for kind in (EvidenceKind.INVOICE, EvidenceKind.OUTCOME)
    }
    vectors = batch({EvidenceKind.INVOICE: daily(EvidenceKind.INVOICE, pl.concat(frames[EvidenceKind.INVOICE]))}, AS_OF, FEATURES)
    return sample_of(vectors, pl.concat(frames[EvidenceKind.OUTCOME]).rename({"party": "subject"}), tuple(CATALOGUE))


def _speed(context: Context, card: Scorecard, sample: Sample) -> Iterable[Figure]:
    """One row in Python, a million in columns, and how many of them differ."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, len(sample.bad), MANY)
    columns = {}
    for name in card.features:
        value, missing = sample.columns[name]
        noisy = value[drawn] + rng.integers(-1000, 1000, MANY)
        columns[name] = pl.Series(noisy).set(pl.Series(missing[drawn] | (rng.random(MANY) < 0.05)), None)
    frame = pl.DataFrame(columns)
    rows = frame.head(CALLS).to_dicts()
    start = time.perf_counter()
    scores = [score_one(card, row) for row in rows]
    yield Figure(
        "scorecard.one_us",
        (time.perf_counter() - start) / CALLS * 1e6,
        "us",
        goal=20,
        better="lower",
        note=f"{len(card.features)} features",
    )
    with context.measured() as spent:
        many = score_many(card, frame)
    yield Figure("scorecard.batch_rows_per_s", MANY / spent.wall_s, "rows/s", cpu_s=spent.cpu_s)
    told = list(zip(many["points"].to_list(), many["pd_ppm"].to_list(), strict=True))
    wrong = sum((score.points, score.pd_ppm) != pair for score, pair in zip(scores, told, strict=False))
    yield Figure("scorecard.parity_mismatches", wrong, "rows", goal=0, better="lower", note=f"one row against columns, {CALLS:,} rows")
