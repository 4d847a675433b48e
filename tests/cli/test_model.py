"""`farthing model`: a scorecard trained, read and validated at the command line, on sixty firms with outcomes."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from tests.cli.desk import WIDE, desk, typed
from tests.flows.applicants import CARD, DAY, artefact, save_model
from tests.flows.bank import SYSTEM
from tests.flows.model.test_develop import END, evidence
from tests.models.own_table.shops import shops
from tests.store_fixture import Database

from farthing.domain.model_card import ModelStatus
from farthing.domain.staff import NewStaff, Role
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.needs.drift import BASE, Cell, Watch
from farthing.flows.staff import add_staff
from farthing.settings import read
from farthing.wiring import open_house

QUICK = ("--as-of", END.isoformat(), "--folds", "2", "--repeats", "1")
PEOPLE = ("--owner", "王敏 Wang Min", "--approver", "李强 [/bold] Li Qiang")


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A bank that holds the evidence and, yet, no model."""
    found = {"FARTHING_HOME": str(tmp_path_factory.mktemp("bank")), "FARTHING_DATABASE_URL": new_database().owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        with open_house(read()) as house:
            intake(house, SYSTEM, IntakeRequest(evidence()), "import")
        yield


@pytest.fixture(scope="module")
def trained(bank: None) -> str:
    """The id of the model, trained as one types it."""
    told = typed("model", "train", *PEOPLE, "--name", "卡 [/red] card", *QUICK, "--json").json
    return str(told["card"]["id"])


def test_a_model_is_appointed_by_two_listed_reviewed_returned_to_and_retired(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as here:
        with open_house(read()) as house:
            second = add_staff(house, SYSTEM, NewStaff("second", "郑复核", Role.RISK_MANAGER, "correct horse")).id
            for name in ("one", "two"):
                save_model(house, replace(CARD, id=f"mdl_{name}", status=ModelStatus.DRAFT), artefact(name))
            until = str(house.clock.today() + dt.timedelta(days=100))
        risk, ground = here.staff["risk"], ("--ground", "better_by_backtest")
        for words in (("mdl_one",), ("mdl_two", "--challenger")):
            asked = typed("model", "appoint", *words, "--valid-until", until, *ground, "--by", risk, "--json").json
            assert typed("proposal", "agree", asked["id"], "--by", second).code == 0
        shown = typed("model", "inventory").out
        assert all(told in shown for told in ("mdl_one", "approved", "mdl_two", "challenger", "mdl_test", "standby", until, "collection"))
        assert len(typed("model", "inventory", "--json").json["classes"]) == 9
        typed("decision", "apply", here.parties["E1"], "revolving", "10000")
        assert "mdl_two: 0" in typed("model", "shadow").out
        later = str(dt.date.fromisoformat(until) + dt.timedelta(days=9))
        assert later in typed("model", "review", "mdl_one", "--valid-until", later, "--ground", "sound", "--by", second).out
        assert "mdl_test: approved" in typed("model", "return", "--ground", "drifts", "--by", risk).out
        assert typed("model", "retire", "mdl_test", "--ground", "leaks", "--by", risk, "--json").json["status"] == "retired"
        refused = typed("model", "retire", "mdl_test", "--ground", "leaks", "--by", risk)
        assert (refused.code, "was retired before" in refused.err) == (1, True)


def test_a_table_of_ones_own_becomes_a_model_in_ten_minutes(database: Database, tmp_path: Path) -> None:
    """The page docs/first-scorecard.md, followed to the letter."""
    file, mapping = tmp_path / "王小明 shops.csv", tmp_path / "shops.yaml"
    shops(1_500).write_csv(file)
    with desk(database, tmp_path / "home") as here:
        with open_house(read()) as house:
            second = add_staff(house, SYSTEM, NewStaff("second", "郑复核", Role.RISK_MANAGER, "correct horse")).id
        lin = here.staff["risk"]
        assert "wrote" in typed("model", "columns", file, "--out", mapping).out
        assert typed("model", "columns", file, "--out", mapping).code == 1, "corrections are not written over"
        assert "watch:" in typed("model", "columns", file).out
        shown = typed("model", "build", file, mapping, "--by", lin)
        assert (shown.code, "1 × not a number" in shown.out, "farthing model appoint mdl_" in shown.out) == (0, True, True)
        card = typed("model", "build", file, mapping, "--by", lin, "--json").json["card"]
        assert "王小明" not in str(card), "a file's name may name a customer"
        until = str(DAY + dt.timedelta(days=200))
        asked = typed("model", "appoint", card["id"], "--market", card["market"], "--valid-until", until, "--ground", "first_of_its_class",
                      "--by", lin, "--json").json  # fmt: skip
        assert typed("model", "score", card["id"], file, "--by", lin).code == 1, "a draft scores nobody"
        assert typed("proposal", "agree", asked["id"], "--by", second).code == 0
        shops(40).head(12).with_columns(monthly_sales=pl.lit("1,000")).write_csv(tmp_path / "new.csv")
        scored = typed("model", "score", card["id"], tmp_path / "new.csv", "--by", lin, "--json").json
        assert len(scored) == 12
        assert all(one["reasons"] for one in scored)
        assert "原因 reasons" in typed("model", "score", card["id"], tmp_path / "new.csv", "--by", lin).out


def test_validating_prints_everything_and_saves_nothing(new_database: Callable[[], Database], bank: None) -> None:
    before = typed("model", "list", "--json").json
    told = typed("model", "validate", *QUICK)
    assert told.code == 0, told.err
    for words in ("未保存 not saved", "labels 60", "auc", "cannot support", "assumed rate 5.0%"):
        assert words in told.out
    assert typed("model", "list", "--json").json == before
    moved = typed("model", "validate", *QUICK, "--target-bad-rate", "0.10", "--json").json
    assert moved["target_rate_ppm"] == 100_000


def test_training_saves_a_card_with_its_people_once(trained: str) -> None:
    again = typed("model", "train", *PEOPLE, "--name", "卡 [/red] card", *QUICK)
    assert again.code == 0, again.err
    for words in ("卡 [/red] card", trained, "王敏 Wang Min", "李强 [/bold] Li Qiang", "points", "missing"):
        assert words in again.out
    every = typed("model", "list", "--json").json
    assert [(card["id"], card["labels"], card["bads"], card["status"]) for card in every] == [(trained, 60, 20, "approved")]
    assert trained in typed("model", "list").out


def test_a_card_is_read_by_its_id_or_as_the_newest(trained: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = typed("model", "show", "--json").json
    assert typed("model", "show", trained, "--json").json == newest
    assert {"card", "points", "scale", "base_points", "sample_rate_ppm", "target_rate_ppm"} <= newest.keys()
    worst, best = newest["scale"][0], newest["scale"][-1]
    assert worst[0] < best[0]
    assert worst[1] > best[1]
    assert {"auc", "baseline_auc"} <= {one["name"] for one in newest["card"]["measures"]}
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in typed("model", "list").out


def test_a_card_is_printed_as_a_query(trained: str) -> None:
    told = typed("model", "sql", "applicants", "--keep", "id")
    assert told.code == 0, told.err
    assert told.out.startswith('SELECT "id", points,')
    assert 'FROM "applicants"' in told.out
    assert typed("model", "sql", "applicants", "--keep", "id", "--model", trained).out == told.out


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("sql", "applicants", "--model", "mdl_nowhere"), "no_model", "Train one: farthing model train"),
        (("show", "mdl_nowhere"), "no_model", "Train one: farthing model train"),
        (("train", "--owner", "甲", "--approver", "甲"), "second_person", "second person"),
        (("train", *PEOPLE, "--folds", "1"), "bad_plan", "2-20 folds"),
        (("train", *PEOPLE, "--as-of", "yesterday"), "bad_date", "2020-02-21"),
        (("validate", "--target-bad-rate", "7"), "bad_rate", "0.05"),
        (("validate", "--target-bad-rate", "few"), "bad_rate", "0.05"),
    ],
)
def test_a_refusal_says_what_to_write(words: tuple[str, ...], code: str, said: str) -> None:
    told = typed("model", *words)
    assert (told.code, told.err.split()[0]) == (1, code)
    assert said in told.err


@pytest.mark.parametrize("words", [("train", "--owner", "甲"), ("train", "--approver", "甲"), ("show", "a", "b"), ("forget",)])
def test_words_that_make_no_command_end_with_usage(words: tuple[str, ...]) -> None:
    assert typed("model", *words).code == 2


def test_a_bank_without_outcomes_says_where_to_begin(
    new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home, url = tmp_path_factory.mktemp("empty"), new_database().owner_url
    with patch.dict(os.environ, {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": url, "COLUMNS": WIDE}):
        assert "No model yet" in typed("model", "list").out
        told = typed("model", "train", *PEOPLE)
        assert (told.code, told.err.split()[0], "farthing import" in told.err) == (1, "no_outcomes", True)
        assert typed("model", "show").err.split()[0] == "no_model"


def test_drift_compares_months_with_the_day_the_model_was_made_for(trained: str) -> None:
    told = typed("model", "drift", "--until", END.isoformat(), "--months", "3", "--json").json
    assert (told["model"], told["base"]) == (trained, END.isoformat())
    assert {one["month"] for one in told["movements"]} == {"2024-04", "2024-05", "2024-06"}
    assert told["movements"][0]["feature"] == "pd_ppm"
    last = [one for one in told["movements"] if one["month"] == "2024-06"]
    assert all(one["psi"] == 0 and one["cases"] == told["base_cases"] for one in last), "the base against itself has not moved"
    assert any(one["psi"] > 0 for one in told["movements"]), "two months earlier people were others"
    shown = typed("model", "drift", "--until", END.isoformat(), "--months", "1")
    assert shown.code == 0, shown.err
    assert "steady" in shown.out
    assert "Ask for 1 to 60" in typed("model", "drift", "--months", "0").err


def test_a_challenger_is_told_beside_the_card_and_saved_nowhere(bank: None) -> None:
    before = typed("model", "list", "--json").json
    shown = typed("model", "challenge", *QUICK)
    assert shown.code == 0, shown.err
    for words in (
        "scorecard",
        "trees_less_scorecard",
        "tables_less_scorecard",
        "calibration error",
        "additive model",
        "master scale",
        "kinds of risk",
    ):
        assert words in shown.out
    told = typed("model", "challenge", *QUICK, "--json").json
    assert set(told["measures"]) == {"scorecard", "trees", "tables", "trees_less_scorecard", "tables_less_scorecard"}
    assert sum(one["cases"] for one in told["grades"]) == sum(one["cases"] for one in told["kinds"]) == 60
    assert sum(one["bads"] for one in told["kinds"]) == 20
    assert typed("model", "list", "--json").json == before


def test_a_report_is_written_in_either_language(trained: str, tmp_path: Path) -> None:
    told = typed("model", "report", trained, "--json").json
    assert [section["title"]["key"] for section in told["sections"]][-2:] == ["report.stress", "report.reads"]
    papers = [tmp_path / name for name in ("zh.pdf", "en.pdf", "again.pdf")]
    for paper, more in zip(papers, ((), ("--english",), ("--english",)), strict=True):
        assert typed("model", "report", trained, "--to", str(paper), *more).code == 0
    zh, en, again = (paper.read_bytes() for paper in papers)
    assert zh[:5] == b"%PDF-"
    assert zh != en == again
    assert (typed("model", "report", trained).code, typed("model", "report", "mdl_none", "--to", str(papers[0])).code) == (1, 1)


def test_drift_is_counted_and_alarms_have_an_exit_code(trained: str) -> None:
    told = typed("model", "drift", "--update", "--alarms", "--json")
    assert (told.code, told.json["alarms"], told.json["counted"]["decisions"]) == (0, [], 0)
    assert "no alarm" in typed("model", "drift", "--alarms").out
    with open_house(read()) as house:
        counts = ((BASE, 0, 500), (BASE, 1, 500), (24313, 0, 40), (24313, 1, 960))
        cells = [Cell(trained, month, "pd_ppm", bin_, cases) for month, bin_, cases in counts]
        assert house.drift.add(house.drift.counted(), house.drift.counted(), [Watch(trained, "pd_ppm", (30_000,))], cells)
    loud = typed("model", "drift", "--alarms")
    assert (loud.code, "< 3.0 %: 50.0 % -> 4.0 %" in loud.out) == (1, True)
    with open_house(read()) as house:
        house.drift.clear()


def test_a_score_of_dimensions_is_trained_shown_and_asked_for(bank: None) -> None:
    with open_house(read()) as house:
        staff = add_staff(house, SYSTEM, NewStaff("dimensions", "林建模", Role.RISK_MANAGER, "correct horse")).id
    told = typed("model", "dimensions", "train", "--by", staff, "--as-of", END.isoformat(), "--repeats", "1", "--json").json
    model = told["card"]["id"]
    assert told["card"]["status"] == "draft"
    assert {facet["code"] for facet in told["artefact"]["facets"]} == {"behaviour", "bureau", "traits", "network", "circle"}
    shown = typed("model", "dimensions", "show", "--model", model).out
    assert "经营行为 Behaviour" in shown
    assert "calibration_slope" in shown
    score = typed("model", "dimensions", "score", "F1", "--model", model, "--json").json["score"]
    assert score["points"] == score["base_points"] + sum(facet["points"] for facet in score["facets"])
    assert "无增量信息 tells nothing more" in typed("model", "dimensions", "score", "F1", "--model", model).out
    refused = typed("model", "personal", "show", "--json")
    assert (refused.code, "no_dimensions" in refused.err) == (1, True)
