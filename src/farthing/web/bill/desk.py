"""The bill desk: what is due today, on whom the bank depends, and every bill with its state."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup
from nicegui import ui

from farthing.domain.bill.bill import BANK, BillStatus
from farthing.flows.bill.act import DESK
from farthing.flows.needs.bills import Wanted
from farthing.flows.queries import bills
from farthing.flows.queries.bills import BillRow, Desk
from farthing.web import figures, tables, theme
from farthing.web.bill import marks, take_up
from farthing.web.bill.marks import Use
from farthing.web.tables import Cell, Column, Place
from farthing.web.text import Words
from farthing.web.visit import Visit

SIZE = 30
FILTERS = (BillStatus.DRAWN, BillStatus.ACCEPTED, BillStatus.DISCOUNTED, BillStatus.REDISCOUNTED, BillStatus.PRESENTED,
           BillStatus.DISHONOURED, BillStatus.RECOURSE, BillStatus.WRITTEN_OFF)  # fmt: skip


async def show(visit: Visit) -> None:
    """Today's work first, then the bank's dependence, then the bills, the last to mature first unless asked otherwise."""
    asked, words = visit.query("status"), visit.words
    statuses = (BillStatus(asked),) if asked in set(BillStatus) else ()
    wanted = Wanted(statuses, sort=visit.query("sort") or "-matures_on", limit=SIZE, offset=visit.number("offset"))
    shown, rows = await visit.ask(bills.desk), await visit.ask(bills.bills, wanted)
    total, ever = await visit.ask(bills.count, wanted), await visit.ask(bills.count, Wanted())
    with theme.workbench(visit.reader, words("bills.title"), "/bills"):
        ui.add_css(marks.CSS)
        with ui.row().classes("w-full items-center gap-4"):
            ui.label(words("bills.told")).classes("muted grow basis-[260px]")
            if visit.reader.actor.role in DESK:
                ui.button(words("bill.act.take_up"), on_click=partial(take_up.dialog, visit)).props("unelevated no-caps")
        if not ever:
            theme.empty(words("bills.none"), words("bills.none.todo"))
            return
        if any(row.state.bill.synthetic for row in rows):
            theme.synthetic_label(words)
        _figures(words, shown)
        _due(words, shown)
        _depends(words, shown)
        _all(words, rows, Place("/bills", {"status": asked, "sort": wanted.sort, "offset": str(wanted.offset)}, total, SIZE))


def _figures(words: Words, shown: Desk) -> None:
    day = words("word.as_of", day=figures.day(shown.on))
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        theme.figure(words("bills.held"), figures.money(shown.held_fen), day)
        theme.figure(words("bills.due"), str(len(shown.due)), day)
        theme.figure(words("bills.defaulted"), figures.money(shown.defaulted_fen), day)
        theme.figure(words("bills.sold"), figures.money(shown.sold_fen), words("bills.sold.told"))
        theme.figure(words("bills.unearned"), figures.money(shown.unearned_fen), words("bills.unearned.told"))


def _due(words: Words, shown: Desk) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("bills.due.title", count=len(shown.due)))
        if not shown.due:
            ui.label(words("bills.due.none")).classes("muted")
            return
        columns, cells = sheet(words, shown.due)
        tables.table(columns, cells, words("bills.due.title", count=len(shown.due)))


def _depends(words: Words, shown: Desk) -> None:
    if not shown.concentrations:
        return
    uses = [
        Use(one.name or words("word.erased"), marks.roles(words, seller=one.seller, acceptor=one.acceptor), one.bills_fen,
            one.total_fen - one.bills_fen, one.cap_fen)
        for one in shown.concentrations
    ]  # fmt: skip
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("bills.depends"))
        ui.label(words("bills.depends.told")).classes("muted text-sm")
        ui.html(marks.bars(words, uses), sanitize=False).classes("w-full")


def _all(words: Words, rows: tuple[BillRow, ...], place: Place) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        with ui.row().classes("w-full items-center gap-x-4 gap-y-1"):
            theme.heading(words("bills.all"))
            chosen = place.asked["status"]
            ui.link(words("bills.every"), place.href(status="", offset=0)).classes("" if chosen else "font-semibold")
            for status in FILTERS:
                href = place.href(status=status.value, offset=0)
                ui.link(words(f"bill.status.{status.value}"), href).classes("font-semibold" if chosen == status else "")
        columns, cells = sheet(words, rows)
        if cells:
            tables.table(columns, cells, words("bills.all"), place)
        else:
            ui.label(words("table.nothing")).classes("muted")
        with ui.row().classes("w-full items-center justify-between"):
            tables.pager(place, words)
            tables.export(columns, cells, "bills", words)


def sheet(words: Words, rows: tuple[BillRow, ...]) -> tuple[list[Column], list[list[Cell]]]:
    """Bills as a table."""
    columns = [
        Column(words("bill.number")), Column(words("word.status"), sort="status", rising=True), Column(words("bill.acceptor")),
        Column(words("bill.holder")), Column(words("bill.face"), right=True, sort="amount_fen"),
        Column(words("bill.matures"), sort="matures_on"), Column(words("word.dpd"), right=True),
    ]  # fmt: skip
    cells: list[list[Cell]] = []
    for row in rows:
        state = row.state
        kind = Markup('{} <span class="muted nowrap">{}</span>').format(
            row.acceptor or words("word.erased"), words(f"bill.kind.{state.bill.kind.value}")
        )
        holder = words("bill.bank") if state.holder == BANK else row.holder or words("word.erased")
        day = Markup('<span class="nowrap">{}</span>').format(figures.day(state.bill.matures_on))
        late = Markup('<span class="decline">{}</span>').format(row.dpd) if row.dpd else "—"
        link = Markup('<a class="row nowrap" href="/bills/{}">{}</a>').format(state.bill.bill, short(state.bill.number))
        cells.append([link, marks.chip(words, state.status), kind, holder, figures.money(state.bill.amount_fen), day, late])
    return columns, cells


def short(number: str) -> str:
    """The digits by which a desk tells bills apart: the day and the running number at the end."""
    return f"…{number[-10:]}"
