from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.evidence.mapping import FieldMap, Unit
from farthing.evidence.parse import read_field, text_of
from farthing.evidence.table import LARGEST_FEN, Field, FieldType

LATEST = dt.date(2024, 6, 30)


def read(
    kind: FieldType, cells: list[object], told: FieldMap | None = None, *, choices: tuple[str, ...] = ()
) -> tuple[list[object], list[str]]:
    """Values, and the reasons of each row joined ('' where it has none)."""
    column = pl.Series("c", cells, strict=False)
    reading = read_field(Field("f", kind, choices=choices), told or FieldMap("c"), column, LATEST)
    reasons = ["; ".join(reason for at_fault, reason in reading.faults if at_fault.fill_null(value=False)[i]) for i in range(len(cells))]
    return reading.value.to_list(), reasons


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0), ("1", 100), ("1.5", 150), ("1.50", 150), ("1.500", 150), ("-0.01", -1), ("+3", 300), ("3.", 300), ("¥12,345.67", 1234567),
        ("￥ 1 000.00 元", 100000), ("−5.00", -500), ("9999999999.99", 999999999999), ("0.30000000000000004", 30), ("2.675", None),
    ],
)  # fmt: skip
def test_amounts_of_yuan(text: str, fen: int | None) -> None:
    values, reasons = read(FieldType.AMOUNT, [text])
    assert values == [fen if fen is not None else 268]
    assert reasons == ["" if fen is not None else "finer than a fen"]


@pytest.mark.parametrize("text", ["1e5", "inf", "nan", "0x10", "1,2,3", "12,34", "1.2.3", "--1", "1 - 2", "ten", "１２", "٣", ".5", "()"])
def test_what_is_no_amount(text: str) -> None:
    values, reasons = read(FieldType.AMOUNT, [text])
    assert values == [None]
    assert reasons[0].startswith("not an amount")


def test_a_number_that_lost_digits_names_nobody() -> None:
    lost = "digits were lost in a number cell; store it as text"
    assert read(FieldType.TEXT, ["9.13301E+17", "5E+2", "5E12", "913301000000000001", "9.13301e17"])[1] == [lost, "", "", "", ""]
    assert read(FieldType.TEXT, [9.13301e17, 91330.0, -1e15, None])[1] == [lost, "", lost, ""]


def test_decimal_commas_and_whole_fen() -> None:
    assert read(FieldType.AMOUNT, ["1.234,50", "7"], FieldMap("c", decimal_comma=True))[0] == [123450, 700]
    assert read(FieldType.AMOUNT, ["1234", "12.5"], FieldMap("c", unit=Unit.FEN)) == ([1234, 12], ["", "finer than a fen"])


def test_numbers_of_a_typed_column() -> None:
    assert read(FieldType.AMOUNT, [1, -2, None]) == ([100, -200, None], ["", "", ""])
    for narrow in (pl.UInt8, pl.Int8, pl.UInt16, pl.Int16, pl.UInt32):
        column = pl.Series("c", [100, 7, None], dtype=narrow)
        assert read_field(Field("f", FieldType.AMOUNT), FieldMap("c"), column, LATEST).value.to_list() == [10_000, 700, None]
    assert read(FieldType.AMOUNT, [2**64 - 1, None])[1] == ["beyond 10 billion on one row", ""]
    assert read(FieldType.AMOUNT, [2**62])[1] == ["beyond 10 billion on one row"]
    values, reasons = read(FieldType.AMOUNT, [943.4, 0.1 + 0.2, float("nan"), float("inf"), 1e300, 0.005, None])
    assert values[:2] == [94340, 30]
    assert reasons == ["", "", "not a number", "not a number", "beyond 10 billion on one row", "finer than a fen", ""]


@given(st.integers(-LARGEST_FEN, LARGEST_FEN))
def test_every_amount_up_to_the_limit_is_read_exactly(fen: int) -> None:
    yuan = Decimal(fen) / 100
    as_text, as_float = read(FieldType.AMOUNT, [f"{yuan:.2f}"]), read(FieldType.AMOUNT, [float(yuan)])
    assert as_text == as_float == ([fen], [""])


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "2024/3/5", "2024.03.05", "2024年3月5日", "20240305", "2024-03-05 23:59:59", " 2024-03-05T00:00:00 ", "2024/3/5 8:30"],
)
def test_the_usual_ways_to_write_a_day(text: str) -> None:
    assert read(FieldType.DATE, [text]) == ([dt.date(2024, 3, 5)], [""])


@pytest.mark.parametrize("text", ["2024-02-30", "202435", "5.3.2024", "45000", "0000-00-00", "yesterday", "20240305123"])
def test_what_is_no_day(text: str) -> None:
    assert read(FieldType.DATE, [text]) == ([None], ["not a date"])


def test_days_are_bounded_and_a_format_is_taken_at_its_word() -> None:
    assert read(FieldType.DATE, ["1989-12-31", "2024-07-01"])[1] == ["a date before 1990-01-01", "a date after 2024-06-30"]
    assert read(FieldType.DATE, ["930705", "1993-07-05"], FieldMap("c", formats=("%y%m%d",))) == (
        [dt.date(1993, 7, 5), None], ["", "not a date like %y%m%d"],
    )  # fmt: skip
    assert read(FieldType.DATE, [dt.datetime.fromisoformat("2024-03-05 23:59"), None])[0] == [dt.date(2024, 3, 5), None]
    assert read(FieldType.DATE, [20240305])[0] == [dt.date(2024, 3, 5)]


def test_text_is_trimmed_and_bounded() -> None:
    assert read(FieldType.TEXT, ["  a b\u3000", "", "  ", None])[0] == ["a b", None, None, None]
    assert read(FieldType.TEXT, ["a\nb", "x" * 201, "\x00"])[1] == [
        "holds a control character or a line break", "longer than 200 characters", "holds a control character or a line break",
    ]  # fmt: skip


def test_numbers_as_text_lose_the_point_a_sheet_gives_them() -> None:
    assert text_of(pl.Series([3390939.0, 0.5, None])).to_list() == ["3390939", "0.5", None]


def test_choices_know_their_synonyms_and_the_file_s_own_words() -> None:
    told = FieldMap("c", values=(("Storniert", "void"),))
    values, reasons = read(FieldType.CHOICE, ["valid", "VALID", "storniert", "x", None], told, choices=("valid", "void"))
    assert values == ["valid", "valid", "void", None, None]
    assert reasons == ["", "", "", "not one of valid, void", ""]


def test_flags_and_counts() -> None:
    assert read(FieldType.FLAG, ["是", "no", "1", "0.0", "perhaps"])[0] == [True, False, True, False, None]
    assert read(FieldType.FLAG, [1.0, 0.0, None])[0] == [True, False, None]
    assert read(FieldType.FLAG, [True, None])[0] == [True, None]
    assert read(FieldType.COUNT, ["12", "1.5", "9" * 16, None]) == ([12, None, None, None], ["", *["not a whole number"] * 2, ""])
