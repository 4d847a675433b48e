"""The world: same seed, same bytes; evidence a bank could have; truth kept apart and visible in what happens."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind
from farthing.world.economy import Plan
from farthing.world.told import CAME_BY, Told, tell

PLAN = Plan(seed=7, merchants=300)


@pytest.fixture(scope="module")
def told() -> Told:
    return tell(PLAN)


def _digest(told: Told) -> str:
    hashed = hashlib.sha256()
    for kind in sorted(told.tables):
        hashed.update(told.tables[kind].write_csv().encode())
    hashed.update(told.truth.write_csv().encode())
    return hashed.hexdigest()


def test_same_seed_same_bytes_other_seed_other_bytes(told: Told) -> None:
    assert _digest(tell(PLAN)) == _digest(told)
    assert _digest(tell(Plan(seed=8, merchants=300))) != _digest(told)


def test_invoices_add_up_and_stay_in_the_window(told: Told) -> None:
    invoices = told.tables[EvidenceKind.INVOICE]
    assert invoices.filter(pl.col("net_fen") + pl.col("tax_fen") != pl.col("gross_fen")).is_empty()
    assert invoices["issued_on"].min() >= PLAN.start  # type: ignore[operator]
    assert invoices["issued_on"].max() <= PLAN.end  # type: ignore[operator]
    assert 0.02 < (invoices["status"] == "void").mean() < 0.10  # type: ignore[operator]


def test_a_sale_inside_the_world_is_the_buyers_purchase(told: Told) -> None:
    invoices = told.tables[EvidenceKind.INVOICE]
    keys = told.truth["party"].to_list()
    inside = invoices.filter(pl.col("counterparty").is_in(keys))
    sales = inside.filter(pl.col("side") == "sale").select("invoice_no", "party", "counterparty", "gross_fen")
    bought = inside.filter(pl.col("side") == "purchase")
    purchases = bought.select("invoice_no", pl.col("counterparty").alias("party"), pl.col("party").alias("counterparty"), "gross_fen")
    assert sales.height > 1000
    assert sales.sort("invoice_no").equals(purchases.sort("invoice_no"))


def test_balances_are_the_running_sum_of_the_account(told: Told) -> None:
    flows = told.tables[EvidenceKind.TRANSACTION].filter(pl.col("party") == "W00003")
    signed = flows.select(pl.when(pl.col("direction") == "credit").then("amount_fen").otherwise(-pl.col("amount_fen")))["amount_fen"]
    steps = flows["balance_fen"].diff().drop_nulls()
    assert steps.to_list() == signed[1:].to_list()


def test_the_bank_is_told_outcomes_but_never_fates(told: Told) -> None:
    columns = {name for frame in told.tables.values() for name in frame.columns}
    assert columns.isdisjoint({"fate", "quality_ppm", "strikes_month", "ring", "related"})
    labels = told.tables[EvidenceKind.OUTCOME]
    assert 0.03 < labels["defaulted"].mean() < 0.30  # type: ignore[operator]


def test_failing_merchants_sell_less_in_the_end(told: Told) -> None:
    """Known truth shows in evidence: those struck by month 18 sold less in the last quarter than a year before."""
    sales = told.tables[EvidenceKind.INVOICE].filter((pl.col("side") == "sale") & (pl.col("status") == "valid"))
    late = sales.filter(pl.col("issued_on") >= pl.date(2025, 10, 1)).group_by("party").agg(pl.col("gross_fen").sum().alias("late"))
    early = (
        sales.filter(pl.col("issued_on").is_between(pl.date(2024, 10, 1), pl.date(2024, 12, 31)))
        .group_by("party")
        .agg(pl.col("gross_fen").sum().alias("early"))
    )
    ratio = (
        told.truth.join(early, on="party")
        .join(late, on="party", how="left")
        .with_columns((pl.col("late").fill_null(0) / pl.col("early")).alias("ratio"))
    )
    struck = ratio.filter((pl.col("fate").is_in(["lost_buyer", "overtraded"])) & (pl.col("strikes_month") <= 18))["ratio"].median()
    sound = ratio.filter(pl.col("fate") == "sound")["ratio"].median()
    assert struck < 0.6 < 0.8 < sound


def test_a_ring_and_related_merchants_are_planted(told: Told) -> None:
    assert told.truth["ring"].sum() == 5
    assert told.truth["related"].sum() == 8
    related = set(told.truth.filter("related")["party"])
    assert related <= set(told.tables[EvidenceKind.RELATION]["other"])


def test_merchants_come_by_channels_of_their_kind_and_families_by_none(told: Told) -> None:
    firms = told.tables[EvidenceKind.ENTERPRISE]
    came = {PartyKind(kind): set(ways) for kind, ways in firms.drop_nulls("channel").group_by("kind").agg("channel").iter_rows()}
    assert came == {kind: {one.value for one in ways} for kind, ways in CAME_BY.items()}
    assert firms.filter(pl.col("party").is_in(told.truth["party"].implode()))["channel"].null_count() == 0
    assert firms.filter(~pl.col("party").is_in(told.truth["party"].implode()))["channel"].null_count() > 0
