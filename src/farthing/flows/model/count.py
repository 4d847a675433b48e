"""Count what models scored and what became of it, month by month, from the log: each leaf once, and nothing older is read again.

A decision adds one case to a bin of each feature that its model read, and of its PD. An outcome that becomes known adds a good or a bad to
the band of the PD that the newest decision before it gave. What is kept is counts; counted anew from the first leaf they are the same, but
for parties that were erased since.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from farthing.domain.decision import Decision
from farthing.domain.event import Decided, EvidenceReceived, decode_event
from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.facts import Facts
from farthing.domain.ids import Id
from farthing.flows.model.drift import PD, columns_of_all
from farthing.flows.needs.drift import BASE, Cell, Watch
from farthing.flows.ports import House
from farthing.models.artefact import ready
from farthing.models.drift import Counts, Watched, counted, month_number, watch
from farthing.models.master_scale import SCALE
from farthing.models.sample import Column

LEAVES = 5_000
ONE_DAY = dt.timedelta(days=1)
GOOD, BAD, PD_SUM = "·good", "·bad", "·pd"
"""Names that no feature has: outcomes by band of the master scale, and the sum of their PDs."""
BANDS = tuple(grade.from_ppm for grade in SCALE.grades[1:])


@dataclass(frozen=True, slots=True)
class Progress:
    """How many leaves of the log were looked at, and what was found in them."""

    leaves: int
    decisions: int
    outcomes: int


class _Case(NamedTuple):
    """A decision by a model: month, PD, facts."""

    month: int
    pd_ppm: int
    facts: Facts


def count_drift(house: House) -> Progress:
    """Count up to the newest sealed leaf. Run twice, or by two at once, it counts each leaf once."""
    size, done = house.journal.seal().size, Progress(0, 0, 0)
    while (first := house.drift.counted()) < size:
        beyond = min(first + LEAVES, size)
        cases, outcomes = _read(house, first, beyond)
        watches, cells = _cells(house, cases)
        told = [cell for evidence, came_on in outcomes for cell in _outcome_cells(house, evidence, came_on)]
        if not house.drift.add(first, beyond, watches, [*cells, *told]):
            break  # another counted these leaves meanwhile, and goes on
        seen = sum(map(len, cases.values()))
        done = Progress(done.leaves + beyond - first, done.decisions + seen, done.outcomes + len(told) // 2)
    return done


def _read(house: House, first: int, beyond: int) -> tuple[dict[Id, list[_Case]], list[tuple[Id, dt.date]]]:
    """What these leaves tell: decisions by their model, and evidence of outcomes with the day it came."""
    cases: dict[Id, list[_Case]] = {}
    outcomes = []
    for _, _, data in house.journal.sealed(first, beyond):
        if data is None:
            continue
        event = decode_event(data)
        body = event.body
        if isinstance(body, EvidenceReceived) and body.kind is EvidenceKind.OUTCOME:
            outcomes.append((body.evidence, event.effective_on))
        elif isinstance(body, Decided) and body.model is not None and body.overrides is None:
            found = house.decisions.get(body.decision)
            if found is not None and found[1].score is not None:
                cases.setdefault(body.model, []).append(_Case(_month(found[1]), found[1].score.pd_ppm, found[2]))
    return cases, outcomes


def _month(decision: Decision) -> int:
    return month_number(decision.decided_on.year, decision.decided_on.month)


# ---- decisions -------------------------------------------------------------------------------------------------------


def _cells(house: House, cases: dict[Id, list[_Case]]) -> tuple[list[Watch], list[Cell]]:
    """Counts of these decisions; of a model that is new here also what it is watched for, and its base."""
    watches, cells = list[Watch](), list[Cell]()
    for model, made in sorted(cases.items()):
        watched = house.drift.watched(model)
        if not watched:
            fresh, base = _base(house, model)
            watched = tuple(Watch(model, one.feature, one.cuts) for one in fresh)
            watches += watched
            cells += base
        bins = tuple(Watched(one.feature, one.cuts) for one in watched)
        month = np.array([one.month for one in made], dtype=np.int64)
        cells += cells_of(model, counted(bins, {one.feature: _column(one.feature, made) for one in bins}, month, month))
    return watches, cells


def _base(house: House, model: Id) -> tuple[tuple[Watched, ...], list[Cell]]:
    """Everybody known on the day the model was made for, in bins of equal size."""
    found = house.registry.model(model)
    assert found is not None, "a model that decided is on record"
    columns = columns_of_all(house, ready(found[1]), found[0].as_of)
    watched = watch(columns)
    month = np.full(len(columns[PD][0]), BASE, dtype=np.int64)
    return watched, list(cells_of(model, counted(watched, columns, month, month)))


def _column(feature: str, cases: Sequence[_Case]) -> Column:
    if feature == PD:
        return np.array([one.pd_ppm for one in cases], dtype=np.int64), np.zeros(len(cases), dtype=np.bool_)
    values = [one.facts.values.get(feature) for one in cases]
    known = [value if type(value) is int else None for value in values]
    return np.array([value or 0 for value in known], dtype=np.int64), np.array([value is None for value in known], dtype=np.bool_)


def cells_of(model: Id, counts: Counts) -> Iterator[Cell]:
    """The cells that are not empty."""
    for place, one in enumerate(counts.watched):
        table = counts.month.of(place)
        for month, bin_ in zip(*np.nonzero(table), strict=True):
            yield Cell(model, counts.month.first + int(month), one.feature, int(bin_), int(table[month, bin_]))


# ---- outcomes --------------------------------------------------------------------------------------------------------


def _outcome_cells(house: House, evidence: Id, came_on: dt.date) -> Iterator[Cell]:
    """Two cells an outcome whose party was decided about before: the good or the bad, and its PD.

    Before is by days, and not of the same one: business days only go on, so that the log counted anew finds just these decisions again.
    """
    one = next((one for one in house.lake.manifests(EvidenceKind.OUTCOME) if one.id == evidence), None)
    if one is None or one.provenance.currency != CURRENCY:
        return
    rows = house.lake.rows_in(one).select("subject", "defaulted", "known_on").drop_nulls()
    decided = house.decisions.of_subjects(rows["subject"].to_list())
    for subject, bad, known_on in rows.iter_rows():
        made = _last_before(house, decided.get(subject, ()), min(known_on, came_on - ONE_DAY))
        if made is not None and made.score is not None and made.model is not None:
            month, band = month_number(known_on.year, known_on.month), bisect_right(BANDS, made.score.pd_ppm)
            yield Cell(made.model, month, BAD if bad else GOOD, band, 1)
            yield Cell(made.model, month, PD_SUM, band, made.score.pd_ppm)


def _last_before(house: House, decisions: Sequence[Id], on: dt.date) -> Decision | None:
    """The newest of these, newest first, that was made by a model on or before a day."""
    found = (house.decisions.get(decision) for decision in decisions)
    return next((one[1] for one in found if one is not None and one[1].decided_on <= on and one[1].score is not None), None)
