"""Personal data is sealed, found by blind index, opened on record, restricted and erased."""

from __future__ import annotations

import datetime as dt
import subprocess

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError
from tests.people_fixture import AUDITOR, CHEN, OFFICER, TODAY, People, invoices, report

from farthing.domain import canon
from farthing.domain.consent import Consent
from farthing.domain.errors import Broken, Conflict, Forbidden, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind, PersonalData, Relation, RelationKind
from farthing.domain.staff import Actor, Purpose, Role
from farthing.store.parties import (
    NewParty,
    insert_consent,
    insert_parties,
    insert_party,
    insert_relations,
    restrict_party,
)
from farthing.store.postgres.server import Server
from farthing.store.vault import key_of

MANAGER = Actor("stf_manager", "周风控", Role.RISK_MANAGER)


def every_byte(people: People) -> bytes:
    """All rows of all tables as the server stores them, text and raw."""
    owner = create_engine(people.database.owner_url)
    with owner.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [str(connection.execute(text(f"SELECT * FROM {table}")).mappings().all()) for table in tables]
        raw = [
            bytes(value)
            for table in tables
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
            if isinstance(value, bytes)
        ]
    owner.dispose()
    return "\n".join(rows).encode() + b"\n".join(raw)


def test_what_is_read_is_what_was_stored_and_who_read_it_is_on_record(people: People) -> None:
    chen = people.add()
    assert people.parties.personal(chen.id, OFFICER, Purpose.UNDERWRITING) == CHEN
    (read,) = people.parties.reads(chen.id)
    assert read == {
        "at": people.clock.now(), "actor": OFFICER.id, "name": "", "role": "credit_officer", "purpose": "underwriting",
        "fields": ("name", "id_number", "phone", "external_key"),
    }  # fmt: skip


def test_the_names_of_a_page_are_each_on_record(people: People) -> None:
    some = [people.add(PersonalData(f"商户{number}", external_key=f"E{number}")) for number in range(3)]
    shown = people.parties.names([one.id for one in some] + ["pty_unknown"], OFFICER, Purpose.SERVICING)
    assert shown == {some[0].id: "商户0", some[1].id: "商户1", some[2].id: "商户2", "pty_unknown": ""}
    assert [read["fields"] for one in some for read in people.parties.reads(one.id)] == [("name",)] * 3


def test_no_personal_data_lies_open_in_the_database_or_the_lake(people: People) -> None:
    chen = people.add()
    people.take_in(invoices(chen.subject, counterparty=CHEN.name), report(3))
    people.parties.personal(chen.id, OFFICER, Purpose.SERVICING)
    people.staff.add(CHEN.phone or "", CHEN.name, Role.BORROWER, "a long password", chen.id)
    found = every_byte(people) + b"".join(path.read_bytes() for path in people.home.rglob("*.parquet"))
    assert chen.id.encode() in found, "the search reads the rows it must"
    for secret in (CHEN.name, CHEN.id_number, CHEN.phone):
        assert secret is not None
        assert secret.encode() not in found


def test_no_personal_data_lies_in_the_servers_files(people: People, postgres_server: Server) -> None:
    """Pages, write-ahead log and server log, byte by byte; the industry, which is no secret, is there to be found."""
    people.add()
    directory = str(postgres_server.directory / "postgres")
    assert _files_with(b"retail", directory)
    assert not _files_with(CHEN.name.encode(), directory)
    assert not _files_with((CHEN.id_number or "").encode(), directory)


def _files_with(secret: bytes, directory: str) -> list[str]:
    found = subprocess.run(["grep", "-rlaF", "-e", secret.decode(), directory], check=False, capture_output=True, text=True)
    return found.stdout.split()


def test_a_party_is_found_by_its_key_in_any_spelling(people: People) -> None:
    chen = people.add()
    assert people.parties.find(" ｅ7 ") == chen
    assert people.parties.find("E8") is None
    assert people.parties.find("") is None
    assert people.parties.find_many(["E7", "E8"]) == {"E7": chen}
    assert people.parties.search("13800000001") == [chen]
    assert people.parties.search(" ") == []


def test_thousands_are_found_and_listed_in_pages(people: People) -> None:
    new = [NewParty(PartyKind.ENTERPRISE, PersonalData(f"企业{number}", external_key=f"Q{number}")) for number in range(2_500)]
    with people.engine.begin() as connection:
        stored = insert_parties(connection, people.vault, new)
    assert len({one.subject for one, _ in stored}) == len({commitment for _, commitment in stored}) == 2_500
    first = people.parties.list(limit=2_000)
    assert len(people.parties.list(limit=2_000, after=first[-1].id)) == 500
    assert len(people.parties.find_many([f"Q{number}" for number in range(2_500)])) == 2_500


def test_a_known_key_is_a_conflict_and_stores_nothing(people: People) -> None:
    people.add()
    others = [
        NewParty(PartyKind.PERSON, PersonalData("新", external_key="N1")),
        NewParty(PartyKind.PERSON, PersonalData("旧", external_key="e7")),
    ]
    with pytest.raises(Conflict, match="Party 2 of 2"), people.engine.begin() as connection:
        insert_parties(connection, people.vault, others)
    assert people.parties.find("N1") is None


def test_equal_data_has_unequal_commitments_and_each_can_be_checked(people: People) -> None:
    twin = PersonalData("同名")
    with people.engine.begin() as connection:
        (one, first), (_, second) = insert_parties(connection, people.vault, [NewParty(PartyKind.PERSON, twin)] * 2)
        key = key_of(connection, people.vault, one.id)
    assert first != second
    assert key is not None
    shown = {
        "id": one.id, "kind": one.kind, "subject": one.subject, "registered_on": None, "industry": None, "county": None, "synthetic": False,
    }  # fmt: skip
    assert key.commit(canon.digest({"data": twin, "shown": shown})) == first
    assert [known for known in people.parties.commitments() if known[0] == one] == [(one, first)]


def test_a_ciphertext_moved_to_another_party_does_not_open(people: People) -> None:
    chen, wang = people.add(), people.add(PersonalData("王小二", external_key="E8"))
    swap = "UPDATE party SET personal = (SELECT personal FROM party WHERE id = :other) WHERE id = :one"
    with people.engine.begin() as connection:
        connection.execute(text(swap), {"other": wang.id, "one": chen.id})
    with pytest.raises(Broken, match="changed or moved"):
        people.parties.personal(chen.id, OFFICER, Purpose.SERVICING)
    assert people.parties.reads(chen.id) == [], "what was not read is not on record as read"


@pytest.mark.parametrize(
    ("reader", "purpose", "code"),
    [
        (Actor("stf_b", "pty_x", Role.BORROWER, "pty_other"), Purpose.OWN_ACCESS, "not_yours"),
        *((OFFICER, purpose, "purpose") for purpose in (Purpose.OWN_ACCESS, Purpose.AUDIT, Purpose.IMPORT, Purpose.ERASURE)),
        *((MANAGER, purpose, "purpose") for purpose in (Purpose.OWN_ACCESS, Purpose.AUDIT, Purpose.IMPORT)),
        *((AUDITOR, purpose, "purpose") for purpose in Purpose if purpose is not Purpose.AUDIT),
        (Actor("stf_operator", "operator", Role.SYSTEM), Purpose.OWN_ACCESS, "purpose"),
    ],
)
def test_some_may_not_read(people: People, reader: Actor, purpose: Purpose, code: str) -> None:
    chen = people.add()
    with pytest.raises(Forbidden) as refused:
        people.parties.personal(chen.id, reader, purpose)
    assert refused.value.code == code
    assert people.parties.names([chen.id], reader, purpose) == {chen.id: ""}
    assert people.parties.reads(chen.id) == []


def test_nobody_opens_restricted_data_by_calling_it_an_audit(people: People) -> None:
    chen = people.add()
    with people.engine.begin() as connection:
        restrict_party(connection, chen.id, dt.date(2034, 5, 6))
    for reader in (OFFICER, MANAGER):
        with pytest.raises(Forbidden, match="does not read for audit"):
            people.parties.personal(chen.id, reader, Purpose.AUDIT)


def test_a_customer_reads_what_is_theirs(people: People) -> None:
    chen = people.add()
    herself = Actor("stf_chen", chen.id, Role.BORROWER, chen.id)
    assert people.parties.personal(chen.id, herself, Purpose.OWN_ACCESS).name == CHEN.name
    with pytest.raises(Forbidden):
        people.parties.personal(chen.id, herself, Purpose.UNDERWRITING)


def test_restricted_data_opens_for_audit_only(people: People) -> None:
    chen = people.add()
    until = dt.date(2034, 5, 6)
    with people.engine.begin() as connection:
        restrict_party(connection, chen.id, until)
    assert people.parties.get(chen.id).restricted_until == until
    with pytest.raises(Forbidden, match="restricted until 2034-05-06"):
        people.parties.personal(chen.id, OFFICER, Purpose.SERVICING)
    assert people.parties.names([chen.id], OFFICER, Purpose.SERVICING) == {chen.id: ""}
    assert people.parties.personal(chen.id, AUDITOR, Purpose.AUDIT) == CHEN


def test_erased_is_unreadable_everywhere_at_once(people: People) -> None:
    chen = people.add()
    elsewhere = people.another()
    assert elsewhere.parties.personal(chen.id, OFFICER, Purpose.SERVICING) == CHEN
    people.parties.erase(chen.id)
    people.parties.erase(chen.id)
    for bank in (people, elsewhere):
        with pytest.raises(NotFound):
            bank.parties.personal(chen.id, OFFICER, Purpose.SERVICING)
        assert bank.parties.names([chen.id], OFFICER, Purpose.SERVICING) == {chen.id: ""}
        assert bank.parties.find("E7") is None
    gone = people.parties.get(chen.id)
    assert (gone.erased, gone.subject, gone.industry) == (True, "", None)
    assert len(people.parties.reads(chen.id)) == 1, "who had read it stays on record"


def test_erasing_the_unknown_is_not_found(people: People) -> None:
    with pytest.raises(NotFound):
        people.parties.erase("pty_nobody")


def test_insiders_hold_posts_at_the_bank_and_not_elsewhere(people: People) -> None:
    bank, firm = people.add(PersonalData("本行", external_key="BANK")), people.add(PersonalData("某厂", external_key="F"))
    director, other = people.add(PersonalData("董事", external_key="D")), people.add(PersonalData("厂长", external_key="M"))
    ties = [
        Relation(director.id, bank.id, RelationKind.DIRECTOR, known_on=TODAY),
        Relation(other.id, firm.id, RelationKind.DIRECTOR, known_on=TODAY),
        Relation(other.id, director.id, RelationKind.SPOUSE),
    ]
    with people.engine.begin() as connection:
        assert insert_relations(connection, ties[:1]) == tuple(ties[:1])
        assert insert_relations(connection, ties) == tuple(ties[1:])
        assert insert_relations(connection, ties) == ()
    assert people.parties.relations() == ties
    assert people.parties.insiders() == [director.id]


def test_a_consent_withdrawn_in_part_keeps_the_rest(people: People) -> None:
    chen = people.add()
    given = Consent(chen.id, (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION), TODAY, dt.date(2025, 5, 6))
    later = TODAY + dt.timedelta(days=30)
    with people.engine.begin() as connection:
        insert_consent(connection, given)
        insert_consent(connection, Consent(chen.id, (EvidenceKind.INVOICE,), TODAY, withdrawn_on=later))
    covered = [
        (kind, day, any(one.covers(kind, day) for one in people.parties.consents(chen.id)))
        for kind in (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION)
        for day in (TODAY, later)
    ]
    assert [yes for _, _, yes in covered] == [True, False, True, True]


@pytest.mark.parametrize("table", ["personal_read", "decision_record", "evidence", "relation", "model", "policy", "intake"])
def test_records_are_only_added_to(people: People, table: str) -> None:
    for engine in (people.engine, create_engine(people.database.owner_url)):
        with pytest.raises(ProgrammingError, match=r"denied|only added to"), engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))
        if engine is not people.engine:
            engine.dispose()


@pytest.fixture
def auditor(people: People) -> Engine:
    return create_engine(people.database.auditor_url)


SEALED = (
    "wrapped FROM subject_key", "personal FROM party", "name_index FROM party", "sealed FROM decision_record", "blob FROM aggregate",
    "hash FROM staff", "sealed FROM intake",
)  # fmt: skip


@pytest.mark.parametrize("sealed", SEALED)
def test_the_auditor_sees_who_read_but_nothing_sealed(people: People, auditor: Engine, sealed: str) -> None:
    chen = people.add()
    people.parties.personal(chen.id, OFFICER, Purpose.SERVICING)
    with auditor.connect() as connection:
        assert connection.scalar(text("SELECT actor FROM personal_read")) == OFFICER.id
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT {sealed}"))
    auditor.dispose()


def test_a_party_is_a_party_once_in_a_batch(people: People) -> None:
    twice = [NewParty(PartyKind.PERSON, PersonalData("甲", external_key="X"))] * 2
    with pytest.raises(Conflict), people.engine.begin() as connection:
        insert_parties(connection, people.vault, twice)
    with people.engine.begin() as connection:
        assert insert_parties(connection, people.vault, []) == []
        assert insert_party(connection, people.vault, twice[0])[0].kind is PartyKind.PERSON
