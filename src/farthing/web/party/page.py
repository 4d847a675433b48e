"""One party: who it is, what is around it, and what the bank has with it. And the way to one: by its number, or by a ring."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from markupsafe import Markup
from nicegui import ui

from farthing.flows.queries.parties import named
from farthing.flows.queries.party.overview import Overview, overview
from farthing.flows.queries.party.rings import RingRow, RingsView, all_rings
from farthing.flows.queries.party.surroundings import surroundings
from farthing.web import figures, tables, theme
from farthing.web.party import fraud, identity
from farthing.web.party.stale import stale
from farthing.web.tables import Cell, Column, Link
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """Whom do you look for? And the rings and circles that somebody should look at, the newest first."""
    words = visit.words
    found = await visit.ask(all_rings, visit.day("on"))
    with theme.workbench(visit.reader, words("parties.title"), "/parties"):
        _search(words)
        stale(words, "/parties", found.on, found.told_until)
        _rings(words, found)
        _circles(words, found)


def _search(words: Words) -> None:
    with ui.row().classes("items-end gap-3 w-full"):
        party = ui.input(words("dimensions.party")).props("outlined dense").classes("w-72")

        def go() -> None:
            wanted = str(party.value or "").strip()
            if wanted:
                ui.navigate.to(f"/parties/{quote(wanted, safe='')}")

        ui.button(words("dimensions.look"), on_click=go).props("outline no-caps")
        party.on("keydown.enter", go)


def _as_of(on: dt.date, until: dt.date | None) -> str:
    """The same day on the next page, where it is no longer today's."""
    return f"?on={on}" if until is not None and on <= until else ""


def _rings(words: Words, found: RingsView) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("rings.title"))
        ui.label(words("rings.note", day=figures.day(found.on))).classes("muted text-sm").style("white-space:normal")
        if not found.rings:
            ui.label(words("rings.none")).classes("muted")
            return
        columns = [Column(words("rings.ring")), Column(words("rings.ways")), Column(words("rings.newest"), roomy=True),
                   Column(words("rings.decisions"), roomy=True), Column(words("rings.late"), right=True)]  # fmt: skip
        tables.table(columns, [_ring(words, row, _as_of(found.on, found.told_until)) for row in found.rings], words("rings.title"))
        if found.more:
            ui.label(words("rings.more", count=found.more)).classes("muted text-sm")


def _ring(words: Words, row: RingRow, day: str) -> list[Cell]:
    name = words("rings.members", count=row.members)
    return [
        Link(f"◆ {name}" if row.fresh else name, f"/parties/{row.party}{day}"),
        words("ring.and").join(words(f"tie.{kind.value}") for kind in row.ways),
        figures.day(row.newest),
        Markup(" ").join(Markup("{} {}").format(theme.chip(outcome, words), count) for outcome, count in row.outcomes.items()),
        Markup('<span class="decline">{}</span>').format(row.late) if row.late else "—",
    ]


def _circles(words: Words, found: RingsView) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("circles.title"))
        ui.label(words("circles.note")).classes("muted text-sm").style("white-space:normal")
        if not found.circles:
            ui.label(words("circles.none")).classes("muted")
            return
        columns = [
            Column(words("circles.party")), Column(words("circles.share"), right=True),
            Column(words("word.amount"), right=True, roomy=True), Column(words("circles.sales"), right=True, roomy=True),
        ]  # fmt: skip
        day = _as_of(found.on, found.told_until)
        rows: list[list[Cell]] = [
            [Link(f"{row.party[:12]}…", f"/parties/{row.party}{day}"), figures.share(row.share_ppm, 1), figures.money(row.round_fen),
             str(row.sales)]
            for row in found.circles
        ]  # fmt: skip
        tables.table(columns, rows, words("circles.title"))


async def show_one(visit: Visit) -> None:
    """Identity and fraud side by side, then who is around, then every sign, then the bank's own dealings."""
    words = visit.words
    party = await visit.ask(named, visit.path("party"))
    view = await visit.ask(overview, party.id)
    seen = await identity.look(visit, party.id)
    found = await visit.ask(surroundings, party.id, visit.day("on")) if not party.erased else None
    with theme.workbench(visit.reader, view.name or words("word.erased"), "/parties"):
        _about(words, view)
        if found is not None:
            stale(words, f"/parties/{party.id}", found.on, found.told_until)
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            identity.card(words, seen, whole=True)
            if found is not None:
                fraud.card(words, found)
        if found is not None:
            fraud.around(words, found)
            fraud.circle(words, found)
            fraud.signs(words, found)
        _dealings(visit, view)


def _about(words: Words, view: Overview) -> None:
    one = view.party
    with ui.row().classes("w-full items-center gap-x-4 gap-y-1"):
        ui.label(words("ring.kind", kind=words(f"being.{one.kind.value}"), county=one.county or "—"))
        if one.registered_on is not None:
            ui.label(words("party.registered", day=figures.day(one.registered_on))).classes("muted text-sm")
        if one.synthetic:
            theme.synthetic_label(words, "synthetic.party")
        ui.link(words("dimensions.title"), f"/dimensions/{one.id}").classes("text-sm")
        ui.label(one.id).classes("code")


def _dealings(visit: Visit, view: Overview) -> None:
    words = visit.words
    with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
        with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px] max-w-full"):
            theme.heading(words("party.decisions"))
            if not view.decisions:
                ui.label(words("party.decisions.none")).classes("muted")
            else:
                columns = [Column(words("word.decided_on")), Column(words("word.outcome")), Column(words("word.limit"), right=True)]
                rows: list[list[Cell]] = [
                    [Link(figures.day(row.decided_on), f"/decisions/{row.decision}"), theme.chip(row.outcome, words),
                     figures.money(row.limit_fen) if row.limit_fen else "—"]
                    for row in view.decisions
                ]  # fmt: skip
                tables.table(columns, rows, words("party.decisions"))
        with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px] max-w-full"):
            theme.heading(words("party.lines"))
            if not view.lines:
                ui.label(words("party.lines.none")).classes("muted")
                return
            columns = [Column(words("word.line")), Column(words("word.owed"), right=True), Column(words("word.dpd"), right=True)]
            cells: list[list[Cell]] = [
                [Link(figures.product(visit.house.products.get(row.product), row.product, words), f"/lines/{row.line}"),
                 figures.money(row.owed_fen), str(row.dpd) if row.dpd else "—"]
                for row in view.lines
            ]  # fmt: skip
            tables.table(columns, cells, words("party.lines"))
