"""Quotes: the payoff on any day and the disclosed cost of a draw."""

from __future__ import annotations

import datetime as dt

from tests.ledger.lives import life, terms

from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate
from farthing.ledger.facility import advance, fold
from farthing.ledger.quote import cost_of_draw, payoff


def test_payoff_grows_by_the_day() -> None:
    state = fold(life(terms(same_day_days=0), [(0, "draw", 1_000_000)]))
    totals = [payoff(state, state.as_of + dt.timedelta(days=days)).total_fen for days in range(4)]
    assert totals == [1_000_000, 1_000_300, 1_000_600, 1_000_900]


def test_pr_01_cost_is_disclosed_as_an_annual_rate_on_principal_outstanding() -> None:
    """At 0.03 % a day for a year of 365 days: 10.95 % simple; monthly interest makes the effective rate a little more."""
    cost = cost_of_draw(terms(), 1_000_000, dt.date(2024, 3, 20))
    assert cost.simple_ppm == 109_500
    assert cost.interest_fen == 365 * 300
    assert 114_000 < cost.effective_ppm < 116_000
    assert sum(due.principal_fen for due in cost.schedule) == 1_000_000


def test_pr_02_one_payment_after_a_year_has_the_simple_rate_as_its_effective_rate() -> None:
    of = terms(rate=Rate(60_000, Basis.YEAR_365), repayment=RepaymentMethod.AT_MATURITY)
    cost = cost_of_draw(of, 10_000_000, dt.date(2024, 3, 20))  # 365 days to 2025-03-20
    assert (cost.simple_ppm, cost.effective_ppm) == (60_000, 60_000)


def test_pr_06_the_whole_principal_is_received_and_no_interest_taken_ahead() -> None:
    cost = cost_of_draw(terms(), 1_234_567, dt.date(2024, 3, 1))
    assert cost.received_fen == 1_234_567
    assert all(due.due_on > cost.drawn_on for due in cost.schedule)


def test_the_quoted_schedule_is_what_the_ledger_bills() -> None:
    of = terms()
    cost = cost_of_draw(of, 777_777, dt.date(2024, 1, 31))
    script = [(21, "draw", 777_777)]
    for due in cost.schedule:
        state = advance(fold(life(of, script)), due.due_on)
        assert sum(item.unpaid_fen for item in state.obligations) == due.total_fen
        script.append(((due.due_on - of.opened_on).days, "repay", due.total_fen))
    assert fold(life(of, script)).owed_fen == 0
