"""What every page tells the browser about itself: keep no copy, frame it nowhere, send its address nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAID = {
    "content-security-policy": "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_HTTPS_ONLY = "max-age=31536000"


@dataclass(slots=True)
class Guard:
    """ASGI middleware over everything; what an answer says already, the API's for one, is left as it is."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _say(MutableHeaders(raw=message["headers"]), https=scope["scheme"] == "https")
            await send(message)

        await self.app(scope, receive, answer)


def _say(headers: MutableHeaders, *, https: bool) -> None:
    for name, value in SAID.items():
        headers.setdefault(name, value)
    if headers.get("content-type", "").startswith("text/html"):
        headers["cache-control"] = "no-store"  # the pages hold personal data; scripts and styles may be kept
    if https:
        headers.setdefault("strict-transport-security", _HTTPS_ONLY)
