"""Yes or no, and why: the borrower's view of a decision, with what would raise it, and the offer to take up."""

from __future__ import annotations

from nicegui import ui

from farthing.domain.policy import Outcome
from farthing.domain.product import Product
from farthing.flows.queries import my
from farthing.flows.queries.my import Answer, Raise
from farthing.flows.queries.offer import Choice, choices
from farthing.web import figures, theme, trace
from farthing.web.my import cost
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
            await _accept(visit, found)
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


async def _accept(visit: Visit, found: Answer) -> None:
    words, made = visit.words, found.view.decision
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        ui.label(words("my.accept.told", amount=figures.money(made.limit_fen), day=figures.day(found.offer_until)))
        if found.view.product.secured:
            ui.label(words("my.secured")).classes("text-sm")
        crop = _crop(words, found.view.product)
        offered = await visit.ask(choices, made.id, crop.value if crop else None)
        method = _method(words, found, offered)
        button = ui.button(words("my.accept.read")).props("unelevated no-caps").classes("w-full py-3")

        async def reckon() -> None:
            again = await visit.ask(choices, made.id, crop.value if crop else None)
            if method is not None:
                method.set_options(_told(words, found, again), value=method.value)

        def go() -> None:
            ui.navigate.to(cost.address(made.id, method.value if method else "", str(crop.value) if crop else ""))

        if crop is not None:
            crop.on_value_change(reckon)
        button.on_click(go)


def _crop(words: Words, product: Product) -> ui.select | None:
    """Which crop, where the line ends with a harvest."""
    if not product.harvests:
        return None
    ui.label(words("my.accept.crop.told")).classes("muted text-sm")
    crops = {one.crop: words(f"crop.{one.crop}") for one in product.harvests}
    return ui.select(crops, value=next(iter(crops)), label=words("my.accept.crop")).props("outlined").classes("w-full")


def _method(words: Words, found: Answer, offered: tuple[Choice, ...]) -> ui.radio | None:
    """How to repay, where there is a choice; the usual way is chosen."""
    if len(offered) < 2:
        return None
    ui.label(words("my.accept.method")).classes("font-semibold pt-2")
    ui.label(words("my.accept.method.told", amount=figures.money(found.view.decision.limit_fen))).classes("muted text-sm")
    return ui.radio(_told(words, found, offered), value=offered[0].method.value).classes("w-full space-y-3")


def _told(words: Words, found: Answer, offered: tuple[Choice, ...]) -> dict[str, str]:
    """Each way in words, with what the first month costs and all the interest."""
    told = {}
    for one in offered:
        name = words(f"repayment.{one.method}", day=found.view.product.due_day)
        cost = words("my.accept.first", day=figures.day(one.first.due_on), amount=figures.money(one.first.total_fen),
                     interest=figures.money(one.interest_fen))  # fmt: skip
        told[one.method.value] = f"{name}{words('colon')} {cost}"
    return told
