"""Acts that wait for a second person, and those that were resolved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from farthing.domain.bill.event import BillDiscounted, BillRediscounted, BillWrittenOff
from farthing.domain.errors import FarthingError, NotFound
from farthing.domain.event import Event, Proposed, ReliefPlanned, Resolved
from farthing.domain.ids import Id
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.bill.discount import DiscountQuote, foresee_offer
from farthing.flows.bill.part import Parted, foresee_parting
from farthing.flows.line.propose import Act, Effect, LineAct, Proposal, bill_of, body_of, effect_of, line_of
from farthing.flows.line.rehearse import Rehearsed, foresee
from farthing.flows.ports import House

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as a second person reads it: what is asked in full, who asked, who resolved it.

    `foreseen` is its effect on a line today, `priced` what would be paid for a bill, `parted` what parting with one comes to, while it
    waits. `trouble` says why it could not be carried out any more.
    """

    proposal: Proposal
    body: Act
    by: str
    resolved_by: str
    foreseen: Rehearsed | None
    trouble: FarthingError | None
    priced: DiscountQuote | None = None
    parted: Parted | None = None


def proposals(house: House, actor: Actor, *, waiting: bool = False) -> tuple[Proposal, ...]:
    """The newest proposals first, with the effect they would have today; `waiting`: only those not resolved."""
    require(actor, *READERS)
    resolved = {id_: resolution[0] for id_, resolution in _resolved(house).items()}
    found = []
    for event in house.journal.events(kind="Proposed", limit=SHOWN, newest_first=True):
        assert isinstance(event.body, Proposed)
        agreed = resolved.get(event.body.proposal)
        if not (waiting and agreed is not None):
            effect = _effect(house, event.body) if agreed is None else None
            found.append(_proposal(event, event.body, effect, agreed))
    return tuple(found)


def proposal_views(house: House, actor: Actor) -> tuple[ProposalView, ...]:
    """The newest proposals first, each as its second person reads it."""
    require(actor, *READERS)
    names = {one.id: one.name for one in house.staff.list(everyone=True)}
    resolved, found = _resolved(house), []
    for event in house.journal.events(kind="Proposed", limit=SHOWN, newest_first=True):
        assert isinstance(event.body, Proposed)
        agreed, resolver = resolved.get(event.body.proposal, (None, ""))
        found.append(_view(house, actor, event, (agreed, names.get(resolver, resolver), names.get(event.actor, event.actor))))
    return tuple(found)


def plan_of(house: House, actor: Actor, proposal: Id) -> ReliefPlan:
    """The plan behind a proposed relief; `NotFound` if the proposal is of something else."""
    require(actor, *READERS, Role.SYSTEM)
    for event in house.journal.events(stream=proposal, limit=1):
        if isinstance(event.body, Proposed) and isinstance(body := body_of(event.body), ReliefPlanned):
            return body.plan
    raise NotFound("no_relief", f"{proposal[:40]!r} proposes no relief.", "Look at the list of proposals.")


def _view(house: House, actor: Actor, event: Event, told: tuple[bool | None, str, str]) -> ProposalView:
    agreed, resolved_by, by = told
    assert isinstance(event.body, Proposed)
    body, foreseen, trouble, priced, parted = body_of(event.body), None, None, None, None
    if agreed is None:
        try:
            if isinstance(body, BillDiscounted):
                priced = foresee_offer(house, actor, body)
            elif isinstance(body, BillRediscounted | BillWrittenOff):
                parted = foresee_parting(house, actor, body)
            elif isinstance(body, LineAct):
                foreseen = foresee(house, actor, body, event.body.on)
        except FarthingError as refused:
            trouble = refused
    return ProposalView(_proposal(event, event.body, None, agreed), body, by, resolved_by, foreseen, trouble, priced, parted)


def _resolved(house: House) -> dict[Id, tuple[bool, Id]]:
    """Proposal to whether it was agreed to, and by whom."""
    return {
        event.body.proposal: (event.body.agreed, event.actor)
        for event in house.journal.events(kind="Resolved", limit=SHOWN, newest_first=True)
        if isinstance(event.body, Resolved)
    }


def _proposal(event: Event, proposed: Proposed, effect: Effect | None, agreed: bool | None) -> Proposal:
    body = body_of(proposed)
    return Proposal(
        proposed.proposal, proposed.act, line_of(body), event.actor, event.effective_on, effect, agreed, proposed.on, bill_of(body)
    )


def _effect(house: House, proposed: Proposed) -> Effect | None:
    """None for what is about no line, and for an act that the line would no longer allow."""
    body = body_of(proposed)
    if not isinstance(body, LineAct):
        return None
    try:
        stored = house.lines.get(body.line)
        past = partial(house.journal.events, body.line, limit=stored.events)
        return effect_of(stored, past, body, house.clock.today(), proposed.on)
    except FarthingError:
        return None
