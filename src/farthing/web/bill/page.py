"""One bill: what it is worth and to whom, the hands it went through, what may be done now, and what happened."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.bill.bill import BillStatus
from farthing.domain.bill.event import (
    BillDishonoured,
    BillEndorsed,
    BillPaidInPart,
    BillRedeemed,
    BillRediscounted,
    BillRefused,
    BillReturned,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.event import Body
from farthing.flows.queries import bills
from farthing.flows.queries.bills import BillView
from farthing.web import figures, tables, theme
from farthing.web.bill import marks, menu
from farthing.web.line import terms as terms_of
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

MOST_ALIKE = 5


async def show(visit: Visit) -> None:
    """Money first, then the chain, then what may be done, then the story."""
    view, words = await visit.ask(bills.bill, visit.path("bill")), visit.words
    with theme.workbench(visit.reader, words(f"bill.kind.{view.state.bill.kind.value}"), "/bills"):
        ui.add_css(marks.CSS)
        with ui.row().classes("items-center gap-3"):
            ui.html(marks.chip(words, view.state.status), sanitize=False)
            ui.label(view.state.bill.number).classes("code")
            if view.state.bill.synthetic:
                theme.synthetic_label(words)
        _alike(words, view)
        _money(words, view)
        with ui.element("section").classes("card w-full flex flex-col gap-3"):
            theme.heading(words("bill.hands"))
            ui.html(marks.hands(words, view.state, view.names), sanitize=False)
            acceptor = marks.who(words, view.state.bill.acceptor, view.names)
            waits = view.state.status is BillStatus.DRAWN
            ui.label(words("bill.acceptor.asked" if waits else "bill.acceptor.told", name=acceptor)).classes("muted text-sm")
        menu.show(visit, view)
        _liable(words, view)
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            _terms(words, view)
            _story(words, view)


def _alike(words: Words, view: BillView) -> None:
    """A warning, where other bills of the same parties are over the same amount."""
    if not view.look_alikes:
        return
    with (
        ui.element("section").classes("card w-full flex flex-col gap-1").style(f"border-left:4px solid {theme.WAIT}").props('role="alert"')
    ):
        ui.label(words("bill.alike", count=len(view.look_alikes))).classes("font-semibold")
        ui.label(words("bill.alike.todo")).classes("muted text-sm")
        for other in view.look_alikes[:MOST_ALIKE]:
            ui.link(words("bill.see_other", bill=other), f"/bills/{other}").classes("text-sm break-all")


def _money(words: Words, view: BillView) -> None:
    state = view.state
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        theme.figure(words("bill.face"), figures.money(state.bill.amount_fen), words("bill.drawn", day=figures.day(state.bill.drawn_on)))
        late = words("line.dpd", days=view.dpd) if view.dpd else words("bill.falls_due.on", day=figures.day(state.falls_due_on))
        theme.figure(words("bill.matures"), figures.day(state.bill.matures_on), late)
        if view.price is not None:
            told = words("bill.proceeds.told", interest=figures.money(view.price.interest_fen), days=view.price.days)
            theme.figure(words("bill.proceeds"), figures.money(view.price.proceeds_fen), told)
            theme.figure(words("bill.exposure"), figures.money(state.exposure_fen), words(f"class.{view.loan_class}"))
        if view.claimed.total_fen:
            interest = words("bill.claim.told", interest=figures.money(view.claimed.interest_fen))
            theme.figure(words("bill.claim"), figures.money(view.claimed.total_fen), interest)


def _liable(words: Words, view: BillView) -> None:
    """Who may be asked to pay in the acceptor's place, in the desk's order."""
    if not view.liable:
        return
    columns = [Column(words("bill.liable.order")), Column(words("bill.party")), Column(words("bill.liable.until")),
               Column(words("word.status"))]  # fmt: skip
    cells: list[list[Cell]] = [
        [str(place), marks.who(words, one.party, view.names), figures.day(one.until),
         words("bill.liable.asked" if one.asked else "bill.liable.free")]
        for place, one in enumerate(view.liable, 1)
    ]  # fmt: skip
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("bill.liable"))
        ui.label(words("bill.liable.late" if view.presented_late else "bill.liable.told")).classes("muted text-sm")
        tables.table(columns, cells, words("bill.liable"))


def _terms(words: Words, view: BillView) -> None:
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[340px]"):
        theme.heading(words("bill.terms"))
        tables.table([Column(words("word.what")), Column(words("word.value"))], terms(words, view), words("bill.terms"))


def terms(words: Words, view: BillView) -> list[list[Cell]]:
    """What is written on the bill, what backs it, and what the bank agreed."""
    state, of = view.state, view.state.bill
    gross = figures.money(sum(one.gross_fen for one in state.trade))
    told: list[list[Cell]] = [
        [words("bill.kind"), words(f"bill.kind.{of.kind.value}")],
        [words("bill.transferable"), words("word.yes") if of.transferable else words("word.no")],
        [words("bill.trade"), words("bill.trade.of", count=len(state.trade), gross=gross)],
        [words("bill.trade.alone"), words("bill.trade.alone.told")],
        [words("bill.recourse_rate"), menu.percent(words, of.recourse_rate)],
    ]
    if state.discount is not None:
        told += [
            [words("bill.rate"), menu.percent(words, state.discount.rate)],
            [words("bill.interest"), figures.money(state.discount.interest_fen)],
            [words("bill.earned"), words("bill.earned.told", earned=figures.money(view.earned_fen), day=figures.day(view.on))],
        ]
    if state.sold is not None:
        told += [
            [words("bill.sale.told"), words("bill.sale.with" if state.sold.recourse else "bill.sale.without")],
            [words("bill.sale.rate"), menu.percent(words, state.sold.rate)],
            [words("bill.sale.proceeds"), figures.money(of.amount_fen - state.sold.interest_fen)],
        ]
    return told


def _story(words: Words, view: BillView) -> None:
    columns = [Column(words("word.day")), Column(words("word.event"))]
    cells: list[list[Cell]] = []
    for event in reversed(view.events):
        note = said(words, view, event.body)
        name = words(f"event.{event.kind}")
        told = Markup('{} <span class="muted">{}</span>').format(name, note) if note else name
        cells.append([Markup('<span class="nowrap">{}</span>').format(figures.day(event.effective_on)), told])
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[340px]"):
        theme.heading(words("line.story"))
        tables.table(columns, cells, words("line.story"))


def said(words: Words, view: BillView, body: Body) -> str:
    """What an event says besides its name."""
    match body:
        case BillEndorsed():
            return f"{marks.who(words, body.by, view.names)} → {marks.who(words, body.to, view.names)}"
        case BillRefused() | BillReturned() | BillDishonoured():
            return words(f"bill.ground.{body.ground.value}")
        case BillPaidInPart():
            return f"{figures.money(body.amount_fen)} {words(f'bill.ground.{body.ground.value}')}"
        case BillRedeemed():
            return figures.money(body.amount_fen)
        case BillRediscounted():
            return marks.who(words, body.buyer, view.names)
        case BillWrittenOff():
            return terms_of.ground(words, body.ground)
        case RecourseTaken():
            return marks.who(words, body.party, view.names)
        case RecourseMet():
            return f"{marks.who(words, body.party, view.names)} {figures.money(body.amount_fen)}"
        case _:
            return ""
