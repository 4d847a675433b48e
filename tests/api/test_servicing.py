"""Servicing over HTTP: corrections, agreements, proposals and relief, each as its own person, each refusal a problem."""

from __future__ import annotations

import datetime as dt

from tests.api.conftest import TODAY, Bank, problem, problem_at


def drawn(bank: Bank, fen: int = 1_000_000) -> tuple[str, str]:
    """A fresh line with a draw: its id and the draw's event."""
    line = bank.line()["line"]
    made = bank.post(f"/lines/{line}/draws", {"amount_fen": fen})
    assert made.status_code == 201, made.text
    return line, made.json()["event"]


def test_a_draw_is_taken_back_by_a_risk_manager_and_its_story_says_so(bank: Bank) -> None:
    line, event = drawn(bank)
    body = {"event": event, "ground": "never_paid_out"}
    assert problem(bank.post(f"/lines/{line}/reversals", body)) == (403, "role")
    taken = bank.post(f"/lines/{line}/reversals", body, "manager")
    assert (taken.status_code, taken.json()["owed_fen"]) == (201, 0)
    assert problem(bank.post(f"/lines/{line}/reversals", body, "manager")) == (409, "taken_back_already")
    told = [(one["kind"], one["taken_back"]) for one in bank.get(f"/lines/{line}/events").json()["items"]]
    assert told == [("Opened", False), ("Drawn", True), ("Reversed", False)]


def test_a_payment_is_moved_and_a_surplus_returned(bank: Bank) -> None:
    wrong, _ = drawn(bank)
    right, _ = drawn(bank)
    paid = bank.post(f"/lines/{wrong}/repayments", {"amount_fen": 1_200_000}).json()["event"]
    moved = bank.post(f"/lines/{wrong}/moves", {"event": paid, "to": right})
    assert moved.status_code == 201, moved.text
    assert moved.json()["to_line"]["owed_fen"] == 0
    surplus = bank.get(f"/lines/{right}").json()["surplus_fen"]
    assert problem_at(bank.post(f"/lines/{right}/refunds", {"amount_fen": surplus + 1})) == (422, "bad_refund", "amount_fen")
    assert bank.post(f"/lines/{right}/refunds", {"amount_fen": surplus}).status_code == 201
    assert bank.post(f"/lines/{right}/closure").json()["status"] == "closed"


def test_terms_are_varied_extended_assessed_and_a_coupon_granted(bank: Bank) -> None:
    line, _ = drawn(bank)
    varied = bank.post(f"/lines/{line}/variations", {"ground": "good_payer", "rate_units": 20_000}, "manager")
    assert varied.status_code == 201, varied.text
    later = str(TODAY.replace(year=TODAY.year + 1) + dt.timedelta(days=60))
    assert bank.post(f"/lines/{line}/extensions", {"number": 1, "matures_on": later, "ground": "late_season"}).status_code == 201
    coupon = {"number": "c1", "from_on": str(TODAY), "until_on": str(TODAY + dt.timedelta(days=30)), "up_to_fen": 500_000}
    assert bank.post(f"/lines/{line}/coupons", coupon, "manager").status_code == 201
    held = bank.post(f"/lines/{line}/assessments", {"floor": "special_mention", "rule": "RC-08"}, "manager")
    assert held.json()["loan_class"] == "special_mention"
    assert bank.get(f"/lines/{line}").json()["rate"]["daily_percent"] == "0.0200"


def test_a_restructuring_is_proposed_by_one_and_agreed_to_by_another(bank: Bank) -> None:
    line, _ = drawn(bank)
    until = str(TODAY + dt.timedelta(days=600))
    terms = {"act": "restructure", "line": line, "difficulty": "cash_flow", "concessions": ["extension"], "matures_on": until}
    asked = bank.post("/proposals", terms)
    assert asked.status_code == 201, asked.text
    assert asked.json()["effect"]["class_after"] == "special_mention"
    id_ = asked.json()["id"]
    assert id_ in [one["id"] for one in bank.get("/proposals", params={"waiting": True}).json()["items"]]
    assert problem(bank.post(f"/proposals/{id_}/resolution", {"agree": True})) == (403, "role")
    assert bank.post(f"/proposals/{id_}/resolution", {"agree": True}, "manager").json()["agreed"] is True
    assert bank.get(f"/lines/{line}").json()["loan_class"] == "special_mention"
    assert problem(bank.post(f"/proposals/{id_}/resolution", {"agree": False}, "manager")) == (409, "resolved_already")


def test_a_proposal_that_cannot_be_is_refused_by_name(bank: Bank) -> None:
    line, _ = drawn(bank)
    assert problem(bank.post("/proposals", {"act": "write_off", "line": line, "ground": "hopeless"})) == (409, "not_a_loss")
    too_much = {"act": "waive", "line": line, "interest_fen": 10**9, "ground": "our_mistake"}
    assert problem(bank.post("/proposals", too_much)) == (422, "waived_above_owed")
    assert bank.post("/proposals", {"act": "burn", "line": line}).status_code == 422
    assert problem(bank.post("/proposals/prp_aaaaaaaaaaaaaaaaaaaaaaaa/resolution", {"agree": True}, "manager")) == (404, "no_proposal")


def test_a_relief_is_previewed_proposed_agreed_and_run(bank: Bank) -> None:
    party = bank.party(county="平江县")
    line = bank.line(party=party)["line"]
    bank.post(f"/lines/{line}/draws", {"amount_fen": 1_000_000})
    plan = {
        "act": "relieve",
        "name": "flood_2026",
        "counties": ["平江县"],
        "later_months": 3,
        "holiday_until": str(TODAY + dt.timedelta(days=90)),
    }
    shown = bank.post("/reliefs/preview", plan)
    assert shown.status_code == 200, shown.text
    assert [one["line"] for one in shown.json()["reached"]] == [line]
    assert shown.json()["deferred_fen"] == 1_000_000
    id_ = bank.post("/proposals", plan).json()["id"]
    assert problem(bank.post(f"/proposals/{id_}/run", who="manager")) == (422, "not_agreed")
    assert bank.post(f"/proposals/{id_}/resolution", {"agree": True}, "manager").status_code == 201
    for _ in range(2):
        assert bank.post(f"/proposals/{id_}/run", who="manager").json() == {"relieved": 1, "refused": []}
    assert "Relieved" in [one["kind"] for one in bank.get(f"/lines/{line}/events").json()["items"]]


def test_a_borrower_services_nothing(bank: Bank) -> None:
    line, event = drawn(bank)
    for path, body in (
        (f"/lines/{line}/reversals", {"event": event, "ground": "never_paid_out"}),
        (f"/lines/{line}/moves", {"event": event, "to": bank.ids["lin"]}),
        ("/proposals", {"act": "write_off", "line": line, "ground": "hopeless"}),
    ):
        assert problem(bank.post(path, body, "borrower")) == (403, "role")
    assert problem(bank.post(f"/lines/{line}/closure", who="borrower")) == (403, "not_yours")


def test_a_line_is_frozen_and_let_go_on_again(bank: Bank) -> None:
    line = bank.line()["line"]
    frozen = bank.post(f"/lines/{line}/freezes", {"ground": "higher_risk"})
    assert (frozen.status_code, frozen.json()["status"], frozen.json()["on"]) == (201, "frozen", str(TODAY))
    assert problem(bank.post(f"/lines/{line}/draws", {"amount_fen": 1_000})) == (409, "draw_frozen")
    assert problem(bank.post(f"/lines/{line}/unfreezes", {"ground": "cleared"})) == (403, "role")
    assert bank.post(f"/lines/{line}/unfreezes", {"ground": "cleared"}, "manager").json()["status"] == "active"


def test_what_is_recorded_late_is_dated_within_the_life_of_the_line(bank: Bank) -> None:
    line, _ = drawn(bank)
    before, ahead = str(TODAY - dt.timedelta(days=1)), str(TODAY + dt.timedelta(days=1))
    for path, body in (("variations", {"ground": "good_payer", "rate_units": 20_000}), ("freezes", {"ground": "higher_risk"})):
        assert problem_at(bank.post(f"/lines/{line}/{path}", {**body, "on": before}, "manager")) == (422, "before_opening", "on")
        assert problem_at(bank.post(f"/lines/{line}/{path}", {**body, "on": ahead}, "manager")) == (422, "future_date", "on")
    waiver = {"act": "waive", "line": line, "interest_fen": 0, "penalty_fen": 0, "ground": "goodwill", "on": ahead}
    assert problem_at(bank.post("/proposals", waiver)) == (422, "future_date", "on")
    assert (
        bank.post(f"/lines/{line}/variations", {"ground": "good_payer", "rate_units": 20_000, "on": str(TODAY)}, "manager").status_code
        == 201
    )
