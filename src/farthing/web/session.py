"""Who is looking: a signed cookie that names a member of staff or a borrower, for half a working day or until they log out.

The cookie is HttpOnly and SameSite=Strict, so another site can neither read it nor act with it; forms carry a token bound
to it besides. A page learns its reader once, when it is opened, and checks again before each act.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from farthing.domain.errors import Forbidden, NotFound
from farthing.domain.ids import Id
from farthing.domain.staff import Actor
from farthing.flows.access import Allowance
from farthing.flows.ports import House
from farthing.flows.staff import log_in
from farthing.web.text import Language, Words, language_of

COOKIE, LANGUAGE_COOKIE, FORM_COOKIE = "farthing_session", "farthing_language", "farthing_form"
LIFETIME_S = 4 * 3600


@dataclass(frozen=True, slots=True)
class Session:
    """What a cookie names: itself, whose it is, and since when."""

    id: str
    actor: Id
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """The person before the page, the words they read, the cookie they came with, and the token of the form that takes it away."""

    actor: Actor
    words: Words
    cookie: str
    leave: str

    @property
    def language(self) -> Language:
        """The reader's language."""
        return self.words.language


def secure(request: Request) -> bool:
    """Did it come by HTTPS, so that its cookies must never go by anything else? A trusted proxy tells for what it forwards."""
    return request.url.scheme == "https"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes and reads session cookies under the bank's web secret."""

    house: House
    secret: str
    logins: Allowance

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="session")

    def log_in(self, login: str, password: str, address: str) -> Actor | None:
        """Who this is, or None when login and password do not belong together."""
        return log_in(self.house, self.logins, address, login, password)

    def start(self, request: Request, response: Response, actor: Actor, since: dt.datetime) -> None:
        """Give the reader a fresh cookie; whatever they carried before is replaced, so a planted one is worth nothing.

        `since` is when their password was about to be checked: one changed later ends the session.
        """
        value = self._signer().dumps([actor.id, self.house.entropy.draw(12).hex(), since.isoformat()])
        response.set_cookie(COOKIE, value, max_age=LIFETIME_S, httponly=True, samesite="strict", secure=secure(request))

    def end(self, cookie: str, response: Response) -> None:
        """End the session and take its cookie away: a copy of it opens nothing any more."""
        session = self._session(cookie)
        if session is not None:
            over = self.house.clock.now() + dt.timedelta(seconds=LIFETIME_S)
            self.house.staff.end_session(session.id, over)
        response.delete_cookie(COOKIE)

    def _session(self, cookie: str | None) -> Session | None:
        """The session of a cookie that is ours and not too old."""
        try:
            actor, session, since = self._signer().loads(cookie or "", max_age=LIFETIME_S)
            return Session(session, actor, dt.datetime.fromisoformat(since))
        except (BadSignature, ValueError):
            return None

    def actor(self, cookie: str | None) -> Actor | None:
        """The actor behind a cookie whose session goes on."""
        session = self._session(cookie)
        if session is None or self.house.staff.session_ended(session.id):
            return None
        try:
            return self.house.staff.get(session.actor, session.since)
        except NotFound:  # they left the bank, or have a new password
            return None

    def reader(self, request: Request) -> Reader | None:
        """The reader of a page, or None when they must log in."""
        cookie = request.cookies.get(COOKIE)
        actor = self.actor(cookie)
        if actor is None or cookie is None:
            return None
        return Reader(actor, Words(language_of(request.cookies.get(LANGUAGE_COOKIE))), cookie, self.form_token(cookie))

    def still(self, reader: Reader) -> Actor:
        """The same reader, still logged in; `Forbidden` when the session ran out while the page stood open."""
        actor = self.actor(reader.cookie)
        if actor is None or actor.id != reader.actor.id:
            raise Forbidden("session_over", "Your session has ended.", "Log in again; nothing was changed.")
        return actor

    def form_token(self, seed: str) -> str:
        """The token a form must send back, bound to the cookie `seed` set with the form."""
        return hmac.new(self.secret.encode(), f"form:{seed}".encode(), hashlib.sha256).hexdigest()

    def form_ok(self, seed: str | None, token: str) -> bool:
        """Whether a form came from a page of ours."""
        return bool(seed) and hmac.compare_digest(self.form_token(str(seed)).encode(), token.encode())
