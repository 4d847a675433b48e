"""The menu of acts on a line's page, and the dialog of each: filled in, looked at, and only then done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.flows.line.propose import propose
from farthing.flows.line.rehearse import Rehearsed, foresee, rehearse
from farthing.flows.queries.lines import LineView
from farthing.web import theme
from farthing.web.line import effect, fields
from farthing.web.line.acts import Act, open_to
from farthing.web.line.fields import Field, Filled
from farthing.web.text import explain
from farthing.web.visit import Visit


@dataclass(frozen=True, slots=True)
class _Asked:
    """A flow and what it is asked; for a proposal with the day it is to take effect."""

    flow: Callable[..., Any]
    request: Any
    on: dt.date | None


@dataclass(slots=True)
class _Open:
    """A dialog that stands open: its fields, and what was looked at, if it still is what is filled in."""

    visit: Visit
    view: LineView
    act: Act
    key: str
    shown: Mapping[str, ui.input | ui.select | ui.textarea] = field(default_factory=dict)
    looked_at: _Asked | None = None


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
    """What it is, its fields, then its effect, then consent."""
    words, opened = visit.words, _Open(visit, view, act, visit.key())
    with (
        ui.dialog(value=True) as asked,
        ui.element("div").classes("card bg-white w-full max-w-xl flex flex-col flex-nowrap overflow-y-auto gap-3"),
    ):
        theme.heading(words(f"act.{act.name}"))
        ui.label(words(f"act.{act.name}.told")).classes("muted text-sm")
        with ui.element("div").classes("w-full grid grid-cols-1 sm:grid-cols-2 gap-3"):
            asks = (*act.asks(words, view), Field("on", "day")) if act.dated else act.asks(words, view)
            opened.shown = {one.name: fields.shown(words, one) for one in asks}
        result = ui.element("div").classes("w-full flex flex-col gap-2").props('role="status"')
        with ui.row().classes("w-full gap-3"):
            look = ui.button(words("act.look")).props("outline no-caps")
            yes = ui.button(words("act.propose" if act.group == "propose" else "act.yes")).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")
        yes.disable()

        async def looked() -> None:
            await _look(opened, result)
            yes.set_enabled(opened.looked_at is not None)

        def stale() -> None:
            opened.looked_at = None
            yes.disable()
            result.clear()

        async def agreed() -> None:
            yes.disable()
            await _do(opened, asked)

        for one in opened.shown.values():
            one.on_value_change(stale)
        look.on_click(looked)
        yes.on_click(agreed)


async def _look(opened: _Open, result: ui.element) -> None:
    """Rehearse what is filled in and show the line on both sides of it, or why it is refused."""
    words = opened.visit.words
    result.clear()
    opened.looked_at = None
    try:
        asked = _asked(opened)
        found = await _foreseen(opened, asked)
    except FarthingError as refused:
        message, remedy = explain(words, refused)
        with result, ui.element("div").classes("w-full").props('role="alert"'):
            ui.label(message).classes("decline text-sm").style("white-space:normal")
            ui.label(remedy).classes("muted text-sm")
        return
    with result:
        for one in found:
            if len(found) > 1:
                ui.label(words("effect.line", line=one.line)).classes("muted text-sm break-all")
            effect.table(words, one, named=len(found) > 1)
        if opened.act.group == "propose":
            ui.label(words("act.second")).classes("muted text-sm")
    opened.looked_at = asked


def _asked(opened: _Open) -> _Asked:
    """What is filled in. `Invalid` for what is no amount, no day, or missing."""
    filled = Filled({name: str(one.value or "") for name, one in opened.shown.items()})
    request, on = opened.act.request(opened.view, filled), filled.some_day("on")
    if opened.act.flow is propose:
        return _Asked(partial(propose, on=on), request, on)
    return _Asked(opened.act.flow, replace(request, on=on) if opened.act.dated else request, on)


async def _foreseen(opened: _Open, asked: _Asked) -> tuple[Rehearsed, ...]:
    if opened.act.flow is propose:
        return (await opened.visit.ask(foresee, asked.request, asked.on),)
    return await opened.visit.ask(rehearse, asked.flow, asked.request, opened.act.lines(opened.view, asked.request))


async def _do(opened: _Open, asked: ui.dialog) -> None:
    assert opened.looked_at is not None
    made = await opened.visit.act(opened.looked_at.flow, opened.looked_at.request, opened.key)
    if made is None:
        opened.key = opened.visit.key()
        return
    asked.close()
    ui.navigate.to("/proposals" if opened.act.flow is propose else f"/lines/{opened.view.terms.line}")
