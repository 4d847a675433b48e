"""Listeners and pulled events through the door."""

from __future__ import annotations

from tests.api.conftest import Bank, problem, problem_at


def test_a_manager_lets_a_system_in_looks_at_it_and_lets_it_go(bank: Bank) -> None:
    asked = {"url": "http://127.0.0.1:9/a-hook", "kinds": ["Drawn"], "from_start": True}
    made = bank.post("/listeners", asked, "manager", key="listen-1")
    assert made.status_code == 201, made.text
    listener = made.json()["listener"]
    assert (len(made.json()["key"]), made.json()["after"]) == (64, 0)
    assert bank.post("/listeners", asked, "manager", key="listen-1").json() == made.json(), "the same key is the same listener"
    (row,) = [row for row in bank.get("/listeners", "auditor").json()["items"] if row["listener"] == listener]
    assert (row["behind"] > 0, row["position"], row["dead"], row["kinds"]) == (True, 0, 0, ["Drawn"])
    assert bank.get(f"/listeners/{listener}/letters", "auditor").json()["items"] == []
    assert bank.post(f"/listeners/{listener}/replay", who="manager").json() == {"replayed": 0}
    gone = bank.send("DELETE", f"/listeners/{listener}", "manager", headers={"Idempotency-Key": "gone-1"})
    assert gone.status_code == 200, gone.text
    assert [one["listener"] for one in gone.json()["items"] if one["listener"] == listener] == []
    assert problem(bank.post(f"/listeners/{listener}/replay", who="manager")) == (404, "no_listener")


def test_what_may_not_be_called_and_who_may_not_ask(bank: Bank) -> None:
    assert problem_at(bank.post("/listeners", {"url": "https://10.0.0.1/hook"}, "manager")) == (422, "bad_webhook", "url")
    assert problem_at(bank.post("/listeners", {"url": "http://127.0.0.1:9/b", "kinds": ["Nothing"]}, "manager")) == (
        422,
        "bad_kind",
        "kinds",
    )
    assert problem(bank.post("/listeners", {"url": "http://127.0.0.1:9/b"}, "officer")) == (403, "role")
    assert problem(bank.get("/events", "borrower")) == (403, "role")


def test_events_are_pulled_in_log_order_page_by_page(bank: Bank) -> None:
    bank.house.journal.seal()
    first = bank.get("/events", "manager", params={"limit": 3}).json()
    assert [one["index"] for one in first["items"]] == [0, 1, 2]
    second = bank.get("/events", "manager", params={"limit": 2, "after": first["after"]}).json()
    assert [one["index"] for one in second["items"]] == [3, 4]
    head = bank.get("/audit/head").json()
    assert bank.get("/events", "auditor", params={"after": head["size"]}).json()["items"] == []
    after, seen = 0, []
    while (page := bank.get("/events", "auditor", params={"after": after, "limit": 200, "kind": "Drawn"}).json())["after"] != after:
        seen += page["items"]
        after = page["after"]
    assert {one["kind"] for one in seen} == {"Drawn"}
    assert bank.ids["evt"] in {one["id"] for one in seen}


def test_nobody_has_no_letters(bank: Bank) -> None:
    assert problem(bank.get(f"/listeners/lsn_{24 * 'a'}/letters", "manager")) == (404, "no_listener")
