"""County models from a table as text: read, fitted, told as cards, scored, and grown by a county."""

from __future__ import annotations

import polars as pl
import pytest
from tests.models.county.farmland import CLOSED, FIELDS, frame

from farthing.domain.errors import Invalid, NotFound
from farthing.flows.model.counties import CountyRequest, Fitted, card, cards, fit_model, read_model, score, start


def text() -> pl.DataFrame:
    return frame().drop("observed_on").with_columns(pl.all().cast(pl.String))


@pytest.fixture(scope="module")
def made() -> Fitted:
    odd = text().with_row_index().with_columns(
        trade_months=pl.when(pl.col("index") == 3).then(pl.lit("many")).otherwise(pl.col("trade_months")),
        defaulted=pl.when(pl.col("index") == 5).then(pl.lit("perhaps")).otherwise(pl.col("defaulted")),
        county=pl.when(pl.col("index") == 7).then(pl.lit(" ")).otherwise(pl.col("county")),
    )  # fmt: skip
    return fit_model(odd, CountyRequest(fields=FIELDS))


def test_a_wrong_cell_costs_itself_and_a_row_without_outcome_or_county_its_row(made: Fitted) -> None:
    assert (made.cases, made.left_out) == (text().height - 2, 2)
    assert made.unreadable == {"trade_months": 1}
    assert read_model(made.artefact) == made.model


def test_without_fields_every_whole_column_is_read() -> None:
    found = fit_model(text().with_columns(note=pl.lit("x"), half=pl.lit("1.5")), CountyRequest())
    assert [field.name for field in found.model.fields] == list(FIELDS)
    with pytest.raises(Invalid, match="No column"):
        fit_model(text().select("county", "defaulted"), CountyRequest())
    with pytest.raises(Invalid, match="moon"):
        fit_model(text(), CountyRequest(county="moon"))


def test_cards_say_what_is_local_and_what_is_closed(made: Fitted) -> None:
    every = cards(made.model)
    assert [one.local_ppm for one in every] == sorted(one.local_ppm for one in every)
    assert sum(one.labels for one in every) == made.cases
    shut = card(made.model, "县002")
    assert {weight.field for weight in shut.weights if weight.own is None} == set(CLOSED)
    unseen = card(made.model, "县099")
    assert (unseen.known, unseen.labels, unseen.local_ppm) == (False, 0, 0)
    assert all(weight.own == weight.common for weight in unseen.weights)


def test_a_county_is_added_once_and_scores(made: Fitted) -> None:
    bytes_, told = start(made.model, "县099", ["late_days_12m"])
    grown = read_model(bytes_)
    assert told.model == grown.name
    late = score(grown, "县099", {"late_days_12m": 30})
    assert late.pd_ppm > score(grown, "县099", {"late_days_12m": 0}).pd_ppm
    with pytest.raises(Invalid, match="model of its own"):
        start(grown, "县099", ["late_days_12m"])
    with pytest.raises(NotFound, match="moonlight"):
        score(grown, "县099", {"moonlight": 1})
