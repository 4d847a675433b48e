"""The credit officer's desk: what waits for me, what is late."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.policy import Outcome
from farthing.flows.queries import applications
from farthing.flows.queries.applications import Desk
from farthing.flows.queries.decisions import Page
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.visit import Visit

SIZE = 25
LATE_DAYS = 3


async def show(visit: Visit) -> None:
    """Referred cases first, then every decision."""
    asked = visit.query("outcome")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    page = Page(outcome, SIZE, visit.number("offset"), visit.query("sort") or "-decided_on")
    desk = await visit.ask(applications.desk, page)
    words = visit.words
    with theme.workbench(visit.reader, words("applications.title"), "/applications"):
        if not desk.total and outcome is None:
            theme.empty(words("applications.none"), words("applications.none.todo"))
            return
        _waiting(visit, desk)
        place = Place(
            "/applications", {"outcome": outcome.value if outcome else "", "sort": page.sort, "offset": str(page.offset)}, desk.total, SIZE
        )
        _all(visit, desk, place)


def _waiting(visit: Visit, desk: Desk) -> None:
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("applications.waiting", count=len(desk.waiting)))
        if not desk.waiting:
            ui.label(words("applications.waiting.none")).classes("muted")
            return
        columns = [
            Column(words("word.clock")), Column(words("word.applicant")), Column(words("word.product"), roomy=True),
            Column(words("word.requested"), right=True), Column(words("applications.why"), roomy=True),
        ]  # fmt: skip
        rows: list[list[Cell]] = []
        for one in desk.waiting:
            clock = words("applications.days", days=one.days)
            late = Markup('<span class="decline">■ {}</span>').format(clock) if one.days > LATE_DAYS else Markup("{}").format(clock)
            why = words.pick(one.reason.zh, one.reason.en) if one.reason else ""
            if one.proposed:
                why = f"{words('applications.second')} · {why}"
            rows.append([late, _link(visit, one.row.name, one.row.decision), _product(visit, one.row.product),
                         figures.money(one.row.requested_fen), why])  # fmt: skip
        tables.table(columns, rows, words("applications.waiting", count=len(rows)))
        ui.label(words("table.keys")).classes("muted text-xs")


def _all(visit: Visit, desk: Desk, place: Place) -> None:
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        with ui.row().classes("w-full items-center gap-4"):
            theme.heading(words("applications.all"))
            chosen = place.asked["outcome"]
            ui.link(words("table.all", count=sum(desk.counts.values())), place.href(outcome="", offset=0)).classes(_now(not chosen))
            for outcome, count in desk.counts.items():
                href = place.href(outcome=outcome.value, offset=0)
                ui.link(f"{words(f'outcome.{outcome.value}')} {count}", href).classes(_now(chosen == outcome.value))
        columns = [
            Column(words("word.applicant")), Column(words("word.product"), sort="product", roomy=True),
            Column(words("word.outcome"), sort="outcome"), Column(words("word.requested"), right=True, sort="requested_fen", roomy=True),
            Column(words("word.limit"), right=True, sort="limit_fen"), Column(words("word.decided_on"), sort="decided_on", roomy=True),
        ]  # fmt: skip
        rows: list[list[Cell]] = [
            [
                _link(visit, row.name, row.decision), _product(visit, row.product), _outcome(visit, row.outcome, row.reviewed),
                figures.money(row.requested_fen), figures.money(row.limit_fen) if row.limit_fen else "—", figures.day(row.decided_on),
            ]
            for row in desk.rows
        ]  # fmt: skip
        if rows:
            tables.table(columns, rows, words("applications.all"), place)
        else:
            ui.label(words("table.nothing")).classes("muted")
        with ui.row().classes("w-full items-center justify-between"):
            tables.pager(place, words)
            tables.export(columns, rows, "applications", words)


def _now(chosen: bool) -> str:
    return "font-semibold" if chosen else ""


def _link(visit: Visit, name: str, decision: str) -> Link:
    return Link(name or visit.words("word.erased"), f"/decisions/{decision}")


def _outcome(visit: Visit, outcome: Outcome, reviewed: bool) -> Markup:
    told = theme.chip(outcome, visit.words)
    return told + Markup(' <span class="muted">{}</span>').format(visit.words("word.reviewed")) if reviewed else told


def _product(visit: Visit, code: str) -> str:
    return figures.product(visit.house.products.get(code), code, visit.words)
