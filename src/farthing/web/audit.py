"""The audit: was anything altered, who did what, who looked at whom."""

from __future__ import annotations

import json

from markupsafe import Markup
from nicegui import ui

from farthing.domain import canon
from farthing.domain.errors import FarthingError
from farthing.domain.event import Event
from farthing.flows import prove
from farthing.flows.prove import EventProof
from farthing.flows.queries import log
from farthing.flows.queries.log import LogView, Search
from farthing.web import audit_checks, tables, theme
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.text import Words, explain
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """The seal and its check, then the log with its search, one event's proof, and the reads of one party."""
    names = ("stream", "kind", "person", "after")
    search = Search(*(visit.query(name).strip() for name in names))
    view = await visit.ask(log.log, search)
    words = visit.words
    with theme.workbench(visit.reader, words("audit.title"), "/audit"):
        _seal(visit, view)
        audit_checks.compare_card(visit)
        if visit.query("event"):
            sealed_card(visit, await _proved(visit))
        _log(visit, view, Place("/audit", {name: getattr(search, name) for name in names}, 0, log.PAGE))
        await _reads(visit)


async def _proved(visit: Visit) -> prove.EventProof | None:
    try:
        return await visit.ask(prove.proof, visit.query("event"))
    except FarthingError as refused:
        theme.trouble(visit.words, *explain(visit.words, refused))
        return None


def _seal(visit: Visit, view: LogView) -> None:
    words, head = visit.words, view.head
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("audit.head"))
        if head is None:
            ui.label(words("audit.head.none")).classes("muted")
        else:
            at = head.at.isoformat(sep=" ", timespec="seconds")
            ui.label(words("audit.sealed", size=f"{head.size:,}", at=at)).classes("text-lg")
            ui.label(words("audit.root", root=head.root.hex())).classes("code")
            ui.label(words("audit.signature", signature=head.signature.hex()[:48], public=view.public_key)).classes("code")
        audit_checks.verify_button(visit)


def _log(visit: Visit, view: LogView, place: Place) -> None:
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("audit.log"))
        with ui.row().classes("items-end gap-3"):
            stream = ui.input(words("audit.stream"), value=place.asked["stream"]).props("outlined dense clearable").classes("w-72")
            person = ui.input(words("audit.person"), value=place.asked["person"]).props("outlined dense clearable").classes("w-52")
            kinds = {"": words("audit.any"), **{kind: words(f"event.{kind}") for kind in view.kinds}}
            kind = ui.select(kinds, label=words("audit.kind"), value=place.asked["kind"]).props("outlined dense").classes("w-52")

            def find() -> None:
                ui.navigate.to(place.href(stream=stream.value or "", person=person.value or "", kind=kind.value or "", after=""))

            ui.button(words("audit.find"), on_click=find).props("outline no-caps")
            for field in (stream, person):
                field.on("keydown.enter", find)
        if not view.events:
            ui.label(words("audit.log.none")).classes("muted")
            return
        columns, rows = _events(words, view.events, place)
        tables.table(columns, rows, words("audit.log"))
        with ui.row().classes("w-full items-center gap-4"):
            if view.more:
                ui.link(words("table.on"), place.href(after=view.more))
            tables.export(columns, rows, "events", words)


def _events(words: Words, events: tuple[Event, ...], place: Place) -> tuple[list[Column], list[list[Cell]]]:
    columns = [Column(words("word.day")), Column(words("audit.known")), Column(words("word.event")), Column(words("word.who")),
               Column(words("audit.stream")), Column(words("audit.told")), Column(words("proof.title"))]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            _still(event.effective_on.isoformat()), _still(event.known_at.isoformat(sep=" ", timespec="seconds")[:19]),
            _still(words(f"event.{event.kind}")) + theme.synthetic_mark(words, event.synthetic), _still(event.actor),
            Link(f"{event.stream[:12]}…", place.href(stream=event.stream, after="")), _clipped(event),
            Link(words("audit.prove"), place.href(event=event.id)),
        ]
        for event in events
    ]  # fmt: skip
    return columns, rows


def _still(text: str) -> Markup:
    return Markup('<span class="nowrap">{}</span> ').format(text)


def _clipped(event: Event) -> Markup:
    """What the event says, on one line; all of it under the pointer and in the exported file."""
    body = ", ".join(f"{name} {value}" for name, value in log.told(event).items())
    return Markup('<span class="code clip" title="{}">{}</span>').format(body, body)


async def _reads(visit: Visit) -> None:
    words, party = visit.words, visit.query("party").strip()
    rows = await visit.ask(log.reads, party) if party else ()
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("audit.reads"))
        ui.label(words("audit.reads.note")).classes("muted text-sm")
        with ui.row().classes("items-end gap-3"):
            asked = ui.input(words("audit.party"), value=party).props("outlined dense clearable").classes("w-80")
            place = Place("/audit", {}, 0, 0)

            def look() -> None:
                ui.navigate.to(place.href(party=(asked.value or "").strip()))

            asked.on("keydown.enter", look)
            ui.button(words("audit.look"), on_click=look).props("outline no-caps")
        if party and not rows:
            ui.label(words("audit.reads.none")).classes("muted")
        if rows:
            columns = [Column(words("audit.known")), Column(words("word.who")), Column(words("word.role")), Column(words("word.purpose")),
                       Column(words("audit.fields"))]  # fmt: skip
            cells: list[list[Cell]] = [
                [row.at.isoformat(sep=" ", timespec="seconds")[:19], row.name or row.actor, words(f"role.{row.role}"),
                 words(f"reading.{row.purpose}"), ", ".join(row.fields)]
                for row in rows
            ]  # fmt: skip
            tables.table(columns, cells, words("audit.reads"))


def sealed_card(visit: Visit, sealed: EventProof | None) -> None:
    """Where the event stands; an event not sealed yet says so."""
    words = visit.words
    with ui.element("section").classes("card flex flex-col gap-1 grow basis-[320px] max-w-full"):
        theme.heading(words("proof.title"))
        if sealed is None:
            ui.label(words("proof.waiting")).classes("muted")
            return
        told = words("proof.holds") if sealed.holds else words("proof.broken")
        ui.label(f"{'✓' if sealed.holds else '✗'} {told}").classes("approve" if sealed.holds else "decline").style("white-space:normal")
        place = words("proof.place", index=sealed.inclusion.index, size=sealed.inclusion.size, steps=len(sealed.inclusion.path))
        ui.label(place).classes("muted text-sm")
        ui.label(f"{sealed.event.id} · {sealed.head.root.hex()[:24]}…").classes("code")

        def save() -> None:
            ui.download.content(document(sealed), f"proof-{sealed.event.id}.json", "application/json")

        ui.button(words("proof.download"), on_click=save).props("outline no-caps dense").classes("self-start px-3")


def document(sealed: EventProof) -> bytes:
    """The proof as JSON that anyone can check with the bank's public key: event, path, signed head."""
    return json.dumps(canon.plain(sealed), ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")
