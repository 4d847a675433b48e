"""Who listens to the bank's events: how far behind each is, what it did not take; let in, told again, let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from nicegui import ui

from farthing.domain.bank.listener import Letter
from farthing.domain.staff import Role
from farthing.flows.listen.register import Let, ListenRequest, listen, silence
from farthing.flows.listen.tell import replay
from farthing.flows.queries.listeners import ListenerRow, ListenersView, listeners
from farthing.web import tables, theme
from farthing.web.lines import short
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """A card for each listener, then what was not taken."""
    words, view = visit.words, await visit.ask(listeners)
    keeper = visit.reader.actor.role is Role.RISK_MANAGER
    with theme.workbench(visit.reader, words("listen.title"), "/listeners"):
        ui.label(words("listen.note")).classes("muted text-sm")
        if keeper:
            ui.button(words("listen.add"), on_click=lambda: _add(visit, view)).props("unelevated no-caps").classes("self-start")
        if not view.rows:
            theme.empty(words("listen.none"), words("listen.none.todo"))
        for row in view.rows:
            _card(visit, row, keeper=keeper)
        if view.letters:
            _letters(words, view.letters)


def _card(visit: Visit, row: ListenerRow, *, keeper: bool) -> None:
    words, one, progress = visit.words, row.listening, row.progress
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        with ui.row().classes("items-center gap-3"):
            ui.label(one.url).classes("font-semibold").style("overflow-wrap:anywhere")
            ui.label(one.listener).classes("code")
        kinds = words("list").join(words(f"event.{kind}") for kind in one.kinds) if one.kinds else words("listen.all")
        ui.label(words("listen.kinds", kinds=kinds)).classes("text-sm")
        with ui.element("div").classes("w-full flex flex-wrap gap-4"):
            told = progress.told_at.isoformat(sep=" ", timespec="seconds")[:19] if progress.told_at else words("listen.never")
            theme.figure(words("listen.behind"), f"{row.behind:,}", words("listen.told", at=told))
            theme.figure(words("listen.waiting"), f"{row.waiting:,}", words("listen.waiting.note"))
            theme.figure(words("listen.dead"), f"{row.dead:,}", words("listen.dead.note"))
        if progress.away and progress.again_at is not None:
            again = progress.again_at.isoformat(sep=" ", timespec="seconds")[:19]
            ui.label(f"✗ {words('listen.away', times=progress.away, error=progress.error, at=again)}").classes("decline").style(
                "white-space:normal"
            )
        if keeper:
            _acts(visit, row)


def _acts(visit: Visit, row: ListenerRow) -> None:
    words, listener = visit.words, row.listening.listener
    with ui.row().classes("gap-3"):
        if row.dead:
            _button(visit, words("listen.replay"), words("listen.replay.sure", count=row.dead), lambda: visit.act(replay, listener))
        sure = words("listen.remove.sure", url=row.listening.url, behind=row.behind)
        _button(visit, words("listen.remove"), sure, lambda: visit.act(silence, listener, visit.key("remove", listener)))


def _button(visit: Visit, name: str, sure: str, act: Callable[[], Any]) -> None:
    """A button that says what it will do and asks first."""
    words = visit.words

    def ask() -> None:
        with ui.dialog(value=True) as asked, ui.element("div").classes("card bg-white w-full max-w-lg flex flex-col gap-3"):
            theme.heading(name)
            ui.label(sure)
            with ui.row().classes("gap-3"):
                yes = ui.button(name).props("unelevated no-caps")
                ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")

            async def go() -> None:
                yes.disable()
                done = await act()
                asked.close()
                if done is not None:
                    ui.navigate.to("/listeners")

            yes.on_click(go)

    ui.button(name, on_click=ask).props("outline no-caps dense").classes("px-3")


def _add(visit: Visit, view: ListenersView) -> None:
    words = visit.words
    with (
        ui.dialog(value=True).props("persistent") as asked,
        ui.element("div").classes("card bg-white w-full max-w-lg flex flex-col gap-3") as place,
    ):
        theme.heading(words("listen.add"))
        url = ui.input(words("listen.url"), placeholder="https://example.org/hook").props("outlined dense").classes("w-full")
        kinds = ui.select({kind: words(f"event.{kind}") for kind in view.kinds}, label=words("listen.which"), multiple=True, value=[])
        kinds.props("outlined dense use-chips").classes("w-full")
        start = ui.checkbox(words("listen.from_start"))
        ui.label(words("listen.add.note")).classes("muted text-sm")
        with ui.row().classes("gap-3"):
            yes = ui.button(words("listen.add.do")).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")

        async def go() -> None:
            yes.disable()
            made = await visit.act(
                listen, ListenRequest((url.value or "").strip(), tuple(kinds.value or ()), bool(start.value)), visit.key("add")
            )
            yes.enable()
            if made is not None:
                place.clear()
                with place:
                    _key(words, made)

        yes.on_click(go)


def _key(words: Words, made: Let) -> None:
    theme.heading(words("listen.key"))
    ui.label(words("listen.key.note")).classes("text-sm")
    ui.label(made.key).classes("code").style("font-size:1rem")
    ui.button(words("listen.key.kept"), on_click=lambda: ui.navigate.to("/listeners")).props("unelevated no-caps").classes("self-start")


def _letters(words: Words, letters: tuple[Letter, ...]) -> None:
    columns = [Column(words("listen.listener")), Column(words("word.event")), Column(words("audit.stream")),
               Column(words("listen.tries"), right=True), Column(words("word.status")), Column(words("listen.error"))]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in letters:
        event = Markup('<a class="row" href="/events/{}">{}</a>').format(one.event, words(f"event.{one.kind}"))
        why = one.error or words("listen.behind_another")
        rows.append([short(one.listener), event, short(one.stream), str(one.tries), _state(words, one), why])
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("listen.letters"))
        tables.table(columns, rows, words("listen.letters"))
        tables.export(columns, rows, "letters", words)


def _state(words: Words, one: Letter) -> str:
    if one.dead:
        return words("listen.is_dead")
    return words("listen.again", at=one.next_at.isoformat(sep=" ", timespec="seconds")[:19])
