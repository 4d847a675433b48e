"""What a party lets us use today, kind by kind, and what would be missing without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain.consent import Consent
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.staff import Actor
from farthing.flows.access import require_own
from farthing.flows.decide import compiled_policy, kinds_read
from farthing.flows.ports import House
from farthing.flows.queries.parties import party


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of evidence that is allowed since one day until another (None: until withdrawn), or that ended on one (None: was never given).

    `needed_for` are the party's products of which no application is decided without it, by the policies in force.
    """

    kind: EvidenceKind
    allowed: bool
    since: dt.date | None
    until: dt.date | None
    ended_on: dt.date | None
    needed_for: tuple[str, ...]


def kinds(house: House, actor: Actor, party_id: Id) -> tuple[KindView, ...]:
    """The kinds that the party spoke of or that a product needs; a borrower sees their own."""
    require_own(actor, party_id)
    consents, today = party(house, actor, party_id).consents, house.clock.today()
    open_to = [code for code, product in house.products.items() if house.parties.get(party_id).kind in product.parties]
    needed = {code: _needed(house, code, today) for code in open_to}
    views = [_view(consents, kind, today, tuple(code for code in needed if kind in needed[code])) for kind in EvidenceKind]
    return tuple(view for view in views if view.needed_for or view.allowed or view.ended_on)


def _needed(house: House, product: str, today: dt.date) -> tuple[EvidenceKind, ...]:
    policy = house.registry.policy(product, today)
    return () if policy is None else kinds_read(compiled_policy(policy, house.products[product]))


def _view(consents: Sequence[Consent], kind: EvidenceKind, today: dt.date, needed_for: tuple[str, ...]) -> KindView:
    running = [one for one in consents if one.covers(kind, today)]
    if running:
        ends = [one.expires_on for one in running if one.expires_on is not None]
        until = max(ends) if len(ends) == len(running) else None
        return KindView(kind, allowed=True, since=min(one.given_on for one in running), until=until, ended_on=None, needed_for=needed_for)
    spoken = [one for one in consents if kind in one.kinds]
    ended = [min(days) for one in spoken if (days := [day for day in (one.withdrawn_on, one.expires_on) if day is not None])]
    return KindView(kind, allowed=False, since=None, until=None, ended_on=max(ended, default=None), needed_for=needed_for)
