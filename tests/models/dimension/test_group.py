"""The tables that divide the catalogue: every feature has its dimension, every signal its group, and what may not be read is not there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from farthing.domain.errors import Invalid
from farthing.domain.evidence import TERMS, EvidenceKind
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.flows.model.dimensions import GROUPS
from farthing.models.dimension import enterprise, personal
from farthing.models.dimension.card import ScoreKind
from farthing.models.dimension.group import dimension_of, require_shares
from farthing.models.dimension.signals import SILENCE, TRENDS


def test_every_feature_of_the_catalogue_is_of_one_of_the_enterprise_s_dimensions() -> None:
    found = Counter(dimension_of(feature, enterprise.RULES) for feature in FEATURES)
    assert set(found) == {one.code for one in enterprise.DIMENSIONS}


def test_of_a_person_no_invoice_no_shipment_and_no_store_is_read() -> None:
    unread = {kind for feature in FEATURES if dimension_of(feature, personal.RULES) is None for kind in feature.sources}
    assert unread == {EvidenceKind.INVOICE, EvidenceKind.SHIPMENT, EvidenceKind.STOCK_MOVE}


@pytest.mark.parametrize(
    ("name", "of_enterprise", "of_person"),
    [
        ("buyer_hhi_12m", "network", None), ("turnover_monthly_12m", "behaviour", None), ("account_late_now", "bureau", "history"),
        ("debts_to_invoiced_sales_12m", "bureau", "history"), ("owner_keeps_books", "traits", "identity"),
        ("sued_cases_12m", "traits", "history"),
        ("contact_points_12m", "circle", "network"), ("payer_hhi_12m", "network", "network"), ("balance_last", "behaviour", "ability"),
        ("stock_out_item_hhi_12m", "behaviour", None), ("app_night_share_3m", "behaviour", "behaviour"),
    ],
)  # fmt: skip
def test_what_stands_where(name: str, of_enterprise: str, of_person: str | None) -> None:
    assert dimension_of(CATALOGUE[name], enterprise.RULES) == of_enterprise
    assert dimension_of(CATALOGUE[name], personal.RULES) == of_person


@pytest.mark.parametrize("kind", ScoreKind)
def test_a_dimension_needs_consent_for_all_that_it_reads(kind: ScoreKind) -> None:
    for group in GROUPS[kind]:
        needed = {TERMS[source].purpose for name in group.names for source in CATALOGUE[name].sources}
        assert needed <= set(group.dimension.purposes), group.dimension.code


@pytest.mark.parametrize("kind", ScoreKind)
def test_the_stated_shares_come_to_one_and_one_dimension_must_be_asked_for(kind: ScoreKind) -> None:
    dimensions = [group.dimension for group in GROUPS[kind]]
    require_shares(dimensions)
    assert [one.code for one in dimensions if one.asked] == [{"enterprise": "circle", "personal": "network"}[kind]]
    with pytest.raises(Invalid):
        require_shares(dimensions[1:])
    with pytest.raises(Invalid):
        require_shares([replace(dimensions[0], prior_ppm=0), *dimensions[1:]])


def test_every_signal_is_in_the_catalogue_and_in_a_dimension() -> None:
    assert set(TRENDS) <= set(CATALOGUE)
    assert {name for group in GROUPS[ScoreKind.ENTERPRISE] for name in group.names} == set(TRENDS)
    assert set(SILENCE) <= set(TRENDS)


def test_nothing_is_read_that_a_refusal_may_not_follow_from() -> None:
    assert not {name for name in TRENDS if any(word in name for word in ("schooling", "dependants", "birth", "age_", "county"))}
