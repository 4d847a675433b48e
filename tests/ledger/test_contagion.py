"""One debtor's claims stand together (RC-06): the share is of all that is owed, and what RC-06 itself holds is no evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.lives import terms

from farthing.domain.arrears import LoanClass
from farthing.domain.facility import Conduct, Draw, LineState, LineStatus, Obligation
from farthing.domain.line_event import Assessed
from farthing.domain.product import Claim
from farthing.ledger.change import changed
from farthing.ledger.conduct import loan_class, own_class
from farthing.ledger.contagion import floors, spreads
from farthing.ledger.facility import open_line

DAY = dt.date(2026, 6, 30)


def claim(number: int, owed_fen: int, dpd: int = 0, **conduct: LoanClass) -> LineState:
    """A line that owes so much principal, all of it so many days past due."""
    of = terms(line=f"lin_{number:020d}")
    due = DAY - dt.timedelta(days=dpd)
    draw = Draw(1, of.opened_on, due, owed_fen, owed_fen)
    late = (Obligation(due, Claim.PRINCIPAL, 1, owed_fen, 0),) if dpd else ()
    state = replace(open_line(of), as_of=DAY, draws=(draw,), obligations=late, drawn_fen=owed_fen, draws_made=1)
    return replace(state, conduct=Conduct(**conduct))  # type: ignore[arg-type]


@pytest.mark.parametrize(("bad_fen", "all_bad"), [(0, False), (999, False), (1_000, False), (1_001, True), (9_999, True)])
def test_rc_06_ten_per_cent_is_not_above_ten_per_cent(bad_fen: int, all_bad: bool) -> None:
    """10.00 % of ¥100.00 spreads to nothing, 10.01 % to everything."""
    claims = (claim(1, bad_fen, dpd=91), claim(2, 10_000 - bad_fen))
    assert spreads(claims) is all_bad
    assert {one.terms.line: floor for one, floor in floors(claims)} == ({claims[1].terms.line: LoanClass.SUBSTANDARD} if all_bad else {})


@pytest.mark.parametrize(("dpd", "all_bad"), [(1, False), (90, False), (91, True), (361, True)])
def test_rc_06_only_non_performing_claims_count(dpd: int, all_bad: bool) -> None:
    assert spreads((claim(1, 5_000, dpd), claim(2, 5_000))) is all_bad


def test_rc_06_what_it_made_non_performing_is_no_evidence_of_more() -> None:
    held = claim(2, 9_000, contagion=LoanClass.SUBSTANDARD)
    assert loan_class(held) is LoanClass.SUBSTANDARD
    assert own_class(held) is LoanClass.NORMAL
    assert [(one.terms.line, floor) for one, floor in floors((claim(1, 1_000), held))] == [(held.terms.line, LoanClass.NORMAL)]


def test_rc_06_rc_13_it_is_lifted_only_when_nothing_is_non_performing_by_itself_any_more() -> None:
    """5 % would not begin it, but does not end it either: no other non-performing claim may be left in the bank."""
    held = claim(2, 9_500, contagion=LoanClass.SUBSTANDARD)
    assert not spreads((claim(1, 500, dpd=91), claim(2, 9_500)))
    assert spreads((claim(1, 500, dpd=91), held))
    assert not spreads((claim(1, 500, dpd=90), held))


def test_rc_06_neither_a_person_nor_the_review_lifts_what_the_other_holds() -> None:
    line = claim(1, 1_000)
    both = changed(changed(line, Assessed(line.terms.line, LoanClass.DOUBTFUL, "RC-05")),
                   Assessed(line.terms.line, LoanClass.SUBSTANDARD, "RC-06"))  # fmt: skip
    assert loan_class(both) is LoanClass.DOUBTFUL
    assert loan_class(changed(both, Assessed(line.terms.line, LoanClass.NORMAL, "RC-05"))) is LoanClass.SUBSTANDARD
    assert loan_class(changed(both, Assessed(line.terms.line, LoanClass.NORMAL, "RC-06"))) is LoanClass.DOUBTFUL


def test_rc_06_a_written_off_claim_counts_and_a_sold_one_does_not() -> None:
    rest = claim(2, 8_000)
    assert spreads((replace(claim(1, 2_000), status=LineStatus.WRITTEN_OFF), rest))
    assert not spreads((replace(claim(1, 2_000, dpd=361), status=LineStatus.SOLD), rest))


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 400)), min_size=1, max_size=6), st.integers(1, 60))
def test_rc_06_more_days_past_due_never_make_a_debtor_better(of: list[tuple[int, int]], later: int) -> None:
    before = [claim(number, fen, dpd) for number, (fen, dpd) in enumerate(of)]
    after = [claim(number, fen, dpd + later) for number, (fen, dpd) in enumerate(of)]
    assert spreads(after) or not spreads(before)
