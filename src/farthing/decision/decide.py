"""One decision: three folds over the facts. The folded steps are the trace, so number and explanation cannot drift apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TypeAlias

from farthing.decision.access import Access, fold_access
from farthing.decision.compiled import CompiledPolicy
from farthing.decision.limit import Limit, fold_limit
from farthing.decision.price import Price, fold_price
from farthing.decision.reasons import MOST, choose, reason, unread
from farthing.decision.unread import COUNTED, declined_anyway, reads_lost, sources_step, untouched
from farthing.domain.decision import Application, Decision, Estimated, Reason, SourceRead, Step, StepKind
from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import Facts
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.money import format_yuan
from farthing.domain.party import RelatedFinding
from farthing.domain.policy import Outcome
from farthing.domain.product import Product
from farthing.domain.score import Score


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision rests on beside the policy. `score_reasons` are the model's, by shortfall, worst first.

    `sources` says which evidence could be relied on, `lost` names the facts that rest on what could not; nothing is told of sources that
    are `only_beside`, read by models beside the one in use alone.
    """

    application: Application
    facts: Facts
    product: Product
    score: Score | None
    related: RelatedFinding
    score_reasons: tuple[Reason, ...] = ()
    estimated: tuple[Estimated, ...] = ()
    sources: tuple[SourceRead, ...] = ()
    lost: frozenset[str] = frozenset()
    only_beside: frozenset[EvidenceKind] = frozenset()

    @property
    def left_out(self) -> tuple[SourceRead, ...]:
        """The sources that the answer would have rested on, and does not."""
        return tuple(one for one in self.sources if not one.read and one.kind not in self.only_beside)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided on a referred case: refer hands a proposal on to a second person. The note stands in the trace."""

    outcome: Outcome
    limit_fen: int
    officer: str
    approver: str
    note: str
    decided_on: dt.date


Folded: TypeAlias = tuple[Outcome, tuple[Step, ...], tuple[Reason, ...]]
_SAID = {Outcome.APPROVE: "OFFICER_APPROVED", Outcome.DECLINE: "OFFICER_DECLINED", Outcome.REFER: "OFFICER_PROPOSED"}


def decide(case: Case, compiled: CompiledPolicy) -> Decision:
    """The decision on a case: the same inputs give the same bytes."""
    values = case.facts.values
    access = fold_access(compiled, values, case.lost)
    limit = fold_limit(compiled, case.product, values, case.lost)
    price = fold_price(compiled, case.product, values, case.lost)
    outcome = _outcome(access, limit, price)
    steps = (*access.steps, *_limit_steps(access, limit, price), *price.steps)
    reasons = _reasons(case, access, limit, price)
    lost = case.lost | {COUNTED} if values.get(COUNTED) else case.lost
    if lost and reads_lost(compiled, lost):
        outcome, steps, reasons = _spared(replace(case, lost=lost), compiled, (outcome, steps, reasons))
    policy, model = compiled.policy, case.score.model if case.score else None
    return Decision(
        id=derived_id(Prefix.DECISION, case.application.id, policy.digest, model or ""),
        application=case.application.id,
        party=case.application.party,
        product=case.product.code,
        outcome=outcome,
        limit_fen=0 if outcome is Outcome.DECLINE else limit.limit_fen,
        rate=None if outcome is Outcome.DECLINE else price.rate,
        reasons=reasons,
        steps=steps,
        related=case.related,
        score=case.score,
        policy=policy.id,
        policy_digest=policy.digest,
        model=model,
        accountable=policy.accountable.owner,
        approver=policy.accountable.approver,
        decided_on=case.facts.as_of,
        estimated=case.estimated,
        sources=case.sources,
    )


def _spared(case: Case, compiled: CompiledPolicy, folded: Folded) -> Folded:
    """What the folds came to, where rules read what rests on unread sources: it says so, and does not decline for that."""
    outcome, steps, reasons = folded
    told, values = unread([one.kind for one in case.left_out]), case.facts.values
    if outcome is not Outcome.DECLINE:
        return outcome, steps, choose((told, *reasons))
    if declined_anyway(compiled, case.product, values, case.lost):
        kept = untouched(compiled, case.lost)
        access, limit, price = fold_access(kept, values), fold_limit(kept, case.product, values), fold_price(kept, case.product, values)
        return outcome, steps, _reasons(case, access, limit, price)
    return Outcome.REFER, (sources_step(case.left_out, compiled.reliable_from_ppm), *map(_undone, steps)), (told,)


def _undone(step: Step) -> Step:
    """A step that would have declined, and did not."""
    if step.kind is StepKind.ACCESS:
        return replace(step, decided=False)
    return replace(step, decided=False, outcome=None) if step.name == "product_minimum" else step


def _outcome(access: Access, limit: Limit, price: Price) -> Outcome:
    """Access first; then a price that cannot be made; then a limit too small to be worth opening."""
    if access.outcome is not Outcome.APPROVE:
        return access.outcome
    if price.stops is not None:
        return price.stops
    return Outcome.APPROVE if limit.enough else Outcome.DECLINE


def _limit_steps(access: Access, limit: Limit, price: Price) -> tuple[Step, ...]:
    """The minimum decides only where nothing before it did."""
    if access.outcome is Outcome.APPROVE and price.stops is None:
        return limit.steps
    return (*limit.steps[:-1], replace(limit.steps[-1], decided=False, outcome=None))


def _reasons(case: Case, access: Access, limit: Limit, price: Price) -> tuple[Reason, ...]:
    """What stopped the case, then what lowered the score where the score mattered, then why not more."""
    outcome = _outcome(access, limit, price)
    stopping = [*access.reasons, *price.reasons]
    too_small = outcome is Outcome.DECLINE and not stopping
    if too_small:
        stopping.append(reason("LIMIT_BELOW_MINIMUM", case.facts.values, (), {}))
    declined = outcome is Outcome.DECLINE
    last = [limit.binding] if too_small or not declined else []
    scored = case.score_reasons if access.by_score or not declined else ()
    return choose([*stopping, *scored[: max(MOST - len(stopping) - len(last), 0)], *last])


def offered_fen(decision: Decision) -> int:
    """What the policy's caps allow, rounded down, whatever a person proposed since; it may lie below the product's minimum."""
    return next((max(step.value or 0, 0) for step in decision.steps if step.kind is StepKind.LIMIT and step.name == "rounding"), 0)


def override(decision: Decision, verdict: Verdict, product: Product) -> Decision:
    """A person's decision on a referred case: a new decision that names the one it overrides and who answers for it."""
    if decision.outcome is not Outcome.REFER:
        told = f"{decision.id} was decided {decision.outcome.value}; only referred cases are reviewed."
        raise Invalid("not_referred", told, "Open the queue to see what waits.")
    declined = verdict.outcome is Outcome.DECLINE
    if not declined and not product.limit_min_fen <= verdict.limit_fen <= product.limit_max_fen:
        told = f"{format_yuan(verdict.limit_fen)} is outside {format_yuan(product.limit_min_fen)} to {format_yuan(product.limit_max_fen)}."
        raise Invalid("limit_out_of_range", told, "Keep to the product's limits.", field="limit_fen")
    if not declined and decision.rate is None:
        raise Invalid("no_price", f"{decision.id} has no price: facts are missing.", "Complete the evidence and apply again.")
    said = Step(StepKind.ACCESS, "review", verdict.note, 1, True, verdict.outcome, ())
    before = tuple(replace(step, decided=False) if step.kind is StepKind.ACCESS else step for step in decision.steps)
    done = {*_SAID.values(), *(("SOURCE_UNREAD",) if declined else ())}  # who looked in its stead declines for a reason of their own
    earlier = [one for one in decision.reasons if one.code not in done]
    return replace(
        decision,
        id=derived_id(Prefix.DECISION, decision.id, "review"),
        outcome=verdict.outcome,
        limit_fen=0 if declined else verdict.limit_fen,
        rate=None if declined else decision.rate,
        reasons=choose((reason(_SAID[verdict.outcome], {}, (), {}), *earlier)),
        steps=(said, *before),
        accountable=verdict.officer,
        approver=verdict.approver,
        decided_on=verdict.decided_on,
        overrides=decision.id,
    )
