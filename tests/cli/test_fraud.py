"""`farthing model fraud` and `farthing party identity`, typed. The model is of small worlds, looked at near their end: it takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.desk import Desk, desk, typed
from tests.store_fixture import Database


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(new_database(), tmp_path_factory.mktemp("bank")) as made:
        yield made


def test_without_a_model_everybody_is_told_how_to_get_one(bank: Desk) -> None:
    for words in (("show",), ("score", "E1")):
        refused = typed("model", "fraud", *words)
        assert refused.code == 1
        assert "farthing model fraud train" in refused.err


def test_a_model_is_trained_shown_and_scores(bank: Desk) -> None:
    pytest.importorskip("lightgbm")
    words = ("--owner", "王敏", "--approver", "李强", "--worlds", "4", "--apart", "1", "--merchants", "40", "--since", "22")
    card = typed("model", "fraud", "train", *words, "--json").json["card"]
    assert card["model_class"] == "anti_fraud"
    assert card["synthetic"] is True
    measures = {one["name"]: one for one in card["measures"]}
    assert float(measures["auc"]["value"]) > 0.8
    assert measures["recall_gang"]["low"] == "0.000", "nobody applies so near the end"
    shown = typed("model", "fraud", "show").out
    assert card["id"] in shown
    assert "has seen no real fraud" in shown
    told = typed("model", "fraud", "score", "E1", "--json").json
    assert told["party"] == bank.parties["E1"]
    assert 0 < told["fraud_ppm"] < 1_000_000
    assert told["signs"]["ring_members"] is None, "nothing is known of its devices"
    assert "made-up worlds" in typed("model", "fraud", "score", "E1").out


def test_a_rule_needs_cases_that_are_known(bank: Desk) -> None:
    assert "Nobody is known as" in typed("model", "fraud", "rule", "E1", "nobody").err
    refused = typed("model", "fraud", "rule", "E1", "E2")
    assert (refused.code, "too_few_cases" in refused.err) == (1, True)


def test_an_identity_is_printed_check_by_check(bank: Desk) -> None:
    told = typed("party", "identity", "E1", "--json").json
    assert told["identity"]["level"] == 0
    verdicts = {check["name"]: check["verdict"] for check in told["identity"]["checks"]}
    assert verdicts["document_form"] == verdicts["face"] == "not_possible"
    shown = typed("party", "identity", "E1").out
    assert "Identity level 0 / 3" in shown
    assert bank.parties["E1"]


def test_own_cases_are_read_from_a_file_and_few_make_no_model(bank: Desk, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    words = ("model", "fraud", "train-own", str(file), "--owner", "王敏", "--approver", "李强")
    file.write_text("who,day\nE1,2025-06-30\n", encoding="utf-8")
    assert "no column party" in typed(*words).err
    file.write_text("party,day\nE1,soon\n", encoding="utf-8")
    assert "'soon' is not a day" in typed(*words).err
    file.write_text("party,day\nnobody,2020-01-31\n", encoding="utf-8")
    assert "Nobody is known as" in typed(*words).err
    file.write_text("party,day\nE1,2999-01-31\n", encoding="utf-8")
    assert "yet to come" in typed(*words).err
