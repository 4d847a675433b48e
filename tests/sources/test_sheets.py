"""What a sheet holds arrives as text, and what it cannot tell is told of."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.books import book

from farthing.domain.errors import Invalid
from farthing.evidence.reasons import LOST_DIGITS
from farthing.sources.sheets import read_sheet

USED = ("party", "paid")


def test_mixed_cells_of_a_sheet_all_arrive_as_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [["party", "paid"], *([f"M{i}", 943.4] for i in range(1200)), ["M", "word"]]
    frame, unreadable = read_sheet(book(tmp_path / "o.xlsx", rows), None, USED)
    assert (frame.columns, frame.height, frame.row(0), frame.row(-1)) == (["party", "paid"], 1201, ("M0", "943.4"), ("M", "word"))
    assert unreadable.is_empty()


def test_a_number_of_more_than_fifteen_digits_is_told_and_the_same_as_text_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["party", "paid", "memo"], [913301000000000001, 1, 5], ["913301000000000019", 2, 913301000000000001], [123456789012345, 3, 5],
    ]  # fmt: skip
    frame, unreadable = read_sheet(book(tmp_path / "o.xlsx", rows), None, USED)
    assert unreadable.rows() == [(1, "party", "(withheld)", LOST_DIGITS())]
    assert frame["party"].to_list()[1:] == ["913301000000000019", "123456789012345"]


def test_an_error_cell_is_told_as_such_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    rows: list[list[object]] = [["party", "paid", "memo"], ["M1", "#REF!", 1], ["M2", None, "#REF!"], ["#N/A", "#DIV/0!", 1], ["M4", 5, 1]]
    frame, unreadable = read_sheet(book(tmp_path / "o.xlsx", rows), None, USED)
    reason = "an error of the spreadsheet, no value"
    assert unreadable.sort("row").rows() == [
        (1, "paid", "#REF!", reason), (3, "party", "#N/A", reason), (3, "paid", "#DIV/0!", reason),
    ]  # fmt: skip
    assert frame["paid"].to_list()[1::2] == [None, "5"]


def test_a_column_named_twice_is_refused_and_one_without_a_name_is_numbered(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="names a column twice: paid") as refused:
        read_sheet(book(tmp_path / "o.xlsx", [["party", "paid", "paid"], ["M1", 1, 2]]), None, USED)
    assert refused.value.code == "bad_header"
    frame, _ = read_sheet(book(tmp_path / "o.xlsx", [["party", None, "paid"], ["M1", 1, 2]]), None, USED)
    assert frame.columns == ["party", "column 2", "paid"]


def test_a_sheet_of_a_header_or_of_nothing_has_no_rows(tmp_path: Path) -> None:
    for rows in ([["party", "paid"]], [[]], []):
        with pytest.raises(Invalid, match="has no rows"):
            read_sheet(book(tmp_path / "o.xlsx", rows), None, USED)
