"""Opening, drawing, time passing, and events learned late."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.ledger.lives import life, terms

from farthing.domain.errors import Broken, Invalid
from farthing.domain.event import DayClosed
from farthing.domain.facility import LineStatus
from farthing.domain.product import Claim, RepaymentMethod
from farthing.ledger.due import maturity
from farthing.ledger.facility import advance, apply_event, fold, in_order, open_line, record


def test_an_open_line_owes_nothing_and_offers_its_limit() -> None:
    state = open_line(terms())
    assert (state.owed_fen, state.headroom_fen, state.events) == (0, 10_000_000, 1)


def test_a_draw_matures_by_tenor_and_never_after_the_line() -> None:
    of = terms()
    assert maturity(of, dt.date(2024, 3, 31)) == dt.date(2025, 3, 31)
    assert maturity(of, dt.date(2025, 6, 30)) == of.expires_on
    assert maturity(replace(of, tenor_months=1), dt.date(2024, 1, 31)) == dt.date(2024, 2, 29)


def test_monthly_interest_is_billed_on_the_due_day_and_principal_at_maturity() -> None:
    state = advance(fold(life(terms(tenor_months=2), [(0, "draw", 1_000_000)])), dt.date(2024, 3, 10))
    billed = [(item.due_on, item.kind, item.due_fen) for item in state.obligations]
    assert billed == [
        (dt.date(2024, 1, 20), Claim.INTEREST, 3_000),
        (dt.date(2024, 2, 20), Claim.INTEREST, 9_300),
        (dt.date(2024, 3, 10), Claim.INTEREST, 5_700),
        (dt.date(2024, 3, 10), Claim.PRINCIPAL, 1_000_000),
    ]


def test_at_maturity_both_fall_due_together() -> None:
    of = terms(tenor_months=2, repayment=RepaymentMethod.AT_MATURITY)
    state = advance(fold(life(of, [(0, "draw", 1_000_000)])), dt.date(2024, 3, 10))
    assert {item.due_on for item in state.obligations} == {dt.date(2024, 3, 10)}
    assert sum(item.due_fen for item in state.obligations) == 1_000_000 + 60 * 300


def test_interest_after_maturity_goes_on_and_is_billed_monthly() -> None:
    of = terms(tenor_months=2, repayment=RepaymentMethod.AT_MATURITY)
    state = advance(fold(life(of, [(0, "draw", 1_000_000)])), dt.date(2024, 3, 20))
    assert state.obligations[-1].due_on == dt.date(2024, 3, 20)
    assert state.obligations[-1].due_fen == 10 * 300


def test_a_line_that_does_not_revolve_counts_all_it_ever_drew() -> None:
    script = [(0, "draw", 6_000_000), (0, "repay", 6_001_800)]
    assert fold(life(terms(), script)).headroom_fen == 10_000_000
    assert fold(life(terms(revolving=False), script)).headroom_fen == 4_000_000


def test_freezing_takes_the_headroom_and_unfreezing_gives_it_back() -> None:
    events = life(terms(), [(5, "freeze", 0), (9, "unfreeze", 0)])
    frozen = fold(events[:2])
    assert (frozen.status, frozen.headroom_fen) == (LineStatus.FROZEN, 0)
    assert fold(events).headroom_fen == 10_000_000


def test_a_backdated_repayment_folds_again() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (100, "draw", 1_000), (20, "repay", 500_000)])
    late = record(fold(events[:3]), events[3], lambda: events)
    assert late == fold(in_order(events))
    assert late.principal_fen < 510_000


def test_time_does_not_run_backwards() -> None:
    state = fold(life(terms(), [(50, "draw", 1_000_000)]))
    with pytest.raises(Invalid) as refused:
        advance(state, dt.date(2024, 1, 11))
    assert refused.value.code == "before_state"


def test_a_stream_that_is_not_a_line_is_broken() -> None:
    events = life(terms(), [(1, "draw", 100)])
    with pytest.raises(Broken):
        fold(events[1:])
    with pytest.raises(Broken):
        fold([])
    with pytest.raises(Broken):
        apply_event(fold(events), replace(events[1], body=DayClosed(1, "")))


def test_a_draw_on_an_expired_line_cannot_be_folded() -> None:
    events = life(terms(), [(1, "draw", 100)])
    with pytest.raises(Invalid):
        fold([events[0], replace(events[1], effective_on=dt.date(2026, 1, 10))])
