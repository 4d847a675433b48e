"""Who calls: bearer tokens by OAuth 2.0 client credentials, short-lived and signed; and how often they may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from itsdangerous import BadSignature, URLSafeTimedSerializer

from farthing.api.problems import NotLoggedIn
from farthing.domain.errors import NotFound
from farthing.domain.staff import Actor
from farthing.flows.access import Allowance
from farthing.flows.ports import House
from farthing.flows.staff import log_in

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
class Tokens:
    """Makes and reads bearer tokens under the bank's web secret. `calls` bounds each caller, `logins` each address that logs in."""

    house: House
    signer: URLSafeTimedSerializer
    calls: Allowance
    logins: Allowance
    clock: Callable[[], float]
    _known: dict[str, tuple[float, Actor]] = field(default_factory=dict)

    def issue(self, login: str, password: str, address: str) -> str | None:
        """A token for a login and its password, or None when they do not belong together; slow on purpose, and counted."""
        since = self.house.clock.now()  # before the password is checked: one that is changed meanwhile ends the token
        actor = log_in(self.house, self.logins, address, login, password)
        return None if actor is None else str(self.signer.dumps([actor.id, since.isoformat()]))

    async def actor(self, token: str) -> Actor:
        """The actor behind a token, whose request is counted."""
        at, actor = self._known.get(token, (0.0, None))
        if actor is None or self.clock() - at > REMEMBERED_S:
            try:
                actor_id, since = self.signer.loads(token, max_age=LIFETIME_S)
                actor = await run_in_threadpool(self.house.staff.get, actor_id, dt.datetime.fromisoformat(since))
            except (BadSignature, NotFound, ValueError):
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


def tokens(house: House, secret: str, logins: Allowance) -> Tokens:
    """The bank's tokens: 200 requests a second a caller."""
    signer = URLSafeTimedSerializer(secret, salt="token")
    return Tokens(house, signer, Allowance(200, 400, logins.clock), logins, logins.clock)
