"""The five categories at the rulebook's boundaries (section C); each test is named after its rule."""

from __future__ import annotations

import pytest

from farthing.domain.arrears import LoanClass
from farthing.ledger.classify import NON_PERFORMING_AFTER, classify, technical


@pytest.mark.parametrize(
    ("dpd", "expected"),
    [(0, LoanClass.NORMAL), (1, LoanClass.SPECIAL_MENTION), (7, LoanClass.SPECIAL_MENTION), (8, LoanClass.SPECIAL_MENTION)],
)
def test_rc_01_one_day_past_due_is_special_mention(dpd: int, expected: LoanClass) -> None:
    assert classify(dpd) is expected


@pytest.mark.parametrize(("dpd", "told"), [(0, False), (1, True), (7, True), (8, False), (91, False)])
def test_rc_01_the_seven_technical_days_are_advice_and_change_no_class(dpd: int, told: bool) -> None:
    assert technical(dpd) is told
    assert (classify(dpd) is LoanClass.NORMAL) is (dpd == 0)


@pytest.mark.parametrize(("dpd", "expected"), [(90, LoanClass.SPECIAL_MENTION), (91, LoanClass.SUBSTANDARD)])
def test_rc_02_more_than_90_days_is_substandard(dpd: int, expected: LoanClass) -> None:
    assert classify(dpd) is expected
    assert (dpd > NON_PERFORMING_AFTER) is expected.non_performing


@pytest.mark.parametrize(("dpd", "expected"), [(270, LoanClass.SUBSTANDARD), (271, LoanClass.DOUBTFUL)])
def test_rc_03_more_than_270_days_is_doubtful(dpd: int, expected: LoanClass) -> None:
    assert classify(dpd) is expected


@pytest.mark.parametrize(("dpd", "expected"), [(360, LoanClass.DOUBTFUL), (361, LoanClass.LOSS), (5000, LoanClass.LOSS)])
def test_rc_04_more_than_360_days_is_loss(dpd: int, expected: LoanClass) -> None:
    assert classify(dpd) is expected


def test_class_never_improves_with_days_past_due() -> None:
    order = list(LoanClass)
    ranks = [order.index(classify(dpd)) for dpd in range(400)]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(range(5))
