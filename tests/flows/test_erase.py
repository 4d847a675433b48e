"""Erasure: refused while money is owed, restricted while the law says keep, final afterwards; the journal's proof stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, OFFICER, OPENED, RISK, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid, NotFound
from farthing.domain.event import PartyErased, PartyKnown, PartyRestricted
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import Actor, Purpose, Role
from farthing.flows.erase import Erased, EraseRequest, Fate, erase
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.freeze import FreezeRequest, freeze
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.quote import quote_payoff

CHEN = PersonalData("陈大妹", "510722198701010021", "13800000001", "E7")


@dataclass(frozen=True)
class Known:
    party: str


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


@pytest.fixture
def chen(house: House) -> Actor:
    """A customer, as herself."""

    def think(transaction: Transaction) -> Known:
        party, commitment = transaction.add_party(PartyKind.PERSON, CHEN, {}, synthetic=False)
        transaction.append(party.id, OPENED, PartyKnown(party.id, commitment))
        return Known(party.id)

    party = house.commands.run(Command("know", "know", SYSTEM, "chen"), think, Known).party
    return Actor("stf_chen", party, Role.BORROWER, party)


def ask(house: House, actor: Actor, party: str, key: str = "erase-1") -> Erased:
    return erase(house, actor, EraseRequest(party, "customer_request"), key)


def refused(house: House, actor: Actor, party: str) -> str:
    with pytest.raises(FarthingError) as caught:
        ask(house, actor, party, "refused")
    return caught.value.code


def sound(house: House) -> None:
    """The journal seals, and the store finds nothing wrong."""
    house.journal.seal()
    assert list(house.journal.findings()) == []


def test_one_who_never_had_a_line_is_erased_at_her_word_and_the_proof_stands(house: House, chen: Actor) -> None:
    party = chen.party or ""
    house.journal.seal()
    before = [data for _, data in house.journal.every()]
    assert ask(house, chen, party) == Erased(party, Fate.ERASED)
    assert ask(house, chen, party) == Erased(party, Fate.ERASED), "the same key answers the same"
    with pytest.raises(NotFound):
        house.parties.personal(party, OFFICER, Purpose.SERVICING)
    assert house.parties.find("E7") is None
    assert house.journal.events(party)[-1].body == PartyErased(party, "customer_request")
    sound(house)
    after = [data for _, data in house.journal.every()]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert refused(house, chen, party) == "erased_already"


def test_money_owed_refuses_and_changes_nothing(house: House, chen: Actor) -> None:
    party = chen.party or ""
    of = opened(house, party=party)
    draw(house, chen, DrawRequest(of.line, 100_000), "d")
    assert refused(house, chen, party) == "money_owed"
    assert house.parties.personal(party, chen, Purpose.OWN_ACCESS) == CHEN


def test_a_line_that_may_be_drawn_on_refuses(house: House, chen: Actor) -> None:
    party = chen.party or ""
    opened(house, party=party)
    assert refused(house, chen, party) == "line_open"


def test_am_01_pi_06_after_a_facility_the_data_is_kept_ten_years_for_audit_only_then_erased(house: House, chen: Actor) -> None:
    party = chen.party or ""
    of = opened(house, party=party)
    draw(house, chen, DrawRequest(of.line, 100_000), "d")
    repay(house, chen, RepayRequest(of.line, quote_payoff(house, chen, of.line, OPENED).total_fen), "r")
    freeze(house, RISK, FreezeRequest(of.line, "customer_leaves"), "f")
    until = dt.date(OPENED.year + 10, OPENED.month, OPENED.day)
    assert ask(house, chen, party) == Erased(party, Fate.RESTRICTED, until)
    assert house.parties.get(party).restricted_until == until
    with pytest.raises(Forbidden):
        house.parties.personal(party, OFFICER, Purpose.SERVICING)
    assert house.parties.personal(party, AUDITOR, Purpose.AUDIT) == CHEN
    house.clock.open_day(until - dt.timedelta(days=1))
    assert ask(house, chen, party, "erase-2").fate is Fate.RESTRICTED
    house.clock.open_day(until)
    assert ask(house, chen, party, "erase-3") == Erased(party, Fate.ERASED)
    with pytest.raises(NotFound):
        house.parties.personal(party, AUDITOR, Purpose.AUDIT)
    kinds = [type(event.body) for event in house.journal.events(party)]
    assert kinds == [PartyKnown, PartyRestricted, PartyRestricted, PartyErased]
    sound(house)


def test_only_the_customer_or_a_risk_manager_asks(house: House, chen: Actor) -> None:
    party = chen.party or ""
    assert refused(house, OFFICER, party) == "role"
    assert refused(house, Actor("stf_x", "x", Role.BORROWER, "pty_other"), party) == "not_yours"
    assert ask(house, RISK, party).fate is Fate.ERASED


def test_a_ground_names_nobody(house: House, chen: Actor) -> None:
    with pytest.raises(Invalid):
        erase(house, RISK, EraseRequest(chen.party or "", "陈大妹 asked"), "k")
    ask(house, chen, chen.party or "")
    with pytest.raises(Conflict):
        erase(house, chen, EraseRequest(chen.party or "", "other_ground"), "erase-1")
