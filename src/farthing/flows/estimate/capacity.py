"""What a party could pay a month: from its account flows, the credit report where it may be read, and its own lines with us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain import canon
from farthing.domain.calendar import add_months
from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.features.monthly import CASH, DUE, FIRST, INFLOW, OUTFLOW
from farthing.flows.access import require
from farthing.flows.observe import allowed, features_of, features_of_all
from farthing.flows.ports import House
from farthing.ledger.facility import advance
from farthing.models.capacity.estimate import PLAN, Capacity, Histories, capacity, measure
from farthing.models.capacity.history import histories, realised
from farthing.models.capacity.levels import CERTAINTIES_PPM, LEAST_CASES, MIDDLE, WORLD, Levels, decode, encode

__all__ = [
    "CERTAINTIES_PPM",
    "MIDDLE",
    "WORLD",
    "Capacity",
    "CapacityView",
    "Levels",
    "capacity_facts",
    "decode",
    "encode",
    "measure_levels",
]

Ints = npt.NDArray[np.int64]
YEAR = 12
NAME = f"capacity_{canon.digest(WORLD).hex()[:16]}"
"""What decisions go by until the bank measures levels of its own: those of the synthetic world."""


@dataclass(frozen=True, slots=True)
class CapacityView:
    """A party's capacity on a day, what its debts take a month (elsewhere, and with us), and what the levels were measured on."""

    party: Id
    as_of: dt.date
    found: Capacity | None
    elsewhere_fen: int | None
    with_us_fen: int
    levels: str
    synthetic: bool


def show_capacity(house: House, actor: Actor, party: Id, as_of: dt.date | None = None, levels: Levels = WORLD) -> CapacityView:
    """The capacity of a party as known on a day, the open one if not given."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    return _view(house, house.parties.get(party), as_of or house.clock.today(), levels)


def capacity_facts(house: House, party: Party, as_of: dt.date, levels: Levels = WORLD) -> Mapping[str, int | None]:
    """The facts a policy may read: `capacity_monthly_fen`, and `dscr_12m` in millionths; None is missing."""
    found = _view(house, party, as_of, levels).found
    if found is None:
        return {"capacity_monthly_fen": None, "dscr_12m": None}
    return {"capacity_monthly_fen": found.capacity_monthly_fen, "dscr_12m": found.dscr_12m_ppm}


def as_facts(house: House, party: Party, on: dt.date) -> tuple[str, Mapping[str, int | None]]:
    """What the forecast was corrected by, under the name of its content, and the facts: for a decision."""
    return NAME, capacity_facts(house, party, on)


def _view(house: House, party: Party, as_of: dt.date, levels: Levels) -> CapacityView:
    vector = features_of(house, party, as_of, CASH)
    may = allowed((DUE,), house.parties.consents(party.id), (), as_of)
    elsewhere = features_of(house, party, as_of, may)[DUE.name] if may else None
    with_us = sum(due_each_month_fen(state, as_of) for state in house.lines.of_party(party.id) if state.terms.opened_on <= as_of)
    table = pl.DataFrame([vector], schema={feature.name: pl.Int64 for feature in CASH})
    history = _histories(table, np.array([(elsewhere or 0) + with_us], np.int64), as_of)
    return CapacityView(party.id, as_of, capacity(history, levels), elsewhere, with_us, levels.told, levels.synthetic)


def due_each_month_fen(state: LineState, today: dt.date) -> int:
    """What a line as it stands asks for in the year to come, a month, rounded up."""
    begin = advance(state, max(today, state.as_of))
    later = advance(begin, add_months(begin.as_of, YEAR))
    return -(-sum(item.unpaid_fen for item in later.obligations) // YEAR)


def measure_levels(house: House, actor: Actor, as_of: dt.date) -> Levels:
    """Corrections from what our own parties' cash came to in the year before `as_of`, against what was known before that year.

    `Invalid` with fewer than sixty parties whose account flows reach from three months before it to its end.
    """
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    then = add_months(as_of, -YEAR)
    earlier, later = features_of_all(house, then, CASH), features_of_all(house, as_of, CASH)
    both = earlier.join(later.select("subject", *(pl.col(feature.name).alias(f"later_{feature.name}") for feature in CASH)), on="subject")
    nothing = np.zeros(both.height, np.int64)
    before = _histories(both, nothing, then)
    after = _histories(both.select(pl.col(f"later_{feature.name}").alias(feature.name) for feature in CASH), nothing, as_of)
    usable = np.flatnonzero(before.months >= YEAR // 4)
    if len(usable) < LEAST_CASES:
        told = f"{len(usable)} parties have account flows from before {then}."
        raise Invalid("few_cases", told, f"{LEAST_CASES} are needed: import more, or measure on a later day.", field="as_of")
    synthetic = any(one.provenance.synthetic for one in house.lake.manifests(EvidenceKind.TRANSACTION))
    return measure(before.rows(usable), realised(after.rows(usable), PLAN.horizon), f"own book to {as_of}", synthetic=synthetic)


def _histories(table: pl.DataFrame, due_fen: Ints, as_of: dt.date) -> Histories:
    first = table.select(pl.max_horizontal(feature.name for feature in FIRST).fill_null(-1)).to_series()
    inflow, outflow = (table.select(pl.col(feature.name).fill_null(0) for feature in side).to_numpy() for side in (INFLOW, OUTFLOW))
    return histories(inflow.astype(np.int64), outflow.astype(np.int64), first.to_numpy().astype(np.int64), due_fen, as_of)
