"""What the bank is told of the world, in the same canonical tables as real evidence, with the truth kept apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind, KnownLag
from farthing.domain.party import Channel, PartyKind
from farthing.world.cash import transactions
from farthing.world.economy import Economy, Plan, build, stream
from farthing.world.grid import false_months
from farthing.world.kin import Kin, kin
from farthing.world.owner import gangs
from farthing.world.report import burst_months
from farthing.world.trade import invoices
from farthing.world.wider import LAGS as WIDER_LAGS
from farthing.world.wider import wider

CAME_BY: dict[PartyKind, dict[Channel, float]] = {
    PartyKind.FARM: {Channel.COUNTY: 0.7, Channel.AGENT: 0.3},
    PartyKind.PERSON: {Channel.QR: 0.6, Channel.ONLINE: 0.3, Channel.AGENT: 0.1},
    PartyKind.ENTERPRISE: {Channel.ONLINE: 0.4, Channel.QR: 0.2, Channel.BRANCH: 0.2, Channel.PARTNER: 0.2},
}
"""By which channels merchants of each kind come, and how many."""
LAGS: dict[EvidenceKind, KnownLag] = {
    EvidenceKind.ENTERPRISE: KnownLag(0, assumed=True),
    EvidenceKind.INVOICE: KnownLag(1, assumed=True),
    EvidenceKind.TRANSACTION: KnownLag(1, assumed=True),
    EvidenceKind.RELATION: KnownLag(0, assumed=True),
    EvidenceKind.OUTCOME: KnownLag(0, assumed=True),
    **WIDER_LAGS,
}


@dataclass(frozen=True, slots=True)
class Told:
    """`tables` is what the bank may see; `truth`, a row a merchant, it never is.

    Truth: party, county, fate, strikes_month, defaults, quality_ppm, ring, related; the months `false_from_month` to `false_until_month`
    (excluded) in which its sales contradict its goods; `burst_month`, in which it applied everywhere at once; `gang`, whose device it used.
    """

    plan: Plan
    tables: dict[EvidenceKind, pl.DataFrame]
    truth: pl.DataFrame


def tell(plan: Plan, *, every: bool = False) -> Told:
    """Evidence of the plan's economy, of `every` kind or of the first five. The same plan gives the same bytes."""
    economy = build(plan)
    issued = invoices(economy)
    family = kin(economy)
    tables = {
        EvidenceKind.ENTERPRISE: _registry(economy, family),
        EvidenceKind.INVOICE: _known(issued, "issued_on", LAGS[EvidenceKind.INVOICE]),
        EvidenceKind.TRANSACTION: _known(transactions(economy, issued), "booked_on", LAGS[EvidenceKind.TRANSACTION]),
        EvidenceKind.RELATION: _dated(family.relations, plan.start),
        EvidenceKind.OUTCOME: _dated(_outcomes(economy), plan.end),
        **(wider(economy) if every else {}),
    }
    return Told(
        plan,
        {kind: frame.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64)) for kind, frame in tables.items()},
        _truth(economy, family),
    )


def _known(frame: pl.DataFrame, effective: str, lag: KnownLag) -> pl.DataFrame:
    return frame.with_columns((pl.col(effective) + pl.duration(days=lag.days)).cast(pl.Date).alias("known_on"))


def _dated(frame: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    return frame.with_columns(pl.lit(day).alias("known_on"))


def _registry(economy: Economy, family: Kin) -> pl.DataFrame:
    columns = ("party", "name", "kind", "registered_on", "industry", "county", "id_number", "phone", "channel")
    came = stream(economy.plan, "channels")
    rows: list[tuple[object, ...]] = [
        (m.key, m.name, m.kind.value, m.registered_on, m.industry.code, m.county, m.id_number, m.phone, _channel(came, m.kind))
        for m in economy.merchants
    ]
    rows += [(key, name, "person", None, None, None, None, None, None) for key, name in family.people]
    schema: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(columns, pl.String)
    schema["registered_on"] = pl.Date
    return _dated(pl.DataFrame(rows, schema=schema, orient="row"), economy.plan.start)


def _channel(rng: np.random.Generator, kind: PartyKind) -> str:
    """By which way a merchant came: it says nothing of how it will do."""
    shares = CAME_BY[kind]
    return str(rng.choice([one.value for one in shares], p=list(shares.values())))


def _labelled(economy: Economy) -> list[int]:
    """Six in ten merchants took an earlier loan twelve months before the end: those open and not yet struck by then."""
    origination = economy.plan.months - 13
    return [
        i
        for i, merchant in enumerate(economy.merchants)
        if i % 5 < 3 and merchant.opened_month <= origination - 3 and (not merchant.defaults or merchant.strikes > origination)
    ]


def _outcomes(economy: Economy) -> pl.DataFrame:
    rows = [
        (economy.merchants[i].key, economy.merchants[i].defaults and economy.merchants[i].strikes < economy.plan.months)
        for i in _labelled(economy)
    ]
    frame = pl.DataFrame(rows, schema={"party": pl.String, "defaulted": pl.Boolean}, orient="row")
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias("rating"))


def _truth(economy: Economy, family: Kin) -> pl.DataFrame:
    ring = {economy.merchants[i].key for i in economy.ring}
    false, burst, gang = false_months(economy), burst_months(economy), gangs(economy)
    rows = []
    for i, m in enumerate(economy.merchants):
        months = np.nonzero(false[i])[0]
        since, until = (int(months[0]), int(months[-1]) + 1) if len(months) else (None, None)
        rows.append((
            m.key, m.county, m.fate.value, m.strikes if m.defaults else None, m.defaults, round(m.quality * 1e6), m.key in ring,
            m.key in family.related, since, until, int(burst[i]) if burst[i] >= 0 else None, gang.get(i) if burst[i] >= 0 else None,
        ))  # fmt: skip
    schema = {
        "party": pl.String, "county": pl.String, "fate": pl.String, "strikes_month": pl.Int64, "defaults": pl.Boolean,
        "quality_ppm": pl.Int64, "ring": pl.Boolean, "related": pl.Boolean, "false_from_month": pl.Int64, "false_until_month": pl.Int64,
        "burst_month": pl.Int64, "gang": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
