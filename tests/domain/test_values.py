"""Invariants of the smaller words."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from dataclasses import replace

import pytest

from farthing.domain.arrears import LoanClass
from farthing.domain.consent import Consent
from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind
from farthing.domain.product import Claim, Product, RepaymentMethod, Share
from farthing.domain.rate import Basis, Rate
from farthing.domain.staff import Accountable


def test_row_72_an_owner_may_not_approve_their_own_work() -> None:
    with pytest.raises(Invalid):
        Accountable("张三", "张三")
    assert Accountable("张三", "李四").approver == "李四"


def test_consent_covers_only_its_kinds_and_days() -> None:
    consent = Consent("pty_a", (EvidenceKind.INVOICE,), dt.date(2024, 1, 1), withdrawn_on=dt.date(2024, 6, 1))
    assert consent.covers(EvidenceKind.INVOICE, dt.date(2024, 5, 31))
    assert not consent.covers(EvidenceKind.INVOICE, dt.date(2024, 6, 1))
    assert not consent.covers(EvidenceKind.INVOICE, dt.date(2023, 12, 31))
    assert not consent.covers(EvidenceKind.TRANSACTION, dt.date(2024, 5, 31))


def test_a_consent_withdrawn_in_part_ends_and_what_is_left_goes_on() -> None:
    day, invoice, transaction = dt.date(2024, 6, 1), EvidenceKind.INVOICE, EvidenceKind.TRANSACTION
    both = Consent("pty_a", (invoice, transaction), dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    ended = replace(both, withdrawn_on=day)
    assert both.without((invoice,), day) == (ended, replace(both, kinds=(transaction,)))
    assert both.without((invoice, transaction), day) == (ended,)
    assert both.without((EvidenceKind.RELATION,), day) == (both,)
    assert ended.without((invoice,), dt.date(2024, 7, 1)) == (ended,)


def test_only_the_last_three_classes_are_non_performing() -> None:
    assert [cls.non_performing for cls in LoanClass] == [False, False, True, True, True]


def _product(**changes: int) -> Product:
    fields: dict[str, int] = {
        "limit_min_fen": 100,
        "limit_max_fen": 300,
        "draw_min_fen": 100,
        "rate_min_units": 20_000,
        "rate_max_units": 60_000,
        "due_day": 21,
    }
    fields |= changes
    return Product(
        code="p", name_zh="", name_en="", rate_basis=Basis.DAY, tenor_months=12, line_months=12,
        parties=(PartyKind.ENTERPRISE,), repayments=(RepaymentMethod.AT_MATURITY,), business_days=False, same_day_days=0, grace_days=0,
        waterfall=tuple(Claim), prepayment_fee_fen=0, penalty_ppm=500_000, all_in_cap_ppm=240_000, consumption_cap_fen=0, revolving=True,
        **fields,
    )  # fmt: skip


@pytest.mark.parametrize("wrong", [{"limit_min_fen": 400}, {"draw_min_fen": 0}, {"rate_min_units": 70_000}, {"due_day": 31}])
def test_a_product_with_contradicting_bounds_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        _product(**wrong)


@pytest.mark.parametrize(("ppm", "fine"), [(299_999, False), (300_000, True), (999_999, True), (1_000_000, False)])
def test_il_06_partners_bear_at_least_thirty_per_cent_of_each_loan(ppm: int, fine: bool) -> None:
    with nullcontext() if fine else pytest.raises(Invalid):
        replace(_product(), shares=(Share("partner", ppm),))


def test_il_02_consumption_repaid_at_the_end_is_lent_for_a_year_at_most() -> None:
    replace(_product(), consumption_cap_fen=20_000_000)
    with pytest.raises(Invalid):
        replace(_product(), consumption_cap_fen=20_000_000, tenor_months=13)


def test_il_02_a_line_of_more_than_a_year_is_drawn_on_for_consumption_only_where_it_is_repaid_in_instalments() -> None:
    year = replace(_product(), consumption_cap_fen=20_000_000)
    longer = replace(year, line_months=13)
    assert [year.consumption_fen(method) for method in RepaymentMethod] == [20_000_000] * 4
    assert {method: longer.consumption_fen(method) for method in RepaymentMethod} == {
        RepaymentMethod.INTEREST_MONTHLY: 0, RepaymentMethod.AT_MATURITY: 0,
        RepaymentMethod.EQUAL_PRINCIPAL: 20_000_000, RepaymentMethod.EQUAL_INSTALMENT: 20_000_000,
    }  # fmt: skip


@pytest.mark.parametrize(("units", "penalty"), [(20_000, 10_000), (40_000, 20_000), (43_836, 21_917), (60_000, 5_753), (65_753, 0)])
def test_il_15_interest_and_penalty_together_never_pass_the_cap(units: int, penalty: int) -> None:
    product = _product()
    assert product.penalty_units(Rate(units, Basis.DAY)) == penalty
    assert (units + penalty) * 365 <= 0.24 * 10**8 + 1


def test_a_rate_is_clamped_into_the_products_band() -> None:
    assert _product().clamp(10) == Rate(20_000, Basis.DAY)
    assert _product().clamp(45_000) == Rate(45_000, Basis.DAY)
    assert _product().clamp(10**9) == Rate(60_000, Basis.DAY)
