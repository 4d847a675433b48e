"""Law: an expression means the same on one applicant and on columns, bit for bit, whatever is missing."""

from __future__ import annotations

import datetime as dt

import narwhals as nw
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from farthing.decision.language.columns import compile_columns
from farthing.decision.language.parse import Names, number, parse
from farthing.decision.language.python import compile_one
from farthing.domain.errors import Invalid
from farthing.domain.facts import FactSpec, FactType

MIN_INT = -(2**63)
SPECS = {
    spec.name: spec
    for spec in (
        FactSpec("n", FactType.INT, "count", "数", "count", low=-1000, high=1000),
        FactSpec("m", FactType.INT, "count", "数", "count", low=-7, high=7),
        FactSpec("share", FactType.NUMBER, "share", "占比", "share", scale=6, low=-1_000_000, high=1_000_000),
        FactSpec("cash", FactType.INT, "fen", "钱", "cash", low=-(10**12), high=10**12),
        FactSpec("wide", FactType.INT, "count", "宽", "wide", low=MIN_INT, high=2**63 - 1),
        FactSpec("yes", FactType.BOOL, "", "是", "yes"),
        FactSpec("no", FactType.BOOL, "", "否", "no"),
        FactSpec("kind", FactType.ENUM, "", "类", "kind", values=("farm", "person")),
        FactSpec("since", FactType.DATE, "", "自", "since"),
    )
}
NAMES = Names(SPECS, {"lgd": number("0.45", name="lgd")})
DTYPES = {FactType.INT: pl.Int64, FactType.NUMBER: pl.Int64, FactType.BOOL: pl.Boolean, FactType.ENUM: pl.String, FactType.DATE: pl.Date}


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {name: DTYPES[spec.type] for name, spec in SPECS.items()}
    return pl.DataFrame({name: [row[name] for row in rows] for name in SPECS}, schema=schema)


def on_columns(text: str, rows: list[dict[str, object]]) -> list[object]:
    tree = parse(text, NAMES, "law")
    return nw.from_native(frame(rows)).with_columns(answer=compile_columns(tree)).get_column("answer").to_list()


def on_one(text: str, rows: list[dict[str, object]]) -> list[object]:
    run = compile_one(parse(text, NAMES, "law"))
    return [run(row) for row in rows]


def refusal(text: str) -> str | None:
    try:
        parse(text, NAMES, "law")
    except Invalid as error:
        return error.code
    return None


def rows_of() -> st.SearchStrategy[list[dict[str, object]]]:
    def values(spec: FactSpec) -> st.SearchStrategy[object]:
        known: st.SearchStrategy[object]
        if spec.type in (FactType.INT, FactType.NUMBER):
            edges = [spec.low, spec.high, 0, 1, -1, *([500_000, -500_000] if spec.scale else [])]
            known = st.sampled_from(edges) | st.integers(spec.low, spec.high)
        elif spec.type is FactType.BOOL:
            known = st.booleans()
        elif spec.type is FactType.ENUM:
            known = st.sampled_from(spec.values)
        else:
            known = st.dates(dt.date(2019, 12, 30), dt.date(2020, 1, 2))
        return st.none() | known

    return st.lists(st.fixed_dictionaries({name: values(spec) for name, spec in SPECS.items()}), min_size=1, max_size=6)


@st.composite
def numbers(draw: st.DrawFn, depth: int = 2) -> str:
    """A random numeric expression."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["n", "m", "share", "2", "0.5", "-3", "0", "lgd"]))
    a, b = draw(numbers(depth - 1)), draw(numbers(depth - 1))
    shape = draw(st.sampled_from(["arithmetic", "div", "function", "case", "minus"]))
    if shape == "arithmetic":
        return f"({a} {draw(st.sampled_from('+-*'))} {b})"
    if shape == "div":
        return f"div({a}, {b}, {draw(st.integers(0, 4))})"
    if shape == "function":
        return f"{draw(st.sampled_from(['least', 'greatest', 'coalesce']))}({a}, {b})"
    if shape == "case":
        return f"CASE WHEN {draw(conditions(depth - 1))} THEN {a} {draw(st.sampled_from(['', f'ELSE {b}']))} END"
    return f"-({a})"


LEAVES = ["yes", "no", "TRUE", "FALSE", "n IN ()", "kind IN ('farm')", "kind <> 'person'", "since < DATE '2020-01-01'", "wide > n"]


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> str:
    """A random condition."""
    shape = draw(st.sampled_from(["leaf", "compare", "null", "between", "in", *(["junction", "not"] if depth else [])]))
    if shape == "leaf":
        return draw(st.sampled_from(LEAVES))
    if shape == "junction":
        return f"({draw(conditions(depth - 1))}) {draw(st.sampled_from(['AND', 'OR']))} ({draw(conditions(depth - 1))})"
    if shape == "not":
        return f"NOT ({draw(conditions(depth - 1))})"
    a, b = draw(numbers(depth)), draw(numbers(depth))
    return {
        "compare": f"{a} {draw(st.sampled_from(['<', '<=', '>', '>=', '=', '<>']))} {b}",
        "null": f"{a} IS NULL",
        "between": f"{a} BETWEEN {b} AND n",
        "in": f"{a} NOT IN ({b}, 1)",
    }[shape]


@example("2 < div(n, n, 0)", [dict.fromkeys(SPECS)] * 2)
@settings(max_examples=120, deadline=None)
@given(numbers() | conditions(), rows_of())
def test_one_applicant_and_columns_agree_bit_for_bit(text: str, rows: list[dict[str, object]]) -> None:
    refused = refusal(text)
    if refused is not None:
        assert refused in {"could_overflow", "wrong_units", "too_fine", "bad_div"}, text  # a divisor that is always zero, too
        return
    one = on_one(text, rows)
    assert on_columns(text, rows) == one, text
    assert all(abs(value) < 2**63 for value in one if type(value) is int), f"{text} left 64 bits"


BLANK: dict[str, object] = dict.fromkeys(SPECS)
TRAPS: list[tuple[str, str, dict[str, object], object]] = [
    ("negative division is not floored", "div(n, 2, 0)", {"n": -7}, -4),
    ("negative division rounds to nearest", "div(n, 4, 0)", {"n": -7}, -2),
    ("a half goes to the even neighbour below", "div(n, 2, 0)", {"n": 5}, 2),
    ("a half goes to the even neighbour above", "div(n, 2, 0)", {"n": 7}, 4),
    ("a negative half goes to the even neighbour", "div(n, 2, 0)", {"n": -5}, -2),
    ("a negative denominator", "div(n, m, 0)", {"n": 7, "m": -2}, -4),
    ("division by zero is unknown", "div(n, m, 2)", {"n": 7, "m": 0}, None),
    ("false settles an AND whatever is unknown", "yes AND no", {"no": False}, False),
    ("true settles an OR whatever is unknown", "yes OR no", {"no": True}, True),
    ("true leaves an AND unknown", "yes AND no", {"no": True}, None),
    ("NOT unknown is unknown", "NOT yes", {}, None),
    ("unknown is not equal to unknown", "n = n", {}, None),
    ("unknown is not different either", "n <> m", {"n": 1}, None),
    ("unknown IS NULL", "n IS NULL", {}, True),
    ("unknown IS NOT NULL", "n IS NOT NULL", {}, False),
    ("nothing is in an empty list", "n IN ()", {"n": 1}, False),
    ("not even the unknown is in an empty list", "n IN ()", {}, False),
    ("IN with an unknown item that is not found", "n IN (1, m)", {"n": 2}, None),
    ("IN with an unknown item but found", "n IN (2, m)", {"n": 2}, True),
    ("an unknown WHEN falls to ELSE", "CASE WHEN yes THEN 1 ELSE 2 END", {}, 2),
    ("no ELSE is unknown", "CASE WHEN no THEN 1 END", {"no": False}, None),
    ("least of an unknown is unknown", "least(n, 5)", {}, None),
    ("coalesce takes what is known", "coalesce(n, m, 5)", {"m": -7}, -7),
    ("the smallest integer compares", "wide < 0", {"wide": MIN_INT}, True),
    ("the smallest integer equals itself", "wide = wide", {"wide": MIN_INT}, True),
    ("scales meet exactly", "share = 0.5", {"share": 500_000}, True),
    ("a share against a whole number", "share < 1", {"share": 999_999}, True),
    ("a day before", "since < DATE '2020-01-01'", {"since": dt.date(2019, 12, 31)}, True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "facts", "expected"), TRAPS, ids=[trap[0] for trap in TRAPS])
def test_traps_where_engines_differ(name: str, text: str, facts: dict[str, object], expected: object) -> None:
    rows = [BLANK | facts]
    assert on_one(text, rows) == [expected], name
    assert on_columns(text, rows) == [expected], name
