"""Relief after a disaster: shown first, agreed by a second person, carried out once a line, whatever kills it on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.flows.bank import OFFICER, RISK, SYSTEM, opened
from tests.flows.line.conftest import to

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Invalid
from farthing.domain.event import ReliefPlanned
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.relief import ReliefPlan
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.relief import Preview, carry_out, preview
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries.proposals import plan_of, proposals
from farthing.flows.queries.reliefs import counties
from farthing.flows.register import RegisterRequest, register
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance

FLOOD = ReliefPlan(
    relief="rlf_flood", name="flood", counties=("平江县",), products=(), worst_dpd=30, holiday_until=dt.date(2024, 7, 1), later_months=6,
    coupon_until=dt.date(2024, 3, 10), coupon_up_to_fen=500_000,
)  # fmt: skip


def merchants(house: House) -> dict[str, str]:
    """Three lines in the flooded county (one not drawn on, one long overdue by the day of the flood) and one elsewhere."""
    lines = {}
    for number, (name, county, drawn) in enumerate(
        (("shop", "平江县", 1), ("idle", "平江县", 0), ("late", "平江县", 1), ("far", "临江县", 1))
    ):
        data = PersonalData(name, external_key=name)
        party = register(house, OFFICER, RegisterRequest(PartyKind.ENTERPRISE, data, county=county), f"register:{name}")
        lines[name] = opened(house, number + 1, party=party.id, due_day=12 if name == "late" else 28).line
        if drawn:
            draw(house, SYSTEM, DrawRequest(lines[name], 1_000_000), f"draw:{name}")
    to(house, dt.date(2024, 1, 28))
    repay(house, SYSTEM, RepayRequest(lines["shop"], 5_400), "the first bill")
    to(house, dt.date(2024, 2, 25))
    return lines


def test_a_relief_shows_whom_it_reaches_and_what_it_costs_before_anybody_agrees(house: House) -> None:
    lines = merchants(house)
    shown = preview(house, OFFICER, FLOOD)
    assert [one.line for one in shown.reached] == [lines["shop"]]
    assert shown.left_out == {"nothing_owed": 1, "too_late": 1, "ended": 0}
    assert shown.spared_fen == 14 * 150, "fourteen days on the half that the coupon covers"
    assert shown.deferred_fen == 1_000_000
    assert len(house.journal.events(lines["shop"])) == 3


def test_borrowers_are_found_by_their_counties_and_none_is_looked_up_alone(house: House) -> None:
    lines, alone = merchants(house), replace(house, parties=None)  # type: ignore[arg-type]
    assert [one.line for one in preview(alone, OFFICER, FLOOD).reached] == [lines["shop"]]
    assert preview(alone, OFFICER, replace(FLOOD, products=("sme_term",))) == Preview((), {"nothing_owed": 0, "too_late": 0, "ended": 0})
    assert [(one.name, one.lines, one.principal_fen) for one in counties(alone, OFFICER)] == [
        ("平江县", 2, 2_000_000 - 1_000_000 + house.lines.get(lines["shop"]).principal_fen), ("临江县", 1, 1_000_000),
    ]  # fmt: skip


def test_what_was_agreed_is_carried_out_once_a_line(house: House) -> None:
    lines = merchants(house)
    asked = propose(house, OFFICER, ReliefPlanned(FLOOD), "p")
    assert [one.act for one in proposals(house, RISK, waiting=True)] == ["ReliefPlanned"]
    assert plan_of(house, RISK, asked.id) == FLOOD
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    assert carry_out(house, RISK, FLOOD).relieved == 1
    once = house.lines.get(lines["shop"])
    assert carry_out(house, RISK, FLOOD).relieved == 1, "told again, not done again"
    assert house.lines.get(lines["shop"]) == once
    later = advance(once, dt.date(2024, 6, 30))
    assert (later.obligations, standing(later).loan_class) == ((), LoanClass.NORMAL)
    assert advance(later, dt.date(2024, 7, 28)).obligations != ()
    assert house.lines.get(lines["far"]).holiday_until is None


def test_another_person_may_go_on_with_a_relief_and_relieves_nobody_twice(house: House) -> None:
    lines = merchants(house)
    asked = propose(house, OFFICER, ReliefPlanned(FLOOD), "p")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    carry_out(house, RISK, FLOOD)
    once = house.lines.get(lines["shop"])
    again = carry_out(house, replace(RISK, id="stf_other"), FLOOD)
    assert (again.relieved, again.refused) == (1, ())
    assert house.lines.get(lines["shop"]) == once


def test_a_relief_that_nobody_agreed_to_is_not_carried_out(house: House) -> None:
    merchants(house)
    with pytest.raises(Invalid) as refused:
        carry_out(house, RISK, replace(FLOOD, relief="rlf_other"))
    assert refused.value.code == "not_agreed"
