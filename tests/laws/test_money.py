"""Laws of money: the ledger agrees with a patient bookkeeper to the fen, whatever happens and in whatever order we learn of it."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.lives import AGREED, ENDS, MONEY, Script, life, random_life, random_terms, terms
from tests.ledger.night import close
from tests.ledger.oracle import live

from farthing.domain.arrears import LoanClass
from farthing.domain.facility import LineState
from farthing.domain.line_event import Opened, Repaid
from farthing.domain.posting import Account, Posting
from farthing.domain.product import RepaymentMethod
from farthing.ledger.arrears import dpd, overdue_fen
from farthing.ledger.conduct import loan_class, standing
from farthing.ledger.facility import advance, apply_event, counted, fold, record, steps
from farthing.ledger.posting import Totals, balances, entries, event_postings, postings, sums, totals
from farthing.ledger.quote import payoff
from farthing.ledger.schedule import upcoming
from farthing.ledger.waterfall import repay

seeds = st.integers(0, 2**32 - 1)
scripts = st.lists(
    st.tuples(st.integers(0, 760), st.sampled_from(sorted({*MONEY, *AGREED, *ENDS})), st.integers(1, 2_000_000)),
    max_size=12,
)
AFTER = dt.timedelta(days=400)


def agrees(state: LineState, events: list, day: dt.date) -> None:
    opened = events[0].body
    assert isinstance(opened, Opened)
    oracle = live(opened.terms, events, day)
    assert state.principal_fen == oracle.principal
    assert state.interest_owed_fen == oracle.interest_owed
    assert (state.drawn_fen, state.principal_paid_fen) == (oracle.drawn, oracle.principal_paid)
    assert (state.interest_paid_fen, state.surplus_fen) == (oracle.interest_paid, oracle.surplus)
    assert (state.penalty_owed_fen, state.penalty_paid_fen) == (oracle.penalty_owed, oracle.penalty_paid)
    waived = (state.principal_waived_fen, state.interest_waived_fen, state.penalty_waived_fen)
    assert waived == (oracle.principal_waived, oracle.interest_waived, oracle.penalty_waived)
    assert overdue_fen(state) == oracle.overdue()
    assert dpd(state) == oracle.days_late()
    assert loan_class(state).value == oracle.loan_class()
    assert payoff(state, day).total_fen == max(oracle.to_settle(), 0)


@settings(max_examples=70, deadline=None)
@given(seed=seeds, days=st.integers(0, 1200))
def test_ledger_equals_the_oracle_on_any_day(seed: int, days: int) -> None:
    of, events = random_life(seed)
    day = of.opened_on + dt.timedelta(days=days)
    state = advance(fold([event for event in events if event.effective_on <= day]), day)
    agrees(state, events, day)


@settings(max_examples=70, deadline=None)
@given(script=scripts)
def test_ledger_equals_the_oracle_on_a_script_that_shrinks(script: Script) -> None:
    events = life(terms(), script)
    state = fold(events)
    later = state.as_of + AFTER
    agrees(advance(state, later), events, later)


@settings(max_examples=70, deadline=None)
@given(seed=seeds)
def test_learning_events_one_by_one_equals_folding_them_all(seed: int) -> None:
    _, events = random_life(seed)
    state = fold(events[:1])
    for index, event in enumerate(events[1:], start=2):
        state = record(state, event, lambda known=events[:index]: known)
        assert state == fold(events[:index])


@settings(max_examples=70, deadline=None)
@given(seed=seeds, stops=st.lists(st.integers(0, 400), max_size=6))
def test_stops_on_the_way_change_nothing(seed: int, stops: list[int]) -> None:
    _, events = random_life(seed)
    states = [state for _, state in steps(events)]
    walked = states[0]
    for event, expected in zip(counted(events)[1:], states[1:], strict=True):
        gap = (event.effective_on - walked.as_of).days
        for stop in sorted(stops):
            if 0 <= stop <= gap:
                walked = advance(walked, max(walked.as_of, event.effective_on - dt.timedelta(days=gap - stop)))
        walked = apply_event(walked, event)
        assert walked == expected
    assert advance(advance(walked, walked.as_of), walked.as_of) == walked


@settings(max_examples=70, deadline=None)
@given(seed=seeds)
def test_postings_sum_to_zero_and_add_up_to_the_fold(seed: int) -> None:
    of, events = random_life(seed)
    rows: list[Posting] = []
    state = fold(events[:1])
    for event in counted(events)[1:]:
        on_day = advance(state, event.effective_on)
        after = apply_event(on_day, event)
        for step in (event_postings(state, on_day), event_postings(on_day, after)):
            assert sum(row.amount_fen for row in step) == 0
            rows.extend(step)
        state = after
    later = advance(state, state.as_of + AFTER)
    rows.extend(event_postings(state, later))
    assert sums(rows) == {key: fen for key, fen in entries(of.product, totals(later)).items() if fen or key in sums(rows)}
    stands = balances(rows)
    assert sum(stands.values()) == 0
    if of.shares:  # the partners' part stands in their books
        return
    assert stands.get(Account.LOANS, 0) + stands.get(Account.WRITTEN_OFF, 0) == later.principal_fen
    receivable = (Account.INTEREST_RECEIVABLE, Account.PENALTY_RECEIVABLE, Account.INTEREST_OFF_BALANCE)
    assert sum(stands.get(account, 0) for account in receivable) == later.interest_owed_fen + later.penalty_owed_fen


@settings(max_examples=70, deadline=None)
@given(seed=seeds, ahead=st.integers(0, 500))
def test_a_payoff_quote_is_the_later_bill(seed: int, ahead: int) -> None:
    _, events = random_life(seed)
    state = fold(events)
    day = state.as_of + dt.timedelta(days=ahead)
    quoted = payoff(state, day)
    then = advance(state, day)
    if quoted.total_fen:
        settled, split = repay(then, quoted.total_fen)
        found = (split.principal_fen, split.interest_fen, split.penalty_fen, split.surplus_fen)
        assert found == (quoted.principal_fen, quoted.interest_fen, quoted.penalty_fen, -quoted.surplus_fen)
        assert settled.owed_fen == 0
        assert advance(settled, day + AFTER).owed_fen == 0
        if quoted.total_fen > 1:
            assert payoff(repay(then, quoted.total_fen - 1)[0], day).total_fen == 1
    assert upcoming(advance(state, day)) == () or quoted.total_fen > 0


@settings(max_examples=40, deadline=None)
@given(seed=seeds, ahead=st.integers(0, 500))
def test_the_night_in_columns_equals_the_fold_line_by_line(seed: int, ahead: int) -> None:
    states = sorted((fold(random_life(seed + index)[1]) for index in range(12)), key=lambda state: state.terms.line)
    together = max(state.as_of for state in states) + dt.timedelta(days=ahead)
    nights = [(states, together), *(([state], state.as_of + dt.timedelta(days=ahead % 50)) for state in states)]
    for lines, day in nights:
        night = close(lines, day)
        by_hand = Totals()
        for row, state in zip(night.standings.iter_rows(named=True), lines, strict=True):
            stands = standing(advance(state, day))
            by_hand += totals(advance(state, day))
            assert (row["dpd"], row["overdue_fen"], row["principal_fen"]) == (stands.dpd, stands.overdue_fen, stands.principal_fen)
            assert row["interest_owed_fen"] == stands.interest_owed_fen
            assert LoanClass(row["loan_class"]) is stands.loan_class
        assert night.totals == {"revolving": by_hand}


@settings(max_examples=40, deadline=None)
@given(seed=seeds, late=st.integers(1, 200), amount=st.integers(1, 5_000_000))
def test_a_backdated_repayment_corrects_the_books_on_the_open_day(seed: int, late: int, amount: int) -> None:
    of, events = random_life(seed)
    state = fold(events)
    open_day = state.as_of + dt.timedelta(days=late)
    posted = entries(of.product, totals(advance(state, open_day)))
    news = life(of, [((state.as_of - of.opened_on).days, "repay", amount)])[1]
    backdated = type(news)(
        id="evt_late", stream=of.line, sequence=len(events), effective_on=state.as_of, known_at=news.known_at + AFTER,
        actor="test", command="late", body=Repaid(of.line, amount),
    )  # fmt: skip
    now = entries(of.product, totals(advance(fold([*events, backdated]), open_day)))
    correction = postings(open_day, now, posted)
    assert {row.booked_on for row in correction} == {open_day}
    assert sum(row.amount_fen for row in correction) == 0
    assert sums(correction)[(of.product, Account.CASH)] == amount


def test_random_terms_cover_both_methods_and_every_basis() -> None:
    import numpy as np

    drawn = [random_terms(np.random.default_rng(seed)) for seed in range(40)]
    assert {of.repayment for of in drawn} == set(RepaymentMethod)
    assert len({of.rate.basis for of in drawn}) == 3
