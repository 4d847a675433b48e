"""The interval of a house's value: exact, from the past only, and on a made-up town as wide as it says (out of time)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.collateral.house import HouseKind, Premises
from farthing.evidence.house_sale import read_sales
from farthing.models.house_value import CONFIDENCE_PPM, HouseEstimate, NoEstimate, conformal_ppm, estimate
from farthing.world.town import TownPlan, town_sales

NOTHING = pl.DataFrame(schema={"row": pl.Int64(), "field": pl.String(), "value": pl.String(), "reason": pl.String()})
CUT = dt.date(2025, 1, 1)
TOWN = read_sales(town_sales(TownPlan(seed=11)).cast(pl.String), NOTHING, dt.date(2026, 1, 1)).accepted
FLAT = Premises(HouseKind.RESIDENCE, "D02", 9_250, 2012, 8)


def sale(sold_on: dt.date, yuan_m2: int = 20_000, **changes: object) -> dict[str, object]:
    row = {
        "kind": "residence",
        "district": "D02",
        "area_dm2": 9_250,
        "built": 2012,
        "floor": 8,
        "sold_on": sold_on,
        "price_fen": yuan_m2 * 9_250,
    }
    return {**row, **changes}


def even(count: int = 80) -> pl.DataFrame:
    """Sales of one flat again and again at one price, a few days apart."""
    return pl.DataFrame([sale(CUT - dt.timedelta(days=3 * number + 1)) for number in range(count)])


def found(sales: pl.DataFrame, premises: Premises = FLAT, as_of: dt.date = CUT) -> HouseEstimate:
    made = estimate(sales, premises, as_of)
    assert isinstance(made, HouseEstimate)
    return made


def test_a_town_of_one_price_gives_that_price_to_the_fen() -> None:
    made = found(even())
    assert (made.low_fen, made.mid_fen, made.high_fen) == (185_000_000, 185_000_000, 185_000_000)
    assert made.comparables == 25


def test_the_order_of_the_rows_and_what_was_sold_later_change_nothing() -> None:
    made = found(TOWN)
    assert found(TOWN.reverse()) == made
    assert found(TOWN.filter(pl.col("sold_on") < CUT)) == made
    assert found(TOWN, as_of=CUT + dt.timedelta(days=90)) != made


def test_one_absurd_sale_among_the_nearest_moves_nothing() -> None:
    absurd = pl.DataFrame([sale(CUT - dt.timedelta(days=1), 290_000)])
    assert found(pl.concat([even(), absurd])).mid_fen == 185_000_000


def test_few_sales_or_few_known_errors_make_no_interval() -> None:
    few = estimate(even(7), FLAT, CUT)
    assert few == NoEstimate("comparables", 7, 8)
    known = estimate(even(40), FLAT, CUT)
    assert known == NoEstimate("calibration", 32, 60)
    assert estimate(even(), replace(FLAT, kind=HouseKind.SHOP), CUT) == NoEstimate("comparables", 0, 8)


def test_a_house_twice_as_large_is_worth_twice_as_much_from_the_same_sales() -> None:
    assert found(even(), replace(FLAT, area_dm2=18_500)).mid_fen == 370_000_000


@given(st.lists(st.integers(500_000, 2_000_000), min_size=60, max_size=400))
def test_the_interval_leaves_out_no_more_of_the_known_than_it_says(ratios: list[int]) -> None:
    low, mid, high = conformal_ppm(ratios, CONFIDENCE_PPM)
    assert min(ratios) <= low <= mid <= high <= max(ratios)
    inside = sum(low <= ratio <= high for ratio in ratios)
    assert inside * 1_000_000 >= len(ratios) * CONFIDENCE_PPM


@pytest.mark.parametrize("district", ["D01", "D05"])
def test_an_uncertain_district_has_a_wider_interval_of_its_own(district: str) -> None:
    made = found(TOWN, replace(FLAT, district=district))
    width = (made.high_fen - made.low_fen) / made.mid_fen
    assert made.own_district
    assert (width > 0.5) is (district == "D05")


def test_out_of_time_the_interval_holds_what_it_promises_and_beats_the_districts_price() -> None:
    """A made-up town: it shows that the arithmetic is right, and says nothing of a real one (`make bench ONLY=collateral`)."""
    later = TOWN.filter(pl.col("sold_on") >= CUT).gather_every(4)
    medians = dict(
        TOWN.filter(pl.col("sold_on") < CUT).group_by("district").agg((pl.col("price_fen") / pl.col("area_dm2")).median()).iter_rows()
    )
    inside, errors, plain = 0, [], []
    for row in later.iter_rows(named=True):
        price = row["price_fen"]
        of = Premises(HouseKind.RESIDENCE, row["district"], row["area_dm2"], row["built"], row["floor"])
        made = found(TOWN, of, row["sold_on"])
        inside += made.low_fen <= price <= made.high_fen
        errors.append(abs(made.mid_fen - price) / price)
        plain.append(abs(medians[row["district"]] * row["area_dm2"] - price) / price)
    assert later.height > 150
    assert 0.85 <= inside / later.height <= 0.95
    assert sorted(errors)[len(errors) // 2] < min(0.10, sorted(plain)[len(plain) // 2])
