"""From agreement to register and back: nothing rests on a house before it is registered, and it goes back when nothing is owed."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, SYSTEM, organisation
from tests.flows.collateral.owners import agreed, appraised, offered, owner, raised, registered
from tests.flows.line.conftest import to

from farthing.domain.arrears import LoanClass
from farthing.domain.collateral.house import HouseStage, LienTask
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.line_event import Sold
from farthing.flows.collateral.lien import (
    AgreeRequest,
    RegisterRequest,
    ReleaseRequest,
    TaskRequest,
    agree_lien,
    complete_task,
    register_lien,
    release_lien,
)
from farthing.flows.collateral.raise_limit import RaiseRequest, propose_raise
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries.houses import house_view
from farthing.flows.queries.lines import line
from farthing.flows.quote import quote_payoff


def test_the_secured_part_cannot_be_drawn_before_the_lien_is_registered(house: House) -> None:
    terms = owner(house)
    of = agreed(house, terms)
    for call in (
        lambda: propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), "early"),
        lambda: register_lien(house, OFFICER, RegisterRequest(of, "CERT-1"), "early-register"),
    ):
        with pytest.raises(Conflict):
            call()
    with pytest.raises(Invalid) as refused:
        draw(house, SYSTEM, DrawRequest(terms.line, 10_000_001), "d")
    assert refused.value.code == "draw_above_headroom"
    assert house.lines.get(terms.line).headroom_fen == 10_000_000


def test_tasks_are_done_by_named_people_with_a_document_and_a_day(house: House) -> None:
    of, today = agreed(house, owner(house)), house.clock.today()
    with pytest.raises(Conflict) as early:
        complete_task(house, OFFICER, TaskRequest(of, LienTask.REGISTRATION, "A-1000", today), "early")
    assert early.value.code == "survey_first"
    with pytest.raises(Forbidden):
        complete_task(house, SYSTEM, TaskRequest(of, LienTask.SURVEY, "A-1000", today), "machine")
    with pytest.raises(Invalid) as late:
        complete_task(house, OFFICER, TaskRequest(of, LienTask.SURVEY, "A-1000", today + dt.timedelta(days=1)), "late")
    assert late.value.field == "done_on"
    with pytest.raises(Invalid) as blank:
        complete_task(house, OFFICER, TaskRequest(of, LienTask.SURVEY, "上门看过", today), "blank")
    assert blank.value.field == "evidence"
    complete_task(house, OFFICER, TaskRequest(of, LienTask.SURVEY, "A-1000", today), "done")
    survey = house_view(house, OFFICER, of).tasks[0]
    assert survey.done is not None
    assert (survey.done.by, survey.done.done_on, survey.done.evidence) == (OFFICER.id, today, "A-1000")


def test_a_house_secures_its_owners_own_running_line_and_no_more_than_it_is_worth(house: House) -> None:
    first, second = owner(house, 1), owner(house, 2)
    of = offered(house, first.party)
    appraised(house, of)
    with pytest.raises(Conflict) as other:
        agree_lien(house, OFFICER, AgreeRequest(of, second.line, 1_000_000), "other")
    assert other.value.code == "not_the_same_customer"
    with pytest.raises(Conflict) as dear:
        agree_lien(house, OFFICER, AgreeRequest(of, first.line, 100_000_000, rank=2, prior_fen=20_000_000), "dear")
    assert dear.value.code == "secured_above_value"
    with pytest.raises(Invalid):
        agree_lien(house, OFFICER, AgreeRequest(of, first.line, 1_000_000, rank=1, prior_fen=5), "rank")


def test_a_lien_is_released_when_nothing_is_owed_and_the_limit_falls_with_it(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    raised(house, of, 40_000_000)
    draw(house, SYSTEM, DrawRequest(terms.line, 30_000_000), "d")
    view = house_view(house, RISK, of)
    assert view.release is not None
    assert view.release.code == "still_secured"
    with pytest.raises(Conflict) as refused:
        release_lien(house, RISK, ReleaseRequest(of, "paid_off"), "early")
    assert refused.value.code == "still_secured"
    owed = quote_payoff(house, OFFICER, terms.line, house.clock.today()).total_fen
    repay(house, SYSTEM, RepayRequest(terms.line, owed), "r")
    assert house_view(house, RISK, of).release is None
    with pytest.raises(Forbidden):
        release_lien(house, OFFICER, ReleaseRequest(of, "paid_off"), "officer")
    done = release_lien(house, RISK, ReleaseRequest(of, "paid_off"), "release")
    assert (done.stage, done.secured_fen) == (HouseStage.RELEASED, 0)
    assert house.lines.get(terms.line).terms.limit_fen == 10_000_000
    given = complete_task(house, OFFICER, TaskRequest(of, LienTask.RELEASE, "A-back", house.clock.today()), "back")
    assert given.stage is HouseStage.RETURNED


def test_the_house_of_a_closed_line_is_released(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    raised(house, of, 40_000_000)
    close_line(house, OFFICER, CloseRequest(terms.line), "close")
    assert release_lien(house, RISK, ReleaseRequest(of, "line_closed"), "release").stage is HouseStage.RELEASED


def test_the_lien_of_a_sold_claim_went_with_it(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    draw(house, SYSTEM, DrawRequest(terms.line, 5_000_000), "d")
    asked = propose(house, OFFICER, Sold(terms.line, organisation(house), 4_000_000), "p")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "s")
    with pytest.raises(Conflict) as refused:
        release_lien(house, RISK, ReleaseRequest(of, "paid_off"), "release")
    assert refused.value.code == "lien_sold"


def test_rc_02_more_than_ninety_days_late_is_substandard_however_well_it_is_covered(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    draw(house, SYSTEM, DrawRequest(terms.line, 1_000_000), "d")
    to(house, dt.date(2024, 1, 20) + dt.timedelta(days=95))
    view = house_view(house, RISK, of)
    assert view.covered is not None
    assert view.covered.net_fen == 0, "a sale would bring back all of it"
    assert line(house, RISK, terms.line).standing.loan_class is LoanClass.SUBSTANDARD


def test_a_borrower_reaches_no_house(house: House) -> None:
    of = offered(house, owner(house).party)
    with pytest.raises(Forbidden):
        house_view(house, BORROWER, of)
