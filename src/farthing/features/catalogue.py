"""The catalogue: every feature the house knows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from farthing.domain.feature import Feature
from farthing.features import counterparties, flows, margin_tax, quality, turnover

FAMILIES: Mapping[str, tuple[Feature, ...]] = MappingProxyType(
    {
        "turnover": turnover.FEATURES,
        "counterparties": counterparties.FEATURES,
        "quality": quality.FEATURES,
        "margin_tax": margin_tax.FEATURES,
        "flows": flows.FEATURES,
    }
)
FEATURES: tuple[Feature, ...] = tuple(feature for family in FAMILIES.values() for feature in family)
CATALOGUE: Mapping[str, Feature] = MappingProxyType({feature.name: feature for feature in FEATURES})

assert len(CATALOGUE) == len(FEATURES), "two features share a name"
