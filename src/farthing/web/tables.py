"""Tables as escaped HTML: sorted, filtered and paged by their address, so that they work by keyboard and can be sent to a colleague."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape
from nicegui import ui

from farthing.web.text import Words


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `sort` is the name by which the server sorts, largest first at the first click unless `rising`; `right` aligns figures.

    A `roomy` column is left out on a phone.
    """

    title: str
    right: bool = False
    sort: str = ""
    rising: bool = False
    roomy: bool = False

    @property
    def style(self) -> str:
        """The classes of its cells."""
        return " ".join(name for name, given in (("number", self.right), ("roomy", self.roomy)) if given)


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of rows stands: its address, what was asked for, and how many rows there are in all."""

    path: str
    asked: Mapping[str, str]
    total: int
    size: int

    def href(self, **changed: object) -> str:
        """The same page with other wishes; empty ones are left out."""
        asked = {**self.asked, **{name: str(value) for name, value in changed.items()}}
        told = urlencode({name: value for name, value in asked.items() if value not in ("", "0")})
        return f"{self.path}?{told}" if told else self.path

    @property
    def start(self) -> int:
        """The place of the first row shown."""
        return int(self.asked.get("offset") or 0)


Cell = str | Link | Markup
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONG = re.compile(r"[!-~]{20,}")
"""An id or a digest: it may be broken anywhere, or it would push a phone's page aside."""


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], caption: str, place: Place | None = None) -> None:
    """A table that scrolls sideways inside itself on a narrow screen."""
    ui.html(rendered(columns, rows, caption, place), sanitize=False).classes("scroll w-full")


def rendered(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], caption: str, place: Place | None = None) -> Markup:
    """The table's HTML; every cell is escaped unless it is markup already."""
    head = Markup("").join(_heading(column, place) for column in columns)
    body = Markup("").join(_row(columns, row) for row in rows)
    return Markup('<table class="plain{}"><caption class="sr-only">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        " wide" if sum(not column.roomy for column in columns) > 3 else "", caption, head, body
    )


def _heading(column: Column, place: Place | None) -> Markup:
    kind = column.style
    if place is None or not column.sort:
        return Markup('<th scope="col" class="{}">{}</th>').format(kind, column.title)
    now = place.asked.get("sort", "")
    mark = {column.sort: " ↑", f"-{column.sort}": " ↓"}.get(now, "")
    first, second = (column.sort, f"-{column.sort}") if column.rising else (f"-{column.sort}", column.sort)
    to = second if now == first else first
    return Markup('<th scope="col" class="{}"><a href="{}">{}{}</a></th>').format(kind, place.href(sort=to, offset=0), column.title, mark)


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> Markup:
    cells = (Markup('<td class="{}">{}</td>').format(_style(column, cell), _cell(cell)) for column, cell in zip(columns, row, strict=True))
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _style(column: Column, cell: Cell) -> str:
    """A day is not broken at its hyphens."""
    return f"{column.style} day".strip() if _DAY.fullmatch(cell.text if isinstance(cell, Link) else cell) else column.style


def _cell(cell: Cell) -> Markup:
    if isinstance(cell, Link):
        return Markup('<a class="row" href="{}">{}</a>').format(cell.href, cell.text)
    if not isinstance(cell, Markup) and _LONG.fullmatch(cell):
        return Markup('<span class="anywhere">{}</span>').format(cell)
    return escape(cell)


def pager(place: Place, words: Words) -> None:
    """Which rows are shown of how many, and the way to the others."""
    last = min(place.start + place.size, place.total)
    with ui.row().classes("items-center gap-4 text-sm"):
        ui.label(words("table.shown", first=min(place.start + 1, place.total), last=last, total=place.total)).classes("muted")
        if place.start > 0:
            ui.link(words("table.back"), place.href(offset=max(place.start - place.size, 0)))
        if last < place.total:
            ui.link(words("table.on"), place.href(offset=last))


def export(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], name: str, words: Words) -> None:
    """A link that saves the rows shown, as a file that spreadsheets open."""

    def save() -> None:
        ui.download.content(as_csv(columns, rows), f"{name}.csv", "text/csv")

    ui.button(words("table.export"), on_click=save).props("flat dense no-caps").classes("self-end text-xs")


def as_csv(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read Chinese; a cell that could be taken for a formula is quoted as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.title for column in columns])
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    text = cell.text if isinstance(cell, Link) else cell.striptags() if isinstance(cell, Markup) else cell
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") else text
