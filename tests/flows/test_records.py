"""What lies beside the journal is held to it: whoever edits, hides or slips in a record is found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind, Repeats
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.day_end import run_to
from farthing.flows.draw import DrawRequest, draw
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.flows.queries.records import check_records
from farthing.sources.files import read_file, read_mapping_file

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TAMPERED = {
    "a posting moved": (
        "day is as it was closed",
        "UPDATE posting SET booked_on = booked_on - 1 WHERE account LIKE '1%'",
    ),
    "a pair of postings raised": ("day is as it was closed", "UPDATE posting SET amount_fen = amount_fen * 2"),
    "a standing made kinder": ("day is as it was closed", "UPDATE standing SET overdue_fen = overdue_fen + 1"),
    "a day reopened": ("day is as it was closed", "UPDATE bank_day SET closed_at = NULL WHERE day = '2020-02-22'"),
    "a decline shown as approval": ("decision row repeats its event", "UPDATE decision_record SET limit_fen = limit_fen + 1"),
    "a sealed record changed": (
        "decision record is what was committed to",
        "UPDATE decision_record SET sealed = set_byte(sealed, 40, (get_byte(sealed, 40) + 1) % 256)",
    ),
    "a decision hidden": ("decision row repeats its event", "DELETE FROM decision_record"),
    "a key destroyed without a word": ("decision record is what was committed to", "DELETE FROM subject_key"),
    "a manifest changed": ("evidence is as it was received", "UPDATE evidence SET manifest = replace(manifest, '\"rows\":', '\"rows\":1')"),
    "evidence hidden": ("evidence is as it was received", "DELETE FROM evidence"),
    "a model card changed": ("model card is what was approved", "UPDATE model SET card = replace(card, '模型负责人', '无名氏')"),
    "a model swapped": ("model is what was approved", "UPDATE model SET artefact = artefact || '\\x00'::bytea"),
    "a policy changed": (
        "policy is what was approved",
        "UPDATE policy SET policy = replace(policy, '\"version\":1', '\"version\":2')",
    ),
    "a policy hidden": ("policy is what was approved", "DELETE FROM policy WHERE product = 'revolving'"),
}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """Evidence taken in, two merchants decided, one line drawn on, three days closed."""
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        table = read_file(EXAMPLES / "invoices.csv", read_mapping_file(EXAMPLES / "invoices.yaml", EvidenceKind.INVOICE))
        intake(made, SYSTEM, IntakeRequest((table,), as_of=dt.date(2026, 1, 1), repeats=Repeats.KEEP), "import")
        decided = [apply(made, SYSTEM, ApplyRequest(known(made, key).id, "sme_term", 40_000_000), key) for key in ("E1", "E2")]
        line = accept(made, SYSTEM, AcceptRequest(decided[0].id), "accept").line
        draw(made, SYSTEM, DrawRequest(line, 10_000_000), "draw")
        run_to(made, SYSTEM, DAY + dt.timedelta(days=3), "night")
        yield made


def test_a_bank_left_alone_holds(house: House) -> None:
    told: list[str] = []
    assert check_records(house, lambda what, _: told.append(what)) == ()
    assert {"days", "decision records"} == set(told)


def test_an_erased_party_is_no_finding(house: House) -> None:
    other = house.parties.find("E2")
    assert other is not None
    erase(house, SYSTEM, EraseRequest(other.id, "customer_request"), "erase")
    assert check_records(house) == ()


@pytest.mark.usefixtures("house")
def test_what_was_tampered_with_is_found(database: Database, tmp_path: Path) -> None:
    plain = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as tamperer:
        for (table,) in tamperer.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            tamperer.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        tamperer.execute("ALTER TABLE intake DROP CONSTRAINT fk_intake_evidence_evidence")
        for case, (check, statement) in TAMPERED.items():
            with tampered(tamperer, statement), open_bank(database, tmp_path) as again:  # nothing is remembered from before
                assert check in {finding.check for finding in check_records(again)}, case
    with open_bank(database, tmp_path) as restored:
        assert check_records(restored) == ()


@contextmanager
def tampered(connection: psycopg.Connection, statement: str) -> Iterator[None]:
    """The statement done, and at the end undone."""
    tables = re.findall(r"(?:UPDATE|DELETE FROM) (\w+)", statement)
    for table in tables:
        connection.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
    assert connection.execute(statement).rowcount > 0, "the tampering changed something"
    yield
    for table in tables:
        connection.execute(f"DELETE FROM {table}")
    for table in reversed(tables):
        connection.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE kept_{table}")
        connection.execute(f"DROP TABLE kept_{table}")


def test_a_changed_byte_of_the_lake_is_found(house: House, tmp_path: Path) -> None:
    (stored,) = (tmp_path / "lake").rglob("*.parquet")
    bytes_ = bytearray(stored.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    stored.write_bytes(bytes_)
    assert [finding.check for finding in check_records(house)] == ["lake"]
