"""A statement to save: the days to choose on a line's page, for staff and for the borrower's phone, and the address the paper comes
from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from nicegui import ui

from farthing import wiring
from farthing.domain.calendar import month_start
from farthing.domain.errors import FarthingError, Forbidden, Invalid, NotFound, Unavailable
from farthing.flows.queries.lines import LineView
from farthing.flows.queries.statement import Asked, statement
from farthing.web import figures, theme
from farthing.web.away import away, plain
from farthing.web.session import LANGUAGE_COOKIE, Sessions
from farthing.web.text import Words, explain, language_of
from farthing.web.visit import Visit, writable

ONE_DAY = dt.timedelta(days=1)
STATUS = {NotFound: 404, Forbidden: 403}


def card(visit: Visit, view: LineView, today: dt.date) -> None:
    """From when to when, last month unless said otherwise; the browser saves the paper."""
    words, terms = visit.words, view.terms
    last = month_start(today) - ONE_DAY
    if last < terms.opened_on:
        last = today
    first = max(month_start(last), terms.opened_on)
    with ui.element("section").classes("card w-full max-w-3xl flex flex-col gap-2"):
        theme.heading(words("statement.title"))
        ui.label(words("statement.note")).classes("muted text-sm")
        with ui.element("div").classes("w-full flex flex-wrap gap-3 items-end"):
            since, until = (
                ui.input(words(key), value=figures.day(day))
                .props(f'outlined dense type=date stack-label max="{today}"')
                .classes("grow basis-[140px]")
                for key, day in (("books.from", first), ("books.to", last))
            )
            ui.button(words("statement.open"), on_click=_opening(terms.line, since, until)).props("unelevated no-caps")


def _opening(line: str, since: ui.input, until: ui.input) -> Callable[[], None]:
    def open_() -> None:
        asked = urlencode({"from": since.value or "", "to": until.value or ""})
        ui.download(f"/statements/{line}.pdf?{asked}")

    return open_


def router(sessions: Sessions) -> APIRouter:
    """`/statements/{line}.pdf?from=&to=`, in the reader's language."""
    papers = APIRouter(include_in_schema=False)

    @papers.get("/statements/{line}.pdf")
    def paper(
        request: Request,
        line: str,
        first: Annotated[str, Query(alias="from", max_length=10)] = "",
        last: Annotated[str, Query(alias="to", max_length=10)] = "",
    ) -> Response:
        words = Words(language_of(request.cookies.get(LANGUAGE_COOKIE)))
        try:
            reader = sessions.reader(request)
            if reader is None:
                return RedirectResponse("/login", 303)
            asked = Asked(writable(line), _day(first), _day(last))
            content = wiring.statement_paper(statement(sessions.house, reader.actor, asked), words.language)
        except Unavailable as down:
            return away(request, down)
        except FarthingError as refused:
            return plain(words, explain(words, refused), STATUS.get(type(refused), 422), ("/", words("trouble.home")))
        name = f"statement-{line}-{first}-{last}.pdf"
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
        )

    return papers


def _day(text: str) -> dt.date:
    """A day as it stands in an address. `Invalid` for what is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_date", f"{text[:20]!r} is not a date.", "Write it like 2020-02-21.") from None
