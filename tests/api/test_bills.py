"""Acceptance bills over HTTP: the whole life, double financing, the second person, and what the desk shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.api.conftest import HALF_A_YEAR, TODAY, Bank, problem, problem_at

RATE = 25_000


def offer(number: str, face: int = 10_000_000, **changes: Any) -> dict[str, Any]:
    return {"rate_units": RATE, "invoices": [{"number": number, "gross_fen": face}], **changes}


def accepted(bank: Bank, **changes: Any) -> str:
    bill = bank.bill(**changes)
    answer = bank.post(f"/bills/{bill}/acceptance", {})
    assert (answer.status_code, answer.json()["status"]) == (201, "accepted"), answer.text
    return bill


def test_a_bill_is_taken_up_accepted_endorsed_priced_and_bought(bank: Bank) -> None:
    bill = accepted(bank)
    read = bank.get(f"/bills/{bill}").json()
    other = bank.party(kind="enterprise")
    moved = bank.post(f"/bills/{bill}/endorsements", {"by": read["payee"], "to": other})
    assert moved.json()["holder"] == other
    quoted = bank.post(f"/bills/{bill}/discount-quotes", offer("q1")).json()
    assert (quoted["refusal"], quoted["others"], quoted["second_person"]) == (None, [], False)
    assert quoted["interest_fen"] == round(10_000_000 * RATE * quoted["days"] / 360_000_000)
    assert quoted["rate"]["annual_percent"] == "2.50"
    assert problem(bank.post(f"/bills/{bill}/discount", offer("q1", proceeds_fen=1))) == (409, "price_moved")
    made = bank.post(f"/bills/{bill}/discount", offer("q1", proceeds_fen=quoted["proceeds_fen"]), key="buy-1")
    assert (made.status_code, made.json()["proceeds_fen"]) == (201, quoted["proceeds_fen"])
    assert bank.post(f"/bills/{bill}/discount", offer("q1", proceeds_fen=quoted["proceeds_fen"]), key="buy-1").json() == made.json()
    after = bank.get(f"/bills/{bill}").json()
    assert (after["holder"], after["seller"], after["exposure_fen"], after["dpd"]) == ("bank", other, 10_000_000, 0)
    assert [one["to"] for one in after["chain"]] == [other, "bank"]
    assert after["discount"]["proceeds_fen"] == quoted["proceeds_fen"]
    desk = bank.get("/bill-desk").json()
    assert desk["held_fen"] >= 10_000_000
    assert other in [one["party"] for one in desk["concentrations"]]
    assert problem(bank.post(f"/bills/{bill}/presentment", {})) == (409, "bill_not_due")


def test_an_invoice_financed_under_another_bill_is_refused_and_the_bill_named(bank: Bank) -> None:
    first, second = accepted(bank), accepted(bank)
    assert bank.post(f"/bills/{first}/discount", offer("pledged")).status_code == 201
    quoted = bank.post(f"/bills/{second}/discount-quotes", offer(" PLEDGED ")).json()
    assert (quoted["refusal"]["code"], quoted["others"]) == ("financed_twice", [first])
    answer = bank.post(f"/bills/{second}/discount", offer("pledged"))
    assert problem(answer) == (409, "financed_twice")
    assert first in answer.json()["detail"]
    known = bank.get(f"/bills/{first}").json()
    body = {"number": known["number"], "kind": "commercial", "drawer": known["drawer"], "acceptor": known["acceptor"],
            "payee": known["payee"], "amount_fen": known["amount_fen"], "drawn_on": known["drawn_on"], "matures_on": known["matures_on"],
            "invoices": [{"number": "fresh", "gross_fen": known["amount_fen"]}]}  # fmt: skip
    again = bank.post("/bills", body)
    assert problem(again) == (409, "bill_known")
    assert first in again.json()["detail"]


def test_a_large_bill_is_proposed_and_bought_when_another_agrees(bank: Bank) -> None:
    bill = accepted(bank, amount_fen=600_000_000)
    assert problem(bank.post(f"/bills/{bill}/discount", offer("large", 600_000_000))) == (409, "needs_second_person")
    asked = bank.post(f"/bills/{bill}/discount-proposals", offer("large", 600_000_000))
    assert (asked.status_code, asked.json()["bill"], asked.json()["line"]) == (201, bill, None)
    id_ = asked.json()["id"]
    assert bill in [one["bill"] for one in bank.get("/proposals", params={"waiting": True}).json()["items"]]
    assert problem(bank.post(f"/proposals/{id_}/resolution", {"agree": True})) == (403, "role")
    assert bank.post(f"/proposals/{id_}/resolution", {"agree": True}, "manager").json()["agreed"] is True
    assert bank.get(f"/bills/{bill}").json()["status"] == "discounted"


def test_steps_and_refusals_have_names_and_fields(bank: Bank) -> None:
    bill = bank.bill()
    assert problem(bank.post(f"/bills/{bill}/payment", {})) == (409, "bill_status")
    assert problem(bank.post(f"/bills/{bill}/acceptance", {}, "borrower")) == (403, "role")
    assert problem_at(bank.post(f"/bills/{bill}/acceptance", {"on": str(TODAY + HALF_A_YEAR)})) == (422, "future_step", "on")
    assert bank.post(f"/bills/{bill}/refusal", {"ground": "dispute"}).json()["status"] == "refused"
    assert bank.post(f"/bills/{bill}/refusal", {"ground": "because"}).status_code == 422
    unused = bank.bill()
    assert bank.post(f"/bills/{unused}/return", {"ground": "trade_cancelled"}).json()["status"] == "returned"
    assert problem(bank.post(f"/bills/{unused}/recourse", {"party": bank.ids["pty"]})) == (409, "bill_status")
    assert problem(bank.post(f"/bills/{unused}/recoveries", {"party": bank.ids["pty"], "amount_fen": 1})) == (409, "bill_status")
    assert problem(bank.post(f"/bills/{unused}/dishonour", {"ground": "no_funds"})) == (409, "bill_status")
    assert problem(bank.get("/bills/bil_aaaaaaaaaaaaaaaaaaaaaaaa")) == (404, "no_bill")


def test_bills_are_listed_by_state_and_party_page_by_page(bank: Bank) -> None:
    drawer = bank.party(kind="enterprise")
    mine = {bank.bill(drawer=drawer) for _ in range(3)}
    first = bank.get("/bills", params={"party": drawer, "limit": 2}).json()
    rest = bank.get("/bills", params={"party": drawer, "limit": 2, "cursor": first["next"]}).json()
    assert {one["bill"] for one in first["items"] + rest["items"]} == mine
    assert rest["next"] is None
    assert all(one["status"] == "drawn" for one in bank.get("/bills", params={"status": "drawn"}).json()["items"])
    assert problem(bank.get("/bills", "borrower")) == (403, "role")
    look = bank.get(f"/bills/{sorted(mine)[0]}").json()
    assert look["look_alikes"] == []
    assert dt.date.fromisoformat(look["falls_due_on"]) >= dt.date.fromisoformat(look["matures_on"])


def test_a_bill_is_sold_on_by_two_people_and_its_price_told_first(bank: Bank) -> None:
    bill = accepted(bank)
    bought = bank.post(f"/bills/{bill}/discount", offer("sold-on")).json()
    sale = {"buyer": bank.party(kind="enterprise"), "rate_units": 20_000, "recourse": True}
    quoted = bank.post(f"/bills/{bill}/sale-quotes", sale).json()
    assert quoted["earned_fen"] + quoted["kept_fen"] + quoted["interest_fen"] == bought["interest_fen"]
    assert bank.post(f"/bills/{bill}/sale-quotes", {**sale, "recourse": False}).json()["exposure_fen"] == 0
    assert problem(bank.post(f"/bills/{bill}/sale-proposals", {**sale, "buyer": bank.get(f"/bills/{bill}").json()["payee"]})) == (
        422,
        "bad_buyer",
    )
    asked = bank.post(f"/bills/{bill}/sale-proposals", sale).json()
    assert bank.post(f"/proposals/{asked['id']}/resolution", {"agree": True}, "manager").json()["agreed"] is True
    after = bank.get(f"/bills/{bill}").json()
    assert (after["status"], after["holder"], after["exposure_fen"], after["redeemed_on"]) == (
        "rediscounted", sale["buyer"], 10_000_000, None,
    )  # fmt: skip
    assert (after["sold"]["recourse"], after["sold"]["interest_fen"]) == (True, quoted["interest_fen"])
    assert bank.get("/bill-desk").json()["sold_fen"] >= 10_000_000
    assert problem(bank.post(f"/bills/{bill}/redemption", {"amount_fen": 1})) == (409, "bill_status")
    assert problem(bank.post(f"/bills/{bill}/part-payment", {"amount_fen": 1, "ground": "no_funds"})) == (409, "bill_status")
    assert problem(bank.post(f"/bills/{bill}/recourse", {"party": "bank"})) == (409, "bill_status")
    assert problem(bank.post(f"/bills/{bill}/write-off-proposals", {"ground": "no_recovery"})) == (409, "bill_status")
