"""Who calls: bearer tokens by OAuth 2.0 client credentials, short-lived and signed; and how often they may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from itsdangerous import BadSignature, URLSafeTimedSerializer

from farthing.api.problems import NotLoggedIn
from farthing.domain.errors import Conflict, NotFound
from farthing.domain.staff import Actor
from farthing.flows.ports import House

LIFETIME_S = 1800
REMEMBERED_S = 5.0
"""A token that was checked is believed for so long: what is taken from its holder takes that long to bite."""
SCHEME = OAuth2(
    scheme_name="client_credentials",
    description="A login of staff or of a borrower as client_id, its password as client_secret.",
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl="/api/v1/token", scopes={})),
    auto_error=False,
)


@dataclass(slots=True)
class Bucket:
    """A token bucket per caller: `burst` at once, `per_second` for as long as they like."""

    per_second: float
    burst: float
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, caller: str) -> None:
        """Count one request; `Conflict` (`too_many`) when the caller sent too many."""
        with self._lock:
            now = self.clock()
            left, since = self._left.get(caller, (self.burst, now))
            left = min(self.burst, left + (now - since) * self.per_second)
            allowed = left >= 1.0
            self._left[caller] = (left - 1.0 if allowed else left, now)
            if len(self._left) > 10_000:
                self._left = {key: value for key, value in self._left.items() if now - value[1] < 60}
        if not allowed:
            raise Conflict("too_many", "Too many requests.", f"This caller may send {self.per_second:.0f} a second; wait a moment.")


@dataclass(slots=True)
class Tokens:
    """Makes and reads bearer tokens under the bank's web secret. `calls` bounds each caller, `logins` each address that logs in."""

    house: House
    signer: URLSafeTimedSerializer
    calls: Bucket
    logins: Bucket
    clock: Callable[[], float]
    _known: dict[str, tuple[float, Actor]] = field(default_factory=dict)

    def issue(self, login: str, password: str, address: str) -> str | None:
        """A token for a login and its password, or None when they do not belong together; slow on purpose, and counted."""
        self.logins.take(address)
        actor = self.house.staff.check(login, password)
        return None if actor is None else str(self.signer.dumps(actor.id))

    async def actor(self, token: str) -> Actor:
        """The actor behind a token, whose request is counted."""
        at, actor = self._known.get(token, (0.0, None))
        if actor is None or self.clock() - at > REMEMBERED_S:
            try:
                actor = await run_in_threadpool(self.house.staff.get, str(self.signer.loads(token, max_age=LIFETIME_S)))
            except (BadSignature, NotFound):
                raise NotLoggedIn from None
            self._known = self._known if len(self._known) < 10_000 else {}
            self._known[token] = (self.clock(), actor)
        self.calls.take(actor.id)
        return actor


@dataclass(frozen=True, slots=True)
class Call:
    """Whose request it is, and the bank it goes to."""

    house: House
    actor: Actor

    def key(self, given: str) -> str:
        """The command's key: the caller's own within the caller's own space, so that two callers' keys never meet."""
        return f"api:{self.actor.id}:{given}"


async def call(request: Request, header: Annotated[str | None, Depends(SCHEME)]) -> Call:
    """The call behind a request's bearer token."""
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NotLoggedIn
    tokens: Tokens = request.app.state.tokens
    return Call(tokens.house, await tokens.actor(token.strip()))


By = Annotated[Call, Depends(call)]


def tokens(house: House, secret: str, clock: Callable[[], float]) -> Tokens:
    """The bank's tokens: 200 requests a second a caller, a login every two seconds an address (20 at once)."""
    signer = URLSafeTimedSerializer(secret, salt="token")
    return Tokens(house, signer, Bucket(200, 400, clock), Bucket(0.5, 20, clock), clock)
