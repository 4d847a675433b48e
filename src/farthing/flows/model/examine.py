"""Examine a model that was developed: pictures, months, swaps with the model in use, leaks, and what shocks of its evidence would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.feature import Feature
from farthing.domain.model_card import Measure, ModelClass
from farthing.evidence.monitor.shock import amounts, late, less_turnover, wrong_unit
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily
from farthing.flows.model.records import watched_groups
from farthing.flows.model.turned_down import bounds
from farthing.flows.observe import kinds_of
from farthing.flows.ports import House
from farthing.models.artefact import made_ready, ready
from farthing.models.card import Development
from farthing.models.sample import Column, Sample, columns_for
from farthing.models.validation.alone import leak_checks
from farthing.models.validation.curves import curves_of
from farthing.models.validation.fair import fair
from farthing.models.validation.months import by_month
from farthing.models.validation.stress import Shock, stress, without
from farthing.models.validation.swap import swaps

Rows = Mapping[EvidenceKind, pl.DataFrame]
Change = Callable[[EvidenceKind, pl.DataFrame], pl.DataFrame]
YEAR, LATE_DAYS, LESS_PERCENT = dt.timedelta(days=365), 30, 30


def examined(house: House, made: Development) -> Development:
    """The same development with everything its report tells beyond the measures of its folds."""
    model, found, sample = made_ready(made.artefact), made.validation, made.sample
    risk, reads = found.eta.mean(axis=0), tuple(one.feature for one in model.reads)
    months = by_month(risk, sample.bad, sample.month)
    shocks = _shocks(house, sample, tuple(CATALOGUE[name] for name in reads), made.as_of)
    fairness = fair(watched_groups(house, sample.subjects, made.as_of), found.probability.mean(axis=0), sample.bad)
    findings = (
        *months.measures, *fairness, *_swapped(house, made), *bounds(house, made), *leak_checks(sample, reads),
        *stress(model.pd_ppm, sample, shocks, made.plan.seed),
    )  # fmt: skip
    curves = curves_of(risk, sample.bad, sample.weight, found.table)
    return replace(made, findings=findings, curves=(*curves, *months.curves))


def _swapped(house: House, made: Development) -> tuple[Measure, ...]:
    """Beside the model in use, if there is another one that reads the bank's features."""
    used = house.registry.model_in_use(ModelClass.RATING, made.market)
    if used is None or used[0].id == made.artefact.name:
        return ()
    before = ready(used[1])
    if any(one.feature not in made.sample.columns for one in before.reads):
        return ()
    return swaps(made.validation.eta.mean(axis=0), before.pd_ppm(made.sample.columns).astype(float), made.sample.bad)


def _shocks(house: House, sample: Sample, features: Sequence[Feature], as_of: dt.date) -> list[Shock]:
    """Each source missing, its amounts in a wrong unit, all evidence a month late, and a year of less turnover.

    What is altered is the evidence, and the features are computed again: growth and ratios move as they would.
    """
    kinds = kinds_of(features)
    rows = {kind: house.lake.scan(kind, CURRENCY).collect() for kind in kinds}
    again = partial(_again, sample, features, as_of, rows)
    since = as_of - YEAR
    found = [
        Shock("turnover", again(lambda kind, one: less_turnover(kind, one, since, LESS_PERCENT))),
        Shock("late", again(lambda _, one: late(one, LATE_DAYS))),
    ]
    for kind in kinds:
        lost = [feature.name for feature in features if kind in feature.sources]
        found.append(Shock(f"without_{kind.value}", without(sample.columns, lost)))
        if amounts(kind, rows[kind]):
            found.append(Shock(f"unit_{kind.value}", again(partial(_only, kind))))
    return found


def _only(wrong: EvidenceKind, kind: EvidenceKind, rows: pl.DataFrame) -> pl.DataFrame:
    return wrong_unit(kind, rows) if kind is wrong else rows


def _again(sample: Sample, features: Sequence[Feature], as_of: dt.date, rows: Rows, change: Change) -> Mapping[str, Column]:
    """The sample's columns as they would be, had the evidence been so."""
    frame = batch({kind: daily(kind, change(kind, one)) for kind, one in rows.items()}, as_of, features)
    return columns_for(sample, frame, [feature.name for feature in features])
