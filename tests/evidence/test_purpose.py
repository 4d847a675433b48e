from __future__ import annotations

import datetime as dt

from farthing.domain.consent import Consent
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.purpose import Standing, presumed, standing

DAY = dt.date(2024, 6, 30)
GIVEN = Consent("pty_a", (EvidenceKind.INVOICE,), dt.date(2024, 1, 1))
ENDED = Consent("pty_a", (EvidenceKind.TRANSACTION,), dt.date(2024, 1, 1), withdrawn_on=dt.date(2024, 2, 1))
RUN_OUT = Consent("pty_a", (EvidenceKind.RELATION,), dt.date(2024, 1, 1), expires_on=DAY)


def test_a_use_is_covered_or_ended_or_nobody_spoke_of_it() -> None:
    consents = (GIVEN, ENDED, RUN_OUT)
    assert standing(consents, EvidenceKind.INVOICE, DAY) is Standing.COVERED
    assert standing(consents, EvidenceKind.TRANSACTION, DAY) is Standing.ENDED
    assert standing(consents, EvidenceKind.RELATION, DAY) is Standing.ENDED
    assert standing(consents, EvidenceKind.OUTCOME, DAY) is Standing.SILENT


def test_a_later_consent_covers_again() -> None:
    again = Consent("pty_a", (EvidenceKind.TRANSACTION,), dt.date(2024, 3, 1))
    assert standing((ENDED, again), EvidenceKind.TRANSACTION, DAY) is Standing.COVERED


def test_cr_02_silence_is_no_consent_to_a_credit_report_unless_it_is_nobody_s_or_a_consent_is_shown() -> None:
    assert presumed(EvidenceKind.ORDER, consented=False, synthetic=False)
    assert not presumed(EvidenceKind.BUREAU_ACCOUNT, consented=False, synthetic=False)
    assert not presumed(EvidenceKind.BUREAU_ENQUIRY, consented=False, synthetic=False)
    assert presumed(EvidenceKind.BUREAU_ACCOUNT, consented=True, synthetic=False)
    assert presumed(EvidenceKind.BUREAU_ACCOUNT, consented=False, synthetic=True)
