"""The catalogue: every feature the house knows, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from farthing.domain.feature import Feature
from farthing.features.family import (
    across,
    counterparties,
    credit_report,
    flows,
    goods,
    land,
    longer,
    margin_tax,
    outgrowth,
    owner,
    public_record,
    quality,
    shop,
    tax,
    turnover,
)

CORE: tuple[Feature, ...] = (
    *turnover.FEATURES, *counterparties.FEATURES, *quality.FEATURES, *margin_tax.FEATURES, *flows.FEATURES,
)  # fmt: skip
"""The first families: what every decision records, whoever reads it."""


def _beyond(known: Iterable[Feature], more: Iterable[Feature]) -> tuple[Feature, ...]:
    """Those of `more` that ask something new: neither a known name nor the same formula over the same reductions."""
    names = {feature.name for feature in known}
    asked = {(feature.post, feature.scale, feature.primitives) for feature in known}
    return tuple(one for one in more if one.name not in names and (one.post, one.scale, one.primitives) not in asked)


FAMILIES: Mapping[str, tuple[Feature, ...]] = MappingProxyType(
    {
        "turnover": turnover.FEATURES,
        "counterparties": counterparties.FEATURES,
        "quality": quality.FEATURES,
        "margin_tax": margin_tax.FEATURES,
        "flows": flows.FEATURES,
        "longer": _beyond(CORE, longer.EVERY),
        "shop": shop.FEATURES,
        "tax": tax.FEATURES,
        "credit_report": credit_report.FEATURES,
        "public_record": public_record.FEATURES,
        "land": land.FEATURES,
        "goods": goods.FEATURES,
        "owner": owner.FEATURES,
        "across": across.FEATURES,
        "outgrowth": outgrowth.FEATURES,
    }
)
FEATURES: tuple[Feature, ...] = tuple(feature for family in FAMILIES.values() for feature in family)
CATALOGUE: Mapping[str, Feature] = MappingProxyType({feature.name: feature for feature in FEATURES})
FAMILY_OF: Mapping[str, str] = MappingProxyType({feature.name: family for family, features in FAMILIES.items() for feature in features})

assert len(CATALOGUE) == len(FEATURES), "two features share a name"
