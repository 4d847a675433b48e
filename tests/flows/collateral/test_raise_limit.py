"""A limit rises on a house by what the smallest cap allows, once a second person agrees; and falls without touching what is drawn."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import OFFICER, RISK, SYSTEM
from tests.flows.collateral.owners import appraised, owner, raised, registered, town
from tests.flows.line.conftest import to

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.line_event import Varied
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.collateral.raise_limit import (
    LowerRequest,
    RaiseRequest,
    ResolveRaiseRequest,
    lower,
    propose_raise,
    resolve_raise,
)
from farthing.flows.collateral.value import ValueRequest, bring_sales, value_house
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.queries.houses import due_houses, house_view, raises_waiting
from farthing.flows.staff import add_staff
from farthing.ledger.collateral import MarginState


def test_the_limit_rises_by_ltv_times_the_lower_end_less_what_comes_before(house: House) -> None:
    """1,000,000 yuan at 70 % for a year, behind 200,000: half a million, and no fen more."""
    terms = owner(house)
    of = registered(house, terms, secured_fen=60_000_000, prior_fen=20_000_000, rank=2)
    view = house_view(house, OFFICER, of)
    assert view.room is not None
    assert (view.room.fen, view.room.binding.name) == (50_000_000, "ltv")
    with pytest.raises(Conflict) as refused:
        propose_raise(house, OFFICER, RaiseRequest(of, 50_000_001), "much")
    assert refused.value.code == "raise_above_room"
    raised(house, of, 50_000_000)
    state = house.lines.get(terms.line)
    assert (state.terms.limit_fen, state.headroom_fen) == (60_000_000, 60_000_000)
    assert isinstance(house.journal.events(stream=terms.line)[-1].body, Varied)
    again = house_view(house, OFFICER, of)
    assert again.room is not None
    assert again.room.fen == 0
    assert again.margin is not None
    assert (again.margin.state, again.margin.unsecured_fen) == (MarginState.ENOUGH, 10_000_000)


def test_nobody_agrees_to_their_own_raise_under_any_login(house: House) -> None:
    of = registered(house, owner(house))
    one = add_staff(house, SYSTEM, NewStaff("zhou", "周 风险", Role.RISK_MANAGER, "a long pass phrase"))
    propose_raise(house, one, RaiseRequest(of, 1_000_000), "p")
    assert [row.house for row in raises_waiting(house, RISK)] == [of]
    for actor in (one, Actor("stf_other", "周风险 (second login)", Role.RISK_MANAGER)):
        with pytest.raises(Forbidden) as refused:
            resolve_raise(house, actor, ResolveRaiseRequest(of, agree=True), f"r{actor.id}")
        assert refused.value.code == "second_person"
    with pytest.raises(Conflict) as twice:
        propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), "p2")
    assert twice.value.code == "raise_waits"


def test_a_raise_turned_down_changes_nothing_and_may_be_asked_for_again(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), "p")
    resolve_raise(house, RISK, ResolveRaiseRequest(of, agree=False), "r")
    assert house.lines.get(terms.line).terms.limit_fen == 10_000_000
    assert raises_waiting(house, RISK) == ()
    propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), "p2")


def test_a_raise_is_checked_again_when_it_is_agreed_to(house: House) -> None:
    of = registered(house, owner(house))
    propose_raise(house, OFFICER, RaiseRequest(of, 70_000_000), "p")
    appraised(house, of, (80_000_000, 90_000_000, 99_000_000), "lower")
    with pytest.raises(Conflict) as refused:
        resolve_raise(house, RISK, ResolveRaiseRequest(of, agree=True), "r")
    assert refused.value.code == "raise_above_room"


def test_a_line_past_due_and_an_old_value_get_no_raise(house: House) -> None:
    terms, other = owner(house, 1), owner(house, 2)
    late, old = registered(house, terms, "deed-1"), registered(house, other, "deed-2")
    draw(house, SYSTEM, DrawRequest(terms.line, 1_000_000), "d")
    to(house, dt.date(2024, 8, 1))
    with pytest.raises(Conflict) as refused:
        propose_raise(house, OFFICER, RaiseRequest(late, 1_000_000), "p")
    assert refused.value.code == "in_difficulty"
    with pytest.raises(Conflict) as stale:
        propose_raise(house, OFFICER, RaiseRequest(old, 1_000_000), "p2")
    assert stale.value.code == "value_too_old"


def test_no_real_line_rises_on_sales_that_were_made_up(house: House) -> None:
    real, scripted = owner(house, 1), owner(house, 2, synthetic=True)
    bring_sales(house, SYSTEM, town(), "sales")
    for number, (terms, allowed) in enumerate(((real, False), (scripted, True))):
        of = registered(house, terms, f"deed-{number}")
        value_house(house, OFFICER, ValueRequest(of), f"value-{number}")
        if allowed:
            propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), f"p{number}")
            continue
        with pytest.raises(Conflict) as refused:
            propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), f"p{number}")
        assert refused.value.code == "made_up_value"


def test_a_lower_value_is_a_shortfall_with_a_remedy_and_calls_nothing_back(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    raised(house, of, 70_000_000)
    draw(house, SYSTEM, DrawRequest(terms.line, 65_000_000), "d")
    appraised(house, of, (70_000_000, 75_000_000, 80_000_000), "lower")
    view = house_view(house, RISK, of)
    assert view.margin is not None
    assert (view.margin.state, view.margin.carried_fen) == (MarginState.SHORT, 49_000_000)
    assert (view.margin.over_fen, view.margin.short_fen) == (21_000_000, 6_000_000)
    before = house.lines.get(terms.line)
    assert before.principal_fen == 65_000_000
    with pytest.raises(Invalid):
        lower(house, RISK, LowerRequest(of, 70_000_001, "lower_value"), "too-much")
    lower(house, RISK, LowerRequest(of, 21_000_000, "lower_value"), "lower")
    after = house.lines.get(terms.line)
    assert (after.principal_fen, after.terms.limit_fen, after.headroom_fen) == (65_000_000, 59_000_000, 0)
    left = house_view(house, RISK, of).margin
    assert left is not None
    assert (left.over_fen, left.short_fen) == (0, 6_000_000)


def test_a_second_house_tops_up_what_the_first_no_longer_carries(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms, "deed-1")
    raised(house, of, 70_000_000)
    draw(house, SYSTEM, DrawRequest(terms.line, 80_000_000), "d")
    appraised(house, of, (50_000_000, 55_000_000, 60_000_000), "lower")
    registered(house, terms, "deed-2", secured_fen=60_000_000)
    margin = house_view(house, RISK, of).margin
    assert margin is not None
    assert margin.state is MarginState.ENOUGH


def test_il_03_a_house_is_due_for_a_new_value_within_twelve_months(house: House) -> None:
    of = registered(house, owner(house))
    assert due_houses(house, OFFICER) == ()
    to(house, dt.date(2024, 12, 12))
    assert [(row.house, row.overdue) for row in due_houses(house, OFFICER)] == [(of, False)]
    to(house, dt.date(2025, 1, 11))
    assert [(row.revalue_by, row.overdue) for row in due_houses(house, OFFICER)] == [(dt.date(2025, 1, 10), True)]
    appraised(house, of, key="anew")
    assert due_houses(house, OFFICER) == ()
