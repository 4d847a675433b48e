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
    happened, next_ = explain(words, down)
    again = "" if request.method == "GET" else "/"  # the empty address is the page itself
    told = {"name": words("house.name"), "happened": happened, "next": next_, "again": again, "retry": words("trouble.again")}
    page = _page().substitute(
        {name: html.escape(text) for name, text in told.items()}, lang=words.language, paper=PAPER, accent=ACCENT, muted=MUTED
    )
    return HTMLResponse(page, 503, headers={"Retry-After": str(AGAIN_S)})
