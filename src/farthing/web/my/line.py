"""A borrower's line: the big number, the next date, and the two things to do with it."""

from __future__ import annotations

import datetime as dt

from nicegui import ui

from farthing.domain.facility import LineStatus
from farthing.flows.queries.lines import LineView
from farthing.web import figures, theme
from farthing.web.line import statement
from farthing.web.my import draw, repay
from farthing.web.text import Words
from farthing.web.visit import Visit

STORY = 12


def card(visit: Visit, view: LineView, today: dt.date) -> None:
    """What may be used, what is owed, when to pay; then borrow, pay back, and what happened."""
    words, state = visit.words, view.state
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        with ui.row().classes("w-full items-center justify-between gap-2"):
            product = visit.house.products.get(view.terms.product)
            ui.label(figures.product(product, view.terms.product, words)).classes("font-semibold")
            if view.synthetic:
                theme.synthetic_label(words)
        ui.label(words("my.may_use")).classes("muted text-sm")
        ui.label(figures.money(state.headroom_fen)).classes("figure").style("font-size:2.4rem")
        ui.label(words("my.of", limit=figures.money(view.terms.limit_fen), day=figures.day(view.terms.expires_on))).classes("muted text-sm")
        if product is not None and product.secured and not view.terms.limit_fen:
            ui.label(words("my.secured")).classes("text-sm").style("white-space:normal")
        ui.label(figures.rate(view.terms.rate, words)).classes("text-sm")
        _due(words, view)
    if state.status is LineStatus.ACTIVE and state.headroom_fen >= view.terms.draw_min_fen and today < view.terms.expires_on:
        draw.form(visit, view, today)
    if state.owed_fen > 0:
        repay.form(visit, view, today)
    statement.card(visit, view, today)
    _story(words, view)


def _due(words: Words, view: LineView) -> None:
    state, due = view.state, view.next_due
    if state.status is LineStatus.FROZEN:
        ui.label(words("my.frozen")).classes("refer").style("white-space:normal")
    if state.owed_fen == 0:
        ui.label(words("my.owe_nothing")).classes("approve").style("white-space:normal")
        return
    with ui.element("div").classes("w-full flex justify-between gap-4 pt-2").style(f"border-top:1px solid {theme.LINE}"):
        _pair(words("my.owed"), figures.money(state.owed_fen))
        if due is not None:
            late = view.standing.overdue_fen > 0
            _pair(words("my.late") if late else words("my.next", day=figures.day(due.due_on)), figures.money(due.total_fen), bad=late)
    if view.standing.overdue_fen > 0:
        told = words("my.late.note", amount=figures.money(view.standing.overdue_fen), days=view.standing.dpd)
        ui.label(told).classes("decline text-sm").style("white-space:normal")


def _pair(name: str, value: str, *, bad: bool = False) -> None:
    with ui.column().classes("gap-0"):
        ui.label(name).classes("muted text-sm")
        ui.label(value).classes("text-lg font-semibold number " + ("decline" if bad else "")).style("text-align:left !important")


def _story(words: Words, view: LineView) -> None:
    if len(view.timeline) < 2:
        return
    with ui.element("details").classes("card w-full"):
        with ui.element("summary"):
            ui.label(words("my.story")).classes("inline")
        for one in list(reversed(view.timeline))[:STORY]:
            with ui.element("div").classes("w-full flex justify-between gap-3 py-1 text-sm").style(f"border-bottom:1px solid {theme.LINE}"):
                ui.label(f"{figures.day(one.on)} {words(f'my.event.{one.kind}')}")
                ui.label(figures.money(one.amount_fen) if one.amount_fen else "").classes("number")
