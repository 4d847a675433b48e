"""What the pages ask, through the real store: the desk, the borrower's own, the evidence, the models, the log, the headroom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import FarthingError
from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.domain.ids import Id
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Purpose, Role
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import canonical_map
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.queries.applications import desk
from farthing.flows.queries.decisions import Page
from farthing.flows.queries.evidence import evidence
from farthing.flows.queries.headroom import headroom
from farthing.flows.queries.lines import count
from farthing.flows.queries.log import Search, decided_event, log, reads, told
from farthing.flows.queries.models import model, models
from farthing.flows.queries.my import answer, kept, my
from farthing.flows.quote import quote_draw
from farthing.flows.review import ReviewRequest, review

YUAN = 100


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


def borrower(party: Id) -> Actor:
    return Actor("stf_own", party, Role.BORROWER, party)


def refused(attempt: object, *arguments: object) -> str:
    with pytest.raises(FarthingError) as caught:
        attempt(*arguments)  # type: ignore[operator]
    return caught.value.code


def ask(house: House, party: Id, yuan: int = 400_000) -> Id:
    return apply(house, SYSTEM, ApplyRequest(party, "sme_term", yuan * YUAN), f"ask/{party}").id


def test_the_desk_shows_what_waits_how_long_and_why(house: House) -> None:
    sound, thin = known(house, "E1").id, known(house, "E2", months=2).id
    ask(house, sound)
    referred = ask(house, thin)
    house.clock.open_day(DAY + dt.timedelta(days=4))
    seen = desk(house, OFFICER, Page())
    assert seen.total == 2
    assert [(one.row.decision, one.row.name, one.days, one.proposed) for one in seen.waiting] == [(referred, "商户E2", 4, False)]
    assert seen.waiting[0].reason is not None
    assert seen.waiting[0].reason.code == "THIN_FILE"
    assert [row.party for row in desk(house, OFFICER, Page(Outcome.APPROVE)).rows] == [sound]
    assert OFFICER.id in [row["actor"] for row in house.parties.reads(thin)]


def test_a_proposal_waits_for_a_second_person(house: House) -> None:
    referred = ask(house, known(house, "E1", months=2).id, 900_000)
    review(house, OFFICER, ReviewRequest(referred, True, 600_000 * YUAN, "A long lease, paid."), "review")
    (waits,) = desk(house, RISK, Page()).waiting
    assert waits.proposed


def test_a_borrower_sees_an_offer_then_a_line_and_never_another_customers(house: House) -> None:
    party, other = known(house, "E1").id, known(house, "E2").id
    me = borrower(party)
    made = ask(house, party)
    before = my(house, me)
    assert before.offer is not None
    assert (before.offer.decision.id, before.lines, before.name) == (made, (), "商户E1")
    accept(house, me, AcceptRequest(made), "accept")
    after = my(house, me)
    assert (after.offer, len(after.lines)) == (None, 1)
    assert "sme_term" not in [product.code for product in after.products]
    assert refused(answer, house, borrower(other), made) == "not_yours"
    assert refused(my, house, OFFICER) == "role"


def test_a_lapsed_offer_is_no_offer(house: House) -> None:
    party = known(house, "E1").id
    made = ask(house, party)
    assert answer(house, borrower(party), made).offer_until == DAY + dt.timedelta(days=30)
    house.clock.open_day(DAY + dt.timedelta(days=31))
    assert my(house, borrower(party)).offer is None
    assert answer(house, borrower(party), made).offer_until is None


def test_what_would_raise_a_limit_reaches_to_the_next_cap(house: House) -> None:
    party = known(house, "E1").id
    found = answer(house, borrower(party), ask(house, party))
    amounts = sorted({cap.amount_fen for cap in found.view.caps})
    (one,) = found.raises
    assert one.cap.name == "requested"
    assert one.gain_fen == amounts[1] - amounts[0] > 0


def test_who_looked_is_told_to_the_borrower_without_their_own_looks(house: House) -> None:
    party = known(house, "E1").id
    house.parties.names([party], OFFICER, Purpose.UNDERWRITING)
    my(house, borrower(party))
    assert [(one.role, one.purpose) for one in my(house, borrower(party)).reads] == [("credit_officer", "underwriting")]
    assert {row.role for row in reads(house, AUDITOR, party)} == {"credit_officer", "borrower"}
    assert refused(reads, house, OFFICER, party) == "role"


def test_keeping_a_draw_to_its_end_costs_what_its_quote_says(house: House) -> None:
    party = known(house, "E1").id
    me = borrower(party)
    line = accept(house, me, AcceptRequest(ask(house, party)), "accept").line
    quote = quote_draw(house, me, line, 100_000 * YUAN).cost
    last = quote.schedule[-1].due_on
    assert kept(house, me, line, 100_000 * YUAN, last).interest_fen == quote.interest_fen
    assert kept(house, me, line, 100_000 * YUAN, DAY).interest_fen == 0
    assert refused(kept, house, me, line, 100_000 * YUAN, last + dt.timedelta(days=1)) == "bad_day"
    assert refused(kept, house, me, line, 0, last) == "bad_day"
    assert refused(kept, house, borrower("pty_other"), line, 1, last) == "not_yours"


def test_headroom_falls_by_what_is_drawn_and_ends_with_the_line(house: House) -> None:
    party = known(house, "E1").id
    line = accept(house, SYSTEM, AcceptRequest(ask(house, party)), "accept").line
    assert (headroom(house, RISK).amount_fen, count(house, RISK)) == (400_000 * YUAN, 1)
    draw(house, SYSTEM, DrawRequest(line, 150_000 * YUAN), "draw")
    assert headroom(house, RISK).amount_fen == 250_000 * YUAN
    house.clock.open_day(DAY + dt.timedelta(days=400))
    assert (headroom(house, RISK).on, headroom(house, RISK).amount_fen) == (DAY + dt.timedelta(days=400), 0)


def table(kind: EvidenceKind, rows: list[dict[str, object]], digest: str) -> SourceTable:
    mapping = canonical_map(kind, KnownLag(1, assumed=True), repeats=Repeats.KEEP)
    return SourceTable(f"test/{kind}", pl.DataFrame(rows), digest * 8, mapping, ends_on=DAY, ground="test")


def test_evidence_tells_what_became_of_every_row_and_names_nobody(house: House) -> None:
    firm = {"party": "F1", "name": "和顺", "kind": "enterprise", "registered_on": "1999-01-01", "industry": None, "county": None}
    firms = [
        {**firm, "id_number": None, "phone": "", "known_on": "2019-01-01"},
        {**firm, "party": "F2", "name": "李四", "kind": "ghost", "id_number": None, "phone": "", "known_on": "2019-01-01"},
    ]
    intake(house, SYSTEM, IntakeRequest((table(EvidenceKind.ENTERPRISE, firms, "f1f1f1f1"),)), "import", lambda *_: None)
    (row,) = evidence(house, RISK, limit=20)
    assert evidence(house, RISK, limit=20, offset=1) == ()
    assert row.report is not None
    assert (row.report.rows, row.report.accepted, row.report.quarantined_rows) == (2, 1, 1)
    assert [(one.row, one.value) for one in row.examples] == [(2, "")]


def test_the_model_in_use_is_read_with_its_points(house: House) -> None:
    assert [card.id for card in models(house, RISK)] == ["mdl_test"]
    found = model(house, RISK)
    assert (found.card.id, found.base_points, {row.feature for row in found.points}) == ("mdl_test", 600, {"buyers_12m"})


def test_the_log_is_searched_by_id_kind_and_person_and_paged(house: House) -> None:
    parties = [known(house, f"E{number}").id for number in range(15)]
    made = ask(house, parties[0])
    first = log(house, AUDITOR, Search())
    assert first.more is not None
    rest = log(house, AUDITOR, Search(after=first.more))
    assert not {event.id for event in first.events} & {event.id for event in rest.events}
    assert first.events[0].kind == "Decided", "the newest first"
    (decided,) = log(house, AUDITOR, Search(kind="Decided")).events
    assert told(decided)["decision"] == made
    assert decided_event(house, AUDITOR, decided.stream, made) == decided.id
    assert {event.stream for event in log(house, AUDITOR, Search(stream=parties[3])).events} == {parties[3]}
    assert log(house, AUDITOR, Search(person="stf_nobody")).events == ()
    assert len(log(house, AUDITOR, Search(kind="PartyKnown", person=SYSTEM.id)).events) == 15
    assert refused(log, house, AUDITOR, Search(kind="Imagined")) == "bad_kind"
    assert refused(log, house, replace(AUDITOR, role=Role.CREDIT_OFFICER), Search()) == "role"
    assert refused(decided_event, house, AUDITOR, decided.stream, "dec_none") == "no_event"
