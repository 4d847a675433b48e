"""Acts that wait for a second person, and those that were resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

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
SHOWN, PAGE = 200, 1_000
Resolution: TypeAlias = tuple[bool | None, Id]
"""Whether a proposal was agreed to, None while it waits, and by whom it was resolved."""
_WAITS: Resolution = None, ""


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
    """The newest proposals and all that wait, the newest first, each with its effect today; `waiting`: only those that wait."""
    require(actor, *READERS)
    listed = [(event, _WAITS) for event in house.journal.waiting()] if waiting else _listed(house)
    found = []
    for event, (agreed, _) in listed:
        assert isinstance(event.body, Proposed)
        found.append(_proposal(event, event.body, _effect(house, event.body) if agreed is None else None, agreed))
    return tuple(found)


def proposal_views(house: House, actor: Actor) -> tuple[ProposalView, ...]:
    """The newest proposals and all that wait, the newest first, each as its second person reads it."""
    require(actor, *READERS)
    names = _names(house)
    return tuple(_view(house, actor, event, resolution, names) for event, resolution in _listed(house))


def proposal_view(house: House, actor: Actor, proposal: Id) -> ProposalView:
    """One of them; `NotFound` if there is none."""
    require(actor, *READERS)
    for asked in house.journal.events(stream=proposal, kind="Proposed", limit=1):
        answers = house.journal.events(stream=proposal, kind="Resolved", limit=1)
        return _view(house, actor, asked, _resolution(answers[0]) if answers else _WAITS, _names(house))
    raise NotFound("no_proposal", f"There is no proposal {proposal[:40]!r}.", "Look at the list of proposals.")


def plan_of(house: House, actor: Actor, proposal: Id) -> ReliefPlan:
    """The plan behind a proposed relief; `NotFound` if the proposal is of something else."""
    require(actor, *READERS, Role.SYSTEM)
    for event in house.journal.events(stream=proposal, limit=1):
        if isinstance(event.body, Proposed) and isinstance(body := body_of(event.body), ReliefPlanned):
            return body.plan
    raise NotFound("no_relief", f"{proposal[:40]!r} proposes no relief.", "Look at the list of proposals.")


def _view(house: House, actor: Actor, event: Event, resolution: Resolution, names: Mapping[Id, str]) -> ProposalView:
    agreed, resolver = resolution
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
    by, resolved_by = (names.get(one, one) for one in (event.actor, resolver))
    return ProposalView(_proposal(event, event.body, None, agreed), body, by, resolved_by, foreseen, trouble, priced, parted)


def _names(house: House) -> dict[Id, str]:
    return {one.id: one.name for one in house.staff.list(everyone=True)}


def _listed(house: House) -> list[tuple[Event, Resolution]]:
    """The newest proposals, and those before them that wait."""
    waiting = house.journal.waiting()
    newest = house.journal.events(kind="Proposed", limit=SHOWN, newest_first=True)
    resolved = _resolved(house, newest[-1]) if newest else {}
    shown = {event.id for event in newest}
    return [
        *((event, resolved.get(event.stream, _WAITS)) for event in newest),
        *((event, _WAITS) for event in waiting if event.id not in shown),
    ]  # fmt: skip


def _resolved(house: House, since: Event) -> dict[Id, Resolution]:
    """What was resolved since an event, by proposal."""
    found, after = dict[Id, Resolution](), since.id
    while page := house.journal.events(kind="Resolved", after=after, limit=PAGE):
        found |= {event.stream: _resolution(event) for event in page}
        after = page[-1].id
    return found


def _resolution(event: Event) -> Resolution:
    assert isinstance(event.body, Resolved)
    return event.body.agreed, event.actor


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
