"""A decision replayed is the same to the byte, or says in which field it is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from farthing.audit.replay import compare
from farthing.domain.decision import Decision
from farthing.domain.errors import NotFound
from farthing.domain.party import RelatedFinding
from farthing.domain.policy import Outcome

DECISION = Decision(
    id="dec_a", application="app_a", party="pty_a", product="p", outcome=Outcome.APPROVE, limit_fen=100, rate=None, reasons=(), steps=(),
    related=RelatedFinding(False, (), "none found", 0, "d"), score=None, policy="pol", policy_digest="x", model=None, accountable="A",
    approver="B", decided_on=dt.date(2025, 1, 1),
)  # fmt: skip


def test_the_same_bytes_are_no_finding() -> None:
    assert compare(DECISION, lambda: replace(DECISION)) == ()


def test_each_field_that_differs_is_told() -> None:
    found = compare(DECISION, lambda: replace(DECISION, limit_fen=90, approver="C"))
    assert [(finding.item, finding.expected, finding.found) for finding in found] == [
        ("dec_a limit_fen", "100", "90"),
        ("dec_a approver", '"B"', '"C"'),
    ]


def test_a_decision_that_cannot_be_made_again_is_told() -> None:
    def again() -> Decision:
        raise NotFound("no_policy", "The policy is gone.", "Restore it.")

    (finding,) = compare(DECISION, again)
    assert finding.check == "decision can be replayed"
    assert "The policy is gone" in finding.found
