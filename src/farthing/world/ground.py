"""The world's farms: parcels and their titles, land taken on, insurance and what it paid after the flood."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from farthing.domain.calendar import add_months
from farthing.domain.party import PartyKind
from farthing.world.economy import Economy, stream
from farthing.world.people import Merchant

CROPS = ("水稻", "油菜", "玉米", "柑橘", "茶")
INSURED_FEN_A_M2 = 165
RATE_PPM, SUBSIDY_PPM = 60_000, 800_000


def _farms(economy: Economy) -> list[Merchant]:
    return [merchant for merchant in economy.merchants if merchant.kind is PartyKind.FARM]


def parcels(economy: Economy) -> pl.DataFrame:
    """Two to six titled parcels a farm."""
    rng = stream(economy.plan, "parcels")
    rows = []
    for farm in _farms(economy):
        for number in range(int(rng.integers(2, 7))):
            confirmed = dt.date(int(rng.integers(2012, 2019)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
            area = int(np.exp(rng.normal(7.6 + 0.3 * np.log(farm.scale), 0.5)))
            crop = CROPS[int(rng.integers(0, len(CROPS)))]
            rows.append(
                (
                    farm.key,
                    f"P-{farm.key}-{number}",
                    confirmed,
                    "contracted",
                    area,
                    farm.county,
                    crop,
                    confirmed.replace(year=confirmed.year + 30),
                )
            )
    schema = {
        "party": pl.String, "parcel": pl.String, "confirmed_on": pl.Date, "right": pl.String, "area_m2": pl.Int64, "county": pl.String,
        "crop": pl.String, "ends_on": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def land_transfers(economy: Economy) -> pl.DataFrame:
    """The able take land on, the weak let theirs."""
    rng = stream(economy.plan, "transfers")
    rows = []
    for farm in _farms(economy):
        for number in range(int(rng.poisson(1.1 + 0.5 * np.tanh(farm.quality)))):
            signed = add_months(economy.plan.start, int(rng.integers(-24, economy.plan.months)))
            taken = rng.random() < 0.5 + 0.4 * np.tanh(farm.quality)
            area = int(np.exp(rng.normal(8.0, 0.5)))
            rows.append(
                (farm.key, f"T-{farm.key}-{number}", signed, "in" if taken else "out", area, area * 90, add_months(signed, 60),
                 f"V{int(rng.integers(0, 300)):03d}")
            )  # fmt: skip
    schema = {
        "party": pl.String, "parcel": pl.String, "signed_on": pl.Date, "direction": pl.String, "area_m2": pl.Int64, "rent_fen": pl.Int64,
        "ends_on": pl.Date, "counterparty": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def insurance_policies(economy: Economy, titled: pl.DataFrame) -> pl.DataFrame:
    """Three in four farms insure their crop each spring, the careful nearly always."""
    rng = stream(economy.plan, "insurance")
    area = dict(titled.group_by("party").agg(pl.col("area_m2").sum()).iter_rows())
    rows = []
    for farm in _farms(economy):
        for year in range(economy.plan.start.year, economy.plan.end.year + 1):
            issued = dt.date(year, 3, int(rng.integers(1, 29)))
            if rng.random() < 0.75 + 0.2 * np.tanh(farm.quality) and economy.plan.start <= issued <= economy.plan.end:
                insured = area[farm.key] * INSURED_FEN_A_M2
                premium = insured * RATE_PPM // 1_000_000
                subsidy = premium * SUBSIDY_PPM // 1_000_000
                rows.append(
                    (farm.key, f"I-{year}-{farm.key}", issued, dt.date(year, 11, 30), "crop", insured, premium, subsidy, area[farm.key])
                )
    schema = {
        "party": pl.String, "policy_no": pl.String, "issued_on": pl.Date, "ends_on": pl.Date, "cover": pl.String, "insured_fen": pl.Int64,
        "premium_fen": pl.Int64, "subsidy_fen": pl.Int64, "area_m2": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def insurance_claims(economy: Economy, policies: pl.DataFrame) -> pl.DataFrame:
    """Claims here and there, and in the flooded county from all who were insured when it came."""
    rng = stream(economy.plan, "claims")
    county = {farm.key: farm.county for farm in _farms(economy)}
    flooded, month = economy.flood
    flood = add_months(economy.plan.start, month)
    rows = []
    for party, policy, issued, ends, insured in policies.select("party", "policy_no", "issued_on", "ends_on", "insured_fen").iter_rows():
        struck = county[party] == flooded and issued <= flood <= ends
        if struck or rng.random() < 0.12:
            day = flood if struck else issued + dt.timedelta(days=int(rng.integers(30, 200)))
            lost = int(insured * float(rng.uniform(0.2, 0.6)))
            paid = lost * 8 // 10 if rng.random() < 0.85 else 0
            cause = "flood" if struck else ("drought", "hail", "frost", "pest")[int(rng.integers(0, 4))]
            if day <= economy.plan.end:
                rows.append((party, policy, day, cause, lost, paid, "paid" if paid else "refused"))
    schema = {
        "party": pl.String, "policy_no": pl.String, "occurred_on": pl.Date, "cause": pl.String, "claimed_fen": pl.Int64,
        "paid_fen": pl.Int64, "state": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
