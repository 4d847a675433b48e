"""What the bank may use of the borrower's data: kind by kind, until when, taken back or given with two touches (PI-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from farthing.domain.calendar import add_months
from farthing.flows.consent import GiveRequest, WithdrawRequest, give, withdraw
from farthing.flows.queries.consents import KindView
from farthing.flows.queries.my import My
from farthing.web import figures, theme
from farthing.web.text import Words
from farthing.web.visit import Visit

USUAL_MONTHS = 12


@dataclass(frozen=True, slots=True)
class _Asked:
    """The kind a dialog is about, and on which day it is asked."""

    visit: Visit
    one: KindView
    today: dt.date


def lacking(kinds: Sequence[KindView]) -> bool:
    """Whether an application could be refused for want of a consent."""
    return any(one.needed_for and not one.allowed for one in kinds)


def card(visit: Visit, view: My) -> None:
    """Folded while all is given; open when something is missing."""
    words, given = visit.words, sum(one.allowed for one in view.consents)
    with ui.element("details").classes("card w-full").props("open" if lacking(view.consents) else ""):
        with ui.element("summary"):
            ui.label(words("my.consents", given=given, all=len(view.consents))).classes("inline")
        ui.label(words("my.consents.note")).classes("muted text-sm pt-2")
        for one in view.consents:
            _row(_Asked(visit, one, view.today))


def _row(asked: _Asked) -> None:
    words, one = asked.visit.words, asked.one
    name, does = words(f"my.kind.{one.kind.value}"), words("my.consent.withdraw" if one.allowed else "my.consent.give")
    look = _withdrawal if one.allowed else _giving
    with (
        ui.element("div")
        .classes("w-full flex flex-nowrap justify-between items-center gap-3 py-3")
        .style(f"border-bottom:1px solid {theme.LINE}")
    ):
        with ui.column().classes("gap-0 min-w-0"):
            ui.label(name).classes("font-semibold")
            state = words("my.consent.allowed" if one.allowed else "my.consent.stopped")
            ui.label(state).classes(f"{'approve' if one.allowed else 'muted'} text-sm")
            ui.label(_when(words, one)).classes("muted text-sm")
        ui.button(does, on_click=lambda: look(asked)).props(f'outline no-caps aria-label="{does} {name}"').classes("shrink-0 px-3")


def _when(words: Words, one: KindView) -> str:
    if one.allowed and one.until is None:
        return words("my.consent.since", since=figures.day(one.since))
    if one.allowed:
        return words("my.consent.until", since=figures.day(one.since), until=figures.day(one.until))
    return words("my.consent.never") if one.ended_on is None else words("my.consent.ended", day=figures.day(one.ended_on))


def _withdrawal(asked: _Asked) -> None:
    """What it changes and what not, before it is done."""
    visit, words, one = asked.visit, asked.visit.words, asked.one
    with ui.dialog(value=True) as dialog, ui.element("div").classes("card bg-white w-full flex flex-col gap-3"):
        theme.heading(words("my.consent.withdraw.sure", kind=words(f"my.kind.{one.kind.value}")))
        named = words("list.comma").join(figures.product(visit.house.products.get(code), code, words) for code in one.needed_for)
        ui.label(words("my.consent.effect", products=named) if named else words("my.consent.effect.none"))
        ui.label(words("my.consent.stays"))
        ui.label(words("my.consent.again")).classes("muted text-sm")
        button = ui.button(words("my.consent.withdraw.yes")).props("unelevated no-caps").classes("w-full py-3")
        ui.button(words("word.back"), on_click=dialog.close).props("flat no-caps").classes("w-full")

        async def go() -> None:
            button.disable()
            made = await visit.act(
                withdraw, WithdrawRequest(visit.reader.actor.party or "", (one.kind,)), visit.key("withdraw", one.kind.value)
            )
            dialog.close()
            if made is not None:
                ui.navigate.to("/my")

        button.on_click(go)


def _giving(asked: _Asked) -> None:
    """What it is for, and until when."""
    visit, words, one = asked.visit, asked.visit.words, asked.one
    year = add_months(asked.today, USUAL_MONTHS)
    with ui.dialog(value=True) as dialog, ui.element("div").classes("card bg-white w-full flex flex-col gap-3"):
        theme.heading(words("my.consent.give.sure", kind=words(f"my.kind.{one.kind.value}")))
        ui.label(words("my.consent.purpose"))
        ends = {True: words("my.consent.year", day=figures.day(year)), False: words("my.consent.open")}
        chosen = ui.radio(ends, value=True)
        ui.label(words("my.consent.easy")).classes("muted text-sm")
        button = ui.button(words("my.consent.give.yes")).props("unelevated no-caps").classes("w-full py-3")
        ui.button(words("word.back"), on_click=dialog.close).props("flat no-caps").classes("w-full")

        async def go() -> None:
            button.disable()
            request = GiveRequest(visit.reader.actor.party or "", (one.kind,), year if chosen.value else None)
            made = await visit.act(give, request, visit.key("give", one.kind.value))
            dialog.close()
            if made is not None:
                ui.navigate.to("/my")

        button.on_click(go)
