"""Yes or no, and why: the borrower's view of a decision, with what would raise it, and the offer to take up."""

from __future__ import annotations

from nicegui import ui

from farthing.domain.policy import Outcome
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.queries import my
from farthing.flows.queries.my import Answer, Raise
from farthing.web import figures, theme, trace
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """The answer in one sentence, at most four reasons, then what to do."""
    found = await visit.ask(my.answer, visit.path("decision"))
    words, made = visit.words, found.view.decision
    with theme.phone(visit.reader, words("my.answer"), "/my"):
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            ui.label(words(f"my.answer.{made.outcome.value}")).classes(f"text-lg {made.outcome.value}").style("white-space:normal")
            if made.outcome is Outcome.APPROVE:
                ui.label(figures.money(made.limit_fen)).classes("figure").style("font-size:2.2rem")
                if made.rate is not None:
                    ui.label(figures.rate(made.rate, words)).classes("text-sm")
            if made.reasons:
                why = "my.why_not_more" if made.outcome is Outcome.APPROVE else "my.why"
                ui.label(words(why)).classes("muted text-sm pt-2")
                ui.html(trace.reasons(words, made.reasons), sanitize=False)
        for one in found.raises:
            _raise(words, one)
        if found.offer_until is not None:
            _accept(visit, found)
        elif found.view.line:
            ui.link(words("my.accepted"), "/my").classes("py-2")
        else:
            _next(words, made.outcome)
        ui.label(words("my.person", who=made.accountable)).classes("muted text-sm")


def _raise(words: Words, one: Raise) -> None:
    name = words(f"cap.{one.cap.name}") if words.knows(f"cap.{one.cap.name}") else words.pick(one.cap.zh, one.cap.en)
    with ui.element("section").classes("card w-full flex flex-col gap-1"):
        ui.label(words("my.raise")).classes("muted text-sm")
        ui.label(words("my.raise.gain", amount=figures.money(one.gain_fen))).classes("text-lg font-semibold")
        ui.label(words("my.raise.held", cap=name)).classes("text-sm")
        for fact in one.cap.facts:
            ui.label(f"{words.pick(fact.zh, fact.en)}{words('colon')} {words.pick(fact.value_zh, fact.value_en)}").classes("text-sm muted")


def _next(words: Words, outcome: Outcome) -> None:
    with ui.element("section").classes("card w-full"):
        ui.label(words(f"my.next.{outcome.value}"))


def _accept(visit: Visit, found: Answer) -> None:
    words, made, key = visit.words, found.view.decision, visit.key()
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        ui.label(words("my.accept.told", amount=figures.money(made.limit_fen), day=figures.day(found.offer_until)))
        button = ui.button(words("my.accept")).props("unelevated no-caps").classes("w-full py-3")

        async def go() -> None:
            button.disable()
            if await visit.act(accept, AcceptRequest(made.id), key) is None:
                button.enable()
            else:
                ui.navigate.to("/my")

        button.on_click(go)
