"""Acts that wait for a second person, and those that were resolved."""

from __future__ import annotations

from farthing.domain.errors import FarthingError, NotFound
from farthing.domain.event import Proposed, ReliefPlanned, Resolved
from farthing.domain.ids import Id
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.line.propose import Effect, Proposal, body_of, effect_of
from farthing.flows.ports import House

SHOWN = 200


def proposals(house: House, actor: Actor, *, waiting: bool = False) -> tuple[Proposal, ...]:
    """The newest proposals first, with the effect they would have today; `waiting`: only those not resolved."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)
    resolved = {
        event.body.proposal: event.body.agreed
        for event in house.journal.events(kind="Resolved", limit=SHOWN, newest_first=True)
        if isinstance(event.body, Resolved)
    }
    found = []
    for event in house.journal.events(kind="Proposed", limit=SHOWN, newest_first=True):
        assert isinstance(event.body, Proposed)
        body, agreed = body_of(event.body), resolved.get(event.body.proposal)
        line = None if isinstance(body, ReliefPlanned) else body.line
        effect = _effect(house, event.body) if agreed is None else None
        if not (waiting and agreed is not None):
            found.append(Proposal(event.body.proposal, event.body.act, line, event.actor, event.effective_on, effect, agreed))
    return tuple(found)


def plan_of(house: House, actor: Actor, proposal: Id) -> ReliefPlan:
    """The plan behind a proposed relief; `NotFound` if the proposal is of something else."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)
    for event in house.journal.events(stream=proposal, limit=1):
        if isinstance(event.body, Proposed) and isinstance(body := body_of(event.body), ReliefPlanned):
            return body.plan
    raise NotFound("no_relief", f"{proposal[:40]!r} proposes no relief.", "Look at the list of proposals.")


def _effect(house: House, proposed: Proposed) -> Effect | None:
    """None for a relief, and for an act that the line would no longer allow."""
    body = body_of(proposed)
    if isinstance(body, ReliefPlanned):
        return None
    try:
        return effect_of(house.lines.get(body.line), body, house.clock.today())
    except FarthingError:
        return None
