"""The catalogue says what it means: enough features, each named, worded and computable."""

from __future__ import annotations

import re

from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import _STAGES
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.features.daily import SIDES, SUMS
from farthing.features.primitives import REDUCERS, parse

RELIED_ON = {
    "months_active": 0, "turnover_monthly_6m": 0, "turnover_monthly_12m": 0, "turnover_12m": 0, "sales_void_share_12m": 6,
    "sales_return_share_12m": 6, "buyers_12m": 0, "suppliers_12m": 0, "buyer_top1_share_12m": 6, "supplier_top1_share_12m": 6,
    "turnover_trend_12m": 6, "gross_margin_12m": 6, "tax_burden_12m": 6, "days_since_last_sale": 0,
}  # fmt: skip


def test_there_are_at_least_eighty() -> None:
    assert len([feature for feature in FEATURES if feature.source is EvidenceKind.INVOICE]) >= 80
    assert len([feature for feature in FEATURES if feature.source is EvidenceKind.TRANSACTION]) >= 40


def test_names_the_house_relies_on_keep_their_scale() -> None:
    assert {name: CATALOGUE[name].scale for name in RELIED_ON} == RELIED_ON


def test_every_feature_is_worded_in_both_languages() -> None:
    for feature in FEATURES:
        assert re.fullmatch(r"[a-z0-9_]+", feature.name), feature.name
        assert re.search(r"[\u4e00-\u9fff]", feature.zh), feature.name
        assert "{" not in feature.zh + feature.en, feature.name
    assert len({feature.zh for feature in FEATURES}) == len(FEATURES)
    assert len({feature.en for feature in FEATURES}) == len(FEATURES)


def test_every_primitive_reads_a_column_and_side_of_its_source() -> None:
    for feature in FEATURES:
        for text in feature.primitives:
            primitive = parse(text)
            assert primitive.side in (*SIDES[feature.source], "any"), feature.name
            if primitive.reducer == "sum":
                assert primitive.column in SUMS[feature.source], feature.name


def test_no_primitive_takes_more_months_than_are_kept_apart() -> None:
    sums = [parse(text) for feature in FEATURES for text in feature.primitives if text.startswith(("sum ", "max "))]
    assert all(primitive.high <= 24 or primitive.window == "all" for primitive in sums)


def test_every_reducer_has_a_stage() -> None:
    assert frozenset().union(*(reducers for reducers, _ in _STAGES)) == REDUCERS


def test_labels_and_ratings_are_not_features() -> None:
    assert not [name for name in CATALOGUE if re.search("rating|default|outcome", name)]
