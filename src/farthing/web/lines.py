"""All lines: who owes what, who is late. And one of them: what stands, what is coming, what happened, with the money after each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from markupsafe import Markup
from nicegui import ui

from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.flows.queries import lines
from farthing.flows.queries.lines import LineRow, LineView
from farthing.web import charts, figures, tables, theme
from farthing.web.charts import Figures, Picture
from farthing.web.collateral import houses
from farthing.web.line import menu, statement, story, terms, what_if
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.text import Words
from farthing.web.visit import Visit

SIZE = 30


async def show(visit: Visit) -> None:
    """A page of lines; the newest first unless asked otherwise."""
    sort, offset = visit.query("sort") or "-opened_on", visit.number("offset")
    rows = await visit.ask(lines.lines, limit=SIZE, offset=offset, sort=sort)
    total = await visit.ask(lines.count)
    names = await visit.ask(lines.borrowers, [row.party for row in rows])
    words = visit.words
    with theme.workbench(visit.reader, words("lines.title"), "/lines"):
        if not total:
            theme.empty(words("lines.none"), words("lines.none.todo"))
            return
        place = Place("/lines", {"sort": sort, "offset": str(offset)}, total, SIZE)
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            if any(row.synthetic for row in rows):
                theme.synthetic_label(words)
            columns, cells = sheet(visit, rows, names)
            tables.table(columns, cells, words("lines.title"), place)
            with ui.row().classes("w-full items-center justify-between"):
                tables.pager(place, words)
                tables.export(columns, cells, "lines", words)


def sheet(visit: Visit, rows: tuple[LineRow, ...], names: Mapping[Id, str]) -> tuple[list[Column], list[list[Cell]]]:
    """Lines as a table, each by its borrower's name."""
    words = visit.words
    columns = [
        Column(words("word.borrower")), Column(words("word.line"), roomy=True), Column(words("word.product"), roomy=True),
        Column(words("word.opened_on"), sort="opened_on", roomy=True),
        Column(words("word.limit"), right=True, sort="limit_fen", roomy=True),
        Column(words("word.principal"), right=True, sort="principal_fen"),
        Column(words("word.headroom"), right=True, roomy=True), Column(words("word.overdue"), right=True, roomy=True),
        Column(words("word.dpd"), right=True, sort="oldest_unpaid_on", rising=True),
        Column(words("word.class"), roomy=True), Column(words("word.status"), roomy=True),
    ]  # fmt: skip
    cells: list[list[Cell]] = [
        [
            Link(names.get(row.party) or words("word.erased"), f"/lines/{row.line}"), _ID.format(row.line, short(row.line)),
            figures.product(visit.house.products.get(row.product), row.product, words),
            figures.day(row.opened_on), figures.money(row.limit_fen), figures.money(row.principal_fen), figures.money(row.headroom_fen),
            figures.money(row.overdue_fen) if row.overdue_fen else "—", str(row.dpd) if row.dpd else "—", words(f"class.{row.loan_class}"),
            words(f"status.{row.status}"),
        ]
        for row in rows
    ]  # fmt: skip
    return columns, cells


_ID = Markup('<span class="code nowrap" title="{}">{}</span>')


def short(id_: str) -> str:
    """An id short enough for a column; the whole of it stands behind the link."""
    return f"{id_[:12]}…" if len(id_) > 13 else id_


async def show_one(visit: Visit) -> None:
    """Money first, then the balance as a curve, the coming dues and the story."""
    view = await visit.ask(lines.line, visit.path("line"))
    named = await visit.ask(lines.borrowers, [view.terms.party])
    words = visit.words
    product = figures.product(visit.house.products.get(view.terms.product), view.terms.product, words)
    title = words("line.title", borrower=named.get(view.terms.party) or words("word.erased"), product=product)
    with theme.workbench(visit.reader, title, "/lines"):
        with ui.row().classes("items-center gap-3"):
            ui.label(view.terms.line).classes("code")
            if view.synthetic:
                theme.synthetic_label(words)
            ui.link(words("line.decision"), f"/decisions/{view.terms.decision}")
            ui.space()
            menu.show(visit, view)
        terms.standing(visit, view)
        _money(words, view)
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            with ui.element("div").classes("grid gap-5 grow basis-[420px] max-w-full"):
                charts.draw(balance(words, view), words)
                if view.state.owed_fen > 0 and view.state.status is not LineStatus.SOLD:
                    with ui.element("section").classes("card w-full flex flex-col gap-2"):
                        theme.heading(words("what_if.title"))
                        what_if.form(visit, view, view.state.as_of)
            terms.card(words, view)
        await houses.of_line(visit, view.terms.line, view.terms.party)
        _coming(words, view)
        statement.card(visit, view, view.state.as_of)
        story.card(words, view)


def _money(words: Words, view: LineView) -> None:
    state, stands = view.state, view.standing
    day = words("word.as_of", day=figures.day(state.as_of))
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        fined = words("line.penalty.owed", amount=figures.money(state.penalty_owed_fen)) if state.penalty_owed_fen else day
        theme.figure(words("word.owed"), figures.money(state.owed_fen), fined)
        theme.figure(
            words("word.headroom"), figures.money(state.headroom_fen), words("line.of_limit", limit=figures.money(view.terms.limit_fen))
        )
        theme.figure(words("word.overdue"), figures.money(stands.overdue_fen), words("line.dpd", days=stands.dpd))
        theme.figure(words("word.class"), words(f"class.{stands.loan_class}"), words("line.status", status=words(f"status.{state.status}")))
        next_due = view.next_due
        if next_due:
            theme.figure(words("line.next"), figures.money(next_due.total_fen), figures.day(next_due.due_on))


def _coming(words: Words, view: LineView) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("line.coming"))
        if not view.schedule:
            ui.label(words("line.coming.none")).classes("muted")
            return
        columns, rows = dues(words, view)
        tables.table(columns, rows, words("line.coming"))


def dues(words: Words, view: LineView) -> tuple[list[Column], list[list[Cell]]]:
    """What is to be paid, day by day, if nothing else is drawn."""
    fined = any(due.penalty_fen for due in view.schedule)
    columns = [Column(words("word.day")), Column(words("word.interest"), right=True), Column(words("word.principal"), right=True),
               *([Column(words("line.penalty"), right=True)] if fined else []),
               Column(words("word.total"), right=True), Column(words("line.left"), right=True)]  # fmt: skip
    rows: list[list[Cell]] = []
    for due in view.schedule:
        parts = (due.interest_fen, due.principal_fen, *((due.penalty_fen,) if fined else ()), due.total_fen, due.left_fen)
        rows.append([figures.day(due.due_on), *map(figures.money, parts)])
    return columns, rows


def balance(words: Words, view: LineView) -> Picture:
    """Principal outstanding after each event, as steps over the days of the line."""
    days: dict[dt.date, int] = {one.on: one.principal_after_fen for one in view.timeline}
    days[view.state.as_of] = view.state.principal_fen
    shown = sorted(days)
    options = charts.steps([figures.day(day) for day in shown], [figures.wan(days[day]) for day in shown], words("unit.wan"))
    rows: list[list[Cell]] = [[figures.day(day), figures.money(days[day])] for day in shown]
    table = Figures([Column(words("word.day")), Column(words("line.principal_after"), right=True)], rows)
    note = words("line.balance.note", day=figures.day(view.state.as_of))
    return Picture(words("line.balance"), note, options, table, view.synthetic)
