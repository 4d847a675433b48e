"""The borrower's own page: how much may I use, what does it cost, when do I pay."""

from __future__ import annotations

from nicegui import ui

from farthing.flows.queries import my
from farthing.flows.queries.decisions import DecisionView
from farthing.flows.queries.my import My
from farthing.web import figures, theme
from farthing.web.my import apply, consents, line
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """An offer to take up first, then each line, then asking for one, then what may be used for it, then who looked."""
    view = await visit.ask(my.my)
    words = visit.words
    with theme.phone(visit.reader, words("my.hello", name=view.name) if view.name else words("my.title")):
        if view.offer is not None:
            _offer(visit, view.offer)
        for one in view.lines:
            line.card(visit, one, view.today)
        if view.latest is not None and view.offer is None:
            row = view.latest
            told = words("my.latest", day=figures.day(row.decided_on), outcome=words(f"my.outcome.{row.outcome.value}"))
            ui.link(told, f"/my/decisions/{row.decision}").classes("py-2")
        lacking = consents.lacking(view.consents)
        if lacking:
            consents.card(visit, view)
        if view.products and view.offer is None:
            apply.form(visit, view.products, first=not view.lines)
        if not lacking:
            consents.card(visit, view)
        _reads(words, view)


def _offer(visit: Visit, offer: DecisionView) -> None:
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-1").style(f"border-left:4px solid {theme.GOOD}"):
        ui.label(words("my.offer")).classes("muted")
        ui.label(figures.money(offer.limit_fen)).classes("figure").style("font-size:2.2rem")
        ui.label(words("my.offer.note", product=figures.product(offer.product, offer.product.code, words))).classes("text-sm")
        ui.button(words("my.offer.look"), on_click=lambda: ui.navigate.to(f"/my/decisions/{offer.decision.id}")).props(
            "unelevated no-caps"
        ).classes("w-full mt-2 py-3")


def _reads(words: Words, view: My) -> None:
    with ui.element("details").classes("card w-full"):
        with ui.element("summary"):
            ui.label(words("my.reads", count=len(view.reads))).classes("inline")
        if not view.reads:
            ui.label(words("my.reads.none")).classes("muted text-sm pt-2")
        for one in view.reads:
            who = one.by or words(f"role.{one.role}")
            ui.label(f"{one.at.date().isoformat()} · {who} · {words(f'reading.{one.purpose}')}").classes("text-sm pt-1")
