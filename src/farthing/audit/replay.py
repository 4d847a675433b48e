"""Compares what was decided with what the same facts, policy and model decide now."""

from __future__ import annotations

from collections.abc import Callable

from farthing.domain import canon
from farthing.domain.decision import Decision
from farthing.domain.errors import FarthingError
from farthing.domain.journal import Finding


def compare(recorded: Decision, again: Callable[[], Decision]) -> tuple[Finding, ...]:
    """One finding for each field that differs in its canonical bytes; none when the decision is the same to the byte.

    `again` decides once more; that it cannot (its policy or model is missing) is a finding too.
    """
    try:
        now = again()
    except FarthingError as error:
        return (Finding("decision can be replayed", recorded.id, "the policy and the model it was made by", str(error)),)
    if canon.encode(recorded) == canon.encode(now):
        return ()
    before, after = canon.plain(recorded), canon.plain(now)
    return tuple(
        Finding("decision replays to the byte", f"{recorded.id} {name}", _short(before[name]), _short(after[name]))
        for name in before
        if before[name] != after[name]
    )


def _short(value: object) -> str:
    told = canon.encode(value).decode()
    return told if len(told) <= 200 else f"{told[:197]}..."
