"""Account flows: money follows the invoices it settles, and does not follow those that were invented."""

from __future__ import annotations

import polars as pl
import pytest

from farthing.world.cash import transactions
from farthing.world.economy import Economy
from farthing.world.people import Fate


@pytest.fixture(scope="module")
def flows(economy: Economy, issued: pl.DataFrame) -> pl.DataFrame:
    return transactions(economy, issued)


def test_cash_is_fixed_by_the_plan(economy: Economy, issued: pl.DataFrame, flows: pl.DataFrame) -> None:
    assert transactions(economy, issued).equals(flows)


def test_every_balance_is_the_one_before_and_the_line(flows: pl.DataFrame) -> None:
    signed = pl.when(pl.col("direction") == "credit").then(pl.col("amount_fen")).otherwise(-pl.col("amount_fen"))
    steps = flows.with_columns(moved=pl.col("balance_fen").diff().over("party"), signed=signed).drop_nulls("moved")
    assert steps.filter(pl.col("moved") != pl.col("signed")).is_empty()
    assert flows["amount_fen"].min() > 0  # type: ignore[operator]
    assert flows["reference"].is_unique().all()


def test_money_comes_after_the_invoice_and_within_the_world(economy: Economy, issued: pl.DataFrame, flows: pl.DataFrame) -> None:
    assert flows["booked_on"].max() <= economy.plan.end  # type: ignore[operator]
    first_sale = issued.filter(pl.col("side") == "sale").group_by("party").agg(pl.col("issued_on").min())
    first_paid = flows.filter(pl.col("purpose") == "sale").group_by("party").agg(pl.col("booked_on").min())
    both = first_sale.join(first_paid, on="party")
    assert both.height > 100
    assert both.filter(pl.col("booked_on") < pl.col("issued_on")).is_empty()


def test_invented_sales_bring_no_money(economy: Economy, issued: pl.DataFrame, flows: pl.DataFrame) -> None:
    real = issued.filter((pl.col("side") == "sale") & (pl.col("status") == "valid") & (pl.col("gross_fen") > 0))
    told = real.group_by("party").agg(pl.col("gross_fen").sum())
    paid = flows.filter(pl.col("purpose") == "sale").group_by("party").agg(pl.col("amount_fen").sum())
    share = told.join(paid, on="party").select("party", share=pl.col("amount_fen") / pl.col("gross_fen"))
    fakes = [merchant.key for merchant in economy.merchants if merchant.fate is Fate.FAKE_SALES]
    sound = [merchant.key for merchant in economy.merchants if merchant.fate is Fate.SOUND]
    assert share.filter(pl.col("party").is_in(fakes))["share"].mean() < 0.8  # type: ignore[operator]
    assert share.filter(pl.col("party").is_in(sound))["share"].mean() > 0.9  # type: ignore[operator]


def test_the_struck_stop_serving_their_other_debts(economy: Economy, flows: pl.DataFrame) -> None:
    struck = {merchant.key: merchant.strikes for merchant in economy.merchants if merchant.defaults and merchant.strikes < 18}
    served = flows.filter((pl.col("purpose") == "loan_instalment") & pl.col("party").is_in(list(struck)))
    last = served.group_by("party").agg(pl.col("booked_on").max())
    start = economy.plan.start
    assert last.height > 3
    assert all((on.year - start.year) * 12 + on.month - start.month < struck[party] for party, on in last.iter_rows())
