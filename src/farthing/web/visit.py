"""A visit: one reader before one page. It asks the flows off the event loop, and acts only while the reader is still logged in."""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from nicegui import ui

from farthing.domain.errors import FarthingError, Unavailable
from farthing.domain.staff import Role
from farthing.flows.ports import House
from farthing.web import theme
from farthing.web.away import away
from farthing.web.session import Reader, Sessions
from farthing.web.text import Language, Words, explain

T = TypeVar("T")
SPOKEN: dict[Language, Literal["zh-CN", "en-US"]] = {"zh": "zh-CN", "en": "en-US"}
PATIENCE_S = 30.0
"""How long a page may take to gather what it shows."""


async def off_loop(work: Callable[[], T]) -> T:
    """Run it in a thread, so that other readers' pages go on."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


EARLIEST = 1900
"""The year before which no day of a bank lies."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The reader, what they asked for, the house that answers, and what the keys of this one showing of the page begin with."""

    sessions: Sessions
    reader: Reader
    request: Request
    shown: str

    @property
    def house(self) -> House:
        """The open bank."""
        return self.sessions.house

    @property
    def words(self) -> Words:
        """The reader's words."""
        return self.reader.words

    def path(self, name: str) -> str:
        """A part of the page's own address."""
        return writable(str(self.request.path_params[name]))

    def query(self, name: str) -> str:
        """What stands after the question mark; empty when it does not."""
        return writable(self.request.query_params.get(name, ""))

    def number(self, name: str) -> int:
        """A count after the question mark; 0 when it is none."""
        text = self.query(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    def day(self, name: str) -> dt.date | None:
        """A day after the question mark; None when it is none."""
        try:
            day = dt.date.fromisoformat(self.query(name))
        except ValueError:
            return None
        return day if day.year >= EARLIEST else None

    def key(self, *form: str) -> str:
        """The idempotency key of a form of the page as it was shown.

        It stays until the page is shown again, whatever became of a try: a refusal left no trace, and what an outage cut off may have
        been carried out. So a second click, or a second try after an outage, is the same command.
        """
        return ":".join(("web", self.reader.actor.id, self.shown, *form))

    async def ask(self, question: Callable[..., T], *told: Any, **more: Any) -> T:
        """`question(house, actor, ...)` in a thread; FarthingError comes through."""
        return await off_loop(functools.partial(question, self.house, self.reader.actor, *told, **more))

    async def act(self, flow: Callable[..., T], *told: Any) -> T | None:
        """The same for a command. A refusal or an outage is told to the reader and comes back as None."""
        try:
            actor = await off_loop(functools.partial(self.sessions.still, self.reader))
            return await off_loop(functools.partial(flow, self.house, actor, *told))
        except FarthingError as refused:
            theme.trouble(self.words, *explain(self.words, refused))
            return None


def _speak(reader: Reader) -> None:
    """Tell the browser the page's language: this one page's, since others read the same address in another."""
    client = ui.context.client
    client.page = copy.copy(client.page)
    client.page.language = SPOKEN[reader.language]


def writable(text: str) -> str:
    """What an address says, as a database can be asked for it: NUL and halves of characters become marks that no name of ours has."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


Show: TypeAlias = Callable[[Visit], Awaitable[None]]


def open_page(sessions: Sessions, path: str, show: Show, roles: tuple[Role, ...]) -> None:
    """Put a page at `path` for these roles. Whoever is not logged in goes to the door; a refusal is a page of its own."""

    async def opened(request: Request) -> Response | None:
        try:
            reader = await off_loop(functools.partial(sessions.reader, request))
        except Unavailable as down:
            return away(request, down)
        if reader is None:
            return RedirectResponse("/login", 303)
        _speak(reader)
        if reader.actor.role not in roles:
            theme.refused(reader, reader.words("trouble.not_yours"), reader.words("trouble.not_yours.todo"))
            return None
        try:
            await show(Visit(sessions, reader, request, sessions.house.entropy.draw(12).hex()))
        except Unavailable as down:
            return away(request, down)
        except FarthingError as refused:
            theme.refused(reader, *explain(reader.words, refused))
        return None

    ui.page(path, response_timeout=PATIENCE_S)(opened)
