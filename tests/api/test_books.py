"""The books through the door: the trial balance down to events, a month, statements as data and as paper."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from tests.api.conftest import PASSWORD, SYSTEM, YESTERDAY, Bank, problem, problem_at, serving
from tests.flows.bank import open_bank
from tests.flows.closing.test_month_end import ONE, lived
from tests.store_fixture import Database

from farthing import api
from farthing.domain.posting import Account
from farthing.domain.staff import NewStaff, Role
from farthing.flows.access import Allowance
from farthing.flows.staff import add_staff


@pytest.fixture(scope="module")
def old(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """A bank that lived from January to March 2024, and its people."""
    with open_bank(new_database(), tmp_path_factory.mktemp("old")) as house:
        lived(house, dt.date(2024, 3, 2))
        house.journal.seal()
        app = FastAPI()
        api.install(app, house, "a secret of tests", Allowance(1_000, 1_000, lambda: 0.0))
        with serving(app) as client:
            bank = Bank(app, house, client)
            for login, role in (("officer", Role.CREDIT_OFFICER), ("manager", Role.RISK_MANAGER), ("auditor", Role.AUDITOR)):
                add_staff(house, SYSTEM, NewStaff(login, login, role, PASSWORD))
                bank.tokens[login] = bank.log_in(login)
            yield bank


def test_a_figure_goes_down_to_its_events(old: Bank) -> None:
    books = old.get("/trial-balance", params={"day": "2024-02-29", "from": "2024-02-01"}).json()
    assert (books["balanced"], books["opening_fen"], books["closing_fen"]) == (True, 0, 0)
    assert books["debits_fen"] == books["credits_fen"] > 0
    assert len(books["rows"]) == len(Account)
    income = next(row for row in books["rows"] if row["account"] == "6011_interest_income")
    assert (income["name_zh"], income["name_en"]) == ("利息收入", "Interest income")
    days = old.get("/trial-balance/postings", params={"day": "2024-02-29", "from": "2024-02-01", "account": "6011"}).json()["items"]
    assert sum(row["amount_fen"] for row in days) == income["debits_fen"] - income["credits_fen"]
    for day in ("2024-01-10", "2024-02-03", "2024-02-29"):  # the first, that of the found money, a quiet one
        for account in ("1301", "1003", "1132", "6011", "1304"):
            for product in ("revolving", "joint"):
                found = old.get("/trial-balance/lines", params={"day": day, "account": account, "product": product}).json()
                assert found["posted_fen"] == found["summed_fen"] == sum(one["part_fen"] for one in found["items"]), found
    late = old.get("/trial-balance/lines", params={"day": "2024-02-03", "account": "1003", "product": "revolving"}).json()
    (part,) = late["items"]
    assert (part["line"], part["part_fen"], part["by_time_fen"], len(part["events"])) == (ONE, 50_000, 0, 1)
    assert old.get(f"/audit/events/{part['events'][0]}/proof").json()["holds"]


def test_what_is_asked_wrongly_is_told(old: Bank) -> None:
    assert problem_at(old.get("/trial-balance", params={"day": "2030-01-01"})) == (404, "day_not_closed", "day")
    assert problem(old.get("/trial-balance", params={"day": "2024-02-01", "from": "2024-02-02"})) == (422, "bad_period")
    assert problem_at(old.get("/trial-balance/postings", params={"day": "2024-02-01", "account": "9999"})) == (422, "no_account", "account")
    assert problem(old.get("/trial-balance/postings", params={"day": "2024-02-01", "account": "1301", "from": "2020-01-01"})) == (
        422,
        "bad_period",
    )
    assert problem(old.get("/trial-balance/lines", params={"day": "2030-01-01", "account": "1301", "product": "x"})) == (
        404,
        "day_not_closed",
    )


def test_a_month_is_looked_at_closed_and_its_file_is_what_it_says(old: Bank) -> None:
    seen = old.get("/months/2024-02", "auditor").json()
    assert (seen["whole"], seen["closed_by"], seen["required_fen"] == seen["posted_fen"], set(seen["checks"].values())) == (
        True,
        None,
        True,
        {True},
    )
    assert problem(old.send("POST", "/months/2024-02/closure", "auditor")) == (403, "role")
    assert problem_at(old.send("POST", "/months/2024-03/closure", "manager")) == (404, "month_not_over", "month")
    closed = old.send("POST", "/months/2024-02/closure", "manager")
    assert closed.status_code == 200, closed.text
    assert (closed.json()["digest"], closed.json()["kept"]) == (seen["digest"], True)
    assert closed.json()["closed_by"].startswith("stf_")
    file = old.get("/months/2024-02/status-file", "auditor")
    assert file.headers["content-type"].startswith("text/csv")
    assert hashlib.sha256(file.content).hexdigest() == seen["status_file"]


def test_a_statement_is_the_same_bytes_each_time_and_its_digest_is_over_what_it_says(bank: Bank) -> None:
    path, days = f"/lines/{bank.ids['lin']}/statement", {"day": str(YESTERDAY)}
    told = bank.get(path, "borrower", params=days).json()
    assert hashlib.sha256(told["statement"].encode()).hexdigest() == told["digest"]
    papers = [
        bank.get(f"{path}.pdf", who, params={**days, "language": language}) for who in ("borrower", "borrower") for language in ("zh", "en")
    ]
    assert papers[0].headers["content-type"] == "application/pdf"
    assert papers[0].content == papers[2].content != papers[1].content == papers[3].content
    assert papers[0].content.startswith(b"%PDF")
    assert problem(bank.get(path, params={"day": "2030-01-01"})) == (422, "bad_period")
    other = bank.borrower(f"other-{next(bank.numbers)}", bank.party())
    assert problem(bank.get(path, other, params=days)) == (403, "not_yours")
