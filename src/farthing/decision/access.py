"""Access: a precedence list. Every rule is evaluated; the first that stops the case decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from farthing.decision.compiled import CompiledPolicy, Ready
from farthing.decision.reasons import missing, reason
from farthing.domain.decision import Reason, Step, StepKind
from farthing.domain.facts import FactSpec, FactValue
from farthing.domain.policy import AccessRule, Outcome

Values = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Access:
    """Where the list ended, its steps, and a true reason for every rule that asks for that outcome, the deciding one first."""

    outcome: Outcome
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    by_score: bool


_BY_SCORE = frozenset({"pd_12m", "pd_12m_low", "pd_12m_high", "score_points"})


def fold_access(compiled: CompiledPolicy, values: Values, lost: Collection[str] = ()) -> Access:
    """Only TRUE fires; UNKNOWN takes the rule's `missing` outcome at its place, where approve means it does not stop. `lost`: facts that
    rest on what was not read."""
    fired = [ready.run(values) for ready in compiled.access]
    stops = [stop_of(ready, value) for ready, value in zip(compiled.access, fired, strict=True)]
    at = next((index for index, stop in enumerate(stops) if stop is not None), None)
    outcome = Outcome.APPROVE if at is None else stops[at] or Outcome.APPROVE
    told = list(zip(compiled.access, fired, stops, strict=True))
    steps = tuple(_step(ready, value, index == at, stop, values) for index, (ready, value, stop) in enumerate(told))
    held = [(ready, value) for ready, value, stop in told if stop is outcome]
    reasons = tuple(_reason(ready, value, values, (compiled.specs, lost)) for ready, value in held)
    return Access(outcome, steps, reasons, any(not _BY_SCORE.isdisjoint(ready.reads) for ready, _ in held))


def stop_of(ready: Ready, fired: bool | None) -> Outcome | None:
    """What a rule that fired, did not, or could not be judged asks for; None where it lets the case go on."""
    assert isinstance(ready.rule, AccessRule)
    if fired is False:
        return None
    stops = ready.rule.outcome if fired else ready.rule.missing
    return None if stops is Outcome.APPROVE else stops


def _step(ready: Ready, fired: bool | None, decides: bool, stops: Outcome | None, values: Values) -> Step:
    assert isinstance(ready.rule, AccessRule)
    value = None if fired is None else int(fired)
    return Step(StepKind.ACCESS, ready.rule.name, ready.rule.when, value, decides, stops, read_of(ready, values))


def _reason(ready: Ready, fired: bool | None, values: Values, told: tuple[Mapping[str, FactSpec], Collection[str]]) -> Reason:
    assert isinstance(ready.rule, AccessRule)
    specs, lost = told
    if any(name in lost for name in ready.reads):
        return reason("SOURCE_UNREAD", values, (), specs)
    return reason(ready.rule.reason, values, ready.reads, specs) if fired else missing(values, ready.reads, specs)


def read_of(ready: Ready, values: Values) -> tuple[tuple[str, FactValue], ...]:
    """The facts a rule read, for its step."""
    return tuple((name, values[name]) for name in ready.reads if name in values)
