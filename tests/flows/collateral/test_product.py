"""The house-backed loan from application to instalments: nothing to draw at first, then what the house and the decision both allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import BORROWER, OFFICER, RISK, SYSTEM, open_bank
from tests.flows.collateral.owners import raised, registered
from tests.store_fixture import Database

from farthing.domain.decision import Decision
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.facility import LineTerms
from farthing.domain.party import PartyKind
from farthing.domain.policy import Outcome
from farthing.domain.product import RepaymentMethod
from farthing.domain.staff import Actor, Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.collateral.raise_limit import RaiseRequest, propose_raise
from farthing.flows.line.agree import VaryRequest, vary
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.queries.houses import house_view
from farthing.flows.queries.lines import line
from farthing.flows.queries.offer import choices
from farthing.flows.review import ReviewRequest, review


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


def approved(house: House) -> Decision:
    """An approved application for half a million."""
    party = known(house, "owner", kind=PartyKind.ENTERPRISE)
    decided = apply(house, SYSTEM, ApplyRequest(party.id, "house", 50_000_000), "apply")
    if decided.outcome is not Outcome.APPROVE:
        decided = review(house, RISK, ReviewRequest(decided.id, True, 50_000_000, "Known for ten years."), "review")
    return decided


def line_of(house: House, months: int | None = None, actor: Actor = OFFICER) -> LineTerms:
    """An approved application, accepted for so many months."""
    decided = approved(house)
    who = replace(actor, party=decided.party) if actor.role is Role.BORROWER else actor
    return accept(house, who, AcceptRequest(decided.id, months=months), "accept")


def test_what_is_offered_is_told_for_all_that_was_decided(house: House) -> None:
    decided = approved(house)
    offered = choices(house, OFFICER, decided.id)
    assert [one.method for one in offered] == [RepaymentMethod.EQUAL_INSTALMENT, RepaymentMethod.EQUAL_PRINCIPAL]
    assert all(one.interest_fen > 0 for one in offered), "though nothing can be drawn before a house is registered"


def test_a_line_on_a_house_opens_with_nothing_to_draw(house: House) -> None:
    terms = line_of(house)
    assert (terms.limit_fen, terms.tenor_months, (terms.expires_on.year - terms.opened_on.year)) == (0, 60, 5)
    with pytest.raises(Invalid) as refused:
        draw(house, SYSTEM, DrawRequest(terms.line, 1_000_000), "d")
    assert refused.value.code == "draw_above_headroom"
    with pytest.raises(Conflict) as varied:
        vary(house, RISK, VaryRequest(terms.line, "good_conduct", limit_fen=50_000_000), "v")
    assert varied.value.code == "limit_by_house"


def test_the_house_and_the_decision_both_bound_the_raise(house: House) -> None:
    terms = line_of(house)
    of = registered(house, terms)
    room = house_view(house, OFFICER, of).room
    assert room is not None
    assert (room.fen, room.binding.name) == (50_000_000, "decided")
    assert {cap.name: cap.fen for cap in room.caps}["ltv"] == 60_000_000
    with pytest.raises(Conflict):
        propose_raise(house, OFFICER, RaiseRequest(of, 50_000_001), "much")
    raised(house, of, 50_000_000)
    draw(house, SYSTEM, DrawRequest(terms.line, 50_000_000), "d")
    dues = line(house, OFFICER, terms.line).schedule
    assert len(dues) == 60
    assert dues[-1].left_fen == 0
    assert dues[-1].due_on <= terms.expires_on


def test_pl_01_five_years_and_ten_only_where_an_officer_judges_the_cash_flow_long(house: House) -> None:
    with pytest.raises(Forbidden) as refused:
        line_of(house, 120, BORROWER)
    assert refused.value.code == "long_term"


def test_pl_01_an_officer_accepts_for_ten_years_and_nobody_for_more(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        line_of(house, 121)
    assert refused.value.code == "bad_months"


def test_a_longer_term_borrows_less_on_the_same_house(house: House) -> None:
    terms = line_of(house, 120)
    of = registered(house, terms)
    room = house_view(house, OFFICER, of).room
    assert room is not None
    assert {cap.name: cap.fen for cap in room.caps}["ltv"] == 50_000_000
    assert (terms.expires_on.year - terms.opened_on.year, terms.tenor_months) == (10, 120)
