"""What a reader sees while the bank cannot answer: a plain page in their language that needs neither database nor script."""

from __future__ import annotations

import html
import logging
from functools import lru_cache
from importlib import resources
from string import Template

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from farthing.domain.errors import Unavailable
from farthing.web.session import LANGUAGE_COOKIE
from farthing.web.text import Words, explain, language_of
from farthing.web.theme import ACCENT, MUTED, PAPER

AGAIN_S = 5
LOG = logging.getLogger("farthing.web")


@lru_cache(maxsize=1)
def _page() -> Template:
    return Template(resources.files("farthing.web").joinpath("templates", "away.html").read_text(encoding="utf-8"))


def away(request: Request, down: Unavailable) -> Response:
    """What happened, what was kept, what to do next, as a 503; a page that was only looked at may be asked for again at once."""
    LOG.error("%s: %s", down.code, down.message)
    words = Words(language_of(request.cookies.get(LANGUAGE_COOKIE)))
    again = "" if request.method == "GET" else "/"  # the empty address is the page itself
    answer = plain(words, explain(words, down), 503, (again, words("trouble.again")))
    answer.headers["Retry-After"] = str(AGAIN_S)
    return answer


def plain(words: Words, said: tuple[str, str], status: int, way: tuple[str, str]) -> HTMLResponse:
    """What happened and what to do next, with a way on: its address and its name."""
    told = {"name": words("house.name"), "happened": said[0], "next": said[1], "again": way[0], "retry": way[1]}
    page = _page().substitute(
        {name: html.escape(text) for name, text in told.items()}, lang=words.language, paper=PAPER, accent=ACCENT, muted=MUTED
    )
    return HTMLResponse(page, status)
