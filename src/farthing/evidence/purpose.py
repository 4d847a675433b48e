"""Is this use of evidence covered by what the party allowed? (PI-05, IL-12)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from farthing.domain.consent import Consent
from farthing.domain.evidence import EvidenceKind


def uncovered(consents: Iterable[Consent], kinds: Iterable[EvidenceKind], day: dt.date) -> tuple[EvidenceKind, ...]:
    """The kinds no consent allows to be used on `day`, in the order asked for; empty when the whole use is covered."""
    given = tuple(consents)
    return tuple(kind for kind in dict.fromkeys(kinds) if not any(consent.covers(kind, day) for consent in given))
