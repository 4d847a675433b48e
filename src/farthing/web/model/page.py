"""One model: may I trust it, and with what."""

from __future__ import annotations

import re

from markupsafe import Markup
from nicegui import ui

from farthing.domain.model_card import Measure
from farthing.flows.queries import models
from farthing.flows.queries.model.paper import grouped, spoken
from farthing.flows.queries.models import InventoryRow, ModelView, PointsRow
from farthing.web import charts, figures, tables, theme
from farthing.web.charts import Figures, Picture
from farthing.web.model import acts, curves, inventory
from farthing.web.model.named import called, half
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

_HEADLINE = ("auc", "ks", "brier", "recall_at_1pct")
_OF = (
    ("iv_", ""), ("fair_", ""), ("chosen_", ""), ("segment_", "_auc"), ("segment_", "_error"), ("unlike_", ""), ("omega_", ""),
    ("alpha_", ""), ("reliability_", ""), ("left_out_", ""),
)  # fmt: skip
"""Measures of one thing each: how their names begin and end."""
_FOLDED = re.compile(r"(plain|used)_recall_(?!at_)|recall_(?!at_)|look_from|stop_from")
"""Known, and too many to stand on a card: one pattern of fraud each, and what was stated."""


async def show(visit: Visit) -> None:
    """One model: where it stands and what may be done with it, what it supports and cannot, its qualities and its points."""
    view = await visit.ask(models.model, visit.path("model"))
    found = await visit.ask(models.inventory)
    words, card = visit.words, view.card
    row = next(row for _, rows in found.classes for row in rows if row.card.id == card.id)
    with theme.workbench(visit.reader, called(words, card), "/models"):
        _ways(words, row)
        with ui.element("div").classes("w-full flex flex-wrap gap-4"):
            theme.figure(words("models.labels"), f"{card.labels:,}", words("models.bads", count=card.bads))
            for one in card.measures:
                if one.name in _HEADLINE:
                    theme.figure(words(f"measure.{one.name}"), one.value, words("models.interval", low=one.low, high=one.high))
            theme.figure(words("word.as_of_day"), figures.day(card.as_of), half(words, card.trained_on))
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            _said(words, words("models.supports"), card.supports, "✓")
            _said(words, words("models.cannot"), card.cannot_support, "✗")
        acts.buttons(visit, found, card)
        curves.draw(words, card)
        _measures(words, card.measures)
        if view.points:
            _points(words, view)
        people = words("models.people", owner=card.accountable.owner, approver=card.accountable.approver)
        ui.label(f"{people} · {card.id} · {card.artefact[:16]}").classes("code")


def _ways(words: Words, row: InventoryRow) -> None:
    """Its class and market, where it stands and until when, and the ways to what else there is of it."""
    card, kind = row.card, inventory.dimensions_of(row.card)
    with ui.row().classes("w-full items-center gap-x-4 gap-y-1"):
        _told(Markup("{} · {}").format(words(f"inventory.class.{card.model_class.value}"), card.market))
        _told(inventory.status(words, row))
        until = inventory.valid(words, row)
        _told(Markup("{} {}").format(words("inventory.valid"), until) if card.valid_until else Markup("{}").format(until))
        if card.synthetic:
            theme.synthetic_label(words, "synthetic.data")
        ui.element("div").classes("grow")
        if kind is not None:
            ui.link(words("models.points"), f"/dimensions?kind={kind.value}&model={card.id}")
        ui.link(words("report.drift"), f"/models/{card.id}/drift")
        ui.link(words("report.title"), f"/models/{card.id}/report")


def _told(text: Markup) -> None:
    ui.html(text, sanitize=False).classes("muted")


def _said(words: Words, title: str, sentences: tuple[str, ...], mark: str) -> None:
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px]"):
        theme.heading(title)
        for sentence in sentences:
            with ui.row().classes("flex-nowrap gap-2 items-start"):
                ui.label(mark).classes("approve" if mark == "✓" else "decline")
                ui.label(half(words, sentence)).classes("text-sm")


def _measures(words: Words, measures: tuple[Measure, ...]) -> None:
    """Cross-validated qualities with their intervals; what else was found stands folded away, and in order in the report."""
    known = [
        one
        for one in measures
        if (words.knows(f"measure.{one.name}") or one.name.startswith(("band_", "fair_"))) and not _FOLDED.match(one.name)
    ]
    other = [one for one in measures if one not in known]
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("models.measures"))
        _measured(words, known)
        if other:
            with ui.element("details").classes("w-full"):
                with ui.element("summary"):
                    ui.label(words("models.other", count=len(other))).classes("inline")
                _measured(words, other)


def _measured(words: Words, measures: list[Measure]) -> None:
    columns = [Column(words("word.what")), Column(words("word.value"), right=True), Column(words("models.interval95"), right=True),
               Column(words("models.method"), roomy=True)]  # fmt: skip
    rows: list[list[Cell]] = [
        [measure_name(words, one.name), one.value, "—" if one.low == one.high else f"{one.low} – {one.high}", half(words, one.method)]
        for one in measures
    ]
    tables.table(columns, rows, words("models.measures"))


def measure_name(words: Words, name: str) -> str:
    """A measure in words; one of a band, a feature, a group, a segment or a scale by what it is of."""
    if words.knows(f"measure.{name}"):
        return words(f"measure.{name}")
    if name.startswith("band_"):
        return words("measure.band", number=name.split("_")[1])
    for begin, end in _OF:
        if name.startswith(begin) and name.endswith(end):
            of = name.removeprefix(begin).removesuffix(end)
            of = spoken(grouped(of), words, zh=words.language == "zh") if begin == "fair_" else of
            return words(f"measure.{begin.strip('_')}{end}", of=of)
    return name


def _points(words: Words, view: ModelView) -> None:
    if not view.points:
        _scale(words, view)
        return
    columns = [Column(words("word.feature")), Column(words("word.range")), Column(words("word.points"), right=True),
               Column(words("models.goods"), right=True, roomy=True),
               Column(words("models.bads_seen"), right=True, roomy=True)]  # fmt: skip
    rows, crossed = _listed(words, view.points), _listed(words, view.crossed)
    with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
        with ui.element("section").classes("card flex flex-col gap-2 grow basis-[560px]"):
            theme.heading(words("models.points"))
            ui.label(words("models.base", base=view.base_points, least=view.least_points, most=view.most_points)).classes("muted text-sm")
            tables.table(columns, rows, words("models.points"))
            if crossed:
                with ui.element("details").classes("w-full"):
                    with ui.element("summary"):
                        pairs = len({one.feature for one in view.crossed})
                        ui.label(words("models.crossed", pairs=pairs)).classes("inline").style("white-space:normal")
                    tables.table(columns, crossed, words("models.crossed", pairs=pairs))
            tables.export(columns, [*rows, *crossed], "points", words)
        _scale(words, view)


def _listed(words: Words, points: tuple[PointsRow, ...]) -> list[list[Cell]]:
    """A row a bin, the name of the feature beside its first."""
    rows: list[list[Cell]] = []
    last = ""
    for one in points:
        name = "" if one.feature == last else words.pick(one.zh, one.en)
        last = one.feature
        held = words("missing.bin") if one.bin == "missing" else one.bin
        rows.append([name, held, f"{one.points:+d}", str(one.goods), str(one.bads)])
    return rows


def _scale(words: Words, view: ModelView) -> None:
    """What points mean: the PD they stand for, as a curve and a table."""
    columns = [Column(words("word.points"), right=True), Column(words("models.pd"), right=True)]
    rows: list[list[Cell]] = [[str(points), figures.share(pd_ppm)] for points, pd_ppm in view.scale]
    curve = charts.lines([str(points) for points, _ in view.scale], {words("models.pd"): [pd / 10_000 for _, pd in view.scale]}, "%")
    sample, target = figures.share(view.sample_rate_ppm, 1), figures.share(view.target_rate_ppm, 1)
    note = words("models.scale.note", sample=sample, target=target)
    charts.draw(Picture(words("models.scale"), note, curve, Figures(columns, rows), view.card.synthetic, label="synthetic.data"), words)
