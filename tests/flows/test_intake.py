"""Taking evidence in through the real store: what is recorded, twice, stopped half-way, refused."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.flows.bank import AUDITOR, OFFICER, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.consent import Consent
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.event import ConsentGiven, EvidenceReceived, RelationDeclared
from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.domain.party import PartyKind
from farthing.domain.staff import Purpose
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import FieldMap, canonical_map
from farthing.features.daily import daily_by_subject
from farthing.flows.intake import STEPS, IntakeRequest, intake
from farthing.flows.know import A_COMMAND
from farthing.flows.observe import features_of, features_of_all
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.prove import verify
from farthing.settings import Settings
from farthing.wiring import open_house

END = dt.date(2024, 6, 30)
LAG = KnownLag(1, assumed=True)
MEETING_S = 2.0  # how long one waits for another that may not come


def table(kind: EvidenceKind, rows: list[dict[str, object]], digest: str, repeats: Repeats | None = Repeats.KEEP) -> SourceTable:
    return SourceTable(
        f"test/{digest}", pl.DataFrame(rows, strict=False), digest * 8, canonical_map(kind, LAG, repeats=repeats), ends_on=END
    )


def invoices(*parties: str, digest: str = "1nv01ce5", first: int = 1) -> SourceTable:
    rows: list[dict[str, object]] = [
        {
            "party": party, "side": "sale", "invoice_no": str(i), "issued_on": "2024-03-01", "counterparty": "C1",
            "net_fen": 1000 * i, "tax_fen": 0, "gross_fen": 1000 * i, "status": "valid",
        }
        for party in parties
        for i in range(first, first + 3)
    ]  # fmt: skip
    return table(EvidenceKind.INVOICE, rows, digest)


ENTERPRISES = table(
    EvidenceKind.ENTERPRISE,
    [
        {"party": "M1", "name": "张三面馆", "kind": "enterprise", "industry": "catering", "county": "临安", "id_number": "92330185MA"},
        {"party": "M2", "name": "李四", "kind": "farm", "industry": None, "county": None, "id_number": None},
    ],
    "en7e7pr1",
)
SPOILT = replace(
    invoices("M1", "M2"),
    frame=invoices("M1", "M2").frame.with_columns(side=pl.Series(["sale", "up", "sale", "sale", "sale", "purchase"])),
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_house(Settings(home=tmp_path, database_url=database.owner_url, host="127.0.0.1", port=0)) as made:
        yield made


def state(house: House) -> dict[str, object]:
    """All that an import leaves behind, without the ids that chance gave."""
    events = [*house.journal.each()]
    parties = {key: party for key in ("M1", "M2") if (party := house.parties.find(key)) is not None}
    return {
        "day": house.clock.today(),
        "events": Counter(event.kind for event in events),
        "rows": {kind: house.lake.scan(kind).collect().drop("subject").sort(pl.all()).rows() for kind in EvidenceKind},
        "consents": {key: [consent.kinds for consent in house.parties.consents(party.id)] for key, party in parties.items()},
        "aggregates": {
            key: None if frame is None else frame.drop("subject").rows()
            for key, party in parties.items()
            for frame in [house.aggregates.get(EvidenceKind.INVOICE, party.subject)]
        },
    }


def test_a_first_import_records_parties_consents_rows_and_readies_features(house: House) -> None:
    first, second = intake(house, OFFICER, IntakeRequest((ENTERPRISES, SPOILT)), "k")
    assert (first.accepted, second.rows, second.accepted, second.quarantined_rows) == (2, 6, 5, 1)
    assert [(one.row, one.field, one.value) for one in second.quarantined] == [(2, "side", "up")]
    assert house.clock.today() == END, "a bank whose first evidence is historical lives in that data's time"
    party = house.parties.find("M1")
    assert party is not None
    assert (party.industry, party.county) == ("catering", "临安")
    assert house.parties.personal(party.id, OFFICER, Purpose.UNDERWRITING).name == "张三面馆"
    assert [consent.kinds for consent in house.parties.consents(party.id)] == [(EvidenceKind.ENTERPRISE, EvidenceKind.INVOICE)]
    received = [event.body for event in house.journal.each("EvidenceReceived")]
    assert [(body.accepted, body.quarantined) for body in received if isinstance(body, EvidenceReceived)] == [(2, 0), (5, 1)]
    (given, *_) = (event.body for event in house.journal.events(stream=party.id) if isinstance(event.body, ConsentGiven))
    assert given.ground == "declared by who imported it"
    rows = house.lake.scan(EvidenceKind.INVOICE).collect()
    live = house.aggregates.get(EvidenceKind.INVOICE, party.subject)
    assert live is not None
    assert live.equals(daily_by_subject(EvidenceKind.INVOICE, rows)[party.subject])


def test_the_same_file_again_changes_nothing(house: House) -> None:
    told = intake(house, OFFICER, IntakeRequest((ENTERPRISES, SPOILT)), "k")
    before = state(house)
    again = intake(house, SYSTEM, IntakeRequest((ENTERPRISES, SPOILT), repeats=Repeats.DROP), "another key")
    assert all(one.already_known for one in again)
    assert [replace(one, already_known=False) for one in again] == list(told)
    assert state(house) == before


def test_an_export_that_overlaps_an_earlier_one_waits_for_a_choice_and_counts_once(house: House) -> None:
    intake(house, OFFICER, IntakeRequest((invoices("M1"),)), "k")
    before = state(house)
    longer = replace(invoices("M1", "M2", digest="1onger00"), map=replace(invoices("M1").map, repeats=None))
    with pytest.raises(Invalid, match=r"3 rows .* repeat a row of an earlier file") as asked:
        intake(house, OFFICER, IntakeRequest((longer,)), "k")
    assert (asked.value.code, state(house)) == ("repeats_undecided", before)
    (told,) = intake(house, OFFICER, IntakeRequest((longer,), repeats=Repeats.DROP), "k")
    assert (told.rows, told.accepted, told.repeated, told.repeated_dropped) == (6, 3, 3, 3)
    party = house.parties.find("M1")
    assert party is not None
    assert features_of(house, party, END)["turnover_12m"] == 6_000
    shifted = replace(longer, frame=longer.frame.reverse(), digest="7" * 64)
    (kept,) = intake(house, OFFICER, IntakeRequest((shifted,), repeats=Repeats.KEEP), "k")
    assert (kept.accepted, kept.repeated, kept.repeated_dropped) == (6, 6, 0)
    assert features_of(house, party, END)["turnover_12m"] == 12_000, "each happened, it was said"
    (nothing,) = intake(house, OFFICER, IntakeRequest((replace(shifted, digest="8" * 64),), repeats=Repeats.DROP), "k")
    assert (nothing.accepted, nothing.repeated_dropped, nothing.evidence) == (0, 6, None)
    assert verify(house, AUDITOR).findings == ()


def test_a_known_file_read_otherwise_is_refused_and_changes_nothing(house: House) -> None:
    source = invoices("M1")
    twice = replace(source, frame=pl.concat([source.frame, source.frame]))
    intake(house, OFFICER, IntakeRequest((twice,)), "k")
    before = state(house)
    void = replace(twice.map, fields=(*twice.map.fields[:-2], ("status", FieldMap(constant="void")), twice.map.fields[-1]))
    dollars = replace(twice.map, currency="USD")
    for other in (void, dollars, replace(twice.map, repeats=Repeats.DROP)):
        with pytest.raises(Conflict, match="taken in before") as refused:
            intake(house, OFFICER, IntakeRequest((replace(twice, map=other),)), "k2")
        assert refused.value.code == "file_known"
    assert state(house) == before
    for same in (replace(twice.map, source="renamed"), replace(twice.map, repeats=None)):
        assert intake(house, OFFICER, IntakeRequest((replace(twice, map=same),)), "k3")[0].already_known


def another(database: Database, tmp_path: Path) -> AbstractContextManager[House]:
    """The same bank opened by another process."""
    return open_house(Settings(home=tmp_path, database_url=database.owner_url, host="127.0.0.1", port=0))


def test_the_same_file_by_two_at_once_is_taken_in_once(house: House, database: Database, tmp_path: Path) -> None:
    both = threading.Barrier(2)

    def meet(what: str, done: int, of: int) -> None:
        if done == 1:  # neither goes on before the other has looked whether the file is known, if it may look
            with suppress(threading.BrokenBarrierError):
                both.wait(MEETING_S)

    with another(database, tmp_path) as second, ThreadPoolExecutor(2) as hands:
        request = IntakeRequest((invoices("M1"),))
        taking = [hands.submit(intake, one, OFFICER, request, key, meet) for one, key in ((house, "k1"), (second, "k2"))]
        told = [one.result()[0] for one in taking]
    assert sorted(one.already_known for one in told) == [False, True]
    assert Counter(event.kind for event in house.journal.each())["EvidenceReceived"] == 1
    assert verify(house, AUDITOR).findings == ()


def test_what_one_intake_readies_another_does_not_put_back(house: House, database: Database, tmp_path: Path) -> None:
    intake(house, OFFICER, IntakeRequest((invoices("M1"),)), "k")
    party = house.parties.find("M1")
    assert party is not None
    other_is_done = threading.Event()

    class Slow:
        """The first one's aggregates, written when the other is done or cannot be."""

        def get(self, kind: EvidenceKind, subject: str) -> pl.DataFrame | None:
            return house.aggregates.get(kind, subject)

        def put(self, kind: EvidenceKind, frames: Mapping[str, pl.DataFrame]) -> None:
            other_is_done.wait(MEETING_S)
            house.aggregates.put(kind, frames)

    with another(database, tmp_path) as second, ThreadPoolExecutor(1) as hands:
        slow = replace(house, aggregates=Slow())
        reading = threading.Event()
        first = hands.submit(
            intake, slow, OFFICER, IntakeRequest((invoices("M1", digest="2nv01ce5", first=4),)), "k2",
            lambda what, done, of: reading.set() if "readying" in what else None,
        )  # fmt: skip
        assert reading.wait(MEETING_S * 10)
        intake(second, OFFICER, IntakeRequest((invoices("M1", digest="3nv01ce5", first=7),)), "k3")
        other_is_done.set()
        first.result()
    live = house.aggregates.get(EvidenceKind.INVOICE, party.subject)
    assert live is not None
    assert live.equals(daily_by_subject(EvidenceKind.INVOICE, house.lake.scan(EvidenceKind.INVOICE).collect())[party.subject])
    assert live["count"].sum() == 9


def test_evidence_in_another_currency_is_kept_and_enters_no_feature(house: House) -> None:
    ours, theirs = invoices("M1"), invoices("M1", "M2", digest="f0re1gn0")
    theirs = replace(theirs, map=replace(theirs.map, currency="VND"))
    intake(house, OFFICER, IntakeRequest((ours,)), "k")
    (m1,) = (house.parties.find(key) for key in ("M1",))
    assert m1 is not None
    before = features_of(house, m1, END)
    assert before["turnover_12m"] == 6_000
    (told,) = intake(house, OFFICER, IntakeRequest((theirs,)), "k")
    assert (told.accepted, told.currency) == (6, "VND")
    m2 = house.parties.find("M2")
    assert m2 is not None

    def as_it_should_be() -> bool:
        batch = features_of_all(house, END)
        (row,) = batch.filter(pl.col("subject") == m1.subject).drop("subject").iter_rows(named=True)
        return features_of(house, m1, END) == before == row and set(features_of(house, m2, END).values()) == {None} and batch.height == 1

    assert as_it_should_be()
    assert house.lake.scan(EvidenceKind.INVOICE).collect().height == 9
    every = daily_by_subject(EvidenceKind.INVOICE, house.lake.scan(EvidenceKind.INVOICE).collect())
    house.aggregates.put(EvidenceKind.INVOICE, every)  # as a bank has them that took every currency for its own
    assert not as_it_should_be()
    intake(house, OFFICER, IntakeRequest((theirs,)), "again")
    assert as_it_should_be()


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("at", range(2 * STEPS))
def test_a_run_killed_between_any_two_steps_is_completed_by_the_next(house: House, at: int) -> None:
    def kill(what: str, done: int, of: int) -> None:
        if done == at:
            raise Killed(what)

    request = IntakeRequest((ENTERPRISES, SPOILT))
    with pytest.raises(Killed):
        intake(house, OFFICER, request, "k", kill)
    intake(house, OFFICER, request, "k")
    found = state(house)
    assert found["events"] == Counter(PartyKnown=2, ConsentGiven=2, EvidenceReceived=2)
    assert {kind: len(rows) for kind, rows in found["rows"].items() if rows} == {EvidenceKind.ENTERPRISE: 2, EvidenceKind.INVOICE: 5}  # type: ignore[attr-defined]
    assert all(found["aggregates"].values())  # type: ignore[attr-defined]


def test_a_stranger_in_an_invoice_file_is_registered_or_refused_as_asked(house: House) -> None:
    (strict,) = intake(house, OFFICER, IntakeRequest((invoices("M1", "M7"),), require_known=True), "k")
    assert (strict.accepted, strict.evidence, {fault.reason for fault in strict.faults}) == (0, None, {"no such party is known"})
    assert [*house.journal.each()] == []
    (open_,) = intake(house, OFFICER, IntakeRequest((invoices("M1", "M7"),)), "k")
    assert open_.accepted == 6
    stranger = house.parties.find("M7")
    assert stranger is not None
    assert (stranger.kind.value, stranger.industry) == ("enterprise", None)


def test_more_kinds_for_a_known_party_are_noted_and_an_ended_consent_is_a_no(house: House) -> None:
    intake(house, OFFICER, IntakeRequest((ENTERPRISES,)), "k")
    (m1, m2) = (house.parties.find(key) for key in ("M1", "M2"))
    assert m1 is not None
    assert m2 is not None

    def withdraw(transaction: Transaction) -> str:
        transaction.add_consent(Consent(m2.id, (EvidenceKind.INVOICE,), END))
        transaction.add_consent(Consent(m2.id, (EvidenceKind.INVOICE,), END, withdrawn_on=END))
        return "done"

    house.commands.run(Command("w", "withdraw", OFFICER, "w"), withdraw, str)
    (told,) = intake(house, OFFICER, IntakeRequest((invoices("M1", "M2"),)), "k")
    assert (told.accepted, told.quarantined_rows) == (3, 3)
    assert {fault.reason for fault in told.faults} == {"the party's consent has ended"}
    assert [consent.kinds for consent in house.parties.consents(m1.id)] == [(EvidenceKind.ENTERPRISE,), (EvidenceKind.INVOICE,)]


def test_declared_relations_name_both_ends(house: House) -> None:
    rows: list[dict[str, object]] = [
        {"party": "王董事", "other": "BANK", "relation": "director", "share_ppm": None},
        {"party": "王董事", "other": "M1", "relation": "holds", "share_ppm": 600_000},
    ]
    (told,) = intake(house, OFFICER, IntakeRequest((table(EvidenceKind.RELATION, rows, "4e1a7105"),)), "k")
    assert told.accepted == 2
    director = house.parties.find("王董事")
    assert director is not None
    assert house.parties.insiders() == [director.id]
    assert [one.share_ppm for one in house.parties.relations()] == [None, 600_000]
    (more,) = intake(house, OFFICER, IntakeRequest((table(EvidenceKind.RELATION, [*rows, {**rows[1], "other": "M2"}], "4e1a7106"),)), "k")
    assert more.accepted == 3
    declared = [event.body for event in house.journal.events(stream=director.id, kind="RelationDeclared")]
    assert [body.share_ppm for body in declared if isinstance(body, RelationDeclared)] == [None, 600_000, 600_000], "each tie once"
    assert verify(house, AUDITOR).findings == ()


def test_a_tie_the_wrong_way_round_is_quarantined_and_told_so(house: House) -> None:
    intake(house, OFFICER, IntakeRequest((ENTERPRISES,)), "k")
    rows: list[dict[str, object]] = [
        {"party": "陈董事", "other": "BANK", "relation": "director", "share_ppm": None},
        {"party": "M1", "other": "陈董事", "relation": "director", "share_ppm": None},
        {"party": "陈董事", "other": "M1", "relation": "director", "share_ppm": None},
    ]
    (told,) = intake(house, OFFICER, IntakeRequest((table(EvidenceKind.RELATION, rows, "4e1a7108"),)), "k")
    assert [(one.row, one.field, one.value) for one in told.quarantined] == [(2, "relation", "director")]
    assert told.quarantined[0].reason.startswith("the wrong way round: party is who serves")
    director, firm = (house.parties.find(key) for key in ("陈董事", "M1"))
    assert director is not None
    assert director.kind is PartyKind.PERSON
    assert firm is not None
    assert [(one.source, one.target) for one in house.parties.relations()][1:] == [(director.id, firm.id)]


def test_ties_declared_before_the_power_failed_are_not_declared_again(house: House) -> None:
    def kill(what: str, done: int, of: int) -> None:
        if "recording" in what:
            raise Killed(what)

    rows: list[dict[str, object]] = [
        {"party": f"P{n}", "other": "M1", "relation": "spouse", "share_ppm": None} for n in range(A_COMMAND + 1)
    ]
    request = IntakeRequest((table(EvidenceKind.RELATION, rows, "4e1a7107"),))
    with pytest.raises(Killed):
        intake(house, OFFICER, request, "k", kill)
    assert len(house.parties.relations()) == A_COMMAND + 1
    intake(house, OFFICER, request, "another key")
    assert Counter(event.kind for event in house.journal.each())["RelationDeclared"] == A_COMMAND + 1
    assert verify(house, AUDITOR).findings == ()


def test_a_file_of_which_nothing_is_accepted_leaves_nothing_and_may_be_tried_again(house: House) -> None:
    good = invoices("M1")
    wrong = replace(good, map=replace(good.map, fields=(*good.map.fields[:1], ("side", FieldMap(constant="up")), *good.map.fields[2:])))
    (nothing,) = intake(house, OFFICER, IntakeRequest((wrong,)), "k")
    assert (nothing.accepted, nothing.quarantined_rows, nothing.evidence) == (0, 3, None)
    assert [*house.journal.each()] == []
    assert intake(house, OFFICER, IntakeRequest((good,)), "k")[0].accepted == 3


def test_repeated_rows_wait_for_a_choice(house: House) -> None:
    source = invoices("M1")
    twice = replace(source, frame=pl.concat([source.frame, source.frame]), map=replace(source.map, repeats=None))
    with pytest.raises(Invalid, match="3 rows"):
        intake(house, OFFICER, IntakeRequest((twice,)), "k")
    (told,) = intake(house, OFFICER, IntakeRequest((twice,), repeats=Repeats.DROP), "k")
    assert (told.rows, told.accepted, told.repeated_dropped) == (6, 3, 3)


def test_what_names_people_stays_out_of_the_lake_and_the_journal(house: House) -> None:
    intake(house, OFFICER, IntakeRequest((ENTERPRISES, invoices("M1"))), "k")
    written = "".join(str(house.lake.scan(kind).collect().rows()) for kind in EvidenceKind)
    written += b"".join(data for _, data in house.journal.every()).decode()
    assert not [word for word in ("张三面馆", "92330185MA", "'M1'", '"M1"', "李四") if word in written]


def test_nothing_is_dated_after_the_bank_s_own_day_unless_somebody_says_so(database: Database, tmp_path: Path) -> None:
    source = invoices("M1")
    days = replace(source, frame=source.frame.with_columns(issued_on=pl.Series(["2024-06-30", "2024-07-01", "2025-01-01"])), ends_on=None)
    with open_bank(database, tmp_path, END) as house:
        (told,) = intake(house, OFFICER, IntakeRequest((days,)), "k")
        assert [(one.row, one.reason) for one in told.quarantined] == [(2, "a date after 2024-06-30"), (3, "a date after 2024-06-30")]
        later = replace(days, digest="9" * 64, ends_on=dt.date(2025, 6, 30))
        assert intake(house, OFFICER, IntakeRequest((later,)), "k")[0].quarantined_rows == 2, "a data set of days to come is no exception"
        (told,) = intake(house, OFFICER, IntakeRequest((replace(days, digest="8" * 64),), as_of=dt.date(2024, 7, 1)), "k")
        assert [one.row for one in told.quarantined] == [3]


def test_a_running_bank_keeps_its_day_and_an_auditor_takes_nothing_in(database: Database, tmp_path: Path) -> None:
    with open_bank(database, tmp_path, END + dt.timedelta(days=3)) as house:
        intake(house, OFFICER, IntakeRequest((ENTERPRISES,)), "k")
        assert house.clock.today() == END + dt.timedelta(days=3)
        with pytest.raises(Forbidden):
            intake(house, AUDITOR, IntakeRequest((ENTERPRISES,)), "k")
