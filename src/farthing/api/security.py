"""Who calls: bearer tokens by OAuth 2.0 client credentials, short-lived and signed; and how often they may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from itsdangerous import BadSignature, URLSafeTimedSerializer

from farthing.domain.errors import Conflict, Forbidden
from farthing.domain.staff import Actor
from farthing.flows.ports import House

LIFETIME_S = 1800
SCHEME = OAuth2(flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl="/api/v1/token", scopes={})), auto_error=False)


class NotLoggedIn(Exception):  # noqa: N818 - a word of the door, not a kind of the house
    """No token, or one that is not ours or too old."""


@dataclass(slots=True)
class Bucket:
    """A token bucket per caller: `burst` at once, `per_second` for as long as they like."""

    per_second: float
    burst: float
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, caller: str) -> bool:
        """Whether the caller may go on now."""
        with self._lock:
            now = self.clock()
            left, since = self._left.get(caller, (self.burst, now))
            left = min(self.burst, left + (now - since) * self.per_second)
            allowed = left >= 1.0
            self._left[caller] = (left - 1.0 if allowed else left, now)
            if len(self._left) > 10_000:
                self._left = {key: value for key, value in self._left.items() if now - value[1] < 60}
            return allowed


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads bearer tokens under the bank's web secret."""

    house: House
    secret: str
    bucket: Bucket

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="token")

    def issue(self, login: str, password: str) -> str:
        """A token for a login and its password; `Forbidden` when they do not match."""
        actor = self.house.staff.check(login, password)
        if actor is None:
            raise Forbidden(
                "wrong_login", "This login and password do not belong together.", "Check both; after several failures the login waits."
            )
        return str(self._signer().dumps(actor.id))

    def actor(self, token: str) -> Actor:
        """The actor behind a token."""
        try:
            actor_id = str(self._signer().loads(token, max_age=LIFETIME_S))
        except BadSignature:
            raise NotLoggedIn from None
        if not self.bucket.take(actor_id):
            raise Conflict("too_many", "Too many requests.", f"This caller may send {self.bucket.per_second:.0f} a second; wait a moment.")
        return self.house.staff.get(actor_id)


def caller(request: Request, header: Annotated[str | None, Depends(SCHEME)]) -> Actor:
    """The actor of a request's bearer token."""
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NotLoggedIn
    tokens: Tokens = request.app.state.tokens
    return tokens.actor(token.strip())


Caller = Annotated[Actor, Depends(caller)]
