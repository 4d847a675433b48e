"""Sales of houses: every row is accepted or quarantined with its field and reason, whatever it holds."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.evidence.house_sale import REQUIRED, read_sales

TODAY = dt.date(2026, 1, 1)
NOTHING = pl.DataFrame(schema={"row": pl.Int64(), "field": pl.String(), "value": pl.String(), "reason": pl.String()})
GOOD = {"district": "D01", "area": "90.5", "year": "2010", "floor": "3", "sold_on": "2023-05-01", "price": "1,800,000"}


def frame(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{**GOOD, "floor": str(3 + number), **row} for number, row in enumerate(rows)])


def test_a_good_row_is_read_in_whole_units() -> None:
    made = read_sales(frame({}), NOTHING, TODAY)
    assert made.accepted.row(0, named=True) == {
        "kind": "residence", "district": "D01", "area_dm2": 9_050, "built": 2010, "floor": 3, "sold_on": dt.date(2023, 5, 1),
        "price_fen": 180_000_000, "synthetic": False,
    }  # fmt: skip
    assert (made.rows, made.quarantined) == (1, ())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"district": "岳阳楼区"}, "district"), ({"district": ""}, "district"), ({"area": "9.99"}, "area"), ({"area": "ninety"}, "area"),
        ({"year": "2031"}, "year"), ({"year": "1899"}, "year"), ({"floor": "151"}, "floor"), ({"sold_on": "2026-02-01"}, "sold_on"),
        ({"sold_on": "some day"}, "sold_on"), ({"price": "18,000"}, "price"), ({"price": "1800000000"}, "price"), ({"price": ""}, "price"),
    ],
)  # fmt: skip
def test_a_bad_row_is_quarantined_under_its_field_and_the_others_stay(change: dict[str, str], field: str) -> None:
    made = read_sales(frame({}, change, {}), NOTHING, TODAY)
    assert made.accepted.height == 2
    assert {(one.row, one.field) for one in made.quarantined} == {(2, field)}
    assert made.quarantined_rows == 1


def test_kinds_are_read_in_both_languages_and_one_nobody_knows_is_not() -> None:
    rows = frame({}, {}, {}).with_columns(pl.Series("kind", ["商铺", "office", "castle"]))
    made = read_sales(rows, NOTHING, TODAY)
    assert made.accepted.get_column("kind").to_list() == ["shop", "office"]
    assert [(one.row, one.field, one.value) for one in made.quarantined] == [(3, "kind", "castle")]


def test_a_sale_that_is_told_twice_counts_once() -> None:
    made = read_sales(frame({}, {"floor": "3"}, {}), NOTHING, TODAY)
    assert made.accepted.height == 2
    assert [(one.row, one.reason[:7]) for one in made.quarantined] == [(2, "repeats")]


def test_a_row_that_was_made_up_says_so() -> None:
    made = read_sales(frame({}, {}).with_columns(pl.Series("origin", ["synthetic", ""])), NOTHING, TODAY)
    assert made.accepted.get_column("synthetic").to_list() == [True, False]


def test_a_row_that_could_not_be_split_has_that_one_fault() -> None:
    lost = pl.DataFrame({"row": [2], "field": ["line 3"], "value": ["x"], "reason": ["a quote is left open"]})
    rows = pl.concat([frame({}), frame({}).with_columns(pl.all().replace_strict({}, default=None, return_dtype=pl.String))])
    made = read_sales(rows, lost, TODAY)
    assert [(one.row, one.reason) for one in made.quarantined] == [(2, "a quote is left open")]


def test_a_file_without_a_column_is_refused_by_its_name() -> None:
    with pytest.raises(Invalid) as refused:
        read_sales(frame({}).drop("floor"), NOTHING, TODAY)
    assert refused.value.field == "floor"


CELL = st.one_of(st.sampled_from(["", "D01", "90", "2010", "-1", "2023-05-01", "1800000", "1e9", "NaN", "∞"]), st.text(max_size=8))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(REQUIRED, CELL)), min_size=1, max_size=6))
def test_no_cell_whatever_stops_a_file_and_every_row_goes_somewhere(rows: list[dict[str, str]]) -> None:
    made = read_sales(pl.DataFrame(rows, schema=dict.fromkeys(REQUIRED, pl.String())), NOTHING, TODAY)
    assert made.accepted.height + made.quarantined_rows == made.rows == len(rows)
    assert made.accepted.null_count().sum_horizontal().item() == 0
