"""A first mapping is one that can be read, and leaves out what no model should read."""

from __future__ import annotations

import polars as pl
from tests.models.own_table.shops import shops

from farthing.models.own_table.drafting import draft
from farthing.models.own_table.mapping import read_table_map
from farthing.models.own_table.reading import read_table
from farthing.models.table import Kind


def test_a_draft_reads_its_table() -> None:
    text = shops()
    told = read_table_map(draft(text).document)
    assert (told.outcome, told.time, told.watch) == ("defaulted", "opened", ("gender",))
    assert {one.name: (one.kind, one.scale) for one in told.columns} == {
        "monthly_sales": (Kind.NUMERIC, 2), "months_open": (Kind.NUMERIC, 0), "trade": (Kind.CATEGORY, 0),
        "late_payments": (Kind.NUMERIC, 0),
    }  # fmt: skip
    assert read_table(text, told).frame.height > 2_500


def test_keys_constants_and_protected_attributes_are_not_read() -> None:
    count = range(40)
    drafted = draft(pl.DataFrame({
        "id": [str(one + 1_000) for one in count], "name": [f"shop {one}" for one in count], "same": ["x"] * 40,
        "age": [str(one % 9) for one in count],
        "mortgage": [str(one % 7) for one in count], "target": [str(one % 2) for one in count],
        "score": [str(one % 5 - 9) for one in count],
    }))  # fmt: skip
    told = drafted.document
    assert set(drafted.left_out) == {"id", "name", "same"}
    assert told["outcome"] == {"column": "target", "bad": ["1"], "good": ["0"]}
    assert told["watch"] == ["age"]
    assert told["columns"] == {"mortgage": {"kind": "numeric"}, "score": {"kind": "numeric", "specials": [[-9], [-8], [-7]]}}


def test_a_table_without_a_likely_outcome_asks_which() -> None:
    assert draft(pl.DataFrame({"a": ["1", "2", "2"]})).document["outcome"] == {"column": "WHICH COLUMN", "bad": ["1"], "good": ["0"]}


def test_an_outcome_is_known_by_what_it_says() -> None:
    said = {"stall": ["tea", "fish"] * 20, "result": ["repaid", "default", "repaid", ""] * 10}
    assert draft(pl.DataFrame(said)).document["outcome"] == {"column": "result", "bad": ["default"], "good": ["repaid"]}


def test_words_among_numbers_mean_nothing_is_known_and_a_lone_negative_is_a_code() -> None:
    turnover = [f"{one * 10}.50" for one in range(40)] + ["n/a"] * 4
    months = [str(one) for one in range(1, 42)] + ["-1"] * 3
    loss = [str(one - 20) for one in range(44)]
    told = draft(pl.DataFrame({"turnover": turnover, "months": months, "loss": loss, "bad": ["0", "1"] * 22})).document
    assert told["columns"] == {"turnover": {"kind": "numeric", "scale": 2}, "months": {"kind": "numeric", "specials": [[-1]]}}
    read = read_table_map(told)
    assert "n/a" in read.missing
    assert "NA" in read.missing


def test_a_word_that_comes_once_is_a_slip_and_stays_one() -> None:
    told = draft(pl.DataFrame({"turnover": [str(one * 10 % 130) for one in range(99)] + ["1o0"], "bad": ["0", "1"] * 50})).document
    assert "missing" not in told
