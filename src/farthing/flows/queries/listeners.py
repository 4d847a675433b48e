"""Who listens and how far behind they are; and the same events for whoever would rather ask than be told."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.bank.listener import Letter, Progress
from farthing.domain.errors import Invalid
from farthing.domain.event import BODIES, Event
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.listen.register import Listening, listening
from farthing.flows.listen.tell import letters
from farthing.flows.ports import House

READERS = (Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class ListenerRow:
    """A listener: how far it was told, how many sealed events it is behind, and how many letters wait or are dead."""

    listening: Listening
    progress: Progress
    behind: int
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class ListenersView:
    """Everybody who listens, the first of what they did not take, and the kinds there are."""

    rows: tuple[ListenerRow, ...]
    letters: tuple[Letter, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An event and its place in the log."""

    index: int
    event: Event


def listeners(house: House, actor: Actor) -> ListenersView:
    """For risk managers and auditors."""
    require(actor, *READERS)
    head = house.journal.head()
    size, left = head.size if head is not None else 0, house.listeners.left()
    rows = []
    for one in listening(house):
        progress = house.listeners.progress(one.listener) or Progress(one.listener, one.after)
        rows.append(ListenerRow(one, progress, max(size - progress.position, 0), *left.get(one.listener, (0, 0))))
    return ListenersView(tuple(rows), letters(house, actor), tuple(BODIES))


def events_after(house: House, actor: Actor, after: int, limit: int, kinds: tuple[str, ...] = ()) -> tuple[tuple[Told, ...], int]:
    """Sealed events from a place in the log on, in order, and the place the next page begins at: a page may hold none of the kinds."""
    require(actor, *READERS)
    for kind in kinds:
        if kind not in BODIES:
            raise Invalid("bad_kind", f"{kind[:40]!r} is no kind of event.", f"It is one of {', '.join(BODIES)}.", field="kind")
    page = list(house.listeners.sealed(after, limit))
    found = tuple(Told(index, event) for index, event in page if not kinds or event.kind in kinds)
    return found, page[-1][0] + 1 if page else after
