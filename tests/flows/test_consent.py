"""A borrower allows evidence and takes it back: forward only, by themselves or by an officer who says how they know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import FarthingError
from farthing.domain.event import ConsentGiven, ConsentWithdrawn
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.consent import GiveRequest, Spoken, WithdrawRequest, give, withdraw
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.queries.consents import KindView, kinds
from farthing.flows.queries.records import check_records
from farthing.flows.review import ReviewRequest, review

INVOICE, TRANSACTION, OUTCOME = EvidenceKind.INVOICE, EvidenceKind.TRANSACTION, EvidenceKind.OUTCOME
LATER, MUCH_LATER = DAY + dt.timedelta(days=100), DAY + dt.timedelta(days=400)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


@pytest.fixture
def shop(house: House) -> Party:
    """A merchant who lets us use invoices and account flows."""
    return known(house, "E1")


def owner(party: Party) -> Actor:
    return Actor("stf_own", party.id, Role.BORROWER, party.id)


def allow(house: House, party: Party, *of: EvidenceKind, until: dt.date | None = None, key: str = "give") -> Spoken:
    return give(house, owner(party), GiveRequest(party.id, of, until), key)


def take_back(house: House, party: Party, *of: EvidenceKind, key: str = "withdraw") -> Spoken:
    return withdraw(house, owner(party), WithdrawRequest(party.id, of), key)


def refused(attempt: object, *arguments: object) -> str:
    with pytest.raises(FarthingError) as caught:
        attempt(*arguments)  # type: ignore[operator]
    return caught.value.code


def ask(house: House, party: Party, key: str = "ask") -> Id:
    return apply(house, owner(party), ApplyRequest(party.id, "sme_term", 40_000_000), key).id


def view(house: House, party: Party, kind: EvidenceKind) -> KindView:
    return next(one for one in kinds(house, owner(party), party.id) if one.kind is kind)


def test_il_12_pi_05_after_a_withdrawal_nothing_new_is_decided_and_what_was_stays(house: House, shop: Party) -> None:
    made = ask(house, shop)
    line = accept(house, owner(shop), AcceptRequest(made), "accept").line
    draw(house, owner(shop), DrawRequest(line, 10_000_000), "draw")
    before = house.decisions.get(made)
    told = take_back(house, shop, INVOICE)
    assert refused(ask, house, shop, "again") == "no_consent"
    assert house.decisions.get(made) == before
    draw(house, owner(shop), DrawRequest(line, 10_000_000), "draw again")
    assert house.lines.get(line).principal_fen == 20_000_000
    assert house.journal.event(told.event).body == ConsentWithdrawn(shop.id, (INVOICE,))
    assert ask(house, shop) == made, "the first answer under its key stands"
    assert check_records(house) == ()


def test_what_was_taken_back_may_be_given_again_the_same_day(house: House, shop: Party) -> None:
    take_back(house, shop, INVOICE, TRANSACTION)
    told = allow(house, shop, INVOICE, until=LATER)
    assert (told.kinds, told.on, told.expires_on) == ((INVOICE,), DAY, LATER)
    assert house.journal.event(told.event).body == ConsentGiven(shop.id, (INVOICE,), LATER)
    assert ask(house, shop)
    assert not view(house, shop, TRANSACTION).allowed
    house.clock.open_day(LATER)
    assert refused(ask, house, shop, "too late") == "no_consent"
    assert check_records(house) == ()


def test_an_approval_that_waits_for_a_person_cannot_come_after_a_withdrawal(house: House) -> None:
    thin = known(house, "E2", months=2)
    waits = ask(house, thin)
    take_back(house, thin, INVOICE)
    approval = ReviewRequest(waits, True, 10_000_000, "Known for ten years.")
    assert refused(review, house, OFFICER, approval, "approve") == "no_consent"
    allow(house, thin, INVOICE)
    assert review(house, OFFICER, approval, "approve").outcome is Outcome.APPROVE


def test_what_waits_may_still_be_declined(house: House) -> None:
    thin = known(house, "E2", months=2)
    waits = ask(house, thin)
    take_back(house, thin, INVOICE)
    assert review(house, OFFICER, ReviewRequest(waits, False, 0, "Consent withdrawn."), "decline").outcome is Outcome.DECLINE


def test_only_what_changes_something_is_recorded(house: House, shop: Party) -> None:
    assert take_back(house, shop, OUTCOME, INVOICE, INVOICE).kinds == (INVOICE,)
    assert refused(take_back, house, shop, INVOICE, OUTCOME) == "key_reused"
    assert refused(lambda: take_back(house, shop, INVOICE, OUTCOME, key="other")) == "not_consented"
    assert allow(house, shop, INVOICE, TRANSACTION, until=LATER).kinds == (INVOICE,), "account flows are allowed for longer"
    assert refused(lambda: allow(house, shop, INVOICE, until=DAY + dt.timedelta(days=1), key="shorter")) == "consent_given"
    assert allow(house, shop, INVOICE, until=MUCH_LATER, key="longer").kinds == (INVOICE,)
    assert view(house, shop, INVOICE).until == MUCH_LATER
    assert [event.kind for event in house.journal.events(shop.id)] == [
        "PartyKnown", "ConsentGiven", "ConsentWithdrawn", "ConsentGiven", "ConsentGiven",
    ]  # fmt: skip


def test_one_key_speaks_once(house: House, shop: Party) -> None:
    assert take_back(house, shop, INVOICE) == take_back(house, shop, INVOICE)
    assert len(house.journal.events(shop.id, "ConsentWithdrawn")) == 1


def test_who_may_speak_and_how_they_know(house: House, shop: Party) -> None:
    other = known(house, "E2")
    asked = WithdrawRequest(shop.id, (INVOICE,))
    assert refused(withdraw, house, owner(other), asked, "w") == "not_yours"
    assert refused(give, house, owner(other), GiveRequest(shop.id, (OUTCOME,)), "g") == "not_yours"
    for actor in (AUDITOR, RISK):
        assert refused(withdraw, house, actor, asked, "w") == "role"
        assert refused(give, house, actor, GiveRequest(shop.id, (OUTCOME,), ground="signed_form"), "g") == "role"
    for actor in (OFFICER, SYSTEM):
        assert refused(withdraw, house, actor, asked, "w") == "bad_ground"
    assert refused(withdraw, house, OFFICER, WithdrawRequest(shop.id, (INVOICE,), "王五 told me"), "w") == "bad_ground"
    told = withdraw(house, OFFICER, WithdrawRequest(shop.id, (INVOICE,), "told_by_phone"), "w")
    event = house.journal.event(told.event)
    assert (event.actor, event.body) == (OFFICER.id, ConsentWithdrawn(shop.id, (INVOICE,), "told_by_phone"))
    told = give(house, OFFICER, GiveRequest(shop.id, (INVOICE,), ground="signed_form"), "g")
    assert house.journal.event(told.event).body == ConsentGiven(shop.id, (INVOICE,), None, "signed_form")


def test_what_cannot_be_said(house: House, shop: Party) -> None:
    assert refused(allow, house, shop) == "no_kinds"
    assert refused(lambda: allow(house, shop, OUTCOME, until=DAY)) == "bad_consent_end"
    nobody = Actor("stf_x", "x", Role.BORROWER, "pty_nobody")
    assert refused(withdraw, house, nobody, WithdrawRequest("pty_nobody", (INVOICE,)), "w") == "no_party"


def test_nobody_speaks_for_who_was_erased(house: House, shop: Party) -> None:
    erase(house, SYSTEM, EraseRequest(shop.id, "customer_request"), "erase")
    assert refused(withdraw, house, OFFICER, WithdrawRequest(shop.id, (INVOICE,), "told_by_phone"), "w") == "party_closed"
    assert refused(give, house, OFFICER, GiveRequest(shop.id, (OUTCOME,), ground="signed_form"), "g") == "party_closed"


def test_the_kinds_are_told_with_what_needs_them(house: House, shop: Party) -> None:
    assert kinds(house, owner(shop), shop.id) == kinds(house, OFFICER, shop.id)
    before, unneeded = view(house, shop, INVOICE), view(house, shop, TRANSACTION)
    assert (before.allowed, before.since, before.until, before.ended_on) == (True, dt.date(2018, 1, 1), None, None)
    assert (set(before.needed_for), unneeded.needed_for) == ({"sme_term", "revolving", "house"}, ())
    take_back(house, shop, INVOICE)
    after = view(house, shop, INVOICE)
    assert (after.allowed, after.since, after.until, after.ended_on) == (False, None, None, DAY)
    silent = known(house, "E4", consent=False)
    assert [(one.kind, one.allowed, one.ended_on) for one in kinds(house, OFFICER, silent.id)] == [(INVOICE, False, None)]
    assert refused(kinds, house, owner(silent), shop.id) == "not_yours"


def test_a_withdrawal_and_an_application_at_once_come_one_after_the_other(house: House) -> None:
    for number in range(8):
        party = known(house, f"R{number}")
        with ThreadPoolExecutor(2) as hands:
            asking = hands.submit(ask, house, party, f"ask{number}")
            hands.submit(take_back, house, party, INVOICE, key=f"withdraw{number}").result()
        withdrawn = house.journal.events(party.id, "ConsentWithdrawn")[0]
        if asking.exception() is None:
            decided = next(event for event in house.journal.each("Decided") if event.body.decision == asking.result())  # type: ignore[union-attr]
            assert decided.known_at <= withdrawn.known_at
        else:
            assert getattr(asking.exception(), "code", None) == "no_consent"
