"""The card of a model from a table says what was measured, on what, and what it cannot do."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import polars as pl
import pytest
from tests.models.own_table.shops import MAPPING, shops

from farthing.domain import canon
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.fit import Calibration, Settings, freeze
from farthing.models.own_table.describing import Built, card_of_table
from farthing.models.own_table.leaking import Suspicion
from farthing.models.own_table.mapping import read_table_map
from farthing.models.own_table.reading import read_table
from farthing.models.own_table.validating import cards, validate_table
from farthing.models.scorecard import encode, named

DAY = dt.date(2026, 1, 2)


@pytest.fixture(scope="module")
def made() -> Built:
    told = read_table_map(MAPPING | {"bad_rate": 0.1, "keep": {"trade": "told by the shop"}})
    read = read_table(shops(), told)
    found = validate_table(read, told, cards(told, Settings()), 1, lambda *_: None)
    card = named(freeze(found.fitted, Calibration(found.line, 100_000)))
    suspect = Suspicion("trade", 0.8, "after", "名称像结果", "it is named like an outcome")
    return Built(told, read, found, card, (suspect,), DAY, Accountable("林建模", "—"))


def test_it_binds_the_artefact_and_survives_writing(made: Built) -> None:
    card = card_of_table(made)
    assert card.artefact == hashlib.sha256(encode(made.model)).hexdigest()
    assert (card.id, card.status, card.market, card.trained_on) == (made.model.name, ModelStatus.DRAFT, "CN-SHOPS", "table")
    assert card.labels == len(made.validation.sample.bad)
    assert canon.decode(ModelCard, canon.encode(card)) == card


def test_each_figure_says_on_what_it_was_measured(made: Built) -> None:
    measures = {one.name: one for one in card_of_table(made).measures}
    assert measures["auc"].method.count(f"Out of time: {len(made.validation.tested.bad):,} cases") == 1
    assert float(measures["auc"].low) < float(measures["auc"].value) < float(measures["auc"].high)
    assert measures["target_bad_rate"].method.count("Assumed, not measured") == 1
    assert float(measures["whole_rate"].low) < float(measures["whole_rate"].high)
    assert {"fair_gender=f", "fair_gender=m", "iv_trade", "band_10_observed"} <= set(measures)


def test_the_curves_run_from_corner_to_corner(made: Built) -> None:
    curves = {one.name: one for one in card_of_table(made).curves}
    assert set(curves) == {"roc", "ks", "gains", "calibration", "lift", "auc_by_month", "psi_by_month"}
    roc = curves["roc"]
    assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1]) == (0, 0, 1_000_000, 1_000_000)
    assert list(roc.x) == sorted(roc.x)
    assert list(roc.y) == sorted(roc.y)
    assert curves["lift"].y[0] > 1_000_000 > curves["lift"].y[-1]


def test_what_it_cannot_do_is_said(made: Built) -> None:
    told = "\n".join(card_of_table(made).cannot_support)
    count = made.read.unlabelled.height
    for words in ("10.00 %", "CN-SHOPS", f"{count} applications", "could not be read: 2 rows", "its owner keeps it: told by the shop"):
        assert words in told
    assert "No test of fairness" not in told
    unwatched = replace(made, told=replace(made.told, watch=()))
    assert "No test of fairness" in "\n".join(card_of_table(unwatched).cannot_support)


def test_what_is_watched_and_has_no_groups_is_said_to_be_untested(made: Built) -> None:
    told = replace(made.told, watch=("gender", "only"))
    frame = made.read.frame.with_columns(pl.lit("one").alias("only"))
    card = card_of_table(replace(made, told=told, read=replace(made.read, frame=frame)))
    assert [said for said in card.cannot_support if "fairness" in said] == [
        "only 没有公平性检验：不足两组有 30 个以上案例。 No test of fairness over only: fewer than two of its groups have 30 cases."
    ]
