"""What speaks for fraud: what to do, how likely, why; who shares what with the party, and goods that come back to it."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup
from nicegui import ui

from farthing.flows.queries.party.surroundings import RECENT_DAYS, Action, Mark, Neighbour, SignView, Surroundings
from farthing.web import charts, figures, tables, theme
from farthing.web.party import picture
from farthing.web.tables import Cell, Column, Link
from farthing.web.text import Words

LEAST_PPM = 100
ACTIONS = {Action.PASS: ("approve", "●"), Action.LOOK: ("refer", "◆"), Action.STOP: ("decline", "■")}


def card(words: Words, found: Surroundings, *, more: str = "") -> None:
    """The verdict of the model in use with its reasons, and one line each on the ring and the circle."""
    with ui.element("section").classes("card flex flex-col gap-3 grow basis-[420px] max-w-full"):
        with ui.row().classes("w-full items-center gap-2"):
            theme.heading(words("fraud.title"))
            if found.card is not None and found.card.synthetic:
                theme.synthetic_label(words, "fraud.made_up")
        _verdict(words, found)
        ui.label(ring_told(words, found)).classes("text-sm").style("white-space:normal")
        ui.label(circle_told(words, found)).classes("text-sm").style("white-space:normal")
        if found.withheld:
            kinds = words("features.and").join(words(f"kind.{kind.value}") for kind in found.withheld)
            ui.label(words("fraud.withheld", kinds=kinds)).classes("refer text-sm").style("white-space:normal")
        if more:
            ui.link(words("fraud.more"), more).classes("text-sm")
        ui.label(words("fraud.note", day=figures.day(found.on))).classes("muted text-xs").style("white-space:normal")


def _verdict(words: Words, found: Surroundings) -> None:
    one = found.assessment
    if one is None:
        ui.label(words("fraud.no_model")).classes("muted text-sm").style("white-space:normal")
        return
    style, shape = ACTIONS[one.action]
    with ui.row().classes("w-full items-baseline gap-x-4 gap-y-0"):
        ui.label(f"{shape} {words(f'fraud.action.{one.action.value}')}").classes(f"text-lg {style}")
        chance = figures.share(one.fraud_ppm) if one.fraud_ppm >= LEAST_PPM else f"< {figures.share(LEAST_PPM)}"
        ui.label(words("fraud.chance", chance=chance)).classes("text-sm")
    ui.label(words(f"fraud.means.{one.action.value}")).classes("muted text-sm").style("white-space:normal")
    for reason in one.reasons:
        ui.label(f"• {words.pick(reason.zh, reason.en)}").classes("text-sm").style("white-space:normal")


def ring_told(words: Words, found: Surroundings) -> str:
    """The ring in one sentence."""
    if not found.marks:
        return words("fraud.no_ring")
    fresh = sum(mark.since > found.recent for mark in found.marks)
    kinds = words("ring.and").join(words(f"tie.{kind.value}") for kind in dict.fromkeys(mark.kind for mark in found.marks))
    told = words("fraud.ring", members=found.ring_size, kinds=kinds)
    return f"{told} {words('fraud.ring.fresh', fresh=fresh, days=RECENT_DAYS) if fresh else words('fraud.ring.old', days=RECENT_DAYS)}"


def circle_told(words: Words, found: Surroundings) -> str:
    """The circle in one sentence."""
    if not found.steps:
        return words("fraud.no_circle")
    share = figures.share(min(found.round_fen * 1_000_000 // found.turnover_fen, 1_000_000), 1) if found.turnover_fen else "—"
    return words("fraud.circle", sales=len(found.steps), amount=figures.large_money(found.round_fen, words), share=share)


def around(words: Words, found: Surroundings) -> None:
    """Who is tied to whom, as a picture with its tables; a sentence where nobody is."""
    if not found.marks and not found.steps:
        with ui.element("section").classes("card w-full flex flex-col gap-1"):
            theme.heading(words("ring.title"))
            ui.label(words("ring.none")).classes("muted text-sm").style("white-space:normal")
        return
    with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
        charts.draw(picture.drawn(words, found), words)
        with ui.element("div").classes("flex flex-col gap-5 grow basis-[420px] max-w-full min-w-0"):
            _who(words, found.neighbours)
            if found.more:
                ui.label(words("ring.more", count=found.more)).classes("muted text-sm").style("white-space:normal")
            if found.marks:
                _shared(words, found.marks)


def _who(words: Words, neighbours: tuple[Neighbour, ...]) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2 min-w-0"):
        theme.heading(words("ring.who"))
        ui.label(words("ring.who.note")).classes("muted text-xs").style("white-space:normal")
        columns = [Column(words("ring.number")), Column(words("word.what"), roomy=True), Column(words("ring.decision")),
                   Column(words("word.dpd"), right=True)]  # fmt: skip
        tables.table(columns, [_neighbour(words, one) for one in neighbours], words("ring.who"))


def _neighbour(words: Words, one: Neighbour) -> list[Cell]:
    dpd = "—" if one.dpd is None else str(one.dpd)
    late: Cell = Markup('<span class="decline">{}</span>').format(dpd) if one.dpd else dpd
    decided = theme.chip(one.outcome, words) if one.outcome else words("ring.undecided")
    if one.party is None:
        return [str(one.number), words("word.erased"), decided, late]
    what = words("ring.kind", kind=words(f"being.{one.party.kind.value}"), county=one.party.county or "—")
    if one.number == 1:
        return [picture.called(words, 1), what, decided, late]
    return [Link(picture.called(words, one.number), f"/parties/{one.party.id}"), what, decided, late]


def _shared(words: Words, marks: tuple[Mark, ...]) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2 min-w-0"):
        theme.heading(words("ring.shared"))
        ui.label(words("ring.shared.note")).classes("muted text-xs").style("white-space:normal")
        columns = [
            Column(words("ring.what")),
            Column(words("ring.by")),
            Column(words("ring.since"), roomy=True),
            Column(words("ring.evidence")),
        ]
        rows: list[list[Cell]] = [
            [
                words(f"tie.{mark.kind.value}"),
                words("ring.and").join(str(number) for number, _ in mark.members),
                figures.day(mark.since),
                _sources(words, mark),
            ]
            for mark in sorted(marks, key=lambda mark: (mark.since, mark.members), reverse=True)
        ]
        tables.table(columns, rows, words("ring.shared"))


def _sources(words: Words, mark: Mark) -> Cell:
    """Each file that says so, by name, and how many of its rows do."""
    link = Markup('<a href="/evidence?of={}">{}</a>')
    return Markup("<br>").join(
        link.format(one.id, words("ring.rows", source=one.provenance.source, rows=rows)) for one, rows in mark.evidence
    )


def circle(words: Words, found: Surroundings) -> None:
    """Each sale of the way round, with its amount and how many invoices say so."""
    if not found.steps:
        return
    columns = [Column(words("circle.seller")), Column(words("circle.buyer")), Column(words("word.amount"), right=True),
               Column(words("circle.invoices"), right=True, roomy=True)]  # fmt: skip
    rows: list[list[Cell]] = [
        [picture.called(words, one.seller), picture.called(words, one.buyer), figures.money(one.fen), f"{one.invoices:,}"]
        for one in found.steps
    ]
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("circle.title"))
        ui.label(f"{circle_told(words, found)} {words('circle.note')}").classes("muted text-sm").style("white-space:normal")
        tables.table(columns, rows, words("circle.title"))


def signs(words: Words, found: Surroundings) -> None:
    """All fifty signs, folded away by group: how many of each speak, then each with its value."""
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("signs.title"))
        ui.label(words("signs.note")).classes("muted text-sm").style("white-space:normal")
        for group, some in groupby(found.signs, lambda sign: sign.group):
            _group(words, group, list(some))


def _group(words: Words, group: str, some: list[SignView]) -> None:
    found = sum(sign.found for sign in some)
    known = sum(sign.value is not None for sign in some)
    with ui.element("details").classes("w-full"):
        with ui.element("summary"):
            told = words("signs.group", name=words(f"signs.{group}"), found=found, known=known, all=len(some))
            ui.label(told).classes(f"inline {'refer' if found else ''}").style("white-space:normal")
        columns = [Column(words("signs.sign")), Column(words("word.value"), right=True)]
        rows: list[list[Cell]] = [
            [words.pick(sign.zh, sign.en), Markup("<strong>{}</strong>").format(sign.value) if sign.found else sign.value or "—"]
            for sign in some
        ]
        tables.table(columns, rows, words(f"signs.{group}"))
