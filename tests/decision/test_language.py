"""What the language refuses, and how it says where."""

from __future__ import annotations

import pytest

from farthing.decision.language.parse import Names, number, parse, parse_condition, parse_number
from farthing.decision.language.tree import Literal, named
from farthing.domain.errors import Invalid
from farthing.domain.facts import FactSpec, FactType

SPECS = {
    spec.name: spec
    for spec in (
        FactSpec("months", FactType.INT, "months", "月", "months", low=0, high=1000),
        FactSpec("share", FactType.NUMBER, "share", "占比", "share", scale=6, low=0, high=1_000_000),
        FactSpec("cash", FactType.INT, "fen", "钱", "cash", low=-(10**12), high=10**12),
        FactSpec("wide", FactType.INT, "count", "宽", "wide", low=-(2**63), high=2**63 - 1),
        FactSpec("yes", FactType.BOOL, "", "是", "yes"),
        FactSpec("kind", FactType.ENUM, "", "类", "kind", values=("farm", "person")),
        FactSpec("since", FactType.DATE, "", "自", "since"),
    )
}
NAMES = Names(SPECS, {"lgd": number("0.45", name="lgd")})

REFUSED = [
    ("nobody < 3", "unknown_fact"),
    ("months / 2 > 1", "not_in_language"),
    ("months % 2 = 1", "not_in_language"),
    ("sqrt(months) > 1", "not_in_language"),
    ("abs(months) > 1", "not_in_language"),
    ("random() > 1", "not_in_language"),
    ("months = NULL", "not_in_language"),
    ("months IS TRUE", "not_in_language"),
    ("CAST(months AS INT) > 1", "not_in_language"),
    ("months IN (SELECT 1)", "not_in_language"),
    ("SELECT 1", "not_in_language"),
    ("t.months > 1", "not_in_language"),
    ('"months" > 1', "not_in_language"),
    ("months > 1e3", "bad_number"),
    ("months > 'three'", "mixed_types"),
    ("kind = 'firm'", "unknown_value"),
    ("kind IN ('farm', 'firm')", "unknown_value"),
    ("kind > 'farm'", "no_order"),
    ("yes > TRUE", "no_order"),
    ("since < '2020-01-01'", "mixed_types"),
    ("since < DATE '2020-13-01'", "bad_date"),
    ("since < 3", "not_a_number"),
    ("cash > months", "wrong_units"),
    ("cash * cash > 1", "wrong_units"),
    ("cash + months > 1", "wrong_units"),
    ("yes AND months", "not_a_condition"),
    ("NOT months", "not_a_condition"),
    ("wide + 1 > 0", "could_overflow"),
    ("-wide > 0", "could_overflow"),
    ("cash * share * share > 0", "could_overflow"),
    ("share * share * share > 0", "too_fine"),
    ("div(months, 2) > 1", "bad_div"),
    ("div(months, 2, months) > 1", "bad_div"),
    ("div(months, 2, 99) > 1", "bad_scale"),
    ("months > 1; months > 2", "bad_expression"),
    ("months >", "bad_expression"),
    ("(months > 1", "bad_expression"),
    ("", "bad_expression"),
    ("months > 1 OR " * 200 + "yes", "bad_expression"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=[text[:40] for text, _ in REFUSED])
def test_what_is_not_in_the_language_is_refused_with_its_rule(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text, NAMES, "access.rule")
    assert refused.value.code == code
    assert "access.rule" in refused.value.message
    assert refused.value.field == "access.rule"


def test_a_refusal_names_the_column_and_what_to_write_instead() -> None:
    with pytest.raises(Invalid) as refused:
        parse("yes AND mont < 3", NAMES, "access.thin")
    assert refused.value.message == "access.thin, column 9: there is no fact mont."
    with pytest.raises(Invalid) as refused:
        parse("yes AND months / 2 > 1", NAMES, "access.thin")
    assert "div(a, b, scale)" in refused.value.remedy


def test_a_condition_and_a_number_are_asked_for_by_name() -> None:
    with pytest.raises(Invalid, match="not a condition"):
        parse_condition("months + 1", NAMES, "access.a")
    with pytest.raises(Invalid, match="not a number"):
        parse_number("months > 1", NAMES, "limit.a", scale=0, money=True)
    with pytest.raises(Invalid, match="an amount in fen"):
        parse_number("months", NAMES, "limit.a", scale=0, money=True)
    with pytest.raises(Invalid, match="a rate"):
        parse_number("cash", NAMES, "price.a", scale=6, money=False)
    with pytest.raises(Invalid, match=r"12 decimals|7 decimals|decimals where"):
        parse_number("share * share", NAMES, "price.a", scale=6, money=False)


def test_nothing_is_divided_by_what_is_always_zero() -> None:
    for denominator in ("0", "0.00", "1 - 1"):
        with pytest.raises(Invalid, match=r"access.a.*always 0") as refused:
            parse(f"div(cash, {denominator}, 0) > 1", NAMES, "access.a")
        assert refused.value.remedy


def test_a_number_is_brought_to_the_scale_asked_for() -> None:
    tree = parse_number("0.0210", NAMES, "price.funding", scale=6, money=False)
    assert (tree.kind.scale, tree.kind.low, tree.kind.high) == (6, 21_000, 21_000)


def test_bounds_follow_least_and_greatest() -> None:
    tree = parse("greatest(least(share, 0.30), 0.02)", NAMES, "limit.a")
    assert (tree.kind.low, tree.kind.high) == (20_000, 300_000)
    assert parse("cash * least(share, 0.30)", NAMES, "limit.a").kind.unit == "fen"


def test_names_are_told_in_the_order_they_stand() -> None:
    assert named(parse("share * lgd > 0.1 AND months > 3 AND share < 1", NAMES, "access.a")) == ("share", "lgd", "months")


def test_a_literal_is_exact() -> None:
    assert isinstance(number("0.10"), Literal)
    assert (number("0.10").value, number("0.10").kind.scale) == (10, 2)
