"""Models: what the scorecard of the catalogue earns on real outcomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import polars as pl

from bench.figure import Context, Figure
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import take_in
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.features.daily import daily
from farthing.models.fit import Settings, develop
from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample, sample_of
from farthing.models.validate import Plan, validate
from farthing.sources import cumcm2020c

AS_OF = dt.date(2020, 2, 21)


def figures(context: Context) -> Iterable[Figure]:
    """Out of fold, beside a plain regression in the same folds."""
    folder = context.data / cumcm2020c.NAME
    if not folder.is_dir():
        context.say(f"models: no public data in {folder}")
        return
    sample = catalogue_sample(context.data)
    with context.measured() as spent:
        fit = partial(develop, candidates=CANDIDATES, settings=Settings())
        found = validate(sample, fit, Plan(), lambda done, total, what: context.say(f"models: {what} {done} of {total}"))
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


def catalogue_sample(data: Path) -> Sample:
    """The labelled enterprises of the public set with every feature of the catalogue."""
    tables = cumcm2020c.read(data / cumcm2020c.NAME)
    frames = {
        kind: [take_in(one, AS_OF).accepted for one in tables if one.kind is kind] for kind in (EvidenceKind.INVOICE, EvidenceKind.OUTCOME)
    }
    vectors = batch({EvidenceKind.INVOICE: daily(EvidenceKind.INVOICE, pl.concat(frames[EvidenceKind.INVOICE]))}, AS_OF, FEATURES)
    return sample_of(vectors, pl.concat(frames[EvidenceKind.OUTCOME]).rename({"party": "subject"}), tuple(CATALOGUE))
