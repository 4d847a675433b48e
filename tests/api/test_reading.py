"""The book, the catalogue and the proofs: what is only read."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.api.conftest import YESTERDAY, Bank, problem, problem_at

from farthing.audit.merkle import consistent


def test_the_book_at_the_close_of_a_day(bank: Bank) -> None:
    for book in (bank.get("/portfolio", "manager").json(), bank.get(f"/portfolio?day={YESTERDAY}").json()):
        assert book["day"] == str(YESTERDAY)
        assert book["total"]["principal_fen"] >= 1_000_000
        assert sum(book["accounts"].values()) == 0
        assert book["total"]["lines"] == sum(of["lines"] for of in book["by_class"].values())
    assert problem_at(bank.get("/portfolio?day=2020-01-01")) == (404, "day_not_closed", "day")
    assert problem_at(bank.get("/portfolio?day=yesterday")) == (422, "bad_request", "day")
    assert problem(bank.get("/portfolio", "borrower")) == (403, "role")


def test_vintages_and_the_lines_under_a_figure(bank: Bank) -> None:
    vintages = bank.get("/portfolio/vintages").json()["items"]
    assert {row["months_on_book"] for row in vintages} == {0}
    under = bank.get("/portfolio/lines", params={"day": str(YESTERDAY), "loan_class": "normal", "limit": 200}).json()["items"]
    assert bank.ids["lin"] in {row["line"] for row in under}
    assert problem(bank.get("/portfolio/lines?day=2020-01-01")) == (404, "day_not_closed")


def test_products_policies_and_models(bank: Bank) -> None:
    products = {row["code"]: row for row in bank.get("/products", "borrower").json()["items"]}
    assert products["revolving"]["rate_min"]["daily_percent"] == "0.0200"
    assert products["revolving"]["rate_max"]["annual_percent"] == "21.90"
    assert [row["product"] for row in bank.get("/policies").json()["items"]] == ["revolving"]
    assert [one for one in bank.get("/models").json()["items"] if (one["market"], one["model_class"]) == ("CN", "rating")] == []
    assert problem(bank.get("/policies", "borrower")) == (403, "role")
    assert problem(bank.get("/models", "borrower")) == (403, "role")


def test_an_event_is_proved_by_hand(bank: Bank) -> None:
    proof = bank.get(f"/audit/events/{bank.ids['evt']}/proof", "auditor").json()
    assert proof["holds"]
    assert proof["kind"] == "Drawn"
    assert hashlib.sha256(b"\0" + proof["data"].encode()).hexdigest() == proof["leaf"]
    assert proof["head"]["size"] == proof["size"]
    assert bank.get("/audit/events/evt_aaaaaaaaaaaaaaaaaaaaaaaa/proof").status_code == 404
    assert problem(bank.get(f"/audit/events/{bank.ids['evt']}/proof", "borrower")) == (403, "role")


def test_a_proof_alone_is_at_most_a_kilobyte(bank: Bank) -> None:
    answer, whole = (bank.get(f"/audit/events/{bank.ids['evt']}/{form}", "auditor") for form in ("inclusion", "proof"))
    proof, packed = answer.json(), base64.b64decode(answer.json()["path"])
    assert len(answer.content) <= 1024
    assert [packed[at : at + 32].hex() for at in range(0, len(packed), 32)] == whole.json()["path"]
    assert (base64.b64decode(proof["leaf"]).hex(), proof["index"]) == (whole.json()["leaf"], whole.json()["index"])


def test_two_heads_are_consistent(bank: Bank) -> None:
    sizes = [head.size for head in bank.house.journal.heads()]
    told = bank.get(f"/audit/consistency?old={sizes[0]}&new={sizes[-1]}", "auditor").json()
    assert (told["holds"], told["answer"], told["old"]["size"], told["new"]["size"]) == (True, "grown", sizes[0], sizes[-1])
    roots = (bytes.fromhex(told[name]["root"]) for name in ("old", "new"))
    (old, new), path = roots, [bytes.fromhex(step) for step in told["path"]]
    assert consistent(sizes[0], old, sizes[-1], new, path)
    assert problem(bank.get("/audit/consistency?old=1&new=999999", "auditor")) == (404, "no_head")
    assert problem_at(bank.get(f"/audit/consistency?old={sizes[-1]}&new={sizes[0]}", "auditor")) == (422, "heads_reversed", "old")
    assert problem(bank.get(f"/audit/consistency?old={sizes[0]}", "borrower")) == (403, "role")


def test_the_head_is_told(bank: Bank) -> None:
    head = bank.get("/audit/head", "auditor").json()
    assert head["size"] > 0
    assert len(bytes.fromhex(head["root"])) == 32
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"]))


def test_a_receipt_belongs_to_its_sender(bank: Bank) -> None:
    receipt = bank.get(f"/audit/receipts/{bank.ids['key']}").json()
    assert receipt["command"] == "first-draw"
    assert len(receipt["leaves"]) == 1
    assert receipt["leaves"][0] == bank.get(f"/audit/events/{bank.ids['evt']}/proof").json()["leaf"]
    assert problem(bank.get(f"/audit/receipts/{bank.ids['key']}", "manager")) == (404, "no_command")
    command = bank.house.journal.event(bank.ids["evt"]).command
    assert bank.get(f"/audit/receipts/{command}", "auditor").json()["signature"] == receipt["signature"]


def as_a_client(answer: dict[str, Any]) -> None:
    """Check a receipt's signature by what docs/proof.md says, with nothing of the house."""
    covered = json.dumps({name: answer[name] for name in ("at", "commands", "key_id", "leaves")}, separators=(",", ":"))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(answer["public_key"]))
    key.verify(bytes.fromhex(answer["signature"]), b"farthing receipt 2\n" + covered.encode())


def test_a_client_verifies_a_receipt_from_the_answer_alone(bank: Bank) -> None:
    receipt = bank.get(f"/audit/receipts/{bank.ids['key']}").json()
    as_a_client(receipt)
    assert receipt["public_key"] == bank.get("/audit/head").json()["public_key"]
    for name, other in (("commands", "00" * 32), ("leaves", ["00" * 32]), ("at", "2020-01-01T00:00:00.000000+00:00")):
        with pytest.raises(InvalidSignature):
            as_a_client({**receipt, name: other})
    schemas = bank.client.get("/openapi.json").json()["components"]["schemas"]
    as_a_client(schemas["ReceiptAnswer"]["examples"][0])


def test_health(bank: Bank) -> None:
    assert bank.get("/health", None).json() == {"status": "ok"}
    assert bank.get("/health/ready", None).json()["status"] == "ok"
