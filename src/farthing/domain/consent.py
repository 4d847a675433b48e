"""Consent: what a party allowed us to use, for which purpose, until when (PI-05, IL-12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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
