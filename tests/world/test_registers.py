from __future__ import annotations

import polars as pl

from farthing.domain.party import PartyKind
from farthing.world.economy import Economy
from farthing.world.registers import court_cases, registry_entries, tax_filings


def test_a_firm_is_founded_once_on_the_day_it_registered(economy: Economy) -> None:
    founded = registry_entries(economy).filter(pl.col("change") == "founded")
    registered = {merchant.key: merchant.registered_on for merchant in economy.merchants if merchant.kind is not PartyKind.FARM}
    assert dict(founded.select("party", "recorded_on").iter_rows()) == registered
    assert (founded["recorded_on"] == founded["founded_on"]).all()


def test_tax_is_filed_by_quarter_and_the_unpaid_are_the_struck(economy: Economy) -> None:
    filed = tax_filings(economy)
    assert set(filed["period_on"].dt.month().unique()) == {3, 6, 9, 12}
    assert filed.select("party", "period_on").is_unique().all()
    short = set(filed.filter(pl.col("paid_fen") < pl.col("due_fen"))["party"])
    assert short <= {merchant.key for merchant in economy.merchants if merchant.defaults}
    assert short


def test_the_struck_are_sued_more(economy: Economy) -> None:
    struck = {merchant.key for merchant in economy.merchants if merchant.defaults and merchant.strikes < economy.plan.months - 3}
    cases = court_cases(economy)
    of_struck = cases.filter(pl.col("party").is_in(struck)).height / len(struck)
    of_others = cases.filter(~pl.col("party").is_in(struck)).height / (len(economy.merchants) - len(struck))
    assert of_struck > 3 * of_others
