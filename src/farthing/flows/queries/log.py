"""The auditor's log: what happened, the newest first; one event with its proof; who read a party's personal data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain import canon
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.event import BODIES, Event
from farthing.domain.ids import Id
from farthing.domain.journal import SignedHead
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House

READERS = (Role.AUDITOR, Role.SYSTEM)
PAGE = 25
SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class Search:
    """Which events: of a stream (an id of a line, application, party ...), of a kind, by a person; the page goes on behind an event."""

    stream: str = ""
    kind: str = ""
    person: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class LogView:
    """The sealed head, the public key that checks it, and a page of events; `more` is the event the next page starts after."""

    head: SignedHead | None
    public_key: str
    kinds: tuple[str, ...]
    events: tuple[Event, ...]
    more: Id | None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One look at personal data."""

    at: dt.datetime
    actor: str
    name: str
    role: str
    purpose: str
    fields: tuple[str, ...]


def log(house: House, actor: Actor, search: Search) -> LogView:
    """For the auditor. `Invalid` for a kind there is none of."""
    require(actor, *READERS)
    if search.kind and search.kind not in BODIES:
        raise Invalid("bad_kind", f"{search.kind[:40]!r} is no kind of event.", f"It is one of {', '.join(BODIES)}.", field="kind")
    found = _matching(house, search)
    page = tuple(found[:PAGE])
    return LogView(house.journal.head(), house.journal.public_key().hex(), tuple(BODIES), page, page[-1].id if len(found) > PAGE else None)


def told(event: Event) -> dict[str, object]:
    """The body of an event as plain values."""
    plain: dict[str, object] = canon.plain(event.body)
    return plain


def decided_event(house: House, actor: Actor, application: Id, decision: Id) -> Id:
    """The event that recorded a decision."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, *READERS)
    for event in house.journal.events(stream=application, kind="Decided"):
        if getattr(event.body, "decision", None) == decision:
            return event.id
    raise NotFound("no_event", f"No event records {decision}.", "Run the audit: the journal should hold one.")


def reads(house: House, actor: Actor, party: Id) -> tuple[ReadRow, ...]:
    """Who read a party's personal data, the newest first."""
    require(actor, *READERS)
    rows = []
    for row in house.parties.reads(party):
        at, fields = row["at"], row["fields"]
        assert isinstance(at, dt.datetime)
        assert isinstance(fields, tuple)
        rows.append(ReadRow(at, str(row["actor"]), str(row["name"]), str(row["role"]), str(row["purpose"]), fields))
    return tuple(rows)


def _matching(house: House, search: Search) -> list[Event]:
    """One more than a page. A person's events are looked for among so many from where the page starts."""
    found: list[Event] = []
    after, looked = search.after or None, 0
    while len(found) <= PAGE and looked < SEARCHED:
        wide = 1000 if search.person else PAGE + 1
        batch = house.journal.events(stream=search.stream or None, kind=search.kind or None, after=after, limit=wide, newest_first=True)
        found += [event for event in batch if search.person in event.actor]
        looked += len(batch)
        if len(batch) < wide:
            break
        after = batch[-1].id
    return found
