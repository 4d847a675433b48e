from __future__ import annotations

import io

import polars as pl
import pytest
from tests.api.conftest import MAPPING, Bank, problem, problem_at, sales, upload


def test_every_row_is_accepted_or_told(bank: Bank) -> None:
    bank.party(external_key="shop-2")
    good = sales("shop-2", 9)
    answer = upload(bank, good + "\nshop-2,X1,2024-13-01,b,1.00,0.00,1.00,ok\nshop-2,X2,2024-01-01,b,one,0.00,1.00,ok")
    report = answer.json()[0]
    assert answer.status_code == 201
    assert (report["rows"], report["accepted"], report["quarantined_rows"]) == (5, 3, 2)
    assert {(fault["row"], fault["field"]) for fault in report["quarantined"]} == {(4, "issued_on"), (5, "net_fen")}


def test_the_same_file_twice_changes_nothing(bank: Bank) -> None:
    text = sales("shop-3", 9)
    first, second = upload(bank, text).json()[0], upload(bank, text).json()[0]
    assert first["evidence"] == second["evidence"]
    assert second["already_known"]


def test_a_parquet_file_and_a_sheet_are_read_too(bank: Bank) -> None:
    frame = pl.read_csv(io.StringIO(sales("shop-4", 6)), infer_schema=False)
    packed = io.BytesIO()
    frame.write_parquet(packed)
    assert upload(bank, packed.getvalue(), "sales.parquet").json()[0]["accepted"] == 2


def test_evidence_is_listed(bank: Bank) -> None:
    rows = bank.get("/evidence", "auditor", params={"kind": "invoice", "limit": 200}).json()["items"]
    assert bank.ids["evd"] in {row["id"] for row in rows}
    assert bank.get("/evidence", params={"kind": "outcome"}).json() == {"items": [], "next": None}
    assert problem(bank.get("/evidence", "borrower")) == (403, "role")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("sales.exe", b"x", "unknown_file_type"),
        ("sales.csv.gz", b"x", "unknown_file_type"),
        ("sales.xlsx", b"not a zip archive", "unreadable_file"),
        ("sales.parquet", b"PAR1 nonsense", "unreadable_file"),
        ("sales.csv", b"a,b\n1,2", None),
        ("sales.csv", b"", None),
    ],
)
def test_a_file_that_cannot_be_read_says_why(bank: Bank, name: str, content: bytes, code: str | None) -> None:
    answer = upload(bank, content, name)
    assert problem(answer) == (422, code or answer.json()["code"])
    assert answer.json()["remedy"]


@pytest.mark.parametrize("mapping", ["[1", "a: b", "fields: {}", "&a [*a]", "{fields: {party: {colour: red}}}", "\U0001f600"])
def test_a_mapping_that_cannot_be_read_says_where(bank: Bank, mapping: str) -> None:
    assert problem(upload(bank, sales("shop-5"), mapping=mapping)) == (422, "bad_mapping")


def test_only_staff_hand_in(bank: Bank) -> None:
    import json

    files, data = {"file": ("a.csv", "a")}, {"kind": "invoice", "mapping": json.dumps(MAPPING)}
    assert problem(bank.send("POST", "/evidence", "borrower", files=files, data=data)) == (403, "role")
    assert problem(bank.send("POST", "/evidence", None, files=files, data=data)) == (401, "not_logged_in")
    assert problem(bank.send("POST", "/evidence", data=data, files={}, headers={"Content-Type": "text/plain"})) == (415, "bad_content_type")
    assert problem_at(bank.send("POST", "/evidence", files=files, data={**data, "kind": "diary"})) == (422, "bad_request", "kind")
