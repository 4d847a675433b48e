"""Acts that wait for a second person, and those that were resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from farthing.domain.bill.event import BillDiscounted
from farthing.domain.errors import FarthingError, NotFound
from farthing.domain.event import Event, Proposed, ReliefPlanned, Resolved
from farthing.domain.ids import Id
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.bill.discount import DiscountQuote, foresee_offer
from farthing.flows.line.propose import Act, Effect, LineAct, Proposal, bill_of, body_of, effect_of, line_of
from farthing.flows.line.rehearse import Rehearsed, foresee
from farthing.flows.ports import House

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)
SHOWN = 200
_Resolved: TypeAlias = tuple[bool, Id]
"""Was it agreed to, and by whom?"""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as a second person reads it: what is asked in full, who asked, who resolved it.

    `foreseen` is its effect on a line today, `priced` what would be paid for a bill, while it waits. `trouble` says why it could not
    be carried out any more.
    """

    proposal: Proposal
    body: Act
    by: str
    resolved_by: str
    foreseen: Rehearsed | None
    trouble: FarthingError | None
    priced: DiscountQuote | None = None


def proposals(house: House, actor: Actor, *, waiting: bool = False) -> tuple[Proposal, ...]:
    """All that wait and the newest of the others, the newest first, with the effect they would have today; `waiting`: only those."""
    require(actor, *READERS)
    found = []
    for event, proposed, resolved in _told(house):
        if resolved is None:
            found.append(_proposal(event, proposed, _effect(house, proposed), None))
        elif not waiting:
            found.append(_proposal(event, proposed, None, resolved[0]))
    return tuple(found)


def proposal_views(house: House, actor: Actor) -> tuple[ProposalView, ...]:
    """The same, each as its second person reads it."""
    require(actor, *READERS)
    names = _names(house)
    return tuple(_view(house, actor, event, resolved, names) for event, _, resolved in _told(house))


def proposal_view(house: House, actor: Actor, proposal: Id) -> ProposalView:
    """One of them, however old; `NotFound` if there is none."""
    require(actor, *READERS)
    events = house.journal.events(proposal)
    resolved = {event.body.proposal: (event.body.agreed, event.actor) for event in events if isinstance(event.body, Resolved)}
    for event in events:
        if isinstance(event.body, Proposed):
            return _view(house, actor, event, resolved.get(proposal), _names(house))
    raise NotFound("no_proposal", f"There is no proposal {proposal[:40]!r}.", "Look at the list of proposals.")


def plan_of(house: House, actor: Actor, proposal: Id) -> ReliefPlan:
    """The plan behind a proposed relief; `NotFound` if the proposal is of something else."""
    require(actor, *READERS, Role.SYSTEM)
    for event in house.journal.events(stream=proposal, limit=1):
        if isinstance(event.body, Proposed) and isinstance(body := body_of(event.body), ReliefPlanned):
            return body.plan
    raise NotFound("no_relief", f"{proposal[:40]!r} proposes no relief.", "Look at the list of proposals.")


def _view(house: House, actor: Actor, event: Event, resolved: _Resolved | None, names: Mapping[Id, str]) -> ProposalView:
    agreed, resolver = resolved or (None, "")
    resolved_by, by = (names.get(one, one) for one in (resolver, event.actor))
    assert isinstance(event.body, Proposed)
    body, foreseen, trouble, priced = body_of(event.body), None, None, None
    if agreed is None:
        try:
            if isinstance(body, BillDiscounted):
                priced = foresee_offer(house, actor, body)
            elif isinstance(body, LineAct):
                foreseen = foresee(house, actor, body, event.body.on)
        except FarthingError as refused:
            trouble = refused
    return ProposalView(_proposal(event, event.body, None, agreed), body, by, resolved_by, foreseen, trouble, priced)


def _told(house: House) -> Iterator[tuple[Event, Proposed, _Resolved | None]]:
    """Every proposal that waits, and those of the others that are among the newest, the newest first; what became of each."""
    answers = ((event.body, event.actor) for event in house.journal.each("Resolved"))
    resolved = {body.proposal: (body.agreed, actor) for body, actor in answers if isinstance(body, Resolved)}
    for place, event in enumerate(reversed([*house.journal.each("Proposed")])):
        assert isinstance(event.body, Proposed)
        answer = resolved.get(event.body.proposal)
        if answer is None or place < SHOWN:
            yield event, event.body, answer


def _names(house: House) -> Mapping[Id, str]:
    """What every member of staff is called."""
    return {one.id: one.name for one in house.staff.list(everyone=True)}


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
