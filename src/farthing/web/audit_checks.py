"""The checks of the audit page: the whole journal, check by check in words, and a head that somebody kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nicegui import events, ui

from farthing.domain.journal import Finding
from farthing.domain.staff import Actor
from farthing.flows import compare_heads, prove
from farthing.flows.compare_heads import Compared
from farthing.flows.ports import House
from farthing.flows.prove import Verification
from farthing.web import tables, theme
from farthing.web.tables import Column
from farthing.web.text import Words
from farthing.web.visit import Visit

_LONGEST = 4_000


class Part(StrEnum):
    """What verifying looks at, in the order in which it is told."""

    EVENTS = "events"
    HEADS = "heads"
    RECEIPTS = "receipts"
    ORDER = "order"
    TREE = "tree"
    LINES = "lines"
    BILLS = "bills"
    BOOKS = "books"
    RECORDS = "records"


PART_OF = {
    Part.EVENTS: {"leaf is there", "leaf stands once", "event bytes match their leaf", "event columns repeat the event",
                  "sealed leaf is its event's"},
    Part.HEADS: {"head is signed", "leaves come to their head", "leaf is under a head", "log can be sealed",
                 "events are sealed within 5 s"},
    Part.RECEIPTS: {"receipt is signed", "promised leaf is there", "leaf was promised by a receipt", "commands have a receipt",
                    "events come from commands"},
    Part.ORDER: {"leaves are numbered without gaps", "leaves are in the order of their commits", "streams are numbered without gaps"},
    Part.TREE: {"kept node is what its leaves come to"},
    Part.LINES: {"line is the fold of its events", "line row repeats its state", "lines have a state"},
    Part.BILLS: {"bill is the fold of its events", "bill row repeats its state", "bills have a state", "invoices stand behind their bill"},
    Part.BOOKS: {"postings of a day sum to zero", "day is as it was closed"},
}  # fmt: skip
"""The checks of each part, by the names that findings carry; all others are about records."""


@dataclass(slots=True)
class _Progress:
    """What the checking thread says and the page reads."""

    what: str = ""
    done: int = 0


def by_part(findings: Sequence[Finding]) -> dict[Part, int]:
    """How many findings each part has; every part is named."""
    part_of = {check: part for part, checks in PART_OF.items() for check in checks}
    counts = dict.fromkeys(Part, 0)
    for one in findings:
        counts[part_of.get(one.check, Part.RECORDS)] += 1
    return counts


def verify_button(visit: Visit) -> None:
    """The button that checks everything, what it is at, and what it found."""
    words, progress = visit.words, _Progress()
    with ui.row().classes("items-center gap-3"):
        button = ui.button(words("audit.verify")).props("unelevated no-caps")
        told = ui.label(words("audit.verify.note")).classes("muted text-sm")
    results = ui.column().classes("w-full gap-1").props('role="status"')
    timer = ui.timer(0.5, lambda: told.set_text(words("audit.checking", what=words(f"audit.{progress.what}"), done=f"{progress.done:,}")
                                                if progress.what else words("audit.starting")), active=False)  # fmt: skip

    def heard(what: str, done: int) -> None:
        progress.what, progress.done = what, done

    async def check() -> None:
        progress.what = ""
        button.disable()
        timer.activate()
        found = await visit.act(prove.verify, heard)
        timer.deactivate()
        button.enable()
        told.set_text("")
        results.clear()
        if found is not None:
            with results:
                _result(words, found)

    button.on_click(check)


def _result(words: Words, found: Verification) -> None:
    """The sum of it, then each part with its mark, then every finding."""
    counts = {name: f"{getattr(found, name):,}" for name in ("events", "heads", "receipts", "lines")}
    if found.findings:
        _verdict(False, words("audit.wrong", count=len(found.findings), **counts))
    else:
        _verdict(True, words("audit.whole", **counts))
    with ui.element("ul").classes("w-full flex flex-col gap-1").style("list-style:none; padding-left:0"):
        for part, count in by_part(found.findings).items():
            with ui.element("li"):
                _verdict(
                    not count, words(f"audit.part.{part.value}") if not count else words(f"audit.part.{part.value}.wrong", count=count)
                )
    if found.findings:
        columns = [Column(words("audit.check")), Column(words("audit.item")), Column(words("audit.expected")), Column(words("audit.found"))]
        tables.table(columns, [[one.check, one.item, one.expected, one.found] for one in found.findings], words("audit.verify"))


def _verdict(holds: bool, sentence: str) -> None:
    ui.label(f"{'✓' if holds else '✗'} {sentence}").classes("approve" if holds else "decline").style("white-space:normal")


def compare_card(visit: Visit) -> None:
    """Paste or choose a head that was kept: is what was shown then still the beginning of the journal?"""
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("audit.compare"))
        ui.label(words("audit.compare.note")).classes("muted text-sm")
        kept = ui.textarea(words("audit.compare.head")).props(f"outlined autogrow maxlength={_LONGEST}").classes("w-full")
        chosen = ui.upload(auto_upload=True, max_files=1, max_file_size=_LONGEST).props('accept=".json,.txt"').classes("hidden")
        with ui.row().classes("items-center gap-3"):
            button = ui.button(words("audit.compare.do")).props("unelevated no-caps")
            choose = ui.button(words("audit.compare.file")).props("outline no-caps")
            choose.on("click", js_handler=f"() => getElement({chosen.id}).$refs.qRef.pickFiles()")
        result = ui.column().classes("w-full gap-1").props('role="status"')

        async def compare() -> None:
            result.clear()
            found = await visit.act(_compared, kept.value or "")
            if found is not None:
                with result:
                    _told(words, found)

        async def taken(upload: events.UploadEventArguments) -> None:
            kept.set_value((await upload.file.read()).decode("utf-8", "replace"))
            chosen.reset()
            await compare()

        chosen.on_upload(taken)
        button.on_click(compare)


def _compared(house: House, actor: Actor, text: str) -> Compared:
    return compare_heads.compare_head(house, actor, compare_heads.read_head(text))


def _told(words: Words, found: Compared) -> None:
    """The answer in a sentence, the two heads, and the number of hashes that prove it."""
    _verdict(found.holds, words(f"audit.compare.{found.answer.value}", old=f"{found.old.size:,}", new=f"{found.new.size:,}"))
    for head in (found.old, found.new):
        at = head.at.isoformat(sep=" ", timespec="seconds")
        ui.label(f"{words('audit.sealed', size=f'{head.size:,}', at=at)} · {head.root.hex()}").classes("code")
    if found.holds and found.proof:
        ui.label(words("audit.compare.steps", steps=len(found.proof.path))).classes("muted text-sm")
