"""Closed forms: which lines have one, and that its bytes say what the state says. That nights by them are right is a law."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from tests.ledger.lives import life, terms

from farthing.domain.facility import Conduct, Coupon, LineState, LineStatus
from farthing.domain.product import RepaymentMethod, Share
from farthing.domain.rate import Basis, Rate
from farthing.ledger.facility import advance, fold
from farthing.ledger.form import FORM, MATURES_LATER, NEVER, PENAL_SOON, VERSION, date, follows, number, packed, row, rows

PLAIN = fold(life(terms(), [(0, "draw", 1_000_000), (20, "draw", 500_000), (45, "repay", 700)]))


def form(state: LineState) -> np.void:
    (found,) = np.frombuffer(packed(state), dtype=FORM)
    return found


def test_a_form_says_what_the_state_says() -> None:
    found = form(PLAIN)
    assert (found["version"], len(packed(PLAIN))) == (VERSION, FORM.itemsize)
    assert date(found["as_of"]) == PLAIN.as_of
    assert (found["drawn"], found["interest_paid"], found["exact"]) == (1_500_000, 700, PLAIN.interest_exact)
    assert (date(found["matures_on"]), found["maturing"]) == (dt.date(2025, 1, 10), 1_000_000)
    assert found["flags"] & MATURES_LATER
    assert date(found["steps_from"]) == dt.date(2025, 1, 31), "the day after the second maturity"
    billed = form(advance(PLAIN, dt.date(2024, 3, 20)))
    assert date(billed["oldest"]) == dt.date(2024, 1, 20)
    assert billed["unpaid_interest"] > billed["today_interest"] > 0


def test_arrears_of_principal_say_whether_they_bear_penalty() -> None:
    late = fold(life(terms(penalty_units=15_000, grace_days=3, tenor_months=1), [(0, "draw", 1_000_000)]))
    soon, now = (form(advance(late, dt.date(2024, 2, day))) for day in (12, 13))
    assert (soon["penal"], bool(soon["flags"] & PENAL_SOON)) == (0, True)
    assert (now["penal"], bool(now["flags"] & PENAL_SOON)) == (1_000_000, False)


def test_instalments_have_a_form_until_the_next_one_falls_due() -> None:
    state = fold(life(terms(repayment=RepaymentMethod.EQUAL_INSTALMENT), [(15, "draw", 1_000_000)]))
    assert date(form(state)["steps_from"]) == dt.date(2024, 2, 20)
    assert form(fold(life(terms(), [(15, "draw", 1)])))["steps_from"] == NEVER


ODD = {
    "joint": {"terms": replace(PLAIN.terms, shares=(Share("a", 300_000),))},
    "surplus": {"surplus_fen": 1},
    "surplus owed back": {"surplus_fen": -1},
    "coupon": {"coupons": (Coupon("c", PLAIN.as_of, PLAIN.as_of, 1),)},
    "holiday": {"holiday_until": PLAIN.as_of + dt.timedelta(days=1)},
    "remembered": {"conduct": Conduct(impaired_on=PLAIN.as_of)},
    "written off": {"status": LineStatus.WRITTEN_OFF},
    "sold": {"status": LineStatus.SOLD},
    "wide interest": {"interest_exact": 2**62},
    "wide principal": {"drawn_fen": 2**56},
    "wide rate": {"terms": replace(PLAIN.terms, rate=Rate(2**32, Basis.DAY))},
}


@pytest.mark.parametrize("name", ODD)
def test_what_has_no_closed_form_has_no_bytes(name: str) -> None:
    assert packed(PLAIN)
    assert packed(replace(PLAIN, **ODD[name])) == b""
    assert row(replace(PLAIN, **ODD[name])) is None


def test_a_form_follows_from_its_state_on_its_day_or_a_later_one() -> None:
    later = packed(advance(PLAIN, PLAIN.as_of + dt.timedelta(days=100)))
    assert follows(packed(PLAIN), PLAIN)
    assert follows(later, PLAIN)
    assert not follows(packed(fold(life(terms(), [(0, "draw", 1)]))), PLAIN), "an earlier day"
    assert not follows(later[:-1] + b"\x01", PLAIN)
    assert not follows(packed(PLAIN), replace(PLAIN, surplus_fen=1))
    assert follows(b"", PLAIN)
    assert follows(b"\xff" + later[1:], PLAIN), "another version says nothing"
    never = bytearray(later)
    never[7:11] = b"\xff\xff\xff\x7f"
    assert not follows(bytes(never), PLAIN)


def test_rows_hold_short_names_only() -> None:
    (held,) = rows([found for found in [row(PLAIN)] if found])
    assert (held["line"], held["product"]) == (PLAIN.terms.line.encode(), b"revolving")
    assert held["form"].tobytes() == packed(PLAIN)
    for long in ({"line": "l" * 33}, {"product": "p" * 25}):
        assert row(replace(PLAIN, terms=replace(PLAIN.terms, **long))) is None


def test_days_are_numbered_from_1970() -> None:
    assert number(dt.date(1970, 1, 2)) == 1
    assert date(number(dt.date(2024, 2, 29))) == dt.date(2024, 2, 29)
