"""The evidence: what we were told, by whom, how sure of its day, and which rows were not believed."""

from __future__ import annotations

from nicegui import ui

from farthing.flows.queries import evidence
from farthing.flows.queries.evidence import EvidenceRow
from farthing.flows.reliability import watch
from farthing.flows.reliability.watch import ASPECTS, Watched
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column, Place
from farthing.web.visit import Visit

SIZE = 20
OLD_RUN_DAYS = 7
"""Monitors run by night: a week without a kept run is an oversight."""


async def show(visit: Visit) -> None:
    """One card per file taken in, the newest first; or one file."""
    words, offset, one = visit.words, visit.number("offset"), visit.query("of")
    if one:
        with theme.workbench(visit.reader, words("evidence.title"), "/evidence"):
            ui.link(words("evidence.every"), "/evidence").classes("text-sm")
            found = await visit.ask(evidence.one_of, one)
            for row in found:
                _card(visit, row)
            if not found:
                theme.empty(words("evidence.not_this"), words("evidence.none.todo"))
        return
    rows = await visit.ask(evidence.evidence, limit=SIZE, offset=offset)
    total = await visit.ask(evidence.count)
    watched = await visit.ask(watch.watched) if total and not offset else None
    with theme.workbench(visit.reader, words("evidence.title"), "/evidence"):
        if not total:
            theme.empty(words("evidence.none"), words("evidence.none.todo"))
            return
        if watched is not None:
            _sources(visit, watched)
        ui.label(words("evidence.note")).classes("muted")
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-stretch"):
            for row in rows:
                _card(visit, row)
        tables.pager(Place("/evidence", {"offset": str(offset)}, total, SIZE), words)


def _sources(visit: Visit, watched: Watched) -> None:
    """A row a kind: in which way each is not as it should be; and below, what is wrong."""
    words, ppm = visit.words, {one.kind: one.ppm for one in watched.reliability}
    relied = watched.kept.ppm if watched.kept else {}
    with ui.element("section").classes("card flex flex-col gap-2 w-full"):
        theme.heading(words("evidence.sources"))
        ui.label(words("evidence.sources.note", day=figures.day(watched.today))).classes("muted")
        if watched.findings:
            wrong: list[list[Cell]] = [
                [words(f"kind.{one.kind}"), words.pick(*one.sentences), words(f"severity.{one.severity}"), figures.day(one.since)]
                for one in watched.findings
            ]
            heads = [Column(words(f"evidence.{name}"), roomy=name == "since") for name in ("source", "finding", "severity", "since")]
            tables.table(heads, wrong, words("evidence.wrong"))
        columns = [Column(words("evidence.source")), Column(words("evidence.last"), roomy=True)]
        columns += [Column(words(f"aspect.{aspect}")) for aspect in ASPECTS]
        columns += [Column(words("evidence.reliability"), right=True), Column(words("evidence.relied"), right=True)]
        rows: list[list[Cell]] = [
            [
                words(f"kind.{kind}"),
                figures.day(last),
                *("; ".join(words(f"symptom.{one.symptom}") for one in watched.of(kind, aspect)) or "✓" for aspect in ASPECTS),
                figures.share(ppm[kind], 0),
                figures.share(relied[kind], 0) if kind in relied else "—",
            ]
            for kind, last in watched.last_on.items()
        ]
        with ui.element("details").classes("w-full"):
            with ui.element("summary"):
                ui.label(words("evidence.kinds", count=len(rows))).classes("inline")
            tables.table(columns, rows, words("evidence.sources"))
        kept = words("evidence.kept", day=figures.day(watched.kept.on)) if watched.kept else words("evidence.kept.never")
        ui.label(kept).classes("muted text-sm")
        if watched.kept and (old := (watched.today - watched.kept.on).days) > OLD_RUN_DAYS:
            ui.label(words("evidence.kept.old", days=old)).classes("refer text-sm").style("white-space:normal")


def _card(visit: Visit, row: EvidenceRow) -> None:
    words, one, report = visit.words, row.evidence, row.report
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[480px] max-w-full"):
        with ui.row().classes("items-center gap-3"):
            theme.heading(words(f"kind.{one.kind}"))
            ui.label(one.provenance.source).classes("muted")
            if one.provenance.synthetic:
                theme.synthetic_label(words, "synthetic.data")
        with ui.row().classes("gap-x-10 gap-y-2"):
            _count(words("evidence.rows"), report.rows if report else one.rows)
            _count(words("evidence.accepted"), report.accepted if report else one.rows)
            _count(words("evidence.quarantined"), report.quarantined_rows if report else 0)
            _count(words("evidence.repeated"), report.repeated if report else 0)
        lag = one.provenance.known_lag
        assumed = words("evidence.assumed") if lag.assumed else words("evidence.stated")
        span = words("evidence.span", first=figures.day(one.first_on), last=figures.day(one.last_on))
        ui.label(f"{span} · {words('evidence.lag', days=lag.days, assumed=assumed)} · {one.provenance.currency}").classes("text-sm")
        ui.label(f"{one.id} · sha256 {one.provenance.content_digest[:24]}…").classes("code")
        if report and report.faults:
            faults: list[list[Cell]] = [
                [fault.field, words.pick(*evidence.reason(fault.reason)), f"{fault.rows:,}"] for fault in report.faults
            ]
            tables.table([Column(words("evidence.field")), Column(words("evidence.why")), Column(words("evidence.rows"), right=True)],
                         faults, words("evidence.faults"))  # fmt: skip
        if row.examples:
            with ui.element("details").classes("w-full"):
                with ui.element("summary"):
                    ui.label(words("evidence.examples", count=len(row.examples))).classes("inline")
                cells: list[list[Cell]] = [
                    [str(each.row), each.field, each.value or "—", words.pick(*evidence.reason(each.reason))] for each in row.examples
                ]
                tables.table([Column(words("evidence.row"), right=True), Column(words("evidence.field")), Column(words("evidence.value")),
                              Column(words("evidence.why"))], cells, words("evidence.faults"))  # fmt: skip


def _count(name: str, count: int) -> None:
    with ui.column().classes("gap-0"):
        ui.label(name).classes("muted text-sm")
        ui.label(f"{count:,}").classes("figure")
