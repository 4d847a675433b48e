"""All houses: those to be valued anew first, what waits for a second person, then every one; and recording an offer."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.collateral.house import DM2_PER_M2, HouseKind, Premises, parse_m2
from farthing.domain.staff import Role
from farthing.flows.collateral.offer import OfferRequest, offer_house
from farthing.flows.line.rehearse import staged
from farthing.flows.queries import houses
from farthing.flows.queries.houses import HouseRow
from farthing.web import figures, tables, theme
from farthing.web.collateral.house import stage
from farthing.web.line.dialog import Asked, Asking, Drawn, ask
from farthing.web.line.fields import Field, Filled
from farthing.web.tables import Cell, Column, Place
from farthing.web.text import Words
from farthing.web.visit import Visit

SIZE = 30
_LINK = Markup('<a class="row" href="/houses/{}">{}</a>')


async def show(visit: Visit) -> None:
    """Due and waiting as tables of their own where there are any; below them every house, the newest offer first."""
    offset, words = visit.number("offset"), visit.words
    rows = await visit.ask(houses.houses, limit=SIZE, offset=offset)
    total = await visit.ask(houses.count_houses)
    due, waiting = await visit.ask(houses.due_houses), await visit.ask(houses.raises_waiting)
    with theme.workbench(visit.reader, words("houses.title"), "/houses"):
        with ui.row().classes("w-full items-center gap-3"):
            ui.label(words("houses.told")).classes("muted grow").style("white-space:normal")
            if visit.reader.actor.role is Role.CREDIT_OFFICER:
                ui.button(words("houses.offer"), on_click=lambda: _offer(visit)).props("unelevated no-caps")
        if not total:
            theme.empty(words("houses.none"), words("houses.none.todo"))
            return
        for found, title in ((waiting, "houses.waiting"), (due, "houses.due")):
            if found:
                card(words, found, words(title), accent=True)
        place = Place("/houses", {"offset": str(offset)}, total, SIZE)
        card(words, rows, words("houses.all"), place)


def card(words: Words, rows: tuple[HouseRow, ...], title: str, place: Place | None = None, *, accent: bool = False) -> None:
    """Houses as a table with its name; with a `place` to page through and to save."""
    with ui.element("section").classes("card w-full flex flex-col gap-2").style(f"border-left:4px solid {theme.WAIT}" if accent else ""):
        with ui.row().classes("items-center gap-3"):
            theme.heading(title)
            if any(row.synthetic for row in rows):
                theme.synthetic_label(words, "house.synthetic")
        columns, cells = sheet(words, rows)
        tables.table(columns, cells, title)
        if place is not None:
            with ui.row().classes("w-full items-center justify-between"):
                tables.pager(place, words)
                tables.export(columns, cells, "houses", words)


def sheet(words: Words, rows: tuple[HouseRow, ...]) -> tuple[list[Column], list[list[Cell]]]:
    """Houses as a table; a column of raises only where one waits."""
    asked = any(row.asked_fen is not None for row in rows)
    columns = [
        Column(words("house")), Column(words("house.stage")), *([Column(words("house.asked"), right=True)] if asked else []),
        Column(words("house.lending"), right=True), Column(words("house.secured"), right=True, roomy=True),
        Column(words("house.revalue_by"), roomy=True), Column(words("house.number"), roomy=True),
    ]  # fmt: skip
    cells: list[list[Cell]] = []
    for row in rows:
        day, area = figures.day(row.revalue_by), f"{row.area_dm2 / DM2_PER_M2:.2f}"
        due: Cell = Markup('<span class="decline">{} {}</span>').format(day, words("house.late")) if row.overdue else day
        name = words("house.title", kind=words(f"house.kind.{row.kind}"), district=row.district, area=area)
        cells.append([
            _LINK.format(row.house, name), stage(words, row.stage), *([_money(row.asked_fen)] if asked else []),
            _money(row.lending_fen), _money(row.secured_fen), due, Markup('<span class="code nowrap">{}</span>').format(row.house),
        ])  # fmt: skip
    return columns, cells


def _money(fen: int | None) -> str:
    return figures.money(fen) if fen else "—"


async def of_line(visit: Visit, line: str, party: str) -> None:
    """On a line's page: the houses behind it, or the way to offer one."""
    found = await visit.ask(houses.houses_of_line, line)
    words = visit.words
    if found:
        card(words, found, words("house.of_line"))
    elif visit.reader.actor.role is Role.CREDIT_OFFICER:
        ui.link(words("house.offer_for"), f"/houses?party={party}").classes("text-sm")


def _offer(visit: Visit) -> None:
    words = visit.words
    kinds = {kind.value: words(f"house.kind.{kind}") for kind in HouseKind}
    asked = (
        Field("party", "text", visit.query("party")), Field("house_kind", "choice", HouseKind.RESIDENCE.value, kinds),
        Field("district", "text"), Field("area", "text"), Field("built", "text"), Field("storey", "text"), Field("deed", "text"),
    )  # fmt: skip

    async def foreseen(offered: Asked) -> Drawn:
        await visit.ask(staged, offered.flow, offered.request, lambda _: None)  # refused here, not after consent

        def draw() -> None:
            ui.label(words("houses.offer.effect")).classes("text-sm").style("white-space:normal")

        return draw

    ask(visit, Asking(
        name="offer", title=words("houses.offer"), told=words("houses.offer.told"), yes=words("act.yes"), asks=asked,
        asked=lambda told: Asked(offer_house, _request(told)), effect=foreseen, then="/houses",
    ))  # fmt: skip


def _request(told: Filled) -> OfferRequest:
    premises = Premises(
        HouseKind(told.text("house_kind")), told.text("district"), parse_m2(told.text("area")), told.count("built"), _floor(told)
    )
    return OfferRequest(told.text("party"), premises, told.text("deed"))


def _floor(told: Filled) -> int:
    """A whole number, below zero for a basement."""
    text = told.text("storey")
    return -Filled({"storey": text[1:]}).count("storey") if text.startswith("-") else told.count("storey")
