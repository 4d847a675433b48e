"""A model's drift as it was counted: how far people moved, how well it still ranks, and the alarms, each with what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from farthing.domain.errors import NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.domain.staff import Actor
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.model.count import BAD, BANDS, GOOD, PD_SUM
from farthing.flows.model.drift import PD
from farthing.flows.needs.drift import BASE, Cell, Watch
from farthing.flows.ports import House
from farthing.flows.queries.model.paper import Both, Say, Text
from farthing.flows.queries.model.readers import READERS
from farthing.models.drift import (
    ALARM,
    Counts,
    Level,
    Movement,
    Performance,
    Results,
    Shift,
    Tally,
    Watched,
    furthest,
    movements,
    performance,
)
from farthing.models.reasons import tell

__all__ = ["Alarm", "DriftBookView", "Movement", "all_alarms", "drift_of"]

OUTCOMES = (GOOD, BAD, PD_SUM)
FAR_Z, FEWEST = 3.0, 10
"""Bads are out of what was foretold beyond so many standard errors; an AUC is told of from so many of each outcome."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that passed its threshold in the newest month: `psi` of a feature, `bads` beside those foretold, or `auc` below what
    validation found likely. `value` and `threshold` are decimal strings; `shift` says of an index which bin moved most, `held` what that
    bin holds."""

    model: Id
    what: str
    feature: str
    month: str
    value: str
    threshold: str
    shift: Shift | None = None
    held: Text = ""


@dataclass(frozen=True, slots=True)
class DriftBookView:
    """All that was counted of a model: nothing before its first decision is counted. `names` are its features in words."""

    card: ModelCard
    names: Mapping[str, Text]
    base_cases: int
    movements: tuple[Movement, ...]
    performance: tuple[Performance, ...]
    alarms: tuple[Alarm, ...]


def drift_of(house: House, actor: Actor, model: Id) -> DriftBookView:
    """A model's counts; `NotFound` if there is no such model."""
    require(actor, *READERS)
    found = house.registry.model(model)
    if found is None:
        raise NotFound("no_model", f"There is no model {model[:40]!r}.", "List models to see their ids: farthing model list.")
    return view_of(found[0], house.drift.watched(model), house.drift.cells(model))


def all_alarms(house: House, actor: Actor) -> tuple[Alarm, ...]:
    """Alarms of every model in use."""
    require(actor, *READERS)
    used = [card for card in house.registry.models() if card.status is ModelStatus.APPROVED]
    return tuple(alarm for card in used for alarm in view_of(card, house.drift.watched(card.id), house.drift.cells(card.id)).alarms)


def view_of(card: ModelCard, watches: Sequence[Watch], cells: Sequence[Cell]) -> DriftBookView:
    """What a model's cells tell."""
    bins = tuple(Watched(one.feature, one.cuts) for one in watches)
    base = counts_of(bins, [one for one in cells if one.month == BASE])
    seen = counts_of(bins, [one for one in cells if one.month != BASE and one.feature not in OUTCOMES])
    moved = movements(seen, base) if base.cases() and seen.cases() else ()
    results = performance(_results(cells))
    alarms = (*_moved_alarms(card.id, moved, seen, base), *_result_alarms(card, results))
    return DriftBookView(card, {one.feature: _name(one.feature) for one in bins}, base.cases(), moved, results, alarms)


def counts_of(bins: tuple[Watched, ...], cells: Sequence[Cell]) -> Counts:
    """Cells as tables; their vintages were not kept, and stand as their months."""
    if not cells:
        nothing = Tally(0, np.zeros((len(bins), 0, 0), dtype=np.int64))
        return Counts(bins, nothing, nothing)
    places = {one.feature: place for place, one in enumerate(bins)}
    first, last = min(one.month for one in cells), max(one.month for one in cells)
    table = np.zeros((len(bins), last - first + 1, max(len(one.cuts) + 2 for one in bins)), dtype=np.int64)
    for one in cells:
        table[places[one.feature], one.month - first, one.bin] += one.cases
    return Counts(bins, Tally(first, table), Tally(first, table))


def _results(cells: Sequence[Cell]) -> Results:
    told = [one for one in cells if one.feature in OUTCOMES]
    first = min((one.month for one in told), default=0)
    table = np.zeros((3, max((one.month for one in told), default=-1) - first + 1, len(BANDS) + 1), dtype=np.int64)
    for one in told:
        table[OUTCOMES.index(one.feature), one.month - first, one.bin] += one.cases
    return Results(BANDS, Tally(first, table))


# ---- alarms ----------------------------------------------------------------------------------------------------------


def _moved_alarms(model: Id, moved: Sequence[Movement], seen: Counts, base: Counts) -> list[Alarm]:
    """Features whose newest month moved further than 0.25, and further than chance would."""
    newest = [list(some)[-1] for _, some in groupby(moved, lambda one: one.feature)]
    found = []
    for one in newest:
        if one.level is Level.ALARM:
            shift, threshold = furthest(seen, base, one.feature, one.month), max(ALARM, one.by_chance)
            held = _held(one.feature, shift)
            found.append(Alarm(model, "psi", one.feature, one.month, f"{one.psi:.3f}", f"{threshold:.3f}", shift, held))
    return found


def _name(feature: str) -> Text:
    known = CATALOGUE.get(feature)
    return Both(known.zh, known.en) if known else Say("models.pd") if feature == PD else feature


def _held(feature: str, shift: Shift) -> Text:
    """What a bin holds, in the feature's unit."""
    if shift.missing:
        return Say("missing.bin")
    known = CATALOGUE.get(feature)
    unit, scale = (known.unit, known.scale) if known else ("share", 6)
    low, high = (None if end is None else tell(end, unit, scale) for end in (shift.low, shift.high))
    if low is None:
        return Say("drift.any") if high is None else f"< {high}"
    return f">= {low}" if high is None else f"{low} – {high}"


def _result_alarms(card: ModelCard, results: Sequence[Performance]) -> list[Alarm]:
    """Of the newest month with outcomes: bads far from those foretold, and an AUC below the validation's interval."""
    if not results:
        return []
    newest, found = results[-1], list[Alarm]()
    if abs(newest.z) >= FAR_Z:
        found.append(Alarm(card.id, "bads", "", newest.month, f"{newest.bads}", f"{newest.expected_bads:.1f}"))
    low = next((one.low for one in card.measures if one.name == "auc"), None)
    enough = min(newest.bads, newest.cases - newest.bads) >= FEWEST
    if newest.auc is not None and low is not None and enough and newest.auc < float(low):
        found.append(Alarm(card.id, "auc", "", newest.month, f"{newest.auc:.3f}", low))
    return found
