"""A house over HTTP, from its offer to its return: each step by who may take it, each refusal a problem."""

from __future__ import annotations

import itertools

from tests.api.conftest import TODAY, Bank, problem, problem_at

DEEDS = itertools.count()
VALUE = {"low_fen": 100_000_000, "mid_fen": 110_000_000, "high_fen": 125_000_000, "report": "A-2025-0001", "valued_on": str(TODAY)}


def offered(bank: Bank, party: str) -> str:
    body = {
        "party": party,
        "kind": "residence",
        "district": "D02",
        "area_dm2": 9_250,
        "built": 2012,
        "floor": 8,
        "deed": f"deed-{next(DEEDS)}",
    }
    made = bank.post("/houses", body)
    assert made.status_code == 201, made.text
    return str(made.json()["house"])


def registered(bank: Bank) -> tuple[str, str]:
    """A house in the register, and its line."""
    party = bank.party()
    line = bank.line(party=party)["line"]
    house = offered(bank, party)
    assert bank.post(f"/houses/{house}/appraisals", VALUE).status_code == 201
    assert bank.post(f"/houses/{house}/lien", {"line": line, "secured_fen": 90_000_000}).json()["stage"] == "agreed"
    for task in ("survey", "insurance", "custody", "registration"):
        body = {"task": task, "evidence": f"A-2025-{task}", "done_on": str(TODAY)}
        assert bank.post(f"/houses/{house}/tasks", body).status_code == 201
    assert bank.post(f"/houses/{house}/registration", {"certificate": "CERT-7"}).json()["stage"] == "registered"
    return house, line


def test_a_limit_rises_by_two_people_only(bank: Bank) -> None:
    house, _ = registered(bank)
    assert problem(bank.post(f"/houses/{house}/raise", {"by_fen": 10**13})) == (409, "raise_above_room")
    assert bank.post(f"/houses/{house}/raise", {"by_fen": 20_000_000}, "manager").status_code == 201
    assert bank.get(f"/houses/{house}").json()["asked_fen"] == 20_000_000
    assert problem(bank.post(f"/houses/{house}/raise/resolution", {"agree": True}, "manager")) == (403, "second_person")
    assert problem(bank.post(f"/houses/{house}/raise/resolution", {"agree": True})) == (403, "role")
    assert bank.post(f"/houses/{house}/raise", {"by_fen": 1}).json()["code"] == "raise_waits"


def test_a_house_tells_its_value_its_margin_and_what_may_be_done(bank: Bank) -> None:
    house, line = registered(bank)
    bank.post(f"/houses/{house}/raise", {"by_fen": 20_000_000})
    before = bank.get(f"/lines/{line}").json()["limit_fen"]
    raised = bank.post(f"/houses/{house}/raise/resolution", {"agree": True}, "manager")
    assert raised.json()["secured_fen"] == 20_000_000
    assert bank.get(f"/lines/{line}").json()["limit_fen"] == before + 20_000_000
    told = bank.get(f"/houses/{house}").json()
    assert (told["carried_fen"], told["ltv_percent"], told["raise_fen"]) == (70_000_000, "70.0000", 50_000_000)
    assert told["margin"]["state"] == "enough"
    assert [one["by"] for one in told["tasks"]] == ["officer"] * 4
    assert "lower" in told["moves"]
    lowered = bank.post(f"/houses/{house}/lowering", {"by_fen": 5_000_000, "ground": "lower_value"}, "manager")
    assert lowered.json()["secured_fen"] == 15_000_000
    assert problem(bank.post(f"/houses/{house}/release", {"ground": "paid_off"})) == (403, "role")
    assert bank.post(f"/houses/{house}/release", {"ground": "paid_off"}, "manager").json()["stage"] == "released"
    back = {"task": "release", "evidence": "A-2025-back", "done_on": str(TODAY)}
    assert bank.post(f"/houses/{house}/tasks", back).json()["stage"] == "returned"
    assert bank.get(f"/lines/{line}").json()["limit_fen"] == before


def test_refusals_are_problems(bank: Bank) -> None:
    house = offered(bank, bank.party())
    assert problem(bank.post(f"/houses/{house}/valuations")) == (404, "no_sales")
    assert problem(bank.post(f"/houses/{house}/lien", {"line": bank.ids["lin"], "secured_fen": 1})) == (409, "house_stage")
    assert problem_at(bank.post(f"/houses/{house}/appraisals", {**VALUE, "low_fen": 120_000_000})) == (422, "bad_valuation", "low_fen")
    assert problem(bank.get("/houses/hse_bbbbbbbbbbbbbbbb")) == (404, "no_house")
    assert problem(bank.get(f"/houses/{house}", "borrower")) == (403, "role")
    gone = bank.post(f"/houses/{house}/withdrawal", {"ground": "owner_changed_mind"})
    assert gone.json()["stage"] == "withdrawn"


def test_houses_are_listed_page_by_page_and_those_due_apart(bank: Bank) -> None:
    one, two = (offered(bank, bank.party()) for _ in range(2))
    first = bank.get("/houses", params={"limit": 1}).json()
    rest = bank.get("/houses", params={"limit": 200, "cursor": first["next"]}).json()
    shown = [row["house"] for row in first["items"] + rest["items"]]
    assert {one, two} <= set(shown)
    assert len(shown) == len(set(shown))
    assert bank.get("/houses", params={"due": True}).json()["items"] == []
