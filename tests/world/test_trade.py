"""Invoices: they follow demand and links, inventors of sales void them, and a ring sells in a circle."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl

from farthing.world.economy import Economy
from farthing.world.people import Fate
from farthing.world.trade import invoices


def keys(economy: Economy, *fates: Fate) -> list[str]:
    return [merchant.key for merchant in economy.merchants if merchant.fate in fates]


def test_trade_is_fixed_by_the_plan(economy: Economy, issued: pl.DataFrame) -> None:
    assert invoices(economy).equals(issued)


def test_sales_follow_demand(economy: Economy, issued: pl.DataFrame) -> None:
    sold = issued.filter((pl.col("side") == "sale") & (pl.col("status") == "valid")).group_by("party").agg(pl.col("gross_fen").sum())
    by_key = dict(sold.iter_rows())
    outside_ring = [i for i in range(len(economy.merchants)) if i not in economy.ring]
    intended = np.array([economy.demand[i].sum() * 100 for i in outside_ring])
    told = np.array([by_key.get(economy.merchants[i].key, 0) for i in outside_ring])
    assert np.corrcoef(intended, told)[0, 1] > 0.98
    buyers = Counter(seller for _, seller in economy.links)
    few = np.array([buyers[i] <= 2 for i in outside_ring])  # each buyer inside takes at most 35 per cent of what a seller can sell
    assert few.sum() > 50
    assert np.all(told[few] <= 1.02 * intended[few]), "voids and returns only take away"


def test_who_has_not_opened_sells_nothing(economy: Economy, issued: pl.DataFrame) -> None:
    late = {merchant.key: merchant.registered_on for merchant in economy.merchants if merchant.opened_month > 0}
    sold = issued.filter((pl.col("side") == "sale") & pl.col("party").is_in(list(late)))
    assert sold.height > 0
    assert all(on >= late[party] for party, on in sold.select("party", "issued_on").iter_rows())


def test_what_is_bought_inside_is_bought_along_the_links(economy: Economy, issued: pl.DataFrame) -> None:
    index = {merchant.key: i for i, merchant in enumerate(economy.merchants)}
    bought = issued.filter((pl.col("side") == "purchase") & pl.col("counterparty").is_in(list(index)))
    pairs = {(index[buyer], index[seller]) for buyer, seller in bought.select("party", "counterparty").unique().iter_rows()}
    circle = set(zip(economy.ring[1:] + economy.ring[:1], economy.ring, strict=True))
    assert circle <= pairs
    assert pairs <= set(economy.links) | circle


def test_the_ring_sells_in_its_last_eight_months_only(economy: Economy, issued: pl.DataFrame) -> None:
    names = [economy.merchants[i].key for i in economy.ring]
    pairs = [f"{seller}>{buyer}" for seller, buyer in zip(names, names[1:] + names[:1], strict=True) if not _linked(economy, seller, buyer)]
    sold = issued.filter((pl.col("side") == "sale") & pl.format("{}>{}", "party", "counterparty").is_in(pairs))
    assert sold["issued_on"].dt.strftime("%Y-%m").n_unique() == 8


def _linked(economy: Economy, seller: str, buyer: str) -> bool:
    index = {merchant.key: i for i, merchant in enumerate(economy.merchants)}
    return (index[buyer], index[seller]) in economy.links


def test_inventors_of_sales_void_more(economy: Economy, issued: pl.DataFrame) -> None:
    def voided(parties: list[str]) -> float:
        some = issued.filter((pl.col("side") == "sale") & pl.col("party").is_in(parties))
        return float(some.select((pl.col("status") == "void").mean()).item())

    assert voided(keys(economy, Fate.FAKE_SALES)) > 1.5 * voided(keys(economy, Fate.SOUND)) > 0


def test_returns_are_negative_and_add_up(issued: pl.DataFrame) -> None:
    returned = issued.filter(pl.col("gross_fen") < 0)
    assert 0 < returned.height < 0.05 * issued.height
    assert returned.select((pl.col("net_fen") <= 0).all() & (pl.col("tax_fen") <= 0).all()).item()
    assert issued.select((pl.col("net_fen") + pl.col("tax_fen") == pl.col("gross_fen")).all()).item()
