from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.api.conftest import TODAY, Bank, problem, problem_at


@pytest.fixture
def line(bank: Bank) -> str:
    return str(bank.line()["line"])


def test_a_line_tells_its_rate_and_headroom(bank: Bank, line: str) -> None:
    answer = bank.get(f"/lines/{line}")
    shown = answer.json()
    assert answer.status_code == 200
    assert shown["headroom_fen"] == shown["limit_fen"] == 5_000_000
    assert shown["rate"]["daily_percent"].count(".") == 1
    assert shown["as_of"] == str(TODAY)
    assert answer.headers["etag"] == f'"{TODAY:%Y%m%d}.1"'
    assert bank.get(f"/lines/{line}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_money_goes_out_and_comes_back(bank: Bank, line: str) -> None:
    drawn = bank.post(f"/lines/{line}/draws", {"amount_fen": 2_000_000})
    assert drawn.status_code == 201
    assert drawn.json()["headroom_fen"] == 3_000_000
    payoff = bank.get(f"/lines/{line}/payoff").json()
    assert payoff["total_fen"] == payoff["principal_fen"] + payoff["interest_fen"]
    paid = bank.post(f"/lines/{line}/repayments", {"amount_fen": payoff["total_fen"]})
    assert paid.status_code == 201
    assert paid.json()["owed_fen"] == 0
    assert paid.json()["headroom_fen"] == 5_000_000
    kinds = [entry["kind"] for entry in bank.get(f"/lines/{line}/events").json()["items"]]
    assert [kind for kind in kinds if kind != "Billed"] == ["Opened", "Drawn", "Repaid"]


def test_a_draw_above_headroom_is_refused(bank: Bank, line: str) -> None:
    assert problem_at(bank.post(f"/lines/{line}/draws", {"amount_fen": 5_000_001})) == (422, "draw_above_headroom", "amount_fen")
    assert bank.get(f"/lines/{line}").json()["headroom_fen"] == 5_000_000


def test_of_two_draws_at_once_the_one_above_headroom_is_refused(bank: Bank, line: str) -> None:
    def draw(key: str) -> int:
        return bank.post(f"/lines/{line}/draws", {"amount_fen": 3_000_000}, key=f"{line}-{key}").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(draw, "abcdefgh"))
    assert statuses == [201] + [422] * 7
    assert bank.get(f"/lines/{line}").json()["headroom_fen"] == 2_000_000


def test_a_key_sent_twice_draws_once(bank: Bank, line: str) -> None:
    first, second = (bank.post(f"/lines/{line}/draws", {"amount_fen": 100_000}, key=f"{line}-twice") for _ in range(2))
    assert first.json() == second.json()
    assert bank.get(f"/lines/{line}").json()["headroom_fen"] == 4_900_000
    assert problem(bank.post(f"/lines/{line}/draws", {"amount_fen": 100_001}, key=f"{line}-twice")) == (409, "key_reused")


def test_two_callers_keys_never_meet(bank: Bank) -> None:
    party = bank.party()
    line = bank.line(party=party)["line"]
    other = bank.borrower("two-callers", party)
    mine, theirs = (bank.post(f"/lines/{line}/draws", {"amount_fen": 1_000_000}, who, key="same") for who in ("officer", other))
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["event"] != theirs.json()["event"]


def test_if_match_holds_while_nothing_happened(bank: Bank, line: str) -> None:
    etag = bank.get(f"/lines/{line}").headers["etag"]
    headers = {"If-Match": etag}
    drawn = bank.post(f"/lines/{line}/draws", {"amount_fen": 100}, headers=headers, key=f"{line}-match")
    assert drawn.status_code == 201
    assert problem(bank.post(f"/lines/{line}/draws", {"amount_fen": 100}, headers=headers)) == (412, "line_changed")
    assert problem(bank.post(f"/lines/{line}/repayments", {"amount_fen": 100}, headers=headers)) == (412, "line_changed")
    again = bank.post(f"/lines/{line}/draws", {"amount_fen": 100}, headers=headers, key=f"{line}-match")
    assert again.json() == drawn.json()
    assert problem(bank.post(f"/lines/{line}/draws", {"amount_fen": 1}, headers={"If-Match": '"nonsense"'})) == (412, "line_changed")


def test_a_draw_is_quoted_before_it_is_made(bank: Bank, line: str) -> None:
    quote = bank.get(f"/lines/{line}/draw-quote", params={"amount_fen": 1_000_000}).json()
    assert quote["refusal"] is None
    assert quote["received_fen"] == 1_000_000
    assert sum(due["principal_fen"] for due in quote["schedule"]) == 1_000_000
    assert sum(due["interest_fen"] for due in quote["schedule"]) == quote["interest_fen"]
    assert problem_at(bank.get(f"/lines/{line}/draw-quote", params={"amount_fen": 10**9})) == (422, "bad_amount", "amount_fen")


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, None, 10**15, 10**30])
def test_an_amount_is_a_whole_number_of_fen_in_range(bank: Bank, line: str, amount: object) -> None:
    assert problem_at(bank.post(f"/lines/{line}/draws", {"amount_fen": amount})) == (422, "bad_request", "amount_fen")


def test_a_repayment_is_not_dated_ahead(bank: Bank, line: str) -> None:
    assert problem_at(bank.post(f"/lines/{line}/repayments", {"amount_fen": 1, "on": "2199-01-01"})) == (422, "future_date", "on")
    assert problem_at(bank.post(f"/lines/{line}/repayments", {"amount_fen": 1, "on": 0})) == (422, "bad_request", "on")
    assert problem_at(bank.post(f"/lines/{line}/repayments", {"amount_fen": 1, "on": "0001-01-01"})) == (422, "bad_request", "on")


def test_a_borrower_reaches_their_own_line_only(bank: Bank, line: str) -> None:
    own = bank.ids["lin"]
    assert bank.get(f"/lines/{own}", "borrower").status_code == 200
    assert [row["line"] for row in bank.get("/lines", "borrower").json()["items"]] == [own]
    for answer in (
        bank.get(f"/lines/{line}", "borrower"),
        bank.get(f"/lines/{line}/events", "borrower"),
        bank.get(f"/lines/{line}/payoff", "borrower"),
        bank.get(f"/lines/{line}/draw-quote?amount_fen=1", "borrower"),
        bank.post(f"/lines/{line}/draws", {"amount_fen": 1}, "borrower"),
        bank.post(f"/lines/{line}/repayments", {"amount_fen": 1}, "borrower"),
    ):
        assert problem(answer) == (403, "not_yours")


def test_there_is_no_such_line(bank: Bank) -> None:
    assert problem(bank.get("/lines/lin_aaaaaaaaaaaaaaaaaaaaaaaa")) == (404, "no_line")
    assert problem_at(bank.get("/lines/nonsense")) == (422, "bad_request", "line")
    assert problem(bank.post("/lines/lin_aaaaaaaaaaaaaaaaaaaaaaaa/draws", {"amount_fen": 1})) == (404, "no_line")


def test_lines_are_listed_page_by_page(bank: Bank, line: str) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = bank.get("/lines", params={"limit": 2, "cursor": cursor}).json()
        seen += [row["line"] for row in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == len(bank.house.lines.ids())
    assert problem_at(bank.get("/lines?cursor=WyJldmVudHMiLCA1XQ==")) == (422, "bad_cursor", "cursor")
    assert problem_at(bank.get("/lines?cursor=abc")) == (422, "bad_cursor", "cursor")
    assert problem_at(bank.get("/lines", "auditor", params={"limit": 0})) == (422, "bad_request", "limit")
