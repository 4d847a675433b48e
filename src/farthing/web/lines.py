"""All lines: who owes what, who is late."""

from __future__ import annotations

from nicegui import ui

from farthing.flows.queries import lines
from farthing.flows.queries.lines import LineRow
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.visit import Visit

SIZE = 30


async def show(visit: Visit) -> None:
    """A page of lines; the newest first unless asked otherwise."""
    sort, offset = visit.query("sort") or "-opened_on", visit.number("offset")
    rows = await visit.ask(lines.lines, limit=SIZE, offset=offset, sort=sort)
    total = await visit.ask(lines.count)
    words = visit.words
    with theme.workbench(visit.reader, words("lines.title"), "/lines"):
        if not total:
            theme.empty(words("lines.none"), words("lines.none.todo"))
            return
        place = Place("/lines", {"sort": sort, "offset": str(offset)}, total, SIZE)
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            if any(row.synthetic for row in rows):
                theme.synthetic_label(words)
            columns, cells = sheet(visit, rows)
            tables.table(columns, cells, words("lines.title"), place)
            with ui.row().classes("w-full items-center justify-between"):
                tables.pager(place, words)
                tables.export(columns, cells, "lines", words)


def sheet(visit: Visit, rows: tuple[LineRow, ...]) -> tuple[list[Column], list[list[Cell]]]:
    """Lines as a table."""
    words = visit.words
    columns = [
        Column(words("word.line")), Column(words("word.product")), Column(words("word.opened_on"), sort="opened_on"),
        Column(words("word.limit"), right=True, sort="limit_fen"), Column(words("word.principal"), right=True, sort="principal_fen"),
        Column(words("word.headroom"), right=True), Column(words("word.overdue"), right=True),
        Column(words("word.dpd"), right=True, sort="oldest_unpaid_on"), Column(words("word.class")), Column(words("word.status")),
    ]  # fmt: skip
    cells: list[list[Cell]] = [
        [
            Link(short(row.line), f"/lines/{row.line}"), figures.product(visit.house.products.get(row.product), row.product, words),
            figures.day(row.opened_on), figures.money(row.limit_fen), figures.money(row.principal_fen), figures.money(row.headroom_fen),
            figures.money(row.overdue_fen) if row.overdue_fen else "—", str(row.dpd) if row.dpd else "—", words(f"class.{row.loan_class}"),
            words(f"status.{row.status}"),
        ]
        for row in rows
    ]  # fmt: skip
    return columns, cells


def short(id_: str) -> str:
    """An id short enough for a column; the whole of it stands behind the link."""
    return f"{id_[:12]}…" if len(id_) > 13 else id_
