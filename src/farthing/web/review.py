"""What an officer does with a referred case: decide with a note, after seeing what it means."""

from __future__ import annotations

from dataclasses import dataclass

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.money import FEN_PER_YUAN, parse_yuan
from farthing.flows.queries.decisions import DecisionView
from farthing.flows.review import NOTE_MAX, SECOND_PERSON_ABOVE_FEN, ReviewRequest, review
from farthing.web import figures, theme
from farthing.web.visit import Visit

STEP_FEN = 100 * FEN_PER_YUAN


@dataclass(slots=True)
class _Form:
    """What stands in the form."""

    visit: Visit
    view: DecisionView
    note: ui.textarea
    limit: ui.input


def form(visit: Visit, view: DecisionView) -> None:
    """The two ways to decide; both ask again, with their effect in words."""
    words, proposed = visit.words, view.decision.overrides is not None
    with ui.element("section").classes("card w-full flex flex-col gap-3").style(f"border-left:4px solid {theme.WAIT}"):
        theme.heading(words("review.second") if proposed else words("review.title"))
        ui.label(words("review.told", amount=figures.money(SECOND_PERSON_ABOVE_FEN))).classes("muted text-sm")
        suggested = view.limit_fen or min(max(by_policy(view), view.product.limit_min_fen), view.product.limit_max_fen)
        with ui.row().classes("w-full gap-4 items-start"):
            limit = ui.input(words("review.limit"), value=f"{suggested / FEN_PER_YUAN:.2f}").props("outlined dense").classes("w-56")
            note = ui.textarea(words("review.note")).props(f"outlined dense autogrow maxlength={NOTE_MAX} counter").classes("grow")
        filled = _Form(visit, view, note, limit)
        with ui.row().classes("gap-3"):
            ui.button(words("review.approve"), on_click=lambda: _ask(filled, approve=True)).props("unelevated no-caps color=positive")
            ui.button(words("review.decline"), on_click=lambda: _ask(filled, approve=False)).props("outline no-caps color=negative")


def by_policy(view: DecisionView) -> int:
    """What the smallest cap comes to, in whole steps of a hundred yuan."""
    smallest = min((cap.amount_fen for cap in view.caps), default=0)
    return max(smallest, 0) // STEP_FEN * STEP_FEN


def effect(visit: Visit, view: DecisionView, approve: bool, limit_fen: int) -> str:
    """What will happen, before consent: who, how much, and whether another person must agree."""
    words = visit.words
    who = view.name or view.decision.party
    if not approve:
        return words("review.effect.decline", who=who)
    alone = view.decision.overrides is not None or limit_fen <= SECOND_PERSON_ABOVE_FEN
    rate = figures.rate(view.decision.rate, words) if view.decision.rate else words("decision.no_rate")
    told = words("review.effect.approve" if alone else "review.effect.propose", who=who, amount=figures.money(limit_fen), rate=rate)
    above = words("review.above", amount=figures.money(by_policy(view))) if limit_fen > by_policy(view) else ""
    return f"{told} {above}".strip()


def _ask(filled: _Form, *, approve: bool) -> None:
    words = filled.visit.words
    if not (filled.note.value or "").strip():
        filled.note.props(f'error error-message="{words("review.note.missing")}"')
        return
    filled.note.props(remove="error")
    try:
        limit_fen = parse_yuan(filled.limit.value or "") if approve else 0
    except FarthingError:
        filled.limit.props(f'error error-message="{words("word.bad_amount")}"')
        return
    filled.limit.props(remove="error")
    with ui.dialog(value=True) as asked, ui.element("div").classes("card bg-white flex flex-col gap-4 max-w-lg"):
        theme.heading(words("review.sure"))
        ui.label(effect(filled.visit, filled.view, approve, limit_fen))
        with ui.row().classes("gap-3"):

            async def go() -> None:
                asked.close()
                await _decide(filled, approve, limit_fen)

            ui.button(words("review.yes"), on_click=go).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")


async def _decide(filled: _Form, approve: bool, limit_fen: int) -> None:
    request = ReviewRequest(filled.view.decision.id, approve, limit_fen, (filled.note.value or "").strip())
    made = await filled.visit.act(review, request, filled.visit.key("review"))
    if made is not None:
        ui.navigate.to(f"/decisions/{made.id}")
