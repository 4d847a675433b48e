"""The dialog of an act: filled in, its effect looked at, and only then done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.web import theme
from farthing.web.line import fields
from farthing.web.line.fields import Field, Filled
from farthing.web.text import Words, explain
from farthing.web.visit import Visit

Drawn: TypeAlias = Callable[[], None]
"""Puts an effect on the page, where it is asked to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A flow and what it is asked; `on` is the day it is to take effect, where that is told beside the request."""

    flow: Callable[..., Any]
    request: Any
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a dialog asks: `asked` makes a flow's question of what was filled in, `effect` looks at that, `then` is where it leads.
    `name` is the act's own on its page."""

    name: str
    title: str
    told: str
    yes: str
    asks: tuple[Field, ...]
    asked: Callable[[Filled], Asked]
    effect: Callable[[Asked], Awaitable[Drawn]]
    then: str


@dataclass(slots=True)
class _Open:
    """A dialog that stands open: its fields, and what was looked at, if it still is what is filled in."""

    visit: Visit
    asking: Asking
    shown: Mapping[str, ui.input | ui.select] = field(default_factory=dict)
    looked_at: Asked | None = None


def ask(visit: Visit, asking: Asking) -> None:
    """What it is, its fields, then its effect, then consent."""
    words, opened = visit.words, _Open(visit, asking)
    with (
        ui.dialog(value=True) as asked,
        ui.element("div").classes("card bg-white w-full max-w-xl flex flex-col flex-nowrap overflow-y-auto gap-3"),
    ):
        theme.heading(asking.title)
        ui.label(asking.told).classes("muted text-sm")
        with ui.element("div").classes("w-full grid grid-cols-1 sm:grid-cols-2 gap-3"):
            opened.shown = {one.name: fields.shown(words, one) for one in asking.asks}
        result = ui.element("div").classes("w-full flex flex-col gap-2").props('role="status"')
        with ui.row().classes("w-full gap-3"):
            look = ui.button(words("act.look")).props("outline no-caps")
            yes = ui.button(asking.yes).props("unelevated no-caps")
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
    """Show the effect of what is filled in, or why it is refused."""
    result.clear()
    opened.looked_at = None
    try:
        asked = opened.asking.asked(Filled({name: str(one.value or "") for name, one in opened.shown.items()}))
        draw = await opened.asking.effect(asked)
    except FarthingError as refused:
        with result:
            refusal(opened.visit.words, refused)
        return
    with result:
        draw()
    opened.looked_at = asked


def refusal(words: Words, refused: FarthingError) -> None:
    """Why not, and what to do."""
    message, remedy = explain(words, refused)
    with ui.element("div").classes("w-full").props('role="alert"'):
        ui.label(message).classes("decline text-sm").style("white-space:normal")
        ui.label(remedy).classes("muted text-sm")


async def _do(opened: _Open, asked: ui.dialog) -> None:
    assert opened.looked_at is not None, "consent comes after the effect"
    made = await opened.visit.act(opened.looked_at.flow, opened.looked_at.request, opened.visit.key(opened.asking.name))
    if made is None:
        return
    asked.close()
    ui.navigate.to(opened.asking.then)
