"""A mapping document says what it means, or which entry is at fault."""

from __future__ import annotations

from typing import Any

import pytest
from tests.models.own_table.shops import MAPPING

from farthing.domain.errors import Invalid
from farthing.models.own_table.mapping import read_table_map
from farthing.models.table import Kind
from farthing.quant.binning import Trend


def test_what_is_said_is_read() -> None:
    told = read_table_map(MAPPING | {"bad_rate": "0.05", "keep": {"trade": "known at the start"}})
    sales, months, trade, late = told.columns
    assert (told.outcome, told.bad, told.good, told.time, told.watch) == ("defaulted", ("yes",), ("no",), "opened", ("gender",))
    assert (sales.scale, sales.trend, sales.zh) == (2, Trend.FALLING, "月销售额")
    assert (months.specials, months.trend, trade.kind, late.trend) == (((-9,),), Trend.AUTO, Kind.CATEGORY, Trend.RISING)
    assert (told.bad_rate_ppm, told.keep, told.market) == (50_000, (("trade", "known at the start"),), "CN-SHOPS")
    assert told.digest() != read_table_map(MAPPING).digest()


def test_bare_yaml_words_are_words_of_the_file() -> None:
    told = read_table_map(MAPPING | {"outcome": {"column": "bad", "bad": True, "good": False}})
    assert (told.bad, told.good) == (("true",), ("false",))


@pytest.mark.parametrize(("change", "field"), [
    ({"colour": "red"}, "The mapping"), ({"outcome": {"column": "defaulted", "bad": ["x"], "good": ["x"]}}, "outcome"),
    ({"columns": {}}, "columns"), ({"columns": {"a": {"kind": "text"}}}, "columns.a.kind"),
    ({"columns": {"a": {"scale": "two"}}}, "columns.a"),
    ({"columns": {"a": {"trend": "up"}}}, "columns.a.trend"), ({"columns": {"gender": {}}}, "columns"),
    ({"columns": {"defaulted": {}}}, "columns"),
    ({"market": "china"}, "market"), ({"bad_rate": 5}, "bad_rate"), ({"keep": {"shoe": "why"}}, "keep"), ({"title": ""}, "title"),
    ({"time": ["a"]}, "time"), ({"columns": ["a"]}, "columns"),
])  # fmt: skip
def test_the_entry_at_fault_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table_map(MAPPING | change)
    assert (refused.value.code, refused.value.field) == ("bad_mapping", field)


def test_what_is_no_mapping_is_refused() -> None:
    for document in (None, "text", ["a"], 3):
        with pytest.raises(Invalid, match="not a list of"):
            read_table_map(document)
