"""New terms for those who pay; a borrower in difficulty is restructured, whatever it is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, opened
from tests.flows.line.conftest import to

from farthing.domain.arrears import LoanClass
from farthing.domain.calendar import add_months
from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries.lines import line as look


def test_a_new_rate_holds_from_its_day_on(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    to(house, dt.date(2024, 1, 15))
    vary(house, RISK, VaryRequest(of.line, "market_rate", rate_units=20_000), "v")
    to(house, dt.date(2024, 1, 20))
    state = house.lines.get(of.line)
    assert state.terms.rate == Rate(20_000, Basis.DAY)
    assert state.interest_fen == 5 * 300, "five days at the old rate when it changed"


@pytest.mark.parametrize(
    ("request_of", "code"),
    [
        ({"rate_units": 60_001}, "rate_out_of_range"),
        ({"rate_units": 19_999}, "rate_out_of_range"),
        ({"limit_fen": 300_000_001}, "limit_out_of_range"),
        ({"limit_fen": -1}, "limit_out_of_range"),
        ({"expires_on": dt.date(2024, 1, 10)}, "bad_expiry"),
    ],
)
def test_terms_stay_within_the_product(house: House, request_of: dict[str, object], code: str) -> None:
    of = opened(house)
    with pytest.raises(FarthingError) as refused:
        vary(house, RISK, VaryRequest(of.line, "test_only", **request_of), "v")  # type: ignore[arg-type]
    assert refused.value.code == code
    assert len(house.journal.events(of.line)) == 1


def test_il_02_a_line_for_consumption_repaid_at_the_end_is_not_prolonged_past_a_year(house: House) -> None:
    year, later = dt.date(2025, 1, 10), dt.date(2025, 1, 11)
    of = opened(house, 1, consumption_cap_fen=20_000_000, expires_on=dt.date(2024, 12, 10))
    vary(house, RISK, VaryRequest(of.line, "season", expires_on=year), "to a year")
    with pytest.raises(Conflict) as refused:
        vary(house, RISK, VaryRequest(of.line, "season", expires_on=later), "past it")
    assert refused.value.code == "consumption_term"
    for number, fine in enumerate(
        ({"consumption_cap_fen": 0}, {"repayment": RepaymentMethod.EQUAL_PRINCIPAL, "consumption_cap_fen": 1}), 2
    ):
        other = opened(house, number, **{"expires_on": year, **fine})
        vary(house, RISK, VaryRequest(other.line, "season", expires_on=later), f"fine {number}")


def test_pr_04_a_rate_with_its_penalty_stays_under_the_all_in_cap(house: House) -> None:
    of = opened(house, penalty_units=10_000)
    with pytest.raises(Invalid):
        vary(house, RISK, VaryRequest(of.line, "test_only", rate_units=60_000), "v")
    vary(house, RISK, VaryRequest(of.line, "test_only", rate_units=50_000), "v2")


def test_a_lower_limit_takes_the_headroom_and_leaves_what_is_owed(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    assert vary(house, RISK, VaryRequest(of.line, "early_warning", limit_fen=0), "v").headroom_fen == 0
    assert house.lines.get(of.line).principal_fen == 1_000_000


def test_a_draw_is_extended_before_it_is_due_and_by_no_more_than_its_term(house: House) -> None:
    of = opened(house, tenor_months=2)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    with pytest.raises(Invalid):
        extend(house, OFFICER, ExtendRequest(of.line, 1, dt.date(2024, 5, 11), "season_late"), "k1")
    extend(house, OFFICER, ExtendRequest(of.line, 1, dt.date(2024, 5, 10), "season_late"), "k2")
    assert house.lines.get(of.line).draws[0].matures_on == dt.date(2024, 5, 10)
    with pytest.raises(Conflict):
        extend(house, OFFICER, ExtendRequest(of.line, 2, dt.date(2024, 5, 10), "season_late"), "k3")


def test_rc_09_easier_terms_for_a_line_past_due_are_a_restructuring(house: House) -> None:
    of = opened(house, tenor_months=2)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    to(house, dt.date(2024, 1, 22))
    for attempt in (
        lambda: extend(house, OFFICER, ExtendRequest(of.line, 1, dt.date(2024, 5, 10), "cash_short"), "k1"),
        lambda: vary(house, RISK, VaryRequest(of.line, "cash_short", rate_units=20_000), "k2"),
        lambda: grant_coupon(house, RISK, CouponRequest(of.line, "C1", house.clock.today(), dt.date(2024, 3, 1), 100_000), "k3"),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.code == "in_difficulty"


def test_stricter_terms_may_be_set_for_a_line_past_due(house: House) -> None:
    of = opened(house, tenor_months=2)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    to(house, dt.date(2024, 1, 22))
    vary(house, RISK, VaryRequest(of.line, "early_warning", rate_units=40_000, limit_fen=1_000_000), "v")
    assert house.lines.get(of.line).terms.limit_fen == 1_000_000


def test_a_coupon_spares_interest_for_its_days_only(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    grant_coupon(house, RISK, CouponRequest(of.line, "spring", dt.date(2024, 1, 12), dt.date(2024, 1, 15), 400_000), "c")
    to(house, dt.date(2024, 1, 20))
    repaid = repay(house, BORROWER, RepayRequest(of.line, 10_000), "r")
    assert repaid.interest_fen == 10 * 300 - 3 * 120
    with pytest.raises(Invalid):
        grant_coupon(house, RISK, CouponRequest(of.line, "past", dt.date(2024, 1, 1), dt.date(2024, 3, 1), 1), "c2")


def test_a_person_holds_a_line_to_a_class_by_a_rule_and_by_no_other(house: House) -> None:
    of = opened(house)
    assert assess(house, RISK, AssessRequest(of.line, LoanClass.SUBSTANDARD, "RC-08"), "a").loan_class is LoanClass.SUBSTANDARD
    with pytest.raises(Invalid):
        assess(house, RISK, AssessRequest(of.line, LoanClass.NORMAL, "RC-01"), "b")
    with pytest.raises(Forbidden):
        assess(house, OFFICER, AssessRequest(of.line, LoanClass.NORMAL, "RC-08"), "c")


def test_what_one_rule_holds_no_other_rule_lifts(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    assess(house, RISK, AssessRequest(of.line, LoanClass.SUBSTANDARD, "RC-08"), "use changed")
    assess(house, RISK, AssessRequest(of.line, LoanClass.DOUBTFUL, "RC-05"), "worse takes over")
    to(house, dt.date(2024, 1, 12))
    for floor in (LoanClass.SPECIAL_MENTION, LoanClass.NORMAL):
        with pytest.raises(Conflict) as refused:
            assess(house, RISK, AssessRequest(of.line, floor, "RC-08"), f"better {floor}")
        assert refused.value.code == "held_by_another_rule"
        assert "RC-05" in refused.value.message
    assert look(house, OFFICER, of.line).standing.loan_class is LoanClass.DOUBTFUL
    assert assess(house, RISK, AssessRequest(of.line, LoanClass.NORMAL, "RC-05"), "lift").loan_class is LoanClass.NORMAL


def test_no_more_is_lent_on_a_line_that_is_not_normal(house: House) -> None:
    of = opened(house)
    assess(house, RISK, AssessRequest(of.line, LoanClass.SPECIAL_MENTION, "RC-08"), "a")
    with pytest.raises(Conflict) as refused:
        draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    assert refused.value.code == "draw_not_normal"
    assess(house, RISK, AssessRequest(of.line, LoanClass.NORMAL, "RC-08"), "lift")
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")


def test_a_line_closes_when_nothing_is_owed_and_then_nothing_more_is_agreed(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    with pytest.raises(Conflict):
        close_line(house, BORROWER, CloseRequest(of.line), "c1")
    repay(house, BORROWER, RepayRequest(of.line, 1_000_300), "r")
    close_line(house, BORROWER, CloseRequest(of.line), "c2")
    with pytest.raises(Conflict):
        draw(house, BORROWER, DrawRequest(of.line, 100), "d2")
    with pytest.raises(Conflict):
        vary(house, RISK, VaryRequest(of.line, "too_late", limit_fen=1), "v")


def outcome(act: Callable[[], object]) -> str:
    """`done`, or the code of the refusal."""
    try:
        act()
    except FarthingError as refused:
        return refused.code
    return "done"


@pytest.mark.parametrize(
    ("floor", "told"), [(LoanClass.NORMAL, "done"), (LoanClass.SPECIAL_MENTION, "done"), (LoanClass.SUBSTANDARD, "in_difficulty")]
)
def test_rc_09_easier_terms_for_a_non_performing_line_are_a_restructuring(house: House, floor: LoanClass, told: str) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    assess(house, RISK, AssessRequest(of.line, floor, "RC-05"), "a")
    assert outcome(lambda: vary(house, RISK, VaryRequest(of.line, "good_conduct", rate_units=20_000), "v")) == told


RENEWED_FROM = dt.date(2024, 9, 24)


@pytest.mark.parametrize(
    ("day", "floor", "told"),
    [
        (RENEWED_FROM, LoanClass.NORMAL, "done"),
        (RENEWED_FROM, LoanClass.SPECIAL_MENTION, "not_normal"),
        (RENEWED_FROM, LoanClass.SUBSTANDARD, "in_difficulty"),
        (RENEWED_FROM - dt.timedelta(days=1), LoanClass.SPECIAL_MENTION, "done"),
    ],
)
def test_in_03_only_a_normal_loan_is_renewed_without_repayment(house: House, day: dt.date, floor: LoanClass, told: str) -> None:
    house.clock.open_day(day)
    of = opened(house, tenor_months=2)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    assess(house, RISK, AssessRequest(of.line, floor, "RC-08"), "a")
    assert outcome(lambda: extend(house, OFFICER, ExtendRequest(of.line, 1, add_months(day, 4), "late_sales"), "e")) == told
    assert look(house, OFFICER, of.line).standing.loan_class is floor, "not downgraded for the renewal alone"


@pytest.mark.parametrize(("days_before", "fine"), [(1, True), (0, False), (-1, False)])
def test_in_03_it_is_agreed_before_the_loan_matures(house: House, days_before: int, fine: bool) -> None:
    of = opened(house, tenor_months=1, repayment=RepaymentMethod.AT_MATURITY)
    matures = draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d").matures_on
    house.clock.open_day(matures - dt.timedelta(days=days_before))
    with nullcontext() if fine else pytest.raises(Conflict):
        extend(house, OFFICER, ExtendRequest(of.line, 1, dt.date(2024, 3, 9), "late_sales"), "e")
    assert (house.lines.get(of.line).draws[0].matures_on == dt.date(2024, 3, 9)) is fine


def test_in_05_a_renewal_hides_no_arrears(house: House) -> None:
    """The class is what it would be without it: interest keeps falling due, and what is past due is not renewed."""
    of = opened(house, tenor_months=2)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    extend(house, OFFICER, ExtendRequest(of.line, 1, dt.date(2024, 5, 10), "late_sales"), "e")
    for day, dpd, stands in (
        (dt.date(2024, 1, 20), 0, LoanClass.NORMAL), (dt.date(2024, 1, 21), 1, LoanClass.SPECIAL_MENTION),
        (dt.date(2024, 4, 20), 91, LoanClass.SUBSTANDARD),
    ):  # fmt: skip
        house.clock.open_day(day)
        standing = look(house, OFFICER, of.line).standing
        assert (standing.dpd, standing.loan_class) == (dpd, stands)
