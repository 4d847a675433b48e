"""Drift of the model in use: everybody we know at each month's end, beside the day the model was made for."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.features.catalogue import CATALOGUE, CORE
from farthing.flows.access import require
from farthing.flows.observe import features_of_all
from farthing.flows.ports import House
from farthing.models.artefact import Ready, ready
from farthing.models.drift import Counts, Movement, counted, month_number, movements, watch
from farthing.models.sample import Column

PD = "pd_ppm"


@dataclass(frozen=True, slots=True)
class DriftView:
    """Movements of the score's PD and of each feature the model reads, against all known by `base`, when its sample was drawn."""

    model: Id
    base: dt.date
    base_cases: int
    movements: tuple[Movement, ...]


def drift(house: House, actor: Actor, until: dt.date, months: int = 12) -> DriftView:
    """The newest approved model at the ends of the `months` months up to `until`. `NotFound` without a model or without features."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    if not 1 <= months <= 60:
        raise Invalid("bad_months", f"{months} months cannot be told.", "Ask for 1 to 60.", field="months")
    found = house.registry.model(None)
    if found is None:
        raise NotFound("no_model", "There is no model yet.", "Train one: farthing model train.")
    card, model = found[0], ready(found[1])
    base_columns = columns_of_all(house, model, card.as_of)
    watched = watch(base_columns)

    def at(columns: dict[str, Column], day: dt.date) -> Counts:
        month = np.full(len(columns[PD][0]), month_number(day.year, day.month), dtype=np.int64)
        return counted(watched, columns, month, month)

    base, *others = (at(base_columns, card.as_of), *(at(columns_of_all(house, model, day), day) for day in _ends(until, months)))
    seen = others[0]
    for one in others[1:]:
        seen = seen + one
    return DriftView(card.id, card.as_of, base.cases(), movements(seen, base))


def columns_of_all(house: House, model: Ready, day: dt.date) -> dict[str, Column]:
    """The PD, and what the model reads, of everybody known on the day."""
    reads = [one.feature for one in model.reads]
    read = {feature.name: feature for feature in (*CORE, *(CATALOGUE[name] for name in reads))}
    features = features_of_all(house, day, tuple(read.values()))
    columns = {name: (_whole(features[name]), features[name].is_null().to_numpy()) for name in reads}
    return {PD: (model.pd_ppm(columns), np.zeros(features.height, dtype=np.bool_))} | columns


def _whole(column: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return column.fill_null(0).cast(pl.Int64).to_numpy()


def _ends(until: dt.date, months: int) -> Sequence[dt.date]:
    """The ends of the months before, oldest first, and `until` itself."""
    last = month_number(until.year, until.month)
    ends = []
    for number in range(last - months + 1, last):
        year, month = number // 12, number % 12 + 1
        ends.append(dt.date(year, month, calendar.monthrange(year, month)[1]))
    return (*ends, until)
