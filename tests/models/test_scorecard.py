"""The artefact: its bytes, its order, and what it refuses to be."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from farthing.domain.errors import Invalid
from farthing.models.scorecard import Attribute, Bin, Scorecard, Special, decode, encode, named, score_many, score_one


def card() -> Scorecard:
    bins = (Bin("< 10", -15, -900_000, 5, 9), Bin("10 – 20", 0, 0, 20, 5), Bin(">= 20", 12, 800_000, 40, 2))
    turnover = Attribute("turnover_12m", 0, "fen", "销售额", "turnover", (10, 20), bins, Bin("missing", -15, -900_000, 0, 0), 8)
    history = Attribute(
        "months_active",
        0,
        "months",
        "月数",
        "months",
        (12,),
        (Bin("< 12", -5, 0, 1, 1), Bin(">= 12", 5, 0, 1, 1)),
        Bin("missing", 0, 0, 0, 0),
        4,
    )
    table = tuple(900_000 - 20_000 * step for step in range(38))
    return Scorecard("mdl_test", 600, (turnover, history), 580, table, table, table, 207_317, 50_000, 20)


def test_points_are_the_base_and_the_bins() -> None:
    score = score_one(card(), {"turnover_12m": 10, "months_active": 11})
    assert (score.points, score.pd_ppm) == (595, 900_000 - 20_000 * 15)
    assert [(one.bin, one.points, one.shortfall) for one in score.contributions] == [("10 – 20", 0, 8), ("< 12", -5, 9)]


@pytest.mark.parametrize(
    ("value", "label"), [(9, "< 10"), (10, "10 – 20"), (19, "10 – 20"), (20, ">= 20"), (-(10**18), "< 10"), (None, "missing")]
)
def test_edges_belong_to_the_bin_above(value: int | None, label: str) -> None:
    assert card().attributes[0].find(value).label == label


def test_a_feature_that_is_not_there_is_missing() -> None:
    assert score_one(card(), {}) == score_one(card(), {"turnover_12m": None, "months_active": None})
    assert score_many(card(), pl.DataFrame({"other": [1]}))["points"].to_list() == [585]


def test_its_bytes_are_the_card_and_its_name_is_its_content() -> None:
    assert decode(encode(card())) == card()
    assert named(card()) == named(replace(card(), name="other"))
    assert named(card()).name != named(replace(card(), base_points=601, table_from=581)).name


def test_a_card_written_before_specials_and_categories_still_scores() -> None:
    plain = json.loads(encode(card()))
    for attribute in plain["attributes"]:
        for later in ("specials", "groups", "other"):
            del attribute[later]
    assert decode(json.dumps(plain).encode()) == card()


@pytest.mark.parametrize(
    "changed", [{"cuts": (20, 10)}, {"cuts": (10,)}, {"groups": (("a",),)}, {"specials": (Special(("text",), Bin("special", 0, 0, 0, 0)),)}]
)
def test_bins_that_do_not_fit_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="do not fit"):
        replace(card().attributes[0], **changed)  # type: ignore[arg-type]


def test_a_better_score_may_not_have_a_worse_pd() -> None:
    with pytest.raises(Invalid, match="worse PD"):
        replace(card(), pd_ppm=tuple(reversed(card().pd_ppm)))


def test_every_number_of_points_must_have_a_pd() -> None:
    with pytest.raises(Invalid, match="without a PD"):
        replace(card(), pd_ppm=card().pd_ppm[:-2])
