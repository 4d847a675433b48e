"""Laws of the scorecard: Python, columns, compiled columns and SQL agree to the bit; a better score never has a worse PD; a true
reason, removed, never harms."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.domain.score import Score
from farthing.models.scorecard import (
    MISSING,
    OTHER,
    Attribute,
    Bin,
    Crossing,
    Scorecard,
    Scorer,
    Special,
    decode,
    encode,
    score_many,
    score_one,
)
from farthing.models.sql import to_sql
from farthing.models.table import Column, whole_frame
from farthing.quant import placing

POINTS = st.integers(-60, 60)
ENDS = (-(2**63), -(2**63) + 1, 2**63 - 2, 2**63 - 1)
NUMBERS = st.integers(-50, 50) | st.sampled_from(ENDS)
NAMES = st.sampled_from(["", "a", "b", "c", "o'brien", 'say "x"', "商户", "back\\slash", "%s", "ä"])
NUMERIC, TEXT = "abc", "xy"
ROW = st.fixed_dictionaries(dict.fromkeys(NUMERIC, st.none() | NUMBERS) | dict.fromkeys(TEXT, st.none() | NAMES | st.just("new")))
SCHEMA = dict.fromkeys(NUMERIC, pl.Int64) | dict.fromkeys(TEXT, pl.String)
Row = dict[str, int | str | None]


@st.composite
def numbers(draw: st.DrawFn, name: str) -> Attribute:
    cuts = tuple(sorted(draw(st.sets(NUMBERS, max_size=4))))
    codes = draw(st.lists(NUMBERS, max_size=3, unique=True))
    specials = tuple(Special(group, Bin("special", draw(POINTS), 0, 1, 1)) for group in (tuple(codes[:2]), tuple(codes[2:])) if group)
    bins = tuple(Bin(str(place), draw(POINTS), 0, 1, 1) for place in range(len(cuts) + 1))
    return Attribute(name, 0, "fen", name, name, cuts, bins, Bin(MISSING, draw(POINTS), 0, 0, 0), draw(POINTS), specials)


@st.composite
def texts(draw: st.DrawFn, name: str) -> Attribute:
    names = draw(st.lists(NAMES, max_size=7, unique=True))
    groups = tuple(group for group in (tuple(names[:2]), tuple(names[2:5])) if group)
    specials = (Special(tuple(names[5:]), Bin("special", draw(POINTS), 0, 1, 1)),) if names[5:] else ()
    bins = tuple(Bin(str(place), draw(POINTS), 0, 1, 1) for place in range(len(groups)))
    missing, other = Bin(MISSING, draw(POINTS), 0, 0, 0), Bin(OTHER, draw(POINTS), 0, 0, 0)
    return Attribute(name, 0, "text", name, name, (), bins, missing, draw(POINTS), specials, groups, other)


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    chosen = [draw(numbers(name)) for name in NUMERIC[: draw(st.integers(0, 3))]] + [
        draw(texts(name)) for name in TEXT[: draw(st.integers(0, 2))]
    ]
    table = tuple(999_000 - 1_000 * step for step in range(2 * 400 + 1))
    pairs = [pair for pair in combinations(chosen, 2) if draw(st.booleans())][:5]
    crossed = tuple(draw(crossings(*pair)) for pair in pairs)
    return Scorecard("mdl", 600, tuple(draw(st.permutations(chosen))), 200, table, table, table, 200_000, 50_000, 20, crossed)


@st.composite
def crossings(draw: st.DrawFn, first: Attribute, second: Attribute) -> Crossing:
    """Two features in bins of their own, which are not those of the card."""
    sides = [placed(draw(numbers(one.feature) if one.other is None else texts(one.feature))) for one in (first, second)]
    rows, columns = (1 + max(one.points for one in side.every) for side in sides)
    cells = tuple(Bin(f"cell {place}", draw(st.integers(-20, 20)), 0, 1, 1) for place in range(rows * columns))
    return Crossing(sides[0], sides[1], cells, draw(POINTS))


def placed(side: Attribute) -> Attribute:
    """Each ordinary bin and each group of codes in a place of its own; what is missing and what is new share the last."""
    count = len(side.bins) + len(side.specials)
    bins = tuple(replace(one, points=place) for place, one in enumerate(side.bins))
    specials = tuple(
        replace(one, bin=replace(one.bin, points=place)) for place, one in enumerate(side.specials, len(side.bins))
    )  # fmt: skip
    other = None if side.other is None else replace(side.other, points=count)
    return replace(side, bins=bins, specials=specials, missing=replace(side.missing, points=count), other=other)


def told(card: Scorecard, row: Row) -> dict[str, int | None]:
    """Points, PDs and parts as `score_one` tells them."""
    one = score_one(card, row)
    parts = {f"points_{each.feature}": each.points for each in one.contributions}
    return {"points": one.points, "pd_ppm": one.pd_ppm, "low_pd_ppm": one.low_pd_ppm, "high_pd_ppm": one.high_pd_ppm} | parts


@settings(deadline=None)
@given(cards(), st.lists(ROW, min_size=1, max_size=20))
def test_one_and_many_agree(card: Scorecard, rows: list[Row]) -> None:
    many = score_many(card, pl.DataFrame(rows, schema=SCHEMA), parts=True).to_dicts()
    assert many == [told(card, row) for row in rows]


@settings(deadline=None)
@given(cards(), st.lists(ROW, min_size=1, max_size=20))
def test_compiled_columns_agree_too(card: Scorecard, rows: list[Row]) -> None:
    pytest.importorskip("numba")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "MANY", 0)
        many = score_many(card, pl.DataFrame(rows, schema=SCHEMA), parts=True).to_dicts()
    assert many == [told(card, row) for row in rows]


@cache
def _base() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=60, deadline=None)
@given(cards(), st.lists(ROW, min_size=1, max_size=20))
def test_sql_agrees_too(card: Scorecard, rows: list[Row]) -> None:
    columns = list(SCHEMA)
    with _base().cursor() as base:
        base.execute(f"CREATE OR REPLACE TABLE applicants (no BIGINT, {', '.join(f'{one} BIGINT' for one in NUMERIC)}, x TEXT, y TEXT)")
        base.executemany(
            "INSERT INTO applicants VALUES (?, ?, ?, ?, ?, ?)", [[no, *(row[one] for one in columns)] for no, row in enumerate(rows)]
        )
        found = base.execute(to_sql(card, "applicants", keep=["no"]) + " ORDER BY no").fetchall()
    assert found == [(no, *list(told(card, row).values())[:4]) for no, row in enumerate(rows)]


@settings(deadline=None)
@given(cards(), ROW, st.integers(0, 6))
def test_the_quick_way_tells_the_same_and_the_dearest_reasons(card: Scorecard, row: Row, most: int) -> None:
    quick, score = Scorer(card).tell(row, most), score_one(card, row)
    lost = sorted((one for one in score.contributions if one.shortfall > 0), key=lambda one: (-one.shortfall, one.feature))
    assert (quick.points, quick.pd_ppm) == (score.points, score.pd_ppm)
    assert quick.reasons == tuple((one.feature, one.bin, one.points, one.reference_points) for one in lost[:most])
    assert all(one.shortfall > 0 for one in quick.reasons)


@settings(deadline=None)
@given(cards(), st.lists(ROW, min_size=2, max_size=10))
def test_a_better_score_never_has_a_worse_pd(card: Scorecard, rows: list[Row]) -> None:
    ranked = sorted((score_one(card, row) for row in rows), key=lambda score: score.points)
    assert [score.pd_ppm for score in ranked] == sorted((score.pd_ppm for score in ranked), reverse=True)


@settings(deadline=None)
@given(cards(), ROW)
def test_points_are_the_base_and_every_contribution(card: Scorecard, row: Row) -> None:
    score = score_one(card, row)
    assert score.points == card.base_points + sum(one.points for one in score.contributions)


@settings(deadline=None)
@given(cards(), ROW)
def test_without_the_cause_of_a_reason_the_score_is_better(card: Scorecard, row: Row) -> None:
    score = score_one(card, row)
    for place, one in enumerate(score.contributions):
        if one.shortfall > 0:
            assert _at_reference(card, place, row).points > score.points


def _at_reference(card: Scorecard, place: int, row: Row) -> Score:
    """The score if this feature, or this pair, earned what a usual good customer earns."""
    if place >= len(card.attributes):
        place -= len(card.attributes)
        pair = card.crossings[place]
        level_cells = tuple(replace(one, points=pair.reference_points) for one in pair.cells)
        levelled = replace(pair, cells=level_cells)
        return score_one(replace(card, crossings=(*card.crossings[:place], levelled, *card.crossings[place + 1 :])), row)
    cured = card.attributes[place]

    def level(one: Bin) -> Bin:
        return replace(one, points=cured.reference_points)

    usual = replace(
        cured, bins=tuple(map(level, cured.bins)), missing=level(cured.missing), other=cured.other and level(cured.other),
        specials=tuple(replace(special, bin=level(special.bin)) for special in cured.specials),
    )  # fmt: skip
    return score_one(replace(card, attributes=(*card.attributes[:place], usual, *card.attributes[place + 1 :])), row)


@settings(deadline=None)
@given(st.sets(st.integers(-300, 300) | st.integers(-(2**60), 2**60), min_size=1, max_size=4), st.integers(0, 6), st.integers(0, 999))
def test_floats_are_compared_as_the_wholes_they_round_to(cuts: set[int], scale: int, seed: int) -> None:
    """Compiled, without making them whole: at halves, next to them and at the cuts themselves."""
    pytest.importorskip("numba")
    edges = np.array(sorted(cuts), dtype=np.float64)
    halves = np.concatenate([edges - 0.5, edges + 0.5, edges, edges - 0.25]) / 10.0**scale
    values = np.concatenate(
        [halves, np.nextafter(halves, -np.inf), np.nextafter(halves, np.inf), np.random.default_rng(seed).normal(0, 9, 9)]
    )
    bins = tuple(Bin(str(place), place, 0, 1, 1) for place in range(len(cuts) + 1))
    only = Attribute("a", scale, "number", "a", "a", tuple(sorted(cuts)), bins, Bin(MISSING, 7, 0, 0, 0), 0)
    table = tuple(range(30, 0, -1))
    scorer, frame = Scorer(Scorecard("mdl", 0, (only,), 0, table, table, table, 1, 1, 20)), pl.DataFrame({"a": [*values.tolist(), None]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "MANY", 0)
        assert scorer.many(frame).equals(scorer.many(whole_frame(frame, [Column("a", scale=scale)])))


@given(cards())
def test_the_bytes_are_the_card(card: Scorecard) -> None:
    assert decode(encode(card)) == card


@pytest.mark.parametrize("cuts", [(), (-(2**63),), (2**63 - 1,)])
def test_the_ends_of_the_whole_numbers_are_ordinary_values(cuts: tuple[int, ...]) -> None:
    bins = tuple(Bin(str(place), place, 0, 1, 1) for place in range(len(cuts) + 1))
    own = Special((2**63 - 1, -(2**63)), Bin("ends", 9, 0, 1, 1))
    table = tuple(range(30, 0, -1))
    card = Scorecard(
        "mdl", 0, (Attribute("a", 0, "n", "a", "a", cuts, bins, Bin(MISSING, 7, 0, 0, 0), 0, (own,)),), 0, table, table, table, 1, 1, 20
    )
    values = [2**63 - 1, -(2**63), 2**63 - 2, None]
    expected = [score_one(card, {"a": value}).points for value in values]
    assert expected[:2] == [9, 9]
    assert [Scorer(card).tell({"a": value}).points for value in values] == expected
    assert score_many(card, pl.DataFrame({"a": values}, schema={"a": pl.Int64}))["points"].to_list() == expected
    assert np.diff(expected).any()
