"""The menu of acts on a line's page; each opens its dialog."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import groupby

from nicegui import ui

from farthing.flows.line.propose import propose
from farthing.flows.line.rehearse import Rehearsed, foresee, rehearse
from farthing.flows.queries.lines import LineView
from farthing.web.line import effect
from farthing.web.line.acts import Act, open_to
from farthing.web.line.dialog import Asked, Asking, Drawn, ask
from farthing.web.line.fields import Field, Filled
from farthing.web.visit import Visit


def show(visit: Visit, view: LineView) -> None:
    """One button; under it what this reader may do with the line as it stands, in groups. Nothing for who may do nothing."""
    words, acts = visit.words, open_to(visit.reader.actor.role, view)
    if not acts:
        return
    with ui.button(words("act.menu")).props('outline no-caps icon-right="expand_more"'), ui.menu().props("auto-close"):
        for group, some in groupby(acts, lambda act: act.group):
            ui.item_label(words(f"act.group.{group}")).props("header").classes("pb-1 pt-3")
            for act in some:
                ui.menu_item(words(f"act.{act.name}"), on_click=lambda act=act: dialog(visit, view, act)).props("dense").classes(
                    "px-4 py-1"
                )


def button(visit: Visit, view: LineView, name: str) -> None:
    """One act by itself, where the page speaks of what it is about; nothing for who may not."""
    for act in open_to(visit.reader.actor.role, view):
        if act.name == name:
            ui.button(visit.words(f"act.{name}"), on_click=lambda act=act: dialog(visit, view, act)).props("flat dense no-caps")


def dialog(visit: Visit, view: LineView, act: Act) -> None:
    """Ask for one act, and show the line on both sides of it."""
    words, proposed = visit.words, act.flow is propose

    async def effect_of(asked: Asked) -> Drawn:
        found = await _foreseen(visit, view, act, asked)

        def draw() -> None:
            for one in found:
                if len(found) > 1:
                    ui.label(words("effect.line", line=one.line)).classes("muted text-sm break-all")
                effect.table(words, one, named=len(found) > 1)
            if act.group == "propose":
                ui.label(words("act.second")).classes("muted text-sm")

        return draw

    ask(visit, Asking(
        name=act.name, title=words(f"act.{act.name}"), told=words(f"act.{act.name}.told"),
        yes=words("act.propose" if act.group == "propose" else "act.yes"),
        asks=(*act.asks(words, view), Field("on", "day")) if act.dated else act.asks(words, view),
        asked=lambda filled: _asked(view, act, filled), effect=effect_of,
        then="/proposals" if proposed else f"/lines/{view.terms.line}",
    ))  # fmt: skip


def _asked(view: LineView, act: Act, filled: Filled) -> Asked:
    """What is filled in. `Invalid` for what is no amount, no day, or missing."""
    request, on = act.request(view, filled), filled.some_day("on")
    if act.flow is propose:
        return Asked(partial(propose, on=on), request, on)
    return Asked(act.flow, replace(request, on=on) if act.dated else request, on)


async def _foreseen(visit: Visit, view: LineView, act: Act, asked: Asked) -> tuple[Rehearsed, ...]:
    if act.flow is propose:
        return (await visit.ask(foresee, asked.request, asked.on),)
    return await visit.ask(rehearse, asked.flow, asked.request, act.lines(view, asked.request))
