"""The whole cost before signing, as a plain page that works without any script (PR-03): what is shown is on record before it is read.

With scripts the button waits for the time to read; without them the server does, and says how long is left.
"""

from __future__ import annotations

import html
from functools import lru_cache
from importlib import resources
from string import Template
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from farthing.domain.errors import FarthingError, Unavailable
from farthing.domain.ids import Id
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Rate
from farthing.domain.staff import Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.bank.disclose import WholeCost, show_cost
from farthing.web import figures
from farthing.web.away import away
from farthing.web.session import Reader, Sessions
from farthing.web.text import Words, explain
from farthing.web.theme import ACCENT, BAD, LINE, MUTED, PAPER


class Consent(BaseModel):
    """What the form sends back: what was chosen before, that it is ours, and the command's key."""

    method: str = Field("", max_length=40)
    crop: str = Field("", max_length=40)
    token: str = Field("", max_length=128)
    key: str = Field("", max_length=80)


@lru_cache(maxsize=1)
def _page() -> Template:
    return Template(resources.files("farthing.web").joinpath("templates", "cost.html").read_text(encoding="utf-8"))


def address(decision: Id, method: str = "", crop: str = "") -> str:
    """Where the whole cost of an offer is shown, for a way to repay and a crop."""
    chosen = urlencode({name: value for name, value in (("method", method), ("crop", crop)) if value})
    return f"/my/decisions/{decision}/cost" + (f"?{chosen}" if chosen else "")


def router(sessions: Sessions) -> APIRouter:
    """`/my/decisions/{decision}/cost`: shown, and confirmed."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/my/decisions/{decision}/cost")
    async def look(request: Request, decision: str, method: str = "", crop: str = "") -> Response:
        return await run_in_threadpool(_look, sessions, request, (decision, method, crop))

    @pages.post("/my/decisions/{decision}/cost")
    async def confirm(request: Request, decision: str, form: Annotated[Consent, Form()]) -> Response:
        return await run_in_threadpool(_confirm, sessions, request, (decision, form.method, form.crop), form)

    return pages


def _look(sessions: Sessions, request: Request, wanted: tuple[str, str, str]) -> Response:
    try:
        reader = sessions.reader(request)
        if reader is None or reader.actor.role is not Role.BORROWER:
            return RedirectResponse("/", 303)
        return _shown(sessions, reader, wanted, "", 200)
    except Unavailable as down:
        return away(request, down)
    except FarthingError:
        return RedirectResponse(f"/my/decisions/{wanted[0]}", 303)  # that page tells what became of the offer


def _confirm(sessions: Sessions, request: Request, wanted: tuple[str, str, str], form: Consent) -> Response:
    try:
        reader = sessions.reader(request)
        if reader is None or reader.actor.role is not Role.BORROWER:
            return RedirectResponse("/", 303)
        if not sessions.form_ok(reader.cookie, form.token):
            return _shown(sessions, reader, wanted, reader.words("login.stale"), 403)
        try:
            accept(sessions.house, sessions.still(reader), _asked(wanted), f"web:{reader.actor.id}:{form.key}")
        except Unavailable:
            raise
        except FarthingError as refused:
            return _shown(sessions, reader, wanted, " ".join(explain(reader.words, refused)), 409)
        return RedirectResponse("/my", 303)
    except Unavailable as down:
        return away(request, down)
    except FarthingError:
        return RedirectResponse(f"/my/decisions/{wanted[0]}", 303)


def _asked(wanted: tuple[str, str, str]) -> AcceptRequest:
    decision, method, crop = wanted
    known = method if method in set(RepaymentMethod) else ""
    return AcceptRequest(decision, repayment=RepaymentMethod(known) if known else None, crop=crop or None)


def _shown(sessions: Sessions, reader: Reader, wanted: tuple[str, str, str], wrong: str, status: int) -> Response:
    words, (decision, method, crop) = reader.words, wanted
    found = show_cost(sessions.house, reader.actor, _asked(wanted))
    labels = {"title": "cost.title", "told": "cost.page.told", "normal": "cost.page.normal", "ready": "cost.page.ready",
              "confirm": "cost.page.confirm", "back": "cost.page.back"}  # fmt: skip
    told = {name: words(key) for name, key in labels.items()} | {
        "year": figures.share(found.cost.effective_ppm), "rates": _rates(words, found.terms.rate),
        "plan": words("cost.plan", count=len(found.cost.schedule)), "here": address(decision), "away": f"/my/decisions/{decision}",
        "token": sessions.form_token(reader.cookie), "key": sessions.house.entropy.draw(12).hex(), "method": method, "crop": crop,
        "left": str(found.left_s), "wait": words("cost.page.wait", seconds="#"), "lang": words.language,
    }  # fmt: skip
    page = _page().substitute(
        {name: html.escape(text) for name, text in told.items()},
        rows=_rows(words, found), dues=_dues(words, found),
        wrong=f'<div class="wrong" role="alert">{html.escape(wrong)}</div>' if wrong else "",
        paper=PAPER, accent=ACCENT, muted=MUTED, line=LINE, bad=BAD,
    )  # fmt: skip
    return HTMLResponse(page, status)


def _rates(words: Words, rate: Rate) -> str:
    """The contract's own rate, the year before the day (PR-01)."""
    year, day = words("rate.annual", percent=f"{rate.annual_percent():.2f}"), words("rate.daily", percent=f"{rate.daily_percent():.4f}")
    return f"{year}{words('comma')}{day}"


def _rows(words: Words, found: WholeCost) -> str:
    """Each cost: what, how much by which standard, paid to whom; what comes only in default; and that nothing else is charged."""
    terms, cost = found.terms, found.cost
    late = words("cost.page.late", percent=f"{found.penalty.annual_percent():.2f}", days=terms.grace_days)
    rows = (
        (words("cost.page.amount"), figures.money(cost.received_fen)),
        (words("line.repayment"), words(f"repayment.{terms.repayment}", day=terms.due_day)),
        (words("cost.page.bank", item=words("cost.interest")), figures.money(cost.interest_fen)),
        (words("cost.page.bank", item=words("cost.fees")), figures.money(0)),
        (words("cost.early"), figures.money(0)),
        (words("cost.total"), figures.money(cost.received_fen + cost.interest_fen)),
        (words("cost.page.bank", item=words("cost.page.penalty")), late),
        (words("cost.page.other"), words("cost.page.nothing")),
    )
    return "".join(f"<tr><td>{html.escape(name)}</td><td>{html.escape(value)}</td></tr>" for name, value in rows)


def _dues(words: Words, found: WholeCost) -> str:
    """What falls due when."""
    head = f"<tr><th>{html.escape(words('word.day'))}</th><th>{html.escape(words('word.total'))}</th></tr>"
    dues = (f"<tr><td>{figures.day(due.due_on)}</td><td>{figures.money(due.total_fen)}</td></tr>" for due in found.cost.schedule)
    return head + "".join(dues)
