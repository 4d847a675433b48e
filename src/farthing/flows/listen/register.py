"""Let a system listen to the bank's events, and let it go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from farthing.domain.bank.listener import ListenerAdded, ListenerRemoved
from farthing.domain.errors import Conflict, Invalid, NotFound
from farthing.domain.event import BODIES
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import Command, House, Transaction

KEEPERS = (Role.RISK_MANAGER, Role.SYSTEM)
MOST = 50
"""Listeners at once."""


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """Where to, and which kinds of event, all of them where none is named. `from_start`: what happened before, too."""

    url: str
    kinds: tuple[str, ...] = ()
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class Listening:
    """A listener: its id, where it is told, of which kinds, and from behind which place of the log on."""

    listener: Id
    url: str
    kinds: tuple[str, ...]
    after: int


@dataclass(frozen=True, slots=True)
class Let:
    """A new listener and its key, in hexadecimal: shown once, and kept sealed."""

    listening: Listening
    key: str


def listen(house: House, actor: Actor, request: ListenRequest, key: str) -> Let:
    """Tell a system from now on. `Invalid` for an address that the settings do not allow, `Conflict` for one that listens already."""
    require(actor, *KEEPERS)
    for kind in request.kinds:
        if kind not in BODIES:
            raise Invalid("bad_kind", f"{kind[:40]!r} is no kind of event.", f"It is one of {', '.join(BODIES)}.", field="kinds")
    listener, command = derived_id(Prefix.LISTENER, key), Command(key, "listen", actor, request)
    known = {one.listener: one for one in listening(house)}
    if listener not in known:
        if house.commands.done(command, Listening) is not None:
            raise Conflict("listener_removed", f"{listener} was removed since.", "Add it under another key.")
        _check(house, request.url, known.values())
    secret = house.listeners.make_key(listener)  # the same again when this is repeated: a death in between leaves a key that nobody knows
    after = 0 if request.from_start else house.journal.seal().size

    def think(transaction: Transaction) -> Listening:
        transaction.append(listener, house.clock.today(), ListenerAdded(listener, request.url, request.kinds, after))
        return Listening(listener, request.url, request.kinds, after)

    return Let(house.commands.run(command, think, Listening), secret.hex())


def _check(house: House, url: str, known: Collection[Listening]) -> None:
    house.post.check(url)
    if url in {one.url for one in known} or len(known) >= MOST:
        raise Conflict("listener_known", f"{url} listens already, or {MOST} others do.", "Remove the other one first.", field="url")


def silence(house: House, actor: Actor, listener: Id, key: str) -> Listening:
    """Tell a listener no more, and destroy its key. `NotFound` for one that does not listen."""
    require(actor, *KEEPERS)

    def think(transaction: Transaction) -> Listening:
        found = named(house, listener)
        transaction.append(listener, house.clock.today(), ListenerRemoved(listener))
        return found

    done = house.commands.run(Command(key, "silence", actor, listener), think, Listening)
    house.listeners.forget(listener)
    return done


def listening(house: House) -> tuple[Listening, ...]:
    """Who listens, the longest first: those let in and not let go, by the journal."""
    gone = {event.stream for event in house.journal.each("ListenerRemoved")}
    bodies = (event.body for event in house.journal.each("ListenerAdded"))
    return tuple(
        Listening(body.listener, body.url, body.kinds, body.after)
        for body in bodies
        if isinstance(body, ListenerAdded) and body.listener not in gone
    )


def named(house: House, listener: Id) -> Listening:
    """One of them; `NotFound` if there is none."""
    for one in listening(house):
        if one.listener == listener:
            return one
    raise NotFound("no_listener", f"Nobody listens as {listener[:60]!r}.", "`farthing listener list` shows who does.")
