"""A dialog that is filled in, looked at, and only then done: the effect of exactly what was looked at is what is consented to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.ids import Id
from farthing.web import theme
from farthing.web.line import fields
from farthing.web.line.fields import Field, Filled
from farthing.web.text import explain
from farthing.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: how it is shown, and the flow with its request that consent carries out; no flow where it would be refused."""

    paint: Callable[[], None]
    flow: Callable[..., Any] | None
    request: Any = None
    yes: str = "act.yes"
    then: Callable[[Any], str] = lambda _: "/bills"


@dataclass(slots=True)
class Form:
    """A form that stands open: its fields, and what was found for what stands in them."""

    visit: Visit
    name: str
    asks: tuple[Field, ...]
    look: Callable[[Filled], Awaitable[Looked]]
    shown: Mapping[str, Any] = field(default_factory=dict)
    found: Looked | None = None


def show(form: Form) -> None:
    """What it is, its fields, then its effect, then consent."""
    words = form.visit.words
    with (
        ui.dialog(value=True) as asked,
        ui.element("div").classes("card bg-white w-full max-w-xl flex flex-col flex-nowrap overflow-y-auto gap-3"),
    ):
        theme.heading(words(f"bill.act.{form.name}"))
        ui.label(words(f"bill.act.{form.name}.told")).classes("muted text-sm")
        with ui.element("div").classes("w-full grid grid-cols-1 sm:grid-cols-2 gap-3"):
            form.shown = {one.name: fields.shown(words, one) for one in form.asks}
        result = ui.element("div").classes("w-full flex flex-col gap-3").props('role="status"')
        with ui.row().classes("w-full gap-3"):
            look = ui.button(words("act.look")).props("outline no-caps")
            yes = ui.button(words("act.yes")).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")
        yes.disable()

        async def looked() -> None:
            await _look(form, result)
            yes.set_text(words(form.found.yes if form.found else "act.yes"))
            yes.set_enabled(form.found is not None and form.found.flow is not None)

        def stale() -> None:
            form.found = None
            yes.disable()
            result.clear()

        async def agreed() -> None:
            yes.disable()
            await _do(form, asked)

        for one in form.shown.values():
            one.on_value_change(stale)
        look.on_click(looked)
        yes.on_click(agreed)


def refusal(visit: Visit, refused: FarthingError, others: Sequence[Id] = ()) -> None:
    """Why it would be refused, and what to do; `others` are bills to look at before anything is done."""
    message, remedy = explain(visit.words, refused)
    with ui.element("div").classes("w-full").props('role="alert"'):
        ui.label(message).classes("decline text-sm").style("white-space:normal")
        ui.label(remedy).classes("muted text-sm")
        for other in others:
            ui.link(visit.words("bill.see_other", bill=other), f"/bills/{other}", new_tab=True).classes("text-sm break-all")


async def _look(form: Form, result: ui.element) -> None:
    result.clear()
    form.found = None
    try:
        found = await form.look(Filled({name: str(one.value or "") for name, one in form.shown.items()}))
    except FarthingError as refused:
        with result:
            refusal(form.visit, refused)
        return
    with result:
        found.paint()
    form.found = found


async def _do(form: Form, asked: ui.dialog) -> None:
    found = form.found
    assert found is not None, "the button is off until something was looked at"
    assert found.flow is not None, "nor where it would be refused"
    made = await form.visit.act(found.flow, found.request, form.visit.key(form.name))
    if made is None:
        return
    asked.close()
    ui.navigate.to(found.then(made))
