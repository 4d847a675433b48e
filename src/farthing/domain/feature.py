"""A feature: one definition, used for all parties in the past and for one applicant now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.evidence import EvidenceKind


class Missing(StrEnum):
    """What a missing value means for this feature."""

    NO_ACTIVITY = "no_activity"  # the source was read and held nothing in the window
    NOT_DEFINED = "not_defined"  # the formula has no answer (a ratio over zero)
    NO_SOURCE = "no_source"  # the source was not available


@dataclass(frozen=True, slots=True)
class Feature:
    """The closed record of a feature. Values are integers at `scale` decimals (6: stored × 1,000,000); None is missing.

    `primitives` are the exact integer reductions it rests on; `post` names the one formula that turns them into the value.
    `window_days` 0 means all history known at the date. `source` is the kind of evidence it is about, `beside` those it is compared
    with: where any of them is not there the value is missing.
    """

    name: str
    zh: str
    en: str
    unit: str
    source: EvidenceKind
    window_days: int
    primitives: tuple[str, ...]
    post: str
    scale: int
    missing: Missing
    owner: str
    beside: tuple[EvidenceKind, ...] = ()

    @property
    def sources(self) -> tuple[EvidenceKind, ...]:
        """Every kind of evidence it reads."""
        return (self.source, *self.beside)
