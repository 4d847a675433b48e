"""What speaks for and against a party, at the door: checks without names, and how to get a model where there is none."""

from __future__ import annotations

from tests.api.conftest import Bank, problem


def test_without_an_anti_fraud_model_there_is_nothing_to_say(bank: Bank) -> None:
    assert problem(bank.get(f"/parties/{bank.party()}/fraud", "officer")) == (404, "no_fraud_model")


def test_an_identity_comes_with_every_check_and_no_name(bank: Bank) -> None:
    party = bank.party()
    told = bank.get(f"/parties/{party}/identity", "officer")
    assert told.status_code == 200, told.text
    found = told.json()
    assert (found["party"], found["level"]) == (party, 0)
    verdicts = {check["name"]: check["verdict"] for check in found["checks"]}
    assert verdicts["document_form"] == verdicts["face"] == "not_possible"
    assert verdicts["name_form"] == "passed"
    name = bank.get(f"/parties/{party}/personal?purpose=underwriting", "officer").json()["name"]
    assert name not in told.text
