"""What lies beside the journal is held to it: whoever edits, hides or slips in a record is found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.applicants import DAY, known, ready, related
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.event import EvidenceReceived
from farthing.domain.evidence import EvidenceKind, Repeats
from farthing.domain.party import Relation, RelationKind
from farthing.domain.staff import NewStaff, Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.consent import GiveRequest, WithdrawRequest, give, withdraw
from farthing.flows.day_end import run_to
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.queries.records import check_records
from farthing.flows.staff import add_staff, change_password, end_login
from farthing.sources.files import read_file, read_mapping_file

PASSWORD = "correct horse"
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PARTY, RELATION = "party is as it became known", "relation is as it was declared"
CONSENT, LOGIN = "consent is as it was told", "login is as it was opened"
REOPENED = "UPDATE staff SET hash = 'scrypt' WHERE hash IS NULL"
SWAPPED = "UPDATE staff SET hash = (SELECT hash FROM staff WHERE role = '{}' AND hash IS NOT NULL) WHERE role = '{}' AND hash IS NOT NULL"
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
    "another product shown": ("decision row repeats its event", "UPDATE decision_record SET product = 'revolving'"),
    "a decision backdated": ("decision row repeats its event", "UPDATE decision_record SET decided_on = decided_on - 1"),
    "a decision shown as reviewed": ("decision row repeats its event", "UPDATE decision_record SET overrides = decision"),
    "personal data changed": (PARTY, "UPDATE party SET personal = set_byte(personal, 40, get_byte(personal, 40) # 1)"),
    "one party's data given to another": (
        PARTY,
        "UPDATE party SET personal = (SELECT personal FROM party WHERE personal IS NOT NULL LIMIT 1) WHERE personal IS NOT NULL",
    ),
    "a county changed": (PARTY, "UPDATE party SET county = '000000' WHERE county IS NULL AND NOT erased"),
    "an industry changed": (PARTY, "UPDATE party SET industry = 'retail' WHERE industry IS NULL AND NOT erased"),
    "another subject's rows shown as a party's": (PARTY, "UPDATE party SET subject = subject || 'x' WHERE NOT erased"),
    "a party found by another's phone": (PARTY, "UPDATE party SET phone_index = key_index WHERE key_index IS NOT NULL"),
    "a party hidden": (PARTY, "DELETE FROM party WHERE NOT erased"),
    "an erased party hidden": (PARTY, "DELETE FROM party WHERE erased"),
    "a party slipped in": (PARTY, "INSERT INTO party (id, kind, synthetic) VALUES ('pty_x', 'person', false)"),
    "a party shown as erased": (PARTY, "UPDATE party SET erased = true WHERE NOT erased"),
    "an erased party shown as if it were there": (PARTY, "UPDATE party SET erased = false WHERE erased"),
    "an erased party found again": (PARTY, "UPDATE party SET key_index = '\\x01' WHERE erased"),
    "a key destroyed, its party not erased": (PARTY, "DELETE FROM subject_key"),
    "a key's wrapping changed": (PARTY, "UPDATE subject_key SET wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1)"),
    "a party restricted without a word": ("party is restricted as was told", "UPDATE party SET restricted_until = '2099-01-01'"),
    "a relation hidden": (RELATION, "DELETE FROM relation WHERE kind = 'spouse'"),
    "a relation changed": (RELATION, "UPDATE relation SET kind = 'sibling' WHERE kind = 'spouse'"),
    "a holding made smaller": (RELATION, "UPDATE relation SET share_ppm = share_ppm - 1 WHERE share_ppm > 0"),
    "a relation slipped in": (RELATION, "INSERT INTO relation (source, target, kind) SELECT target, source, kind FROM relation LIMIT 1"),
    "a consent hidden": (CONSENT, "DELETE FROM consent WHERE withdrawn_on IS NULL"),
    "a consent slipped in": (
        CONSENT,
        "INSERT INTO consent (party, kinds, given_on) SELECT party, '{enterprise}', given_on FROM consent LIMIT 1",
    ),
    "a withdrawn consent given again": (
        CONSENT,
        "INSERT INTO consent (party, kinds, given_on) SELECT party, kinds, given_on FROM consent WHERE withdrawn_on IS NOT NULL",
    ),
    "a withdrawal undone": (CONSENT, "UPDATE consent SET withdrawn_on = NULL WHERE withdrawn_on IS NOT NULL"),
    "a consent withdrawn without a word": (CONSENT, "UPDATE consent SET withdrawn_on = given_on WHERE withdrawn_on IS NULL"),
    "an expiry put off": (CONSENT, "UPDATE consent SET expires_on = expires_on + 1 WHERE expires_on IS NOT NULL"),
    "an expiry made up": (CONSENT, "UPDATE consent SET expires_on = '2099-01-01' WHERE expires_on IS NULL"),
    "a consent dated back": (CONSENT, "UPDATE consent SET given_on = given_on - 1"),
    "a role raised": (LOGIN, "UPDATE staff SET role = 'risk_manager' WHERE role = 'auditor'"),
    "a role of one who left changed": (LOGIN, "UPDATE staff SET role = 'risk_manager' WHERE hash IS NULL AND role = 'credit_officer'"),
    "a borrower let into another's line": (LOGIN, "UPDATE staff SET party = party || 'x' WHERE party IS NOT NULL"),
    "a login slipped in": (LOGIN, "INSERT INTO staff (id, role, hash) SELECT 'stf_x', role, hash FROM staff WHERE role = 'auditor'"),
    "a login hidden": (LOGIN, "DELETE FROM staff WHERE role = 'auditor'"),
    "a login of one who left hidden": (LOGIN, "DELETE FROM staff WHERE hash IS NULL"),
    "a login shut without a word": (LOGIN, "UPDATE staff SET hash = NULL WHERE role = 'auditor'"),
    "a password swapped for a known one": (LOGIN, SWAPPED.format("borrower", "auditor")),
    "a borrower's password swapped for a known one": (LOGIN, SWAPPED.format("auditor", "borrower")),
    "a login led to another's password": (LOGIN, "UPDATE staff SET login_index = '\\x01' WHERE role = 'auditor'"),
    "old sessions let in again": (LOGIN, "UPDATE staff SET password_at = NULL WHERE role = 'auditor'"),
    "a colleague renamed": (LOGIN, "UPDATE staff SET name = '王六' WHERE role = 'auditor'"),
    "one who left renamed": (LOGIN, "UPDATE staff SET name = '王六' WHERE role = 'credit_officer'"),
    "a login respelled": (LOGIN, "UPDATE staff SET login = 'other' WHERE role = 'auditor'"),
    "a borrower named": (LOGIN, "UPDATE staff SET name = '陈大妹' WHERE role = 'borrower' AND hash IS NOT NULL"),
    "a login's salt destroyed": (LOGIN, "DELETE FROM subject_key WHERE owner IN (SELECT id FROM staff WHERE role = 'auditor')"),
    "a login of one who left opened again": (LOGIN, f"{REOPENED} AND role = 'credit_officer'"),
    "a login of an erased borrower opened again": (LOGIN, f"{REOPENED} AND role = 'borrower'"),
}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """Evidence taken in, two merchants decided, one line drawn on, three days closed; ties, consents and logins, some of them ended."""
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        table = read_file(EXAMPLES / "invoices.csv", read_mapping_file(EXAMPLES / "invoices.yaml", EvidenceKind.INVOICE))
        intake(made, SYSTEM, IntakeRequest((table,), as_of=dt.date(2026, 1, 1), repeats=Repeats.KEEP), "import")
        decided = [apply(made, SYSTEM, ApplyRequest(known(made, key).id, "sme_term", 40_000_000), key) for key in ("E1", "E2")]
        line = accept(made, SYSTEM, AcceptRequest(decided[0].id), "accept").line
        draw(made, SYSTEM, DrawRequest(line, 10_000_000), "draw")
        run_to(made, SYSTEM, DAY + dt.timedelta(days=3), "night")
        _people(made)
        yield made


def _people(house: House) -> None:
    one, other, leaver = (known(house, key, months=0).id for key in ("P1", "P2", "P3"))
    tie = Relation(one, other, RelationKind.SPOUSE)
    related(house, tie, Relation(one, other, RelationKind.HOLDS, 600_000, DAY))
    related(house, tie)
    give(house, SYSTEM, GiveRequest(one, (EvidenceKind.RELATION,), DAY + dt.timedelta(days=365), "signed_form"), "give one")
    withdraw(house, SYSTEM, WithdrawRequest(one, (EvidenceKind.INVOICE, EvidenceKind.RELATION), "told_by_phone"), "withdraw")
    give(house, SYSTEM, GiveRequest(other, (EvidenceKind.RELATION,), ground="signed_form"), "give other")
    for role in (Role.AUDITOR, Role.CREDIT_OFFICER):
        add_staff(house, SYSTEM, NewStaff(role.value, "王五", role, PASSWORD))
    change_password(house, SYSTEM, "auditor", PASSWORD * 2)
    end_login(house, SYSTEM, "credit_officer")
    add_staff(house, SYSTEM, NewStaff("stayer", "钱七", Role.BORROWER, PASSWORD, other))
    add_staff(house, SYSTEM, NewStaff("leaver", "赵六", Role.BORROWER, PASSWORD, leaver))
    erase(house, SYSTEM, EraseRequest(leaver, "customer_request"), "leaver")


def test_a_bank_left_alone_holds(house: House) -> None:
    told: list[str] = []
    assert check_records(house, lambda what, _: told.append(what)) == ()
    assert {"parties", "days", "decision records"} == set(told)


def test_consents_were_withdrawn_in_part(house: House) -> None:
    """So that the table of tamperings has something to undo."""
    party = house.parties.find("P1")
    assert party is not None
    ended = [(one.kinds, one.withdrawn_on is not None) for one in house.parties.consents(party.id)]
    invoice, transaction, relation = EvidenceKind.INVOICE, EvidenceKind.TRANSACTION, EvidenceKind.RELATION
    assert sorted(ended) == sorted([((invoice, transaction), True), ((transaction,), False), ((relation,), True)])


def test_a_second_equal_event_of_one_file_is_no_finding_and_another_is(house: House) -> None:
    (event,) = house.journal.each("EvidenceReceived")
    told = event.body
    assert isinstance(told, EvidenceReceived)

    def again(body: EvidenceReceived) -> None:
        def think(transaction: Transaction) -> str:
            transaction.append(body.evidence, DAY, body)
            return "told"

        house.commands.run(Command(f"again {body.accepted}", "take_in", SYSTEM, body), think, str)

    again(told)
    assert check_records(house) == ()
    again(replace(told, accepted=told.accepted + 1))
    assert [finding.check for finding in check_records(house)] == ["evidence is as it was received"]


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
    tables = re.findall(r"(?:UPDATE|DELETE FROM|INSERT INTO) (\w+)", statement)
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
