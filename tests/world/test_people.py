"""Merchants: made-up people with numbers that no person has, and a truth that tends the way it says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from farthing.domain.calendar import add_months
from farthing.domain.party import PartyKind
from farthing.world.people import FRAUDS, Fate, Merchant, make_merchant, person_number

START, MONTHS = dt.date(2024, 1, 1), 24


@pytest.fixture(scope="module")
def people() -> list[Merchant]:
    rng = np.random.default_rng(5)
    return [make_merchant(rng, number, START, MONTHS) for number in range(1, 1001)]


def test_identity_numbers_have_a_right_check_digit_and_a_region_that_is_nowhere() -> None:
    rng = np.random.default_rng(1)
    for number in (person_number(rng) for _ in range(200)):
        assert len(number) == 18
        assert number.startswith("99"), "no province has the region 99"
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))  # ISO 7064, MOD 11-2
        assert (total + (10 if number[17] == "X" else int(number[17]))) % 11 == 1


def test_phones_are_numbers_nobody_is_called_by(people: list[Merchant]) -> None:
    assert all(len(merchant.phone) == 11 and merchant.phone.startswith("199") for merchant in people)


def test_a_merchant_is_fixed_by_the_generator() -> None:
    one, other = (make_merchant(np.random.default_rng(9), 1, START, MONTHS) for _ in range(2))
    assert one == other


def test_a_merchant_is_registered_by_the_month_it_opens(people: list[Merchant]) -> None:
    for merchant in people:
        assert merchant.registered_on <= add_months(START, merchant.opened_month)
        assert 0 <= merchant.opened_month < MONTHS - 3
        assert merchant.strikes >= 9
    assert 0.08 < sum(merchant.opened_month > 0 for merchant in people) / len(people) < 0.17


def test_farms_grow_and_others_trade(people: list[Merchant]) -> None:
    assert {merchant.kind for merchant in people} == {PartyKind.FARM, PartyKind.PERSON, PartyKind.ENTERPRISE}
    assert all((merchant.kind is PartyKind.FARM) == (merchant.industry.code == "farm_produce") for merchant in people)


def test_weak_merchants_fail_more_often_and_a_few_invent_their_sales(people: list[Merchant]) -> None:
    ranked = sorted(people, key=lambda merchant: merchant.quality)
    weak, strong = ranked[:250], ranked[-250:]
    assert sum(merchant.defaults for merchant in weak) > 4 * sum(merchant.defaults for merchant in strong) > 0
    fates = {merchant.fate for merchant in people}
    assert fates == set(Fate) - {Fate.RING}, "rings are drawn among merchants, not born"
    assert 0 < sum(merchant.fate in FRAUDS for merchant in people) < 100
