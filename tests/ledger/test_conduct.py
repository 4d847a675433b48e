"""The five categories by rule id: quick down, slow up (rulebook, section C)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.ledger.lives import Script, life, terms

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.facility import LineState
from farthing.domain.line_event import Assessed, Restructured, WrittenOff
from farthing.ledger.change import changed
from farthing.ledger.conduct import impaired, loan_class, observed, standing
from farthing.ledger.facility import advance, fold
from farthing.ledger.waterfall import repay

OF = terms(expires_on=dt.date(2027, 1, 10), tenor_months=36)
FIRST = dt.date(2024, 1, 20)


def line(script: Script | None = None) -> LineState:
    return fold(life(OF, script or [(0, "draw", 10_000_000)]))


def on(state: LineState, dpd: int) -> LineState:
    """The line so many days after its first due date, nothing paid."""
    return advance(state, FIRST + dt.timedelta(days=dpd))


def pay_all(state: LineState, day: dt.date) -> LineState:
    """Everything due is paid on a day."""
    state = advance(state, day)
    due = sum(item.unpaid_fen for item in state.obligations) + state.penalty_owed_fen
    return repay(state, due)[0] if due else state


def keep_paying(state: LineState, until: dt.date) -> LineState:
    """Each bill on its day."""
    day = state.as_of
    while day < until:
        day += dt.timedelta(days=1)
        state = pay_all(state, day)
    return state


def restructured(state: LineState) -> LineState:
    body = Restructured(OF.line, Difficulty.CASH_FLOW, (Concession.EXTENSION,), state.as_of + dt.timedelta(days=700), None, None, 0, 0, 0)
    return changed(state, body)


@pytest.mark.parametrize(
    ("dpd", "expected"),
    [
        (0, LoanClass.NORMAL), (1, LoanClass.SPECIAL_MENTION), (7, LoanClass.SPECIAL_MENTION), (8, LoanClass.SPECIAL_MENTION),
        (90, LoanClass.SPECIAL_MENTION), (91, LoanClass.SUBSTANDARD), (270, LoanClass.SUBSTANDARD), (271, LoanClass.DOUBTFUL),
        (360, LoanClass.DOUBTFUL), (361, LoanClass.LOSS),
    ],
)  # fmt: skip
def test_rc_01_to_rc_04_days_past_due(dpd: int, expected: LoanClass) -> None:
    stands = standing(on(line(), dpd))
    assert (stands.dpd, stands.loan_class) == (dpd, expected)


@pytest.mark.parametrize("rule", ["RC-05", "RC-07", "RC-08"])
def test_rc_05_rc_07_rc_08_a_person_holds_a_line_to_a_class_and_lifts_it(rule: str) -> None:
    held = changed(line(), Assessed(OF.line, LoanClass.DOUBTFUL, rule))
    assert loan_class(held) is LoanClass.DOUBTFUL
    assert loan_class(on(held, 361)) is LoanClass.LOSS, "the worst of all rules counts"
    assert loan_class(changed(held, Assessed(OF.line, LoanClass.NORMAL, rule))) is LoanClass.NORMAL


def test_rc_10_observation_runs_a_year_from_the_first_due_date_after_the_amendment() -> None:
    state = restructured(advance(line(), dt.date(2024, 1, 15)))
    assert state.conduct.observed_from == FIRST
    good = keep_paying(state, dt.date(2025, 1, 19))
    assert observed(good)
    assert not observed(keep_paying(good, dt.date(2025, 1, 20)))


def test_rc_10_a_miss_begins_the_observation_again_from_the_miss() -> None:
    state = restructured(advance(line(), dt.date(2024, 1, 15)))
    missed = pay_all(keep_paying(state, dt.date(2024, 6, 1)), dt.date(2024, 6, 25))  # the bill of 20 June, five days late
    assert missed.conduct.observed_from == dt.date(2024, 6, 20)
    assert observed(keep_paying(missed, dt.date(2025, 6, 19)))
    assert not observed(keep_paying(missed, dt.date(2025, 6, 20)))


def test_rc_11_a_restructured_line_is_special_mention_and_a_non_performing_one_stays_so() -> None:
    assert loan_class(restructured(line())) is LoanClass.SPECIAL_MENTION
    from_bad = restructured(on(line(), 91))
    assert standing(from_bad).dpd == 0
    assert loan_class(from_bad) is LoanClass.SUBSTANDARD


def test_rc_12_a_second_restructuring_inside_the_observation_is_substandard() -> None:
    twice = restructured(restructured(line()))
    assert loan_class(twice) is LoanClass.SUBSTANDARD
    apart = restructured(keep_paying(restructured(advance(line(), dt.date(2024, 1, 15))), dt.date(2025, 1, 21)))
    assert loan_class(apart) is LoanClass.SPECIAL_MENTION, "the first observation was over"


def test_rc_13_a_non_performing_line_rises_six_months_after_all_arrears_were_paid() -> None:
    cleared = pay_all(line(), FIRST + dt.timedelta(days=100))  # 29 April 2024
    assert loan_class(cleared) is LoanClass.SUBSTANDARD
    assert impaired(keep_paying(cleared, dt.date(2024, 10, 28)))
    assert loan_class(keep_paying(cleared, dt.date(2024, 10, 29))) is LoanClass.NORMAL


def test_rc_13_paying_part_of_the_arrears_lifts_nothing_and_new_arrears_begin_the_wait_again() -> None:
    late = advance(line(), FIRST + dt.timedelta(days=100))
    part = repay(late, late.obligations[0].unpaid_fen)[0]
    assert standing(part).dpd < 90
    assert loan_class(part) is LoanClass.SUBSTANDARD
    cleared = keep_paying(pay_all(part, part.as_of), dt.date(2024, 7, 1))
    again = pay_all(cleared, dt.date(2024, 7, 22))  # two days late
    assert impaired(keep_paying(again, dt.date(2025, 1, 21)))
    assert not impaired(keep_paying(again, dt.date(2025, 1, 22)))


def test_a_line_that_healed_forgets_and_may_fall_again() -> None:
    healed = keep_paying(pay_all(line(), FIRST + dt.timedelta(days=100)), dt.date(2024, 12, 1))
    late = pay_all(healed, dt.date(2024, 12, 25))
    assert loan_class(late) is LoanClass.NORMAL
    assert late.conduct.impaired_on is None


def test_a_written_off_line_is_loss_whatever_its_days() -> None:
    assert loan_class(changed(line(), WrittenOff(OF.line, "test"))) is LoanClass.LOSS


def test_days_past_due_never_make_a_class_better() -> None:
    order = list(LoanClass)
    ranks = [order.index(loan_class(on(line(), dpd))) for dpd in range(0, 400, 9)]
    assert ranks == sorted(ranks)


def test_a_spotless_past_is_not_remembered() -> None:
    paid = pay_all(line(), FIRST + dt.timedelta(days=60))
    assert paid.conduct == replace(line().conduct)
