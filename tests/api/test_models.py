"""Models through the door: a KE model, where no product lends, so that what other tests decide stays as it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.api.conftest import Bank, problem
from tests.flows.applicants import CARD, artefact, save_model
from tests.models.own_table.shops import MAPPING, shops

from farthing.domain.model_card import ModelStatus
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.line.propose import ResolveRequest, resolve
from farthing.flows.model.build import BuildRequest, build_model, mapping_of

SECOND = Actor("stf_second", "郑复核", Role.RISK_MANAGER)


def appointed(bank: Bank, name: str, *, challenger: bool = False) -> str:
    """Drafted by somebody, asked for by the manager through the door, agreed to by a second person."""
    card = replace(CARD, id=f"mdl_{name}", status=ModelStatus.DRAFT, market="KE", accountable=Accountable("林建模", "—"))
    save_model(bank.house, card, artefact(name))
    until = str(bank.house.clock.today() + dt.timedelta(days=90))
    asked = {"act": "appoint_model", "model": card.id, "challenger": challenger, "market": "KE", "valid_until": until,
             "ground": "better_by_backtest"}  # fmt: skip
    made = bank.post("/proposals", asked, "manager")
    assert made.status_code == 201, made.text
    resolve(bank.house, SECOND, ResolveRequest(made.json()["id"], agree=True), f"yes {card.id}")
    return card.id


def card(bank: Bank, model: str) -> dict[str, object]:
    (found,) = [one for one in bank.get("/models", "auditor").json()["items"] if one["id"] == model]
    return dict(found)


def test_a_model_is_appointed_reviewed_followed_returned_to_and_retired(bank: Bank) -> None:
    old, new = appointed(bank, "api_old"), appointed(bank, "api_new")
    assert [card(bank, one)["status"] for one in (old, new)] == ["standby", "approved"]
    until = str(bank.house.clock.today() + dt.timedelta(days=200))
    reviewed = bank.post(f"/models/{new}/review", {"ground": "stable_by_month", "valid_until": until}, "manager").json()
    assert (reviewed["valid_until"], reviewed["reviewed_on"]) == (until, str(bank.house.clock.today()))
    back = bank.post("/models/return", {"ground": "drifts", "market": "KE"}, "manager").json()
    assert (back["id"], back["status"], card(bank, new)["status"]) == (old, "approved", "standby")
    assert problem(bank.post("/models/return", {"ground": "drifts", "model_class": "aml"}, "manager")) == (409, "none_stands_by")
    for model in (old, new):
        assert bank.post(f"/models/{model}/retirement", {"ground": "superseded"}, "manager").json()["status"] == "retired"
    assert problem(bank.post(f"/models/{old}/retirement", {"ground": "superseded"}, "manager")) == (409, "model_retired")
    assert problem(bank.post("/models/mdl_none/retirement", {"ground": "superseded"}, "manager")) == (404, "no_model")


def test_a_challenger_is_listed_with_what_it_saw(bank: Bank) -> None:
    model = appointed(bank, "api_challenger", challenger=True)
    (found,) = [one for one in bank.get("/models/challenges", "officer").json()["items"] if one["model"] == model]
    assert (found["since"], found["swaps"]) == (str(bank.house.clock.today()), [])
    bank.post(f"/models/{model}/retirement", {"ground": "superseded"}, "manager")


def test_records_are_scored_by_a_model_from_a_table_once_it_is_in_use(bank: Bank) -> None:
    told = BuildRequest("c" * 64, mapping_of(MAPPING | {"market": "KE-SHOPS"}))
    model = build_model(bank.house, Actor("stf_owner", "林建模", Role.RISK_MANAGER), (shops(1_500), told), "build")[0].id
    rows = {"rows": [{"monthly_sales": 900.5, "trade": "taxi"}, {"monthly_sales": "30,000.00", "late_payments": 0}]}
    assert problem(bank.post(f"/models/{model}/scores", rows)) == (409, "model_not_in_use")
    until = str(bank.house.clock.today() + dt.timedelta(days=90))
    asked = {"act": "appoint_model", "model": model, "market": "KE-SHOPS", "valid_until": until, "ground": "first_of_its_class"}
    proposal = bank.post("/proposals", asked, "manager").json()["id"]
    resolve(bank.house, SECOND, ResolveRequest(proposal, agree=True), f"yes {model}")
    poor, good = bank.post(f"/models/{model}/scores", rows).json()["items"]
    assert poor["points"] < good["points"]
    assert poor["reasons"][0]["zh"]
    assert problem(bank.post(f"/models/{model}/scores", {"rows": [{"monthly_sales": "much"}]})) == (422, "not_a_number")
    bank.post(f"/models/{model}/retirement", {"ground": "superseded"}, "manager")


def test_an_officer_asks_for_no_model(bank: Bank) -> None:
    asked = {"act": "appoint_model", "model": "mdl_none", "valid_until": "2030-01-01", "ground": "better_by_backtest"}
    assert problem(bank.post("/proposals", asked, "officer")) == (403, "role")


def test_a_report_is_printed_in_both_languages_and_is_the_same_each_time(bank: Bank) -> None:
    model = appointed(bank, "api_printed")
    one, again = (bank.get(f"/models/{model}/report.pdf", "officer") for _ in range(2))
    assert (one.status_code, one.headers["content-type"], one.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert one.content == again.content
    assert bank.get(f"/models/{model}/report.pdf?language=en", "officer").content != one.content
    assert problem(bank.get("/models/mdl_none/report.pdf", "officer")) == (404, "no_model")
    assert problem(bank.get(f"/models/{model}/report.pdf", "borrower")) == (403, "role")
    bank.post(f"/models/{model}/retirement", {"ground": "superseded"}, "manager")
