"""`farthing model segment`: trained, built from a table, shown, scored and started at the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.desk import typed
from tests.cli.village_desk import at_desk
from tests.flows.village import COUNTIES, DAY, USUAL, Village, segments
from tests.models.segment.farmland import frame


@pytest.fixture(scope="module")
def risk(village: Village) -> Iterator[str]:
    with at_desk(village) as staff:
        yield staff


@pytest.fixture(scope="module")
def farms(risk: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("farms") / "farms.parquet"
    frame().write_parquet(file)
    words = ("model", "segment", "build", file, "--segment", "county", "--time", "observed_on", "--market", "CN-FARMS", "--synthetic")
    told = typed(*words, "--by", risk, "--json").json
    assert (told["card"]["status"], told["card"]["market"], told["kind"]) == ("draft", "CN-FARMS", "segment")
    assert f"{frame().height:,} 例 cases，0 行未用" in typed(*words, "--by", risk).out
    return str(told["card"]["id"])


def test_cards_are_shown_and_a_case_is_scored(farms: str) -> None:
    assert "县002" in typed("model", "segment", "show", "--model", farms).out
    assert "未开放 closed" in typed("model", "segment", "show", "县002", "--model", farms).out
    told = typed("model", "segment", "score", "县001", "--fact", "late_days_12m=40", "--model", farms, "--json").json
    assert told["low_ppm"] < told["pd_ppm"] < told["high_ppm"]
    assert told["parts"][0]["field"] == "late_days_12m"
    refused = typed("model", "segment", "party", USUAL, "--model", farms)
    assert (refused.code, "table of its own" in refused.err) == (1, True)


def test_a_segment_is_started_as_another_draft(farms: str, risk: str) -> None:
    words = ("model", "segment", "start", "县099", "--open", "sales_12m_fen", "--model", farms, "--by", risk)
    grown = typed(*words, "--json").json["card"]["id"]
    assert grown != farms
    assert "没有案例" in typed(*words).out
    again = typed("model", "segment", "start", "县099", "--open", "sales_12m_fen", "--model", grown, "--by", risk)
    assert (again.code, "model of its own" in again.err) == (1, True)


def test_the_banks_own_segments_are_trained_and_read(village: Village, risk: str) -> None:
    card = segments(village)
    on = ("--as-of", DAY.isoformat())
    assert typed("model", "segment", "train", "--by", risk, *on, "--json").json["card"]["id"] == card.id
    assert "西县: PD" in typed("model", "segment", "party", USUAL, *on).out
    assert typed("model", "segment", "party", USUAL, *on, "--json").json["model"] == card.id
    assert {one["segment"] for one in typed("model", "segment", "show", "--json").json} == set(COUNTIES)


@pytest.mark.parametrize("fact", ["late_days_12m", "late_days_12m=", "late_days_12m=many"])
def test_what_is_no_fact_is_told(risk: str, fact: str) -> None:
    refused = typed("model", "segment", "score", "县001", "--fact", fact)
    assert refused.code == 1
    assert "late_days_12m=20" in refused.err
