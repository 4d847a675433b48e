"""Reasons: true, ranked, worded for both languages, and each about a feature that exists."""

from __future__ import annotations

import re

import pytest

from farthing.domain.score import Contribution
from farthing.features.catalogue import CATALOGUE
from farthing.models.reasons import CANDIDATES, reason_for, reasons_of, tell


def test_every_candidate_is_a_feature_and_none_is_recency_or_rating() -> None:
    assert {candidate.feature for candidate in CANDIDATES} <= set(CATALOGUE)
    assert not [c for c in CANDIDATES if re.search("rating|days_since", c.feature)]
    assert all(re.search(r"[\u4e00-\u9fff]", c.zh) and re.fullmatch(r"[A-Z_]+", c.code) for c in CANDIDATES)


def test_a_reason_carries_the_applicants_own_number() -> None:
    low = Contribution("turnover_monthly_12m", "< ¥100.00", -20, 5, 1_234_500)
    assert (
        reason_for(low, CATALOGUE["turnover_monthly_12m"]).en
        == "Sales of the last year are low (Mean monthly turnover, last 12 months: ¥12,345.00)"
    )
    assert reason_for(low).zh == "近一年销售额偏低"
    assert "没有可用的记录" in reason_for(Contribution("buyers_12m", "missing", -3, 0, None)).zh


def test_reasons_are_ranked_by_what_they_cost_and_each_told_once() -> None:
    given = (
        Contribution("buyers_12m", "a", 4, 4, 1),
        Contribution("turnover_growth_yoy", "a", -1, 2, 1),
        Contribution("turnover_trend_12m", "a", -9, 2, 1),
        Contribution("sales_void_share_all", "a", -5, 3, 400_000),
    )
    assert [reason.code for reason in reasons_of(given, CATALOGUE)] == ["FALLING_TURNOVER", "HIGH_VOID_SHARE"]
    assert reasons_of(given[:1], CATALOGUE) == ()


def test_a_feature_without_words_of_its_own_is_told_by_its_name() -> None:
    lost = Contribution("refund_amount_monthly_12m", "high", -9, 0, 500_000)
    feature = CATALOGUE[lost.feature]
    found = reason_for(lost, feature)
    assert found.code == "REFUND_AMOUNT_MONTHLY_12M"
    assert feature.zh in found.zh
    assert feature.en in found.en
    with pytest.raises(KeyError):
        reason_for(lost)


def test_values_are_told_for_people() -> None:
    assert tell(-12_345, "ratio", 6) == "-1.2 %"
    assert tell(1234, "count", 0) == "1,234"
    assert tell(150, "fen", 0) == "¥1.50"
