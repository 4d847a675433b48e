"""Who listens to events, and the events themselves for whoever would rather ask than be told."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field, StringConstraints

from farthing.api.fields import Answer, Ask, Key, Limit, Listed, told
from farthing.api.security import By
from farthing.domain import canon
from farthing.flows.listen import register, tell
from farthing.flows.queries import listeners as reading
from farthing.flows.queries.listeners import ListenerRow

routes = APIRouter(tags=["listeners"])

ListenerPath = Annotated[str, Path(pattern=r"^lsn_[a-z0-9]{8,36}$", examples=["lsn_aaaaaaaaaaaaaaaaaaaaaaaa"])]
Kind = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,40}$")]
Url = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[!-~]+$")]


class NewListener(Ask):
    """Where to, and which kinds; all of them where none is named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "http://127.0.0.1:9/hook", "kinds": ["Drawn", "Repaid"]}]})

    url: Url
    kinds: list[Kind] = Field([], max_length=80)
    from_start: bool = Field(False, strict=True, description="from the first event there ever was, not from now on")


class ListenerAnswer(Answer):
    """A listener and how far behind it is."""

    listener: str
    url: str
    kinds: list[str]
    position: int = Field(description="the place in the log that it is told next")
    behind: int
    told_at: dt.datetime | None
    away: int = Field(description="calls in a row without an answer")
    again_at: dt.datetime | None
    error: str
    waiting: int
    dead: int


class LetAnswer(Answer):
    """A new listener with the key that its deliveries are signed with: keep it."""

    listener: str
    url: str
    kinds: list[str]
    after: int
    key: str = Field(description="32 bytes in hex")


class LetterAnswer(Answer):
    """An event that a listener refused, or that lies behind one."""

    listener: str
    index: int
    stream: str
    event: str
    kind: str
    tries: int
    next_at: dt.datetime
    error: str
    dead: bool


class ReplayAnswer(Answer):
    """How many dead letters are tried again."""

    replayed: int


class EventAnswer(Answer):
    """An event and its place in the log; `event` is what its leaf was hashed from."""

    index: int
    id: str
    kind: str
    event: dict[str, Any]


class EventsAnswer(Answer):
    """A page of the log; `after` is the place to ask from next, even where the page holds none of the kinds."""

    items: list[EventAnswer]
    after: int


@routes.get("/events", response_model=EventsAnswer)
def list_sealed_events(
    by: By,
    after: Annotated[int, Query(ge=0, lt=2**53, description="the place in the log to begin at; `after` of the page before")] = 0,
    limit: Limit = 100,
    kind: Annotated[list[Kind] | None, Query(description="only these kinds")] = None,
) -> Response:
    """Sealed events in log order, for systems that pull (risk managers, auditors). Nothing personal stands in them."""
    found, onward = reading.events_after(by.house, by.actor, after, limit, tuple(kind or ()))
    items = [
        EventAnswer(index=one.index, id=one.event.id, kind=one.event.kind, event={**canon.plain(one.event), "kind": one.event.kind})
        for one in found
    ]
    return told(EventsAnswer(items=items, after=onward))


@routes.get("/listeners", response_model=Listed[ListenerAnswer])
def list_listeners(by: By) -> Response:
    """Everybody who listens, all at once (risk managers, auditors)."""
    return told(Listed[ListenerAnswer](items=[_answer(row) for row in reading.listeners(by.house, by.actor).rows]))


@routes.post("/listeners", status_code=201, response_model=LetAnswer)
def add_listener(by: By, asked: NewListener, key: Key) -> Response:
    """Tell a system of events from now on (risk managers)."""
    made = register.listen(by.house, by.actor, register.ListenRequest(asked.url, tuple(asked.kinds), asked.from_start), by.key(key))
    one = made.listening
    return told(LetAnswer(listener=one.listener, url=one.url, kinds=list(one.kinds), after=one.after, key=made.key), 201)


@routes.delete("/listeners/{listener}", response_model=Listed[ListenerAnswer])
def remove_listener(by: By, listener: ListenerPath, key: Key) -> Response:
    """Tell it no more and destroy its key (risk managers)."""
    register.silence(by.house, by.actor, listener, by.key(key))
    return list_listeners(by)


@routes.get("/listeners/{listener}/letters", response_model=Listed[LetterAnswer])
def list_letters(by: By, listener: ListenerPath) -> Response:
    """What it did not take, in log order, a thousand at most (risk managers, auditors)."""
    return told(Listed[LetterAnswer](items=[LetterAnswer.model_validate(one) for one in tell.letters(by.house, by.actor, listener)]))


@routes.post("/listeners/{listener}/replay", response_model=ReplayAnswer)
def replay_letters(
    by: By,
    listener: ListenerPath,
    index: Annotated[int | None, Query(ge=0, lt=2**53, description="one of them by its place in the log; all if not said")] = None,
) -> Response:
    """Try dead letters again (risk managers). It needs no Idempotency-Key: again finds none that are dead."""
    return told(ReplayAnswer(replayed=tell.replay(by.house, by.actor, listener, index)))


def _answer(row: ListenerRow) -> ListenerAnswer:
    one, progress = row.listening, row.progress
    return ListenerAnswer(
        listener=one.listener, url=one.url, kinds=list(one.kinds), position=progress.position, behind=row.behind, told_at=progress.told_at,
        away=progress.away, again_at=progress.again_at, error=progress.error, waiting=row.waiting, dead=row.dead,
    )  # fmt: skip
