"""Paying back: any amount, any day, no fee."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.money import FEN_PER_YUAN, parse_yuan
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.queries.lines import LineView
from farthing.web import figures, theme
from farthing.web.line import what_if
from farthing.web.text import explain
from farthing.web.visit import Visit


@dataclass(slots=True)
class _Form:
    """What stands in the form."""

    visit: Visit
    view: LineView


def form(visit: Visit, view: LineView, today: dt.date) -> None:
    """The amount due by default, everything with one touch; what settling costs on another day underneath."""
    words, filled = visit.words, _Form(visit, view)
    due_fen = view.next_due.total_fen if view.next_due else view.payoff.total_fen
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("repay.title"))
        amount = ui.input(words("repay.amount"), value=plain(due_fen)).props('outlined inputmode="decimal" prefix="¥"').classes("w-full")
        with ui.row().classes("w-full gap-2"):
            ui.button(words("repay.due", amount=figures.money(due_fen)), on_click=lambda: amount.set_value(plain(due_fen))).props(
                "outline no-caps dense"
            ).classes("px-2")
            everything = view.payoff.total_fen
            ui.button(words("repay.all", amount=figures.money(everything)), on_click=lambda: amount.set_value(plain(everything))).props(
                "outline no-caps dense"
            ).classes("px-2")

        async def look() -> None:
            await _look(filled, amount)

        ui.button(words("repay.look"), on_click=look).props("unelevated no-caps").classes("w-full py-3")
        _other_day(filled, today)


def plain(amount_fen: int) -> str:
    """An amount as a person types it."""
    return f"{amount_fen // FEN_PER_YUAN}.{amount_fen % FEN_PER_YUAN:02d}"


def _other_day(filled: _Form, today: dt.date) -> None:
    with ui.element("details").classes("w-full"):
        with ui.element("summary"):
            ui.label(filled.visit.words("repay.when")).classes("inline")
        with ui.element("div").classes("w-full pt-2 flex flex-col gap-2"):
            what_if.form(filled.visit, filled.view, today)


async def _look(filled: _Form, amount: ui.input) -> None:
    visit, words = filled.visit, filled.visit.words
    try:
        amount_fen = parse_yuan(amount.value or "")
    except FarthingError as refused:
        theme.trouble(words, *explain(words, refused))
        return
    more = amount_fen > filled.view.payoff.total_fen
    with ui.dialog(value=True) as asked, ui.element("div").classes("card bg-white w-full flex flex-col gap-3"):
        theme.heading(words("repay.sure", amount=figures.money(amount_fen)))
        ui.label(words("repay.more") if more else words("repay.order")).classes("text-sm")
        button = ui.button(words("repay.yes")).props("unelevated no-caps").classes("w-full py-3")
        ui.button(words("word.back"), on_click=asked.close).props("flat no-caps").classes("w-full")

        async def go() -> None:
            button.disable()
            made = await visit.act(repay, RepayRequest(filled.view.terms.line, amount_fen), visit.key("repay"))
            asked.close()
            if made is not None:
                told = words("repay.done", amount=figures.money(made.amount_fen), interest=figures.money(made.interest_fen),
                             principal=figures.money(made.principal_fen), left=figures.money(made.owed_fen))  # fmt: skip
                ui.notify(told, type="positive", position="top", multi_line=True)
                ui.navigate.to("/my")

        button.on_click(go)
