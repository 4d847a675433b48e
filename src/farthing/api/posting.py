"""Commands that share a commit with others, awaited: a request that waits for the disk holds no thread and no connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from farthing.api.security import Call
from farthing.domain.ids import Id
from farthing.flows.ports import House

R = TypeVar("R")


async def posted(by: Call, act: Callable[[House], R], key: str, line: Id) -> R:
    """What came of an act on a line, once it is durable; raises what the act raised. `key` is the command's."""
    loop = asyncio.get_running_loop()
    known: asyncio.Future[None] = loop.create_future()

    def settle() -> None:
        if not known.done():  # told before, or the caller went away
            known.set_result(None)

    def call() -> None:
        with suppress(RuntimeError):  # the server was stopped meanwhile
            loop.call_soon_threadsafe(settle)

    ticket = by.house.commands.submit(by.house, act, key, (line,))
    ticket.tell(call)
    await known
    return ticket.result()
