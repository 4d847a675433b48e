"""Who a party is: a level of assurance at one look, what holds it down, and every check with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.ids import Id
from farthing.flows.identity.verify import VERIFIERS, Identity, IdentityView, Verdict, verify
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column
from farthing.web.text import Words, explain
from farthing.web.visit import Visit

MARKS = {Verdict.FAILED: ("decline", "✗"), Verdict.PASSED: ("approve", "✓"), Verdict.NOT_POSSIBLE: ("muted", "○")}
STYLES = ("decline", "refer", "approve", "approve")
"""How each level looks; its number and its sentence say the same without colour."""


async def look(visit: Visit, party: Id) -> IdentityView | str:
    """The checks, opened under the reader's name; or in words why this reader sees none."""
    if visit.reader.actor.role not in VERIFIERS:
        return visit.words("identity.not_yours")
    try:
        return await visit.ask(verify, party)
    except FarthingError as refused:  # erased, or restricted by law: the page has more to show
        return " ".join(explain(visit.words, refused))


def card(words: Words, seen: IdentityView | str, *, whole: bool, more: str = "") -> None:
    """The level with what failed; the `whole` of it tells the other checks too. `more`: where the whole of it stands."""
    with ui.element("section").classes("card flex flex-col gap-3 grow basis-[420px] max-w-full"):
        theme.heading(words("identity.title"))
        if isinstance(seen, str):
            ui.label(seen).classes("muted text-sm").style("white-space:normal")
            return
        found = seen.identity
        _level(words, found.level)
        _document(words, found)
        failed, passed, unable = (_of(found, one) for one in (Verdict.FAILED, Verdict.PASSED, Verdict.NOT_POSSIBLE))
        if failed:
            _checks(words, found, Verdict.FAILED)
        ui.label(words("identity.counts", passed=passed, failed=failed, unable=unable)).classes("text-sm")
        if whole:
            _folded(words, found, Verdict.PASSED, passed)
            _folded(words, found, Verdict.NOT_POSSIBLE, unable)
        elif more:
            ui.link(words("identity.more"), more).classes("text-sm")
        ui.label(words("identity.opened", day=figures.day(seen.on))).classes("muted text-xs").style("white-space:normal")


def _of(found: Identity, verdict: Verdict) -> int:
    return sum(check.verdict is verdict for check in found.checks)


def _level(words: Words, level: int) -> None:
    """Three steps, those reached filled in; then what the level means and what would raise it."""
    with ui.row().classes("w-full items-center gap-3 flex-nowrap"):
        ui.label(f"{level} / 3").classes(f"figure {STYLES[level]}")
        steps = Markup("").join(
            Markup('<i style="display:block;height:8px;flex:1;border-radius:4px;background:{}"></i>').format(
                "currentColor" if step <= level else theme.LINE
            )
            for step in (1, 2, 3)
        )
        label = words("identity.level", level=level)
        bar = Markup('<div role="img" aria-label="{}" style="display:flex;gap:4px;width:9rem">{}</div>').format(label, steps)
        ui.html(bar, sanitize=False).classes(STYLES[level])
    ui.label(words(f"identity.means.{level}")).classes("text-sm").style("white-space:normal")
    ui.label(words(f"identity.next.{level}")).classes("muted text-sm").style("white-space:normal")


def _document(words: Words, found: Identity) -> None:
    kind = "none" if found.document is None else found.document.value
    ui.label(words("identity.document", kind=words(f"document.{kind}"))).classes("text-sm")


def _folded(words: Words, found: Identity, verdict: Verdict, count: int) -> None:
    if not count:
        return
    with ui.element("details").classes("w-full"):
        with ui.element("summary"):
            ui.label(words(f"identity.all.{verdict.value}", count=count)).classes("inline")
        _checks(words, found, verdict)


def _checks(words: Words, found: Identity, verdict: Verdict) -> None:
    """A row a check: what was checked, and what is said of it."""
    style, mark = MARKS[verdict]
    shape = Markup('<span class="{}" aria-hidden="true">{}</span> {}')
    columns: Sequence[Column] = [Column(words("identity.check")), Column(words("identity.why"))]
    rows: list[list[Cell]] = [
        [shape.format(style, mark, words(f"check.{check.name}")), words.pick(check.zh, check.en)]
        for check in found.checks
        if check.verdict is verdict
    ]
    tables.table(columns, rows, words(f"verdict.{verdict.value}"))
