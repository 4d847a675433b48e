"""Logging in and out, and choosing a language: plain forms that work without any script."""

from __future__ import annotations

import html
from collections.abc import Callable, Coroutine
from functools import lru_cache
from importlib import resources
from string import Template
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from farthing.domain.errors import Conflict, Forbidden, Unavailable
from farthing.domain.staff import Actor
from farthing.web.away import away
from farthing.web.session import COOKIE, FORM_COOKIE, LANGUAGE_COOKIE, Sessions, secure
from farthing.web.text import Words, explain, language_of
from farthing.web.theme import ACCENT, BAD, HOME, LINE, MUTED, PAPER


@lru_cache(maxsize=1)
def _page() -> Template:
    return Template(resources.files("farthing.web").joinpath("templates", "login.html").read_text(encoding="utf-8"))


def _form(sessions: Sessions, request: Request, wrong: str = "", status: int = 200) -> Response:
    words = Words(language_of(request.cookies.get(LANGUAGE_COOKIE)))
    seed = request.cookies.get(FORM_COOKIE) or sessions.house.entropy.draw(16).hex()
    labels = {"title": "login.title", "name": "house.name", "promise": "house.promise", "other_name": "language.other"}
    labels |= {"login": "login.login", "password": "login.password", "enter": "login.enter"}
    page = _page().substitute(
        {name: words(key) for name, key in labels.items()},
        lang=words.language,
        other="en" if words.language == "zh" else "zh",
        token=sessions.form_token(seed),
        wrong=f'<div class="wrong" role="alert">{html.escape(wrong)}</div>' if wrong else "",
        paper=PAPER,
        accent=ACCENT,
        muted=MUTED,
        line=LINE,
        bad=BAD,
    )
    response = HTMLResponse(page, status_code=status)
    response.set_cookie(FORM_COOKIE, seed, max_age=3600, httponly=True, samesite="strict", secure=secure(request))
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _calm(sessions: Sessions) -> type[APIRoute]:
    """A route whose troubles are pages: the reader came with a browser, and a problem for machines tells them nothing."""

    class Calm(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def calm(request: Request) -> Response:
                try:
                    return await handle(request)
                except Unavailable as down:
                    return away(request, down)
                except RequestValidationError:
                    words = Words(language_of(request.cookies.get(LANGUAGE_COOKIE)))
                    return _form(sessions, request, words("login.unreadable"), 422)

            return calm

    return Calm


def router(sessions: Sessions) -> APIRouter:
    """`/`, `/login`, `/logout`, `/language/{zh|en}`."""
    doors = APIRouter(include_in_schema=False, route_class=_calm(sessions))

    @doors.get("/")
    def home(request: Request) -> Response:
        reader = sessions.reader(request)
        return RedirectResponse("/login" if reader is None else HOME.get(reader.actor.role, "/login"), 303)

    @doors.get("/login")
    def login_form(request: Request) -> Response:
        return _form(sessions, request)

    @doors.post("/login")
    async def login(
        request: Request,
        login: Annotated[str, Form(max_length=80)],
        password: Annotated[str, Form(max_length=256)],
        token: Annotated[str, Form(max_length=128)] = "",
    ) -> Response:
        words = Words(language_of(request.cookies.get(LANGUAGE_COOKIE)))
        if not sessions.form_ok(request.cookies.get(FORM_COOKIE), token):
            return _form(sessions, request, words("login.stale"), 403)
        since = sessions.house.clock.now()
        try:
            actor: Actor | None = await run_in_threadpool(sessions.log_in, login, password, _address(request))
        except (Conflict, Forbidden) as refused:
            return _form(sessions, request, " ".join(explain(words, refused)), 429)
        if actor is None:
            return _form(sessions, request, words("login.wrong"), 401)
        response = RedirectResponse(HOME.get(actor.role, "/"), 303)
        sessions.start(request, response, actor, since)
        return response

    @doors.post("/logout")
    def logout(request: Request, token: Annotated[str, Form(max_length=128)] = "") -> Response:
        cookie = request.cookies.get(COOKIE)
        if cookie is None or not sessions.form_ok(cookie, token):
            return RedirectResponse("/", 303)
        response = RedirectResponse("/login", 303)
        sessions.end(cookie, response)
        return response

    @doors.get("/language/{language}")
    def choose(language: str, request: Request) -> Response:
        back = request.headers.get("referer", "/")
        here = str(request.base_url)
        response = RedirectResponse(back if back.startswith(here) else "/", 303)
        response.set_cookie(
            LANGUAGE_COOKIE, language_of(language), max_age=31_536_000, httponly=True, samesite="strict", secure=secure(request)
        )
        return response

    return doors
