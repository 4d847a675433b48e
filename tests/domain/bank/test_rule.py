"""A rule holds by the day of the event, and refuses in the law's name only where its text is known."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.domain.bank.rule import Confidence, Rule, Severity
from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.errors import Invalid


def made(confidence: Confidence, severity: Severity, until: dt.date | None = None) -> Rule:
    return Rule("XX-01", "a law", "1", dt.date(2026, 8, 1), confidence, severity, "规则", "a rule", effective_to=until)


@pytest.mark.parametrize("confidence", [Confidence.C, Confidence.X])
def test_what_is_not_confirmed_never_blocks_in_the_laws_name(confidence: Confidence) -> None:
    with pytest.raises(Invalid) as refused:
        made(confidence, Severity.BLOCK)
    assert refused.value.code == "unconfirmed_rule"
    assert made(confidence, Severity.POLICY).severity is Severity.POLICY, "the bank may hold itself to more"


def test_a_rule_is_asked_by_the_day_of_the_event() -> None:
    rule = made(Confidence.B, Severity.BLOCK, dt.date(2027, 1, 31))
    days = (dt.date(2026, 7, 31), dt.date(2026, 8, 1), dt.date(2027, 1, 31), dt.date(2027, 2, 1))
    assert [rule.in_force(day) for day in days] == [False, True, True, False]


def test_the_rulebook_is_in_order_and_in_both_languages() -> None:
    assert list(RULEBOOK) == sorted(RULEBOOK)
    assert all(rule.zh and rule.en and rule.doc for rule in RULEBOOK.values())
    assert {rule.id for rule in RULEBOOK.values() if rule.severity is Severity.BLOCK and not rule.confidence.confirmed} == set()
