"""Is this use of evidence covered by what the party allowed? (PI-05, IL-12)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from farthing.domain.consent import Consent
from farthing.domain.evidence import TERMS, EvidenceKind


class Standing(StrEnum):
    """How a use stands with a party: allowed, never spoken of, or no longer allowed."""

    COVERED = "covered"
    SILENT = "silent"
    ENDED = "ended"


def standing(consents: Iterable[Consent], kind: EvidenceKind, day: dt.date) -> Standing:
    """What a party's consents say of using evidence of `kind` on `day`. One that ended is a no, which no assumption may overrule."""
    spoken = [consent for consent in consents if kind in consent.kinds]
    if any(consent.covers(kind, day) for consent in spoken):
        return Standing.COVERED
    return Standing.ENDED if spoken else Standing.SILENT


def presumed(kind: EvidenceKind, *, consented: bool, synthetic: bool) -> bool:
    """Whether a party that never spoke of evidence of `kind` may be taken to allow it, on the word of who brings it.

    A credit report is read under a consent that was given, or not at all (CR-02); what speaks of nobody asks nobody.
    """
    return consented or synthetic or not TERMS[kind].live
