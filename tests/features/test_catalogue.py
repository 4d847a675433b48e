"""The catalogue says what it means: enough features, each named, worded and computable."""

from __future__ import annotations

import re

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.kinds import TABLES
from farthing.features.batch import _STAGES
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.features.primitives import REDUCERS, parse
from farthing.features.records import KIND_OF, RECORDS, SUMS

RELIED_ON = {
    "months_active": 0, "turnover_monthly_6m": 0, "turnover_monthly_12m": 0, "turnover_12m": 0, "sales_void_share_12m": 6,
    "sales_return_share_12m": 6, "buyers_12m": 0, "suppliers_12m": 0, "buyer_top1_share_12m": 6, "supplier_top1_share_12m": 6,
    "turnover_trend_12m": 6, "gross_margin_12m": 6, "tax_burden_12m": 6, "days_since_last_sale": 0,
}  # fmt: skip


def test_there_are_thousands() -> None:
    assert len(FEATURES) >= 2_500
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


def test_every_primitive_reads_a_column_of_a_kind_the_feature_names() -> None:
    for feature in FEATURES:
        read = {KIND_OF[parse(text).side] for text in feature.primitives}
        assert read == set(feature.sources), feature.name
        for primitive in map(parse, feature.primitives):
            if primitive.reducer in ("sum", "latest", "report"):
                assert primitive.column in SUMS[KIND_OF[primitive.side]], feature.name


def test_every_kind_of_evidence_but_labels_and_ties_has_features() -> None:
    silent = {EvidenceKind.ENTERPRISE, EvidenceKind.RELATION, EvidenceKind.OUTCOME}
    assert {kind for feature in FEATURES for kind in feature.sources} == set(EvidenceKind) - silent


def test_records_read_canonical_columns_only() -> None:
    for kind, record in RECORDS.items():
        known = {*TABLES[kind].schema(), "subject"}
        expressions = [*record.tops.values(), *(one for entry in record.entries for one in (entry.side, *entry.sums.values()))]
        named = {name for one in expressions for name in one.meta.root_names()} | {entry.day for entry in record.entries}
        assert named | set(record.key) | {name for name in (record.partner, record.low) if name} <= known, kind


def test_age_and_home_are_no_features() -> None:
    assert not [one.name for one in FEATURES if re.search("birth|gender|county", one.name + " ".join(one.primitives))]


def test_no_primitive_takes_more_months_than_are_kept_apart() -> None:
    sums = [parse(text) for feature in FEATURES for text in feature.primitives if text.startswith(("sum ", "max "))]
    assert all(primitive.high <= 24 or primitive.window == "all" for primitive in sums)


def test_every_reducer_has_a_stage() -> None:
    assert frozenset().union(*(reducers for reducers, _ in _STAGES)) == REDUCERS


def test_labels_and_ratings_are_not_features() -> None:
    assert not [name for name in CATALOGUE if re.search("rating|default|outcome", name)]
