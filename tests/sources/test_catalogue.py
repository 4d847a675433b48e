"""The product catalogue: exact units, and the all-in cap held at load (IL-15, PR-04)."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest

from farthing.domain.errors import Invalid
from farthing.domain.rate import Basis
from farthing.models.fraud.model import decode
from farthing.models.fraud.signs import SIGN
from farthing.sources.catalogue import (
    packaged_bill_product,
    packaged_fraud_model,
    packaged_policies,
    packaged_products,
    read_bill_product,
    read_products,
)

BILLS = (files("farthing.sources") / "catalogue" / "bills.yaml").read_text(encoding="utf-8")
TEXT = (files("farthing.sources") / "catalogue" / "products.yaml").read_text(encoding="utf-8")


def test_the_two_products_are_as_agreed() -> None:
    products = packaged_products()
    term, line = products["sme_term"], products["revolving"]
    assert (term.limit_min_fen, term.limit_max_fen, term.rate_min_units, term.rate_max_units) == (10_000_000, 100_000_000, 40_000, 150_000)
    assert (term.tenor_months, term.rate_basis, term.revolving) == (12, Basis.YEAR_365, False)
    assert (line.limit_min_fen, line.limit_max_fen, line.rate_min_units, line.rate_max_units) == (100, 300_000_000, 20_000, 60_000)
    assert (line.rate_basis, line.revolving, line.prepayment_fee_fen) == (Basis.DAY, True, 0)


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("rate_max: 0.0006", "rate_max: 0.0007", "above_all_in_cap"),
        ("rate_max: 0.15", "rate_max: 0.25", "above_all_in_cap"),
        ("prepayment_fee_yuan: 0", "prepayment_fee_yuan: 200", "above_all_in_cap"),
        ("rate_min: 0.0002", "rate_min: 0.000200001", "bad_product"),
        ("rate_basis: day", "rate_basis: week", "bad_product"),
        ("code: revolving", "code: sme_term", "bad_product"),
        ("    due_day: 21\n", "", "bad_product"),
        ("limit_min_yuan: 100000", "limit_min_yuan: 2000000", "bad_product"),
        ("tenor_months: 60 ", "tenor_months: 61 ", "bad_product"),  # PL-01
        ("long_months: 120", "long_months: 121", "bad_product"),
    ],
)
def test_il_15_a_catalogue_that_cannot_be_right_is_refused(was: str, becomes: str, code: str) -> None:
    assert was in TEXT
    with pytest.raises(Invalid) as refused:
        read_products(TEXT.replace(was, becomes, 1))
    assert refused.value.code == code


def test_pl_01_what_is_lent_for_consumption_never_runs_for_ten_years() -> None:
    at = TEXT.index("code: house")
    mixed = TEXT[:at] + TEXT[at:].replace("consumption_cap_yuan: 0 ", "consumption_cap_yuan: 1 ", 1)
    with pytest.raises(Invalid) as refused:
        read_products(mixed)
    assert "PL-01" in refused.value.message


def test_a_policy_comes_with_every_product() -> None:
    assert len(packaged_policies()) == len(packaged_products())


def test_the_bill_business_is_as_agreed() -> None:
    bills = packaged_bill_product()
    assert (bills.face_max_fen, bills.rate_basis, bills.most_months) == (3_000_000_000, Basis.YEAR_360, 6)
    assert (bills.rate_min_units, bills.rate_max_units, bills.second_person_fen) == (5_000, 80_000, 500_000_000)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("face_max_yuan: 30000000", "face_max_yuan: 30000001"),  # above the cap on one seller
        ("rate_max: 0.08", "rate_max: 0.0800000001"),
        ("rate_basis: year_360", "rate_basis: lunar"),
        ("most_months: 6", "months: 6"),
    ],
)
def test_a_bill_business_that_cannot_be_does_not_load(was: str, becomes: str) -> None:
    assert was in BILLS
    with pytest.raises(Invalid) as refused:
        read_bill_product(BILLS.replace(was, becomes))
    assert refused.value.code == "bad_product"


def test_the_anti_fraud_model_that_comes_with_the_house_is_the_one_its_card_describes() -> None:
    card, artefact = packaged_fraud_model()
    model = decode(artefact)
    assert (card.id, card.artefact, card.synthetic) == (model.name, hashlib.sha256(artefact).hexdigest(), True)
    assert card.features == model.trees.forest.features
    assert set(card.features) <= set(SIGN), "made anew by tools/fraud_model.py when signs change"
    assert card.reproduce.startswith("farthing model fraud train --worlds 6")
