"""Consent: what a party allowed us to use, for which purpose, until when (PI-05, IL-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id


@dataclass(frozen=True, slots=True)
class Consent:
    """A party's permission to use kinds of evidence from `given_on` until it is withdrawn or runs out."""

    party: Id
    kinds: tuple[EvidenceKind, ...]
    given_on: dt.date
    expires_on: dt.date | None = None
    withdrawn_on: dt.date | None = None

    def covers(self, kind: EvidenceKind, day: dt.date) -> bool:
        """Whether evidence of this kind may be used on `day`."""
        ended = (self.withdrawn_on, self.expires_on)
        return kind in self.kinds and self.given_on <= day and all(end is None or day < end for end in ended)

    def without(self, kinds: Collection[EvidenceKind], day: dt.date) -> tuple[Consent, ...]:
        """What a running consent becomes when these kinds are withdrawn: itself, ended on `day`, and a new one of what is left of it."""
        if self.withdrawn_on is not None or not set(kinds) & set(self.kinds):
            return (self,)
        left = tuple(kind for kind in self.kinds if kind not in kinds)
        return (replace(self, withdrawn_on=day), *([replace(self, kinds=left)] if left else []))
