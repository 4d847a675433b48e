"""The door itself: how large a request may be, how many are at work at once, what every answer says about itself.

A body is read before its request gets a place, so that a slow sender holds up nobody else; uploads have places of their own.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from farthing.api.problems import problem, unforeseen

PREFIX = "/api/v1"
UPLOAD = f"{PREFIX}/evidence"
FORMS = {f"{PREFIX}/token": "application/x-www-form-urlencoded", UPLOAD: "multipart/form-data"}
"""What is not JSON, by path."""
LARGEST = 64 * 1024
LARGEST_UPLOAD = 64 * 1024 * 1024
AT_WORK, UPLOADING, POSTING = 8, 2, 200
"""Requests at work at once: a command may hold two of the database's connections, and there are 24. Draws and repayments hold none while
they wait for the commit that they share, and the more of them wait, the more share it."""
_POSTING = re.compile(rf"{PREFIX}/lines/[^/]+/(draws|repayments)")
WAITING = 500
"""Requests that may wait for their turn; the next is told to come back."""
SAID = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(slots=True)
class Door:
    """ASGI middleware over everything under `/api/v1`; the pages go by untouched."""

    app: ASGIApp
    at_work: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_WORK))
    uploading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADING))
    posting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(POSTING))
    waiting: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._pass(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the last one to see it
            told = unforeseen(error)
            if not answer.started:
                await told(scope, receive, answer)

    async def _pass(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        refused = _refused(scope)
        if refused is None and self.waiting >= WAITING:
            refused = problem(503, "busy", "Too many requests wait already.", "Repeat it in a moment, with the same Idempotency-Key.")
        upload = scope["path"] == UPLOAD and scope["method"] == "POST"
        if refused is None and not upload:
            body = await _body(receive)
            if body is None:
                return
            receive = _again(body, receive)
            refused = _too_large(LARGEST) if len(body) > LARGEST else None
        if refused is not None:
            await refused(scope, receive, answer)
            return
        places = self._places(scope, upload=upload)
        self.waiting += 1
        try:
            await places.acquire()
        finally:
            self.waiting -= 1
        try:
            await self.app(scope, _measured(receive) if upload else receive, answer)
        finally:
            places.release()

    def _places(self, scope: Scope, *, upload: bool) -> asyncio.Semaphore:
        if upload:
            return self.uploading
        return self.posting if scope["method"] == "POST" and _POSTING.fullmatch(scope["path"]) else self.at_work


@dataclass(slots=True)
class _Answer:
    """Adds to each answer what every answer says, and knows whether one was begun."""

    send: Send
    started: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message["headers"])
            for name, value in SAID.items():
                headers.setdefault(name, value)
        await self.send(message)


def _too_large(most: int) -> ASGIApp:
    return problem(413, "too_large", f"A request here has at most {most} bytes.", "Send less, or in parts.")


def _refused(scope: Scope) -> ASGIApp | None:
    """The problem with a request that can be told before its body is read."""
    headers, most = Headers(scope=scope), LARGEST_UPLOAD if scope["path"] == UPLOAD else LARGEST
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        return problem(400, "bad_length", "Content-Length is not a number.", "Leave it to your HTTP client.")
    if int(length[:20]) > most:
        return _too_large(most)
    wanted = FORMS.get(scope["path"], "application/json")
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = length != "0" or "transfer-encoding" in headers
    if scope["method"] == "POST" and has_body and given != wanted:
        return problem(415, "bad_content_type", f"This is sent as {wanted}.", f"Set Content-Type: {wanted}.", field="Content-Type")
    if scope["path"] == UPLOAD and scope["method"] == "POST" and "authorization" not in headers:
        return problem(401, "not_logged_in", "An upload needs a token.", "Get one at POST /api/v1/token.")
    return None


async def _body(receive: Receive) -> bytes | None:
    """The body, or a little more than its largest size; None when the sender went away."""
    body = bytearray()
    while len(body) <= LARGEST:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read again; what comes after it comes from the sender."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


def _measured(receive: Receive) -> Receive:
    """An upload, refused as soon as it grows too large, whatever its length was said to be."""
    seen = 0

    async def measured() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_UPLOAD:
            raise HTTPException(413, f"An upload has at most {LARGEST_UPLOAD} bytes.")
        return message

    return measured
