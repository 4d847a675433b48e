"""Every row of a table is read, or set aside with its reason: none is lost, and none is guessed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.models.own_table.shops import MAPPING, shops

from farthing.domain.errors import Invalid
from farthing.domain.evidence import FaultCount, Quarantined
from farthing.models.own_table.mapping import read_table_map
from farthing.models.own_table.reading import BAD, read_rows, read_table

TOLD = read_table_map(MAPPING)


def test_rows_are_labelled_unlabelled_or_set_aside() -> None:
    read = read_table(shops(), TOLD)
    assert read.rows == read.frame.height + read.unlabelled.height + read.quarantined == 3_000
    assert read.quarantined == 2
    assert read.faults == (
        FaultCount("monthly_sales", "not a number", 1), FaultCount("defaulted", "neither a word of bad nor of good cases", 1),
    )  # fmt: skip
    assert read.shown == (
        Quarantined(11, "monthly_sales", "a lot", "not a number"),
        Quarantined(21, "defaulted", "perhaps", "neither a word of bad nor of good cases"),
    )
    assert 250 < read.unlabelled.height < 350
    assert set(read.frame[BAD].unique()) == {True, False}


@given(st.lists(st.sampled_from(["1", "1,234.5", "5%", " 7 ", "", "NA", ".", "x", "1e400", "--", "٣"]), min_size=1, max_size=12))
def test_a_number_is_read_missing_or_set_aside(cells: list[str]) -> None:
    told = read_table_map({"title": "t", "outcome": {"column": "bad"}, "columns": {"n": {"scale": 1}}})
    read = read_table(pl.DataFrame({"n": cells, "bad": ["1"] * len(cells)}), told)
    known = {"1": 1.0, "1,234.5": 1234.5, "5%": 5.0, " 7 ": 7.0}
    unreadable = {"x", "1e400", "--", "٣"}
    assert read.quarantined == sum(cell in unreadable for cell in cells)
    assert read.frame["n"].to_list() == [known.get(cell) for cell in cells if cell not in unreadable]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Invalid, match="no column 'trade'") as refused:
        read_table(shops().drop("trade"), TOLD)
    assert "monthly_sales" in refused.value.remedy


def test_records_are_read_as_the_table_was_and_half_read_by_none() -> None:
    rows = [{"monthly_sales": "1,200.50", "trade": " taxi "}, {"monthly_sales": 3, "months_open": "NA", "trade": ""}]
    first, second = read_rows(rows, TOLD.columns)
    assert first == {"monthly_sales": 1200.5, "months_open": None, "trade": "taxi", "late_payments": None}
    assert second == {"monthly_sales": 3, "months_open": None, "trade": None, "late_payments": None}
    with pytest.raises(Invalid, match="Record 2: monthly_sales is 'much'"):
        read_rows([{}, {"monthly_sales": "much"}], TOLD.columns)
