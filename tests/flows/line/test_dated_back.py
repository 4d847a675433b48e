"""What was agreed and is recorded late: the line is as if it had been recorded on its day, and nothing is rewritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.flows.bank import BORROWER, OFFICER, OPENED, RISK, SYSTEM, opened, organisation

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.errors import FarthingError
from farthing.domain.evolve import evolve
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.correct import RefundRequest, refund
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.rehearse import foresee, rehearse
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.ledger.facility import advance, fold

THEN, NOW = dt.date(2024, 1, 18), dt.date(2024, 4, 15)
Act = Callable[[House, Id, dt.date | None], object]


def proposed(body_of: Callable[[Id], Restructured | Waived | WrittenOff | Sold]) -> Act:
    def act(house: House, line: Id, on: dt.date | None) -> object:
        asked = propose(house, OFFICER, body_of(line), f"ask-{line}", on)
        return resolve(house, RISK, ResolveRequest(asked.id, agree=True), f"agree-{line}")

    return act


ACTS: dict[str, Act] = {
    "draw": lambda house, line, on: draw(house, OFFICER, DrawRequest(line, 500_000, on=on), f"d2-{line}"),
    "repay": lambda house, line, on: repay(house, OFFICER, RepayRequest(line, 200_000, on=on), f"p2-{line}"),
    "rate": lambda house, line, on: vary(house, RISK, VaryRequest(line, "market_rate", rate_units=20_000, on=on), f"v-{line}"),
    "extend": lambda house, line, on: extend(house, RISK, ExtendRequest(line, 1, dt.date(2024, 8, 10), "late_sales", on), f"e-{line}"),
    "coupon": lambda house, line, on: grant_coupon(
        house, RISK, CouponRequest(line, "spring", THEN, dt.date(2024, 3, 10), 400_000, on), f"c-{line}"
    ),
    "assess": lambda house, line, on: assess(house, RISK, AssessRequest(line, LoanClass.DOUBTFUL, "RC-05", on), f"a-{line}"),
    "freeze": lambda house, line, on: freeze(house, OFFICER, FreezeRequest(line, "higher_risk", on), f"f-{line}"),
    "restructure": proposed(
        lambda line: Restructured(
            line, Difficulty.CASH_FLOW, (Concession.EXTENSION, Concession.GRACE), dt.date(2024, 12, 20), dt.date(2024, 5, 1), None, 0, 0, 0
        )
    ),
    "waive": proposed(lambda line: Waived(line, 1_000, 0, "goodwill")),
    "sell": lambda house, line, on: proposed(lambda of: Sold(of, organisation(house), 700_000))(house, line, on),
}


def lived(house: House, act: Act) -> tuple[LineState, LineState]:
    """Two lines, each drawn on and paid a little too late; on one the act in between is recorded on its day, on the other much later."""
    on_its_day, late = (opened(house, number, tenor_months=4, penalty_units=10_000).line for number in (1, 2))
    for line in (on_its_day, late):
        draw(house, BORROWER, DrawRequest(line, 1_000_000), f"d-{line}")
    house.clock.open_day(THEN)
    act(house, on_its_day, None)
    house.clock.open_day(dt.date(2024, 3, 1))
    for line in (on_its_day, late):
        repay(house, SYSTEM, RepayRequest(line, 9_000), f"p-{line}")
    house.clock.open_day(NOW)
    act(house, late, THEN)
    return advance(house.lines.get(on_its_day), NOW), advance(house.lines.get(late), NOW)


@pytest.mark.parametrize("name", ACTS)
def test_what_is_recorded_late_leaves_the_line_as_on_its_day(house: House, name: str) -> None:
    on_its_day, late = lived(house, ACTS[name])
    assert evolve(late, terms=on_its_day.terms) == on_its_day
    assert house.lines.get(late.terms.line) == fold(house.journal.events(late.terms.line))


def test_no_event_is_touched(house: House) -> None:
    line = opened(house).line
    house.clock.open_day(THEN)
    draw(house, BORROWER, DrawRequest(line, 1_000_000), "d")
    house.clock.open_day(NOW)
    before = house.journal.events(line)
    ACTS["rate"](house, line, THEN)
    *untouched, late = house.journal.events(line)
    assert untouched == list(before)
    assert (late.kind, late.effective_on, late.known_at > before[-1].known_at) == ("Varied", THEN, True)


def test_the_effect_is_shown_as_of_today_before_consent(house: House) -> None:
    line = opened(house).line
    draw(house, BORROWER, DrawRequest(line, 1_000_000), "d")
    house.clock.open_day(NOW)
    request = VaryRequest(line, "market_rate", rate_units=20_000, on=THEN)
    (seen,) = rehearse(house, RISK, vary, request, (line,))
    assert seen.before.owed_fen - seen.after.owed_fen == (NOW - THEN).days * 100
    assert vary(house, RISK, request, "v").owed_fen == seen.after.owed_fen
    waiver = foresee(house, OFFICER, Waived(line, 500, 0, "goodwill"), THEN)
    assert (waiver.cost_fen, waiver.before.owed_fen - waiver.after.owed_fen) == (500, 500)


def test_a_proposal_keeps_the_day_it_is_to_take_effect(house: House) -> None:
    line = opened(house).line
    draw(house, BORROWER, DrawRequest(line, 1_000_000), "d")
    house.clock.open_day(NOW)
    asked = propose(house, OFFICER, Waived(line, 500, 0, "goodwill"), "p", THEN)
    assert asked.effective_on == THEN
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    assert house.journal.events(line)[-1].effective_on == THEN


@pytest.mark.parametrize(("on", "code"), [(NOW + dt.timedelta(days=1), "future_date"), (OPENED - dt.timedelta(days=1), "before_opening")])
@pytest.mark.parametrize("name", ["draw", "repay", "rate", "freeze", "waive"])
def test_nothing_is_dated_on_a_day_to_come_or_before_the_opening(house: House, name: str, on: dt.date, code: str) -> None:
    line = opened(house).line
    draw(house, BORROWER, DrawRequest(line, 1_000_000), "d")
    house.clock.open_day(NOW)
    with pytest.raises(FarthingError) as refused:
        ACTS[name](house, line, on)
    assert refused.value.code == code
    assert len(house.journal.events(line)) == 2


@pytest.mark.parametrize(
    "flow",
    [
        lambda house, line: draw(house, BORROWER, DrawRequest(line, 1_000, on=THEN), "d"),
        lambda house, line: close_line(house, BORROWER, CloseRequest(line, THEN), "c"),
    ],
)
def test_a_borrower_dates_nothing_back(house: House, flow: Callable[[House, Id], object]) -> None:
    line = opened(house).line
    house.clock.open_day(NOW)
    with pytest.raises(FarthingError) as refused:
        flow(house, line)
    assert refused.value.code == "dated_back"


def test_a_late_draw_needs_room_then_and_now(house: House) -> None:
    line = opened(house).line
    house.clock.open_day(NOW)
    draw(house, BORROWER, DrawRequest(line, 9_999_000), "d")
    with pytest.raises(FarthingError) as refused:
        draw(house, OFFICER, DrawRequest(line, 5_000, on=THEN), "late")
    assert refused.value.code == "draw_above_headroom"
    made = draw(house, OFFICER, DrawRequest(line, 1_000, on=THEN), "late")
    assert (made.drawn_on, made.matures_on, made.number, made.headroom_fen) == (THEN, dt.date(2025, 1, 18), 2, 0)


def test_il_01_a_late_draw_for_consumption_counts_what_is_owed_for_it_now(house: House) -> None:
    line = opened(house, consumption_cap_fen=2_000_000).line
    house.clock.open_day(NOW)
    draw(house, BORROWER, DrawRequest(line, 1_500_000, consumption=True), "d")
    with pytest.raises(FarthingError) as refused:
        draw(house, OFFICER, DrawRequest(line, 500_001, consumption=True, on=THEN), "late")
    assert refused.value.code == "draw_consumption_cap"
    assert draw(house, OFFICER, DrawRequest(line, 500_000, consumption=True, on=THEN), "late").drawn_on == THEN


def test_a_line_ends_no_earlier_than_its_last_event(house: House) -> None:
    line = opened(house).line
    house.clock.open_day(THEN)
    freeze(house, OFFICER, FreezeRequest(line, "asked_by_borrower"), "f")
    house.clock.open_day(NOW)
    with pytest.raises(FarthingError) as refused:
        close_line(house, OFFICER, CloseRequest(line, THEN - dt.timedelta(days=1)), "c1")
    assert refused.value.code == "line_lived_on"
    assert close_line(house, OFFICER, CloseRequest(line, THEN), "c2").status is LineStatus.CLOSED


def test_a_surplus_used_since_is_not_returned_late(house: House) -> None:
    line = opened(house).line
    draw(house, BORROWER, DrawRequest(line, 100_000), "d")
    house.clock.open_day(THEN)
    repay(house, SYSTEM, RepayRequest(line, 200_000), "p")
    house.clock.open_day(NOW)
    held = house.lines.get(line).surplus_fen
    draw(house, BORROWER, DrawRequest(line, 300_000), "d2")
    house.clock.open_day(dt.date(2025, 5, 1))
    assert advance(house.lines.get(line), house.clock.today()).surplus_fen < held
    with pytest.raises(FarthingError) as refused:
        refund(house, OFFICER, RefundRequest(line, held, THEN), "r")
    assert refused.value.code == "bad_refund"


def test_the_same_key_with_another_day_is_another_command(house: House) -> None:
    line = opened(house).line
    house.clock.open_day(NOW)
    request = VaryRequest(line, "market_rate", rate_units=20_000, on=THEN)
    assert vary(house, RISK, request, "v") == vary(house, RISK, request, "v")
    with pytest.raises(FarthingError) as refused:
        vary(house, RISK, replace(request, on=None), "v")
    assert refused.value.code == "key_reused"
