"""Laws of the scorecard: one and many agree to the bit; a better score never has a worse PD; a true reason, removed, never harms."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.domain.score import Score
from farthing.models.scorecard import MISSING, Attribute, Bin, Scorecard, decode, encode, score_many, score_one

POINTS = st.integers(-60, 60)
VALUES = st.none() | st.integers(-50, 50) | st.integers(-(2**62), 2**62)


@st.composite
def attributes(draw: st.DrawFn, name: str) -> Attribute:
    cuts = tuple(sorted(draw(st.sets(st.integers(-40, 40), max_size=4))))
    bins = tuple(Bin(str(place), draw(POINTS), 0, 1, 1) for place in range(len(cuts) + 1))
    return Attribute(name, 0, "fen", name, name, cuts, bins, Bin(MISSING, draw(POINTS), 0, 0, 0), draw(POINTS))


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    chosen = tuple(draw(attributes(name)) for name in "abcd"[: draw(st.integers(1, 4))])
    table = tuple(999_000 - 1_000 * step for step in range(2 * 240 + 1))
    return Scorecard("mdl", 600, chosen, 360, table, table, table, 200_000, 50_000, 20)


@settings(deadline=None)
@given(cards(), st.lists(st.fixed_dictionaries(dict.fromkeys("abcd", VALUES)), min_size=1, max_size=30))
def test_one_and_many_agree(card: Scorecard, rows: list[dict[str, int | None]]) -> None:
    many = score_many(card, pl.DataFrame(rows, schema=dict.fromkeys("abcd", pl.Int64))).to_dicts()
    for row, found in zip(rows, many, strict=True):
        one = score_one(card, row)
        parts = {f"points_{each.feature}": each.points for each in one.contributions}
        assert found == {
            "points": one.points, "pd_ppm": one.pd_ppm, "low_pd_ppm": one.low_pd_ppm, "high_pd_ppm": one.high_pd_ppm, **parts,
        }  # fmt: skip


@given(cards(), st.lists(st.fixed_dictionaries(dict.fromkeys("abcd", VALUES)), min_size=2, max_size=10))
def test_a_better_score_never_has_a_worse_pd(card: Scorecard, rows: list[dict[str, int | None]]) -> None:
    ranked = sorted((score_one(card, row) for row in rows), key=lambda score: score.points)
    assert [score.pd_ppm for score in ranked] == sorted((score.pd_ppm for score in ranked), reverse=True)


@given(cards(), st.fixed_dictionaries(dict.fromkeys("abcd", VALUES)))
def test_points_are_the_base_and_every_contribution(card: Scorecard, row: dict[str, int | None]) -> None:
    score = score_one(card, row)
    assert score.points == card.base_points + sum(one.points for one in score.contributions)


@given(cards(), st.fixed_dictionaries(dict.fromkeys("abcd", VALUES)))
def test_without_the_cause_of_a_reason_the_score_is_better(card: Scorecard, row: dict[str, int | None]) -> None:
    score = score_one(card, row)
    for place, one in enumerate(score.contributions):
        if one.shortfall > 0:
            assert _at_reference(card, place, row).points > score.points


def _at_reference(card: Scorecard, place: int, row: dict[str, int | None]) -> Score:
    """The score if this feature earned what a usual good customer earns."""
    cured = card.attributes[place]
    level = tuple(replace(one, points=cured.reference_points) for one in cured.bins)
    usual = replace(cured, bins=level, missing=replace(cured.missing, points=cured.reference_points))
    return score_one(replace(card, attributes=(*card.attributes[:place], usual, *card.attributes[place + 1 :])), row)


@given(cards())
def test_the_bytes_are_the_card(card: Scorecard) -> None:
    assert decode(encode(card)) == card
