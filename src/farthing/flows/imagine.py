"""The world as a source: what its merchants would have shown us, taken in by the same door as real evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from farthing.domain import canon
from farthing.domain.calendar import add_months
from farthing.domain.evidence import EvidenceKind, Repeats
from farthing.domain.ids import Id
from farthing.evidence.intake import SourceTable
from farthing.evidence.kinds import TABLES
from farthing.evidence.mapping import canonical_map
from farthing.evidence.table import FieldType
from farthing.flows.ports import House
from farthing.world.economy import Plan
from farthing.world.farms import FarmPlan, Farms, farms
from farthing.world.told import LAGS, Told, tell
from farthing.world.town import TownPlan, town_sales

A_WORLD = Plan()
"""The world of the demonstration."""
FARMS = FarmPlan()
"""The farms that are made if nobody says otherwise."""
GROUND = "synthetic: nobody's data"
ORDER = (EvidenceKind.ENTERPRISE, EvidenceKind.RELATION, EvidenceKind.OUTCOME, EvidenceKind.INVOICE, EvidenceKind.TRANSACTION)


@dataclass(frozen=True, slots=True)
class Imagined:
    """The world's tables as sources, and the truth by external key, which no room may see."""

    plan: Plan
    tables: tuple[SourceTable, ...]
    truth: pl.DataFrame


def imagine_farms(plan: FarmPlan) -> Farms:
    """Farms of many counties as vectors, for models of a county; their truth apart."""
    return farms(plan)


def mapping_of(table: SourceTable) -> str:
    """The mapping document by which the importer reads a world's table from a file: its columns are ours, and it speaks of nobody."""
    contract, columns = TABLES[table.kind], set(table.frame.columns)
    amounts = {field.name for field in contract.fields if field.type is FieldType.AMOUNT}
    fields = {name: {"column": name, "unit": "fen"} if name in amounts else name for name, _ in table.map.fields if name in columns}
    lag = table.map.lag
    document = {
        "kind": table.kind.value, "source": table.source, "synthetic": True, "consent": "made_up", "repeats": Repeats.KEEP.value,
        "known": {"lag_days": lag.days, "assumed": lag.assumed}, "fields": fields,
    }  # fmt: skip
    return canon.encode(document).decode() + "\n"  # JSON is YAML


def imagine_town(seed: int, sales: int) -> str:
    """A made-up town's sales of houses as a CSV file, each row of which says so."""
    return town_sales(TownPlan(seed=seed, sales=sales)).write_csv()


def imagine(plan: Plan, *, every: bool = False) -> Imagined:
    """A world's evidence as source tables, parties first: of `every` kind, or of the first five."""
    told = tell(plan, every=every)
    kinds = (*ORDER, *(kind for kind in told.tables if kind not in ORDER))
    return Imagined(plan, tuple(_table(told, kind) for kind in kinds), told.truth)


def _table(told: Told, kind: EvidenceKind) -> SourceTable:
    frame = told.tables[kind].drop("row")
    digest = hashlib.sha256(frame.write_csv().encode("utf-8")).hexdigest()
    mapping = canonical_map(kind, LAGS[kind])
    return SourceTable(f"world/{kind.value}", frame, digest, mapping, ends_on=told.plan.end, ground=GROUND, synthetic=True)


def fates(house: House, imagined: Imagined) -> Mapping[Id, dt.date | None]:
    """Party to the day trouble strikes after the evidence ends: None for the sound, at once for those struck already."""
    rows = imagined.truth.select("party", "defaults", "strikes_month").iter_rows()
    known = house.parties.find_many(imagined.truth["party"].to_list())
    soon = imagined.plan.end + dt.timedelta(days=45)
    return {
        known[key].id: (max(add_months(imagined.plan.start, strikes), soon) if defaults else None)
        for key, defaults, strikes in rows
        if key in known
    }
