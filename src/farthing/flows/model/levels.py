"""A bank's own levels of capacity: learnt from its book and saved as a draft, which decisions go by once a second person appointed it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import polars as pl

from farthing.domain import canon
from farthing.domain.calendar import add_months
from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.model_card import ModelCard
from farthing.domain.staff import Accountable, Actor, Role
from farthing.features.monthly import CASH
from farthing.flows.access import require
from farthing.flows.estimate.capacity import histories_of
from farthing.flows.model.appoint import keep_trained
from farthing.flows.observe import features_of_all
from farthing.flows.ports import Command, House, Transaction
from farthing.models.capacity.adapt import Step, learnt
from farthing.models.capacity.describe import describe
from farthing.models.capacity.estimate import PLAN
from farthing.models.capacity.history import realised
from farthing.models.capacity.levels import LEAST_CASES, LEAST_OF_A_CLASS, Levels, encode

NOBODY_YET = "—"
A_PAGE = 1_000
YEAR, QUARTER, QUARTERS = 12, 3, 9
"""Levels are learnt from so many forecasts of a year, a quarter apart."""


def draft_levels(house: House, actor: Actor, as_of: dt.date, key: str) -> ModelCard:
    """Measure and save a draft, which a second person appoints in the market CN-CAPACITY; the same book gives the same levels."""
    require(actor, Role.RISK_MANAGER)
    levels = measure_levels(house, actor, as_of)
    flows = [one.object_digest for one in house.lake.manifests(EvidenceKind.TRANSACTION)]
    card = describe(levels, as_of, canon.digest(sorted(flows)).hex(), Accountable(actor.name, NOBODY_YET))

    def keep(transaction: Transaction) -> ModelCard:
        return keep_trained(house, transaction, card, encode(levels))

    return house.commands.run(Command(key, "draft_levels", actor, as_of), keep, ModelCard)


def measure_levels(house: House, actor: Actor, as_of: dt.date) -> Levels:
    """Corrections from what our own parties' cash came to, quarter after quarter, against what was known a year before it: of those who
    asked for a loan in that year, where they are enough.

    `Invalid` with fewer than sixty parties whose account flows reach from three months before the last of these years to its end, or
    fewer than twenty of which they reach from a year before it.
    """
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    days = [add_months(as_of, -QUARTER * back) for back in range(QUARTERS + YEAR // QUARTER)]
    known = [(day, features_of_all(house, day, CASH)) for day in days]
    asked = _days_of_asking(house)
    steps = [_step(then, now, asked) for then, now in zip(known[YEAR // QUARTER :], known[:QUARTERS], strict=True)]
    usable = len(steps[0].later_fen)
    if usable < LEAST_CASES:
        told = f"{usable} parties have account flows from before {add_months(as_of, -YEAR)}."
        raise Invalid("few_cases", told, f"{LEAST_CASES} are needed: import more, or measure on a later day.", field="as_of")
    synthetic = any(one.provenance.synthetic for one in house.lake.manifests(EvidenceKind.TRANSACTION))
    found = learnt([step for step in steps if len(step.later_fen)], f"own book to {as_of}", synthetic=synthetic)[1]
    if found is None:
        told = f"Fewer than {LEAST_OF_A_CLASS} parties had a year of account flows by {add_months(as_of, -YEAR)}."
        raise Invalid("few_cases", told, "Import more, or measure on a later day.", field="as_of")
    return found


def _days_of_asking(house: House) -> Mapping[str, Sequence[dt.date]]:
    """By subject, the days on which a loan was decided on; who was erased has none."""
    pages = (house.decisions.list(limit=A_PAGE, offset=offset, sort="decided_on") for offset in itertools.count(0, A_PAGE))
    found: dict[str, list[dt.date]] = {}
    for row in itertools.chain.from_iterable(itertools.takewhile(bool, pages)):
        found.setdefault(str(row["party"]), []).append(cast("dt.date", row["decided_on"]))
    return {house.parties.get(party).subject: days for party, days in found.items()}


def _step(then: tuple[dt.date, pl.DataFrame], now: tuple[dt.date, pl.DataFrame], days: Mapping[str, Sequence[dt.date]]) -> Step:
    """What was known on a day of those whose flows are known a year later, what came, and who asked for a loan in that year."""
    later = now[1].select("subject", *(pl.col(feature.name).alias(f"later_{feature.name}") for feature in CASH))
    both = then[1].join(later, on="subject")
    nothing = np.zeros(both.height, np.int64)
    before = histories_of(both, nothing, then[0])
    after = histories_of(both.select(pl.col(f"later_{feature.name}").alias(feature.name) for feature in CASH), nothing, now[0])
    usable = np.flatnonzero(before.months >= YEAR // 4)
    asked = np.array([any(then[0] < day <= now[0] for day in days.get(subject, ())) for subject in both["subject"]], np.bool_)
    month = then[0].year * YEAR + then[0].month
    return Step(month, month + YEAR, before.rows(usable), realised(after.rows(usable), PLAN.horizon), asked[usable])
