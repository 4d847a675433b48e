"""What a party could pay a month: from its account flows, the credit report where it may be read, and its own lines with us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain import canon
from farthing.domain.calendar import add_months
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelClass
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.features.monthly import CASH, DUE, FIRST, INFLOW, OUTFLOW
from farthing.flows.access import require
from farthing.flows.observe import features_of, readable
from farthing.flows.ports import House
from farthing.ledger.facility import advance
from farthing.models.capacity.describe import MARKET
from farthing.models.capacity.estimate import Capacity, Histories, capacity
from farthing.models.capacity.history import histories
from farthing.models.capacity.levels import CERTAINTIES_PPM, MIDDLE, WORLD, Levels, decode, encode

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
]

YEAR = 12
OF_THE_WORLD = f"capacity_{canon.digest(WORLD).hex()[:16]}"
"""What decisions go by until levels of the bank's own are in use: those of the synthetic world."""


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


def levels_in_use(house: House, on: dt.date) -> tuple[str, Levels]:
    """What corrects forecasts on a day, under its name: the bank's own levels while they are in use and valid, else the world's."""
    found = house.registry.model_in_use(ModelClass.APPROVAL, MARKET)
    if found is None or not found[0].usable(MARKET, on):
        return OF_THE_WORLD, WORLD
    return found[0].id, _decoded(found[1])


@lru_cache(maxsize=4)
def _decoded(artefact: bytes) -> Levels:
    return decode(artefact)


def show_capacity(house: House, actor: Actor, party: Id, as_of: dt.date | None = None, levels: Levels | None = None) -> CapacityView:
    """The capacity of a party as known on a day, the open one if not given, by the levels in use on it if none are given."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    day = as_of or house.clock.today()
    return _view(house, house.parties.get(party), day, levels or levels_in_use(house, day)[1])


def capacity_facts(house: House, party: Party, as_of: dt.date, levels: Levels = WORLD) -> Mapping[str, int | None]:
    """The facts a policy may read: `capacity_monthly_fen`, and `dscr_12m` in millionths; None is missing."""
    found = _view(house, party, as_of, levels).found
    if found is None:
        return {"capacity_monthly_fen": None, "dscr_12m": None}
    return {"capacity_monthly_fen": found.capacity_monthly_fen, "dscr_12m": found.dscr_12m_ppm}


def as_facts(house: House, party: Party, on: dt.date) -> tuple[str, Mapping[str, int | None]]:
    """The levels that correct forecasts on the day, by name, and the facts: for a decision."""
    name, levels = levels_in_use(house, on)
    return name, capacity_facts(house, party, on, levels)


def _view(house: House, party: Party, as_of: dt.date, levels: Levels) -> CapacityView:
    vector = features_of(house, party, as_of, readable(house, party, CASH, as_of))
    may = readable(house, party, (DUE,), as_of)
    elsewhere = features_of(house, party, as_of, may)[DUE.name] if may else None
    with_us = sum(due_each_month_fen(state, as_of) for state in house.lines.of_party(party.id) if state.terms.opened_on <= as_of)
    table = pl.DataFrame([vector], schema={feature.name: pl.Int64 for feature in CASH})
    history = histories_of(table, np.array([(elsewhere or 0) + with_us], np.int64), as_of)
    return CapacityView(party.id, as_of, capacity(history, levels), elsewhere, with_us, levels.told, levels.synthetic)


def due_each_month_fen(state: LineState, today: dt.date) -> int:
    """What a line as it stands asks for in the year to come, a month, rounded up."""
    begin = advance(state, max(today, state.as_of))
    later = advance(begin, add_months(begin.as_of, YEAR))
    return -(-sum(item.unpaid_fen for item in later.obligations) // YEAR)


def histories_of(table: pl.DataFrame, due_fen: npt.NDArray[np.int64], as_of: dt.date) -> Histories:
    """Histories from a table of the features `CASH`."""
    first = table.select(pl.max_horizontal(feature.name for feature in FIRST).fill_null(-1)).to_series()
    inflow, outflow = (table.select(pl.col(feature.name).fill_null(0) for feature in side).to_numpy() for side in (INFLOW, OUTFLOW))
    return histories(inflow.astype(np.int64), outflow.astype(np.int64), first.to_numpy().astype(np.int64), due_fen, as_of)
