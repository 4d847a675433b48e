"""How a repayment splits, and why a draw is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.ledger.lives import Script, life, terms

from farthing.domain.errors import Invalid
from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.line_event import Drawn
from farthing.ledger.facility import advance, apply_event, fold, open_line
from farthing.ledger.waterfall import Split, check_draw, repay


def stood(script: Script, on: dt.date, **changes: object) -> LineState:
    return advance(fold(life(terms(**changes), script)), on)


def test_due_interest_then_due_principal_then_interest_to_date_then_principal() -> None:
    # 10,000.00 matured on 10 Feb with 9,300 + ... of interest; 20,000.00 more was drawn on 5 Feb and is not due.
    state = stood([(0, "draw", 1_000_000), (26, "draw", 2_000_000)], dt.date(2024, 2, 15), tenor_months=1)
    due_interest = 26 * 300 + 5 * 900
    to_date = 5 * 900
    assert repay(state, due_interest)[1] == Split(0, due_interest, 0, 0)
    assert repay(state, due_interest + 1_000_000)[1] == Split(0, due_interest, 1_000_000, 0)
    assert repay(state, due_interest + 1_000_000 + to_date)[1] == Split(0, due_interest + to_date, 1_000_000, 0)
    assert repay(state, due_interest + 1_000_000 + to_date + 7)[1] == Split(0, due_interest + to_date, 1_000_007, 0)
    assert repay(state, due_interest + 3_000_000 + to_date + 7)[1] == Split(0, due_interest + to_date, 3_000_000, 7)


def test_principal_ahead_of_time_goes_to_the_oldest_draw() -> None:
    state, _ = repay(stood([(0, "draw", 1_000), (1, "draw", 1_000)], dt.date(2024, 1, 11)), 1_200)
    assert [(draw.number, draw.principal_fen) for draw in state.draws] == [(2, 800)]


def test_pr_07_prepayment_costs_nothing_but_the_time_it_was_used() -> None:
    """PR-07: interest for actual time."""
    state = stood([(0, "draw", 1_000_000)], dt.date(2024, 1, 15))
    assert repay(state, 2_000_000)[1] == Split(0, 5 * 300, 1_000_000, 2_000_000 - 1_001_500)


@pytest.mark.parametrize(("same_day_days", "interest"), [(0, 0), (1, 300), (3, 900)])
def test_money_returned_the_day_it_was_drawn_bears_the_minimum(same_day_days: int, interest: int) -> None:
    state = stood([(0, "draw", 1_000_000)], dt.date(2024, 1, 10), same_day_days=same_day_days)
    settled, split = repay(state, 1_000_000 + interest)
    assert split == Split(0, interest, 1_000_000, 0)
    assert settled.owed_fen == 0


def test_part_of_a_due_amount_may_be_paid() -> None:
    state, _ = repay(stood([(0, "draw", 1_000_000)], dt.date(2024, 1, 20)), 1_000)
    assert [item.unpaid_fen for item in state.obligations] == [2_000]


@pytest.mark.parametrize("amount", [0, -1])
def test_a_repayment_is_positive(amount: int) -> None:
    with pytest.raises(Invalid):
        repay(open_line(terms()), amount)


OPENED = dt.date(2024, 1, 10)


def refused(state: LineState, amount: int) -> str | None:
    refusal = check_draw(state, amount, state.as_of)
    return refusal.code if refusal else None


def test_a_draw_within_the_terms_is_allowed() -> None:
    assert refused(open_line(terms()), 100) is None
    assert refused(open_line(terms()), 10_000_000) is None


def test_each_reason_to_refuse_a_draw() -> None:
    assert refused(stood([(0, "freeze", 0)], OPENED), 1_000) == "draw_frozen"
    assert refused(stood([], dt.date(2026, 1, 10)), 1_000) == "draw_expired"
    assert refused(open_line(terms()), 99) == "draw_below_minimum"
    assert refused(open_line(terms()), 10_000_001) == "draw_above_headroom"
    assert refused(stood([(0, "draw", 1_000_000)], dt.date(2024, 1, 20)), 1_000) is None
    assert refused(stood([(0, "draw", 1_000_000)], dt.date(2024, 1, 21)), 1_000) == "draw_overdue"


def test_the_first_reason_in_order_is_the_one_told() -> None:
    """Frozen, expired, below minimum, above headroom, overdue."""
    late = dt.date(2026, 2, 1)
    assert refused(stood([(0, "draw", 1_000), (1, "freeze", 0)], late), 1) == "draw_frozen"
    assert refused(stood([(0, "draw", 1_000)], late), 1) == "draw_expired"
    overdue = dt.date(2024, 1, 21)
    assert refused(stood([(0, "draw", 1_000_000)], overdue), 1) == "draw_below_minimum"
    assert refused(stood([(0, "draw", 1_000_000)], overdue), 9_000_001) == "draw_above_headroom"


def test_the_refusal_says_what_may_be_drawn() -> None:
    refusal = check_draw(stood([(0, "draw", 4_000_000)], OPENED), 7_000_000, OPENED)
    assert refusal is not None
    assert "headroom of ¥60,000.00" in refusal.message
    assert "Draw at most ¥60,000.00" in refusal.remedy


def test_il_01_no_more_is_owed_for_consumption_than_the_cap() -> None:
    day = dt.date(2024, 1, 10)
    line = open_line(terms(limit_fen=100_000_000, consumption_cap_fen=20_000_000))
    body = Drawn(line.terms.line, 1, 15_000_000, consumption=True)
    drawn = Event("evt_1", line.terms.line, 1, day, dt.datetime(2024, 1, 10, tzinfo=dt.UTC), "t", "k", body)
    state = apply_event(line, drawn)
    assert check_draw(state, 5_000_000, day, consumption=True) is None
    refused = check_draw(state, 5_000_001, day, consumption=True)
    assert refused is not None
    assert refused.code == "draw_consumption_cap"
    assert check_draw(state, 50_000_000, day) is None, "the business may draw what is left"
    assert check_draw(open_line(terms()), 100, day, consumption=True) is not None, "a product that names no cap lends for business only"
