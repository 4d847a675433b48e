"""Months: which are closed and by whom; one month's report with its checks, and closing it under one's name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nicegui import ui

from farthing.domain.errors import FarthingError, Invalid
from farthing.domain.staff import Role
from farthing.flows.closing import month_end as closing
from farthing.flows.closing import report as reports
from farthing.flows.closing.month_end import MonthEndRequest, MonthView
from farthing.flows.closing.report import MonthReport
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.text import Words, explain
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """Every month, the newest first."""
    words, found = visit.words, await visit.ask(closing.months)
    with theme.workbench(visit.reader, words("months.title"), "/books"):
        ui.link(words("books.title"), "/books")
        if not found:
            theme.empty(words("book.none"), words("book.none.todo"))
            return
        columns = [Column(words("months.month")), Column(words("word.status")), Column(words("months.by")), Column(words("months.digest"))]
        rows: list[list[Cell]] = [
            [
                Link(f"{first:%Y-%m}", f"/months/{first:%Y-%m}"), f"✓ {words('months.closed')}" if done else words("months.open"),
                done.name if done else "—", f"{done.report[:16]}…" if done else "—",
            ]
            for first, done in found
        ]  # fmt: skip
        with ui.element("section").classes("card w-full"):
            tables.table(columns, rows, words("months.title"))


@dataclass(slots=True)
class _Progress:
    """What the reckoning thread says and the page reads."""

    done: int = 0
    of: int = 0

    def __call__(self, done: int, of: int) -> None:
        self.done, self.of = done, of


async def show_one(visit: Visit) -> None:
    """A month's report: reckoned anew line by line, which may take a while."""
    words, month = visit.words, month_of(visit.path("month"))
    with theme.workbench(visit.reader, words("months.one", month=f"{month:%Y-%m}"), "/books"):
        ui.link(words("months.back"), "/months")
        with ui.element("div").classes("w-full flex flex-col gap-5") as place, ui.row().classes("items-center gap-3"):
            ui.spinner()
            told = ui.label(words("months.reckoning")).props('role="status"')
        progress = _Progress()
        shown = ui.timer(0.3, lambda: told.set_text(words("months.at", done=progress.done, of=progress.of)) if progress.of else None)

        async def reckon() -> None:
            try:
                view = await visit.ask(closing.month, month, progress)
            except FarthingError as refused:
                shown.cancel()
                place.clear()
                with place:
                    theme.empty(*explain(words, refused))
                return
            shown.cancel()
            place.clear()
            with place:
                _report(visit, view)

        ui.timer(0.05, reckon, once=True)


def _report(visit: Visit, view: MonthView) -> None:
    words, report = visit.words, view.report
    if report.synthetic:
        theme.synthetic_label(words)
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("months.checks"))
        for check in report.checks:
            sign, look = ("✓", "approve") if check.holds else ("✗", "decline")
            ui.label(f"{sign} {words(f'months.check.{check.name}')} {check.found}").classes(look).style("white-space:normal")
        days = words("months.days", first=figures.day(report.first), last=figures.day(report.last), days=report.days, lines=report.lines)
        ui.label(days).classes("muted text-sm")
        _closed(visit, view)
    with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
        for title, note, (columns, rows) in (
            ("months.classes", "months.classes.note", classes(words, report)),
            ("months.provisions", "months.provisions.note", provisions(visit, report)),
            ("months.migration", "months.migration.note" if report.since else "months.migration.first", migration(words, report)),
        ):
            with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px] max-w-full"):
                theme.heading(words(title))
                ui.label(words(note, since=figures.day(report.since), last=figures.day(report.last))).classes("muted text-xs")
                tables.table(columns, rows, words(title))
                tables.export(columns, rows, title.replace(".", "-"), words)
    _papers(visit, view)


def _closed(visit: Visit, view: MonthView) -> None:
    words, done = visit.words, view.closed
    ui.label(words("months.digest.is", digest=view.digest)).classes("code")
    if done is not None:
        said = words("months.closed.by", who=done.name)
        ui.label(f"✓ {said}").classes("approve").style("white-space:normal")
        ui.label(words("months.kept") if view.kept else words("months.changed")).classes("muted text-sm" if view.kept else "decline")
        ui.link(words("proof.title"), f"/events/{done.event}")
    elif visit.reader.actor.role is Role.RISK_MANAGER and view.report.whole:
        ui.button(words("months.close"), on_click=lambda: _ask(visit, view.report)).props("unelevated no-caps").classes("self-start")
    else:
        ui.label(words("months.waits") if view.report.whole else words("months.not_whole")).classes("muted text-sm")


def _ask(visit: Visit, report: MonthReport) -> None:
    words = visit.words
    with ui.dialog(value=True) as asked, ui.element("div").classes("card bg-white w-full max-w-lg flex flex-col gap-3"):
        theme.heading(words("months.sure", month=f"{report.month:%Y-%m}"))
        ui.label(words("months.sure.note", lines=report.lines, who=visit.reader.actor.name))
        with ui.row().classes("gap-3"):
            yes = ui.button(words("months.close")).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")

        async def go() -> None:
            yes.disable()
            made = await visit.act(closing.month_end, MonthEndRequest(report.month))
            asked.close()
            if made is not None:
                ui.navigate.to(f"/months/{report.month:%Y-%m}")

        yes.on_click(go)


def classes(words: Words, report: MonthReport) -> tuple[list[Column], list[list[Cell]]]:
    """The five categories with what each asks for."""
    columns = [
        Column(words("word.class")),
        *(Column(words(key), right=True) for key in ("months.claims", "word.principal", "months.required")),
    ]
    rows: list[list[Cell]] = [
        [words(f"class.{row.loan_class}"), str(row.lines), figures.money(row.principal_fen), figures.money(row.required_fen)]
        for row in report.classes
    ]
    return columns, rows


def provisions(visit: Visit, report: MonthReport) -> tuple[list[Column], list[list[Cell]]]:
    """Required beside posted."""
    words = visit.words
    columns = [
        Column(words("word.product")),
        *(Column(words(key), right=True) for key in ("months.required", "months.posted", "word.difference")),
    ]
    rows: list[list[Cell]] = [
        [
            figures.product(visit.house.products.get(row.product), row.product, words), figures.money(row.required_fen),
            figures.money(row.posted_fen), figures.money(row.posted_fen - row.required_fen),
        ]
        for row in report.provisions
    ]  # fmt: skip
    return columns, rows


def migration(words: Words, report: MonthReport) -> tuple[list[Column], list[list[Cell]]]:
    """From which class to which."""
    columns = [Column(words("book.from")), Column(words("book.to")),
               *(Column(words(key), right=True) for key in ("book.lines", "months.was", "months.is"))]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            words(f"class.{row.from_class}"),
            words(f"class.{row.to_class}"),
            str(row.lines),
            figures.money(row.was_fen),
            figures.money(row.is_fen),
        ]
        for row in report.migrations
    ]
    return columns, rows


def _papers(visit: Visit, view: MonthView) -> None:
    words, report = visit.words, view.report
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("months.papers"))
        books = Place("/books", {"from": str(report.first), "to": str(report.last)}, 0, 0).href()
        ui.link(words("months.books"), books)
        ui.label(words("months.statements")).classes("muted text-sm")
        ui.label(words("months.status", lines=report.status_lines, digest=report.status_file)).classes("muted text-sm").style(
            "overflow-wrap:anywhere"
        )

        async def save() -> None:
            content = await visit.ask(reports.status_file, report.month)
            ui.download.content(content, f"status-24m-{report.month:%Y-%m}.csv", "text/csv")

        ui.button(words("months.status.save"), on_click=save).props("outline no-caps dense").classes("self-start px-3")


def month_of(text: str) -> dt.date:
    """The first day of `2026-11`. `Invalid` for anything else."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("bad_month", f"{text[:20]!r} is not a month.", "Write it like 2026-11.", field="month") from None
