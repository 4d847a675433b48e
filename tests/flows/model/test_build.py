"""A table becomes a model in use: drafted by one, agreed to by another, scoring with reasons, deciding nothing of the bank's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.flows.applicants import CARD, DAY, artefact, save_model
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank
from tests.flows.model.appointing import SECOND
from tests.models.own_table.shops import MAPPING, shops
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelClass, ModelStatus
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.appoint import RESERVED
from farthing.flows.model.build import BuildRequest, build_model, columns_of, drafted_mapping, make, mapping_of, score_rows, score_table
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.flows.queries.models import model
from farthing.models.boosted.fit import Growth
from farthing.models.own_table import trees, validating
from farthing.models.own_table.reading import read_table
from farthing.models.scorecard import decode, score_one
from farthing.models.table import whole_frame

TEXT = shops(2_000)
REQUEST = BuildRequest("c" * 64, mapping_of(MAPPING))
GOOD = {"monthly_sales": "30,000", "months_open": 50, "trade": "grocer", "late_payments": 0}
POOR = {"monthly_sales": 900, "months_open": 2, "trade": "taxi", "late_payments": 4}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def in_use(house: House, model: Id) -> None:
    body = ModelAppointed(model, ModelStatus.APPROVED, "CN-SHOPS", DAY + dt.timedelta(days=100), "first_of_its_class")
    asked = propose(house, RISK, body, "ask")
    resolve(house, SECOND, ResolveRequest(asked.id, agree=True), "yes")


def test_from_a_table_to_scores_with_reasons(house: House) -> None:
    card, reading = build_model(house, RISK, (TEXT, REQUEST), "build")
    assert (card.status, card.accountable.owner, card.market) == (ModelStatus.DRAFT, RISK.name, "CN-SHOPS")
    assert reading.rows == reading.labelled + reading.unlabelled + reading.quarantined == 2_000
    with pytest.raises(Conflict, match="is draft"):
        score_rows(house, OFFICER, card.id, [GOOD])
    in_use(house, card.id)
    good, poor, nothing = score_rows(house, OFFICER, card.id, [GOOD, POOR, {}])
    assert good.points > poor.points
    assert good.pd_ppm < poor.pd_ppm
    assert {reason.code for reason in poor.reasons} <= set(card.features)
    assert 1 <= len(poor.reasons) <= 4
    assert any("Monthly sales" in reason.en and "月销售额" in reason.zh for reason in poor.reasons)
    assert nothing.reasons
    assert verify(house, AUDITOR).findings == ()


def test_trees_of_the_same_table_stand_beside_a_scorecard_and_score(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validating, "REPEATS", 1)
    monkeypatch.setattr(trees, "WAYS", (Growth(trees=40),))
    card, _ = build_model(house, RISK, (TEXT, replace(REQUEST, boosted=True)), "trees")
    told = {one.name: one for one in card.measures}
    assert float(told["auc_less_scorecard"].low) < 0.1
    assert float(told["auc"].value) - float(told["scorecard_auc"].value) == pytest.approx(
        float(told["auc_less_scorecard"].value), abs=0.002
    )
    assert card.reproduce.endswith("--boosted")
    in_use(house, card.id)
    good, poor = score_rows(house, OFFICER, card.id, [GOOD, POOR])
    assert good.pd_ppm < poor.pd_ppm
    assert {reason.code for reason in poor.reasons} <= set(card.features)
    assert score_table(house, OFFICER, card.id, TEXT.head(3))
    with pytest.raises(Invalid, match="no column"):
        score_table(house, OFFICER, card.id, TEXT.drop("late_payments"))
    view = model(house, OFFICER, card.id)
    assert (view.kind, len(view.scale) > 3, view.points) == ("table_trees", True, ())


def test_it_is_the_same_model_for_the_same_table_and_never_moves_one_in_use(house: House) -> None:
    card, _ = build_model(house, RISK, (TEXT, REQUEST), "build")
    in_use(house, card.id)
    again, _ = build_model(house, RISK, (TEXT, REQUEST), "build again")
    assert (again.id, again.status) == (card.id, ModelStatus.APPROVED)


def test_it_decides_nothing_of_the_banks_own(house: House) -> None:
    card, _ = build_model(house, RISK, (TEXT, REQUEST), "build")
    in_use(house, card.id)
    assert house.registry.model_in_use(ModelClass.RATING) is None
    with pytest.raises(Invalid, match="cannot decide for CN"):
        mapping_of(MAPPING | {"market": "CN"})
    stranger = CARD
    save_model(house, stranger, artefact())
    assert house.registry.model_in_use(ModelClass.RATING) is not None


def test_who_may_not_and_what_may_not(house: House) -> None:
    for actor in (OFFICER, SYSTEM, AUDITOR):
        with pytest.raises(Forbidden):
            build_model(house, actor, (TEXT, REQUEST), f"no {actor.id}")
    with pytest.raises(Invalid, match="0 records"):
        score_rows(house, OFFICER, "mdl_none", [])


def test_a_card_reads_its_columns_as_the_table_declared_them(house: House) -> None:
    card, _ = build_model(house, RISK, (TEXT, REQUEST), "build")
    found = house.registry.model(card.id)
    assert found is not None
    declared = {one.name: one for one in REQUEST.told.columns}
    for one in columns_of(decode(found[1])):
        assert (one.kind, one.scale, one.zh) == (declared[one.name].kind, declared[one.name].scale, declared[one.name].zh)


def test_a_first_mapping_is_one_that_reads(house: House) -> None:
    assert mapping_of(drafted_mapping(TEXT).document).outcome == "defaulted"


def test_its_owner_may_tell_a_draft_otherwise_and_nobody_one_that_was_agreed_to(house: House) -> None:
    first, _ = build_model(house, RISK, (TEXT, REQUEST), "build")
    told = mapping_of({key: entry for key, entry in MAPPING.items() if key != "watch"} | {"title": "街边店 Corner shops"})
    again, _ = build_model(house, RISK, (TEXT, replace(REQUEST, told=told)), "build again")
    assert (again.id, again.title) == (first.id, "街边店 Corner shops")
    assert house.registry.model(first.id) == (again, house.registry.model(first.id)[1])  # type: ignore[index]
    other, _ = build_model(house, SECOND, (TEXT, REQUEST), "another's")
    assert other == again
    in_use(house, first.id)
    later, _ = build_model(house, RISK, (TEXT, REQUEST), "build a third time")
    assert (later.title, later.status) == ("街边店 Corner shops", ModelStatus.APPROVED)
    with pytest.raises(Conflict, match="approved in CN-SHOPS"):
        build_model(house, RISK, (TEXT, replace(REQUEST, told=replace(told, market="CN-KIOSKS"))), "elsewhere")
    assert verify(house, AUDITOR).findings == ()


def test_no_table_decides_where_the_bank_lends(house: House) -> None:
    abroad = replace(house, products={**house.products, "abroad": replace(house.products["revolving"], market="CN-SHOPS")})
    with pytest.raises(Invalid, match="cannot decide for CN-SHOPS, where the bank lends"):
        build_model(abroad, RISK, (TEXT, REQUEST), "build")


def test_a_file_is_scored_whole_or_says_which_column_it_lacks(house: House) -> None:
    card, _ = build_model(house, RISK, (TEXT, REQUEST), "build")
    in_use(house, card.id)
    scored = score_table(house, OFFICER, card.id, pl.concat([TEXT.filter(pl.col("shop") != "S10")] * 6))
    assert len(scored) == 6 * 1_999
    assert scored[:1] == score_rows(house, OFFICER, card.id, TEXT[:1].rows(named=True))
    with pytest.raises(Invalid, match="no column 'late_payments'"):
        score_table(house, OFFICER, card.id, TEXT.rename({"late_payments": "late_payment"}))


def test_cases_of_weight_move_the_pds_and_not_only_the_points(house: House) -> None:
    """Three in four good cases left out, the others standing for four: PDs are those of the table before."""
    labelled = shops(12_000).filter(pl.col("defaulted").is_in(["yes", "no"]), pl.col("monthly_sales") != "a lot")
    stands = pl.when(pl.col("defaulted") == "yes").then(pl.lit("1")).otherwise(pl.lit("4")).alias("stands_for")
    thinned = labelled.with_columns(stands).filter((pl.col("defaulted") == "yes") | (pl.col("shop").str.slice(1).cast(pl.Int64) % 4 == 0))
    told = replace(REQUEST.told, time=None, weight="stands_for")
    made = make(house, RISK.name, thinned, replace(REQUEST, told=told))
    scored = [score_one(made.model, row).pd_ppm for row in whole_frame(read_table(thinned, told).frame, told.columns).rows(named=True)]
    weights = thinned["stands_for"].cast(pl.Float64).to_numpy()
    bad = (thinned["defaulted"] == "yes").to_numpy()
    assert np.average(scored, weights=weights) / 1_000_000 == pytest.approx(np.average(bad, weights=weights), rel=0.05)
    assert made.validation.measures["calibration_error"].value < 0.03
    assert np.average([band.observed for band in made.validation.table]) < np.mean(bad) - 0.1


@pytest.mark.parametrize("market", sorted(RESERVED))
def test_a_table_takes_no_place_of_the_banks_own_estimates(house: House, market: str) -> None:
    with pytest.raises(Invalid, match="cannot decide") as refused:
        build_model(house, RISK, (TEXT, replace(REQUEST, told=mapping_of(MAPPING | {"market": market}))), f"build {market}")
    assert refused.value.code == "home_market"
