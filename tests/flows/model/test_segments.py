"""Models of segments, of the bank's own parties and of a table as text: read, fitted, tried, kept as drafts, and grown by a segment."""

from __future__ import annotations

import polars as pl
import pytest
from tests.flows.bank import OFFICER, RISK
from tests.flows.village import COUNTIES, DAY, Village, segments
from tests.models.segment.farmland import FIELDS, frame

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.flows.estimate.segment import score_case, segment_cards
from farthing.flows.model.segments import SegmentRequest, StartRequest, TableRequest, read_cases, start, train_segments, train_table
from farthing.flows.queries.models import model


def text() -> pl.DataFrame:
    return frame().with_columns(pl.all().cast(pl.String))


REQUEST = TableRequest("0123456789abcdef", "county", fields=FIELDS, time="observed_on", market="CN-FARMS")


@pytest.fixture(scope="module")
def farms(village: Village) -> ModelCard:
    return train_table(village.house, RISK, (text(), REQUEST), "farms", synthetic=True)[0]


def test_a_wrong_cell_costs_itself_and_a_row_without_outcome_or_segment_its_row() -> None:
    odd = text().with_row_index().with_columns(
        trade_months=pl.when(pl.col("index") == 3).then(pl.lit("many")).otherwise(pl.col("trade_months")),
        defaulted=pl.when(pl.col("index") == 5).then(pl.lit("perhaps")).otherwise(pl.col("defaulted")),
        county=pl.when(pl.col("index") == 7).then(pl.lit(" ")).otherwise(pl.col("county")),
    )  # fmt: skip
    read = read_cases(odd, REQUEST)
    assert (len(read.cases.bad), read.left_out, read.unreadable) == (text().height - 2, 2, {"trade_months": 1})
    assert len(read.cases.time) == len(read.cases.bad)


def test_without_fields_every_whole_column_is_read() -> None:
    found = read_cases(text().with_columns(note=pl.lit("x"), half=pl.lit("1.5")), TableRequest("0" * 64, "county", time="observed_on"))
    assert set(found.cases.columns) == set(FIELDS)
    with pytest.raises(Invalid, match="No column"):
        read_cases(text().select("county", "defaulted"), TableRequest("0" * 64, "county"))
    with pytest.raises(Invalid, match="moon"):
        read_cases(text(), TableRequest("0" * 64, "moon"))
    with pytest.raises(Invalid, match="neither days nor whole"):
        read_cases(text(), TableRequest("0" * 64, "county", time="defaulted"))


def test_a_table_is_tried_out_of_time_and_says_its_worst_segment(village: Village, farms: ModelCard) -> None:
    assert (farms.status, farms.market, farms.synthetic) == (ModelStatus.DRAFT, "CN-FARMS", True)
    measured = {one.name: one for one in farms.measures}
    assert float(measured["auc"].value) > 0.75
    assert "came later" in measured["auc"].method
    errors = {name: float(one.value) for name, one in measured.items() if name.startswith("segment_") and name.endswith("_error")}
    assert len(errors) == 6
    assert float(measured["worst_segment_error"].value) == max(errors.values())
    assert model(village.house, OFFICER, farms.id).kind == "segment"


def test_the_bank_s_own_parties_give_models_by_county(village: Village) -> None:
    card = segments(village)
    assert (card.market, card.labels, card.bads) == ("CN-SEGMENTS", 158, 39)
    assert {one.segment for one in segment_cards(village.house, OFFICER)} == set(COUNTIES)
    assert 3 <= len(card.features) <= 39 // 10
    measured = {one.name for one in card.measures}
    assert {"auc", "baseline_auc", "auc_less_baseline", "calibration_error", "worst_segment_error", "target_bad_rate"} <= measured


def test_the_bank_s_own_parties_give_models_by_channel(village: Village) -> None:
    card = train_segments(village.house, RISK, SegmentRequest(DAY, by="channel"), "channels")
    assert (card.market, card.labels, card.bads) == ("CN-SEGMENTS", 158, 39)
    assert {one.segment for one in segment_cards(village.house, RISK, card.id)} == {"qr", "online", "agent"}
    assert card.reproduce.startswith("farthing model segment train --segment channel")


def test_a_segment_is_added_once_and_scores(village: Village, farms: ModelCard) -> None:
    request = StartRequest("县099", ("late_days_12m",), farms.id)
    card, told = start(village.house, RISK, request, "grow")
    assert (card.status, card.id != farms.id, told.model, told.known) == (ModelStatus.DRAFT, True, card.id, False)
    assert "县099 has no cases" in card.cannot_support[0]
    late = score_case(village.house, RISK, "县099", {"late_days_12m": 30}, card.id)
    assert late.pd_ppm > score_case(village.house, RISK, "县099", {"late_days_12m": 0}, card.id).pd_ppm
    with pytest.raises(Conflict, match="model of its own"):
        start(village.house, RISK, StartRequest("县099", ("late_days_12m",), card.id), "grow again")


def test_who_may_not_and_what_cannot(village: Village) -> None:
    for journey in (
        lambda: train_segments(village.house, OFFICER, SegmentRequest(DAY), "no"),
        lambda: train_table(village.house, OFFICER, (text(), REQUEST), "no"),
        lambda: start(village.house, OFFICER, StartRequest("x", ("buyers_12m",)), "no"),
    ):
        with pytest.raises(Forbidden):
            journey()
    for market in ("CN", "CN-SEGMENTS"):
        with pytest.raises(Invalid, match="market of its own"):
            train_table(village.house, RISK, (text(), TableRequest("0" * 64, "county", market=market)), "home")
    with pytest.raises(Invalid, match="does not tell"):
        SegmentRequest(DAY, "moon")
    with pytest.raises(Invalid, match="between 0 and 1"):
        SegmentRequest(DAY, target_bad_rate_ppm=0)
