"""A model's drift month by month: alarms first, each with what moved and the way back; then a heat map and lines."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.model_card import ModelClass, ModelStatus
from farthing.flows.queries.dimension.score import MARKETS
from farthing.flows.queries.model import drift as reading
from farthing.flows.queries.model.drift import Alarm, DriftBookView, Movement
from farthing.flows.queries.model.paper import Text, spoken
from farthing.web import charts, figures, tables, theme
from farthing.web.charts import Figures, Picture
from farthing.web.model.named import called
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

MOST_MONTHS = 24
SHADES = {"steady": ("#f1efe9", "●"), "watch": ("#f3dfb8", "◐"), "alarm": ("#f0c2bd", "▲")}
"""By level: shade and mark, so that colour alone says nothing."""


async def show(visit: Visit) -> None:
    """What passed a threshold in the newest month, and how everything moved before."""
    view = await visit.ask(reading.drift_of, visit.path("model"))
    words, card = visit.words, view.card
    with theme.workbench(visit.reader, words("drift.title"), "/models"):
        with ui.row().classes("w-full items-center gap-3"):
            theme.heading(called(words, card))
            if card.synthetic:
                theme.synthetic_label(words, "synthetic.data")
            ui.link(words("report.title"), f"/models/{card.id}/report")
        if not view.movements and not view.performance:
            decides = card.model_class is ModelClass.RATING and card.market not in MARKETS.values()
            theme.empty(words("drift.none"), words("drift.none.todo" if decides else "drift.none.estimate"))
            return
        _alarms(words, view)
        _heat(words, view)
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            _lines(words, view)
            _results(words, view)


def _alarms(words: Words, view: DriftBookView) -> None:
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("drift.alarms"))
        ui.label(words("drift.thresholds")).classes("muted text-sm").style("white-space:normal")
        if not view.alarms:
            ui.label(f"● {words('drift.quiet')}").classes("approve")
            return
        for one in view.alarms:
            ui.label(f"▲ {told(words, view, one)}").classes("decline text-sm").style("white-space:normal")
        if view.card.status is ModelStatus.APPROVED:
            ui.link(words("drift.return"), "/models")


def told(words: Words, view: DriftBookView, one: Alarm) -> str:
    """An alarm in words: what, when, how far, and which bin moved."""
    if one.shift is None:
        return words(f"drift.alarm.{one.what}", month=one.month, value=one.value, threshold=one.threshold)
    before, now = figures.share(one.shift.from_ppm, 1), figures.share(one.shift.to_ppm, 1)
    return words(
        "drift.alarm.psi", feature=_name(words, view, one.feature), month=one.month, value=one.value, threshold=one.threshold,
        bin=_spoken(words, one.held), before=before, now=now,
    )  # fmt: skip


def _name(words: Words, view: DriftBookView, feature: str) -> str:
    return _spoken(words, view.names.get(feature, feature))


def _spoken(words: Words, text: Text) -> str:
    return spoken(text, words, zh=words.language == "zh")


def _heat(words: Words, view: DriftBookView) -> None:
    """A row a feature, a column a month, shaded and marked by level: a table, so that it can be read on a phone and aloud."""
    found = {(one.feature, one.month): one for one in view.movements}
    features, months = list(view.names), sorted({month for _, month in found})[-MOST_MONTHS:]
    columns = [Column(words("word.feature")), *(Column(month, right=True) for month in months)]
    rows: list[list[Cell]] = [
        [_name(words, view, feature), *(_shade(words, found.get((feature, month))) for month in months)] for feature in features
    ]
    with ui.element("section").classes("card w-full flex flex-col gap-2 min-w-0"):
        with ui.row().classes("items-center gap-2"):
            theme.heading(words("drift.heat"))
            if view.card.synthetic:
                theme.synthetic_label(words, "synthetic.data")
        note = words("drift.heat.note", base=figures.day(view.card.as_of), cases=view.base_cases)
        ui.label(note).classes("muted text-xs").style("white-space:normal")
        tables.table(columns, rows, words("drift.heat"))
        tables.export(columns, rows, "drift", words)


def _shade(words: Words, one: Movement | None) -> Cell:
    if one is None:
        return "—"
    colour, mark = SHADES[one.level.value]
    title = words("drift.cell", level=words(f"drift.level.{one.level.value}"), chance=f"{one.by_chance:.3f}", cases=one.cases)
    told_ = Markup('<span class="nowrap" style="background:{};padding:2px 8px;border-radius:4px" title="{}">{} {}</span>')
    return told_.format(colour, title, mark, f"{one.psi:.3f}")


def _lines(words: Words, view: DriftBookView) -> None:
    """The index of the PD, beside what chance alone would make and where the alarm stands."""
    told_ = [one for one in view.movements if one.feature == "pd_ppm"]
    months = [one.month for one in told_]
    series = {"PSI": [round(one.psi, 3) for one in told_], words("drift.by_chance"): [round(one.by_chance, 3) for one in told_],
              words("drift.threshold"): [0.25] * len(months)}  # fmt: skip
    columns = [Column(words("drift.month")), Column("PSI", right=True), Column(words("drift.by_chance"), right=True)]
    rows: list[list[Cell]] = [[one.month, f"{one.psi:.3f}", f"{one.by_chance:.3f}"] for one in told_]
    note = words("drift.pd.note", cases=sum(one.cases for one in told_))
    charts.draw(Picture(words("drift.pd"), note, charts.lines(months, series, ""), Figures(columns, rows), view.card.synthetic,
                        label="synthetic.data"), words)  # fmt: skip


def _results(words: Words, view: DriftBookView) -> None:
    if not view.performance:
        with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px]"):
            theme.heading(words("drift.results"))
            ui.label(words("drift.results.none")).classes("muted text-sm").style("white-space:normal")
        return
    months = [one.month for one in view.performance]
    series = {words("drift.bads"): [float(one.bads) for one in view.performance],
              words("drift.expected"): [round(one.expected_bads, 1) for one in view.performance]}  # fmt: skip
    columns = [Column(words("drift.month")), Column(words("drift.cases"), right=True), Column(words("drift.bads"), right=True),
               Column(words("drift.expected"), right=True), Column("AUC", right=True)]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.month, f"{one.cases:,}", f"{one.bads:,}", f"{one.expected_bads:.1f}", "—" if one.auc is None else f"{one.auc:.3f}"]
        for one in view.performance
    ]
    table = Figures(columns, rows)
    charts.draw(Picture(words("drift.results"), words("drift.results.note"), charts.lines(months, series, ""), table, view.card.synthetic,
                        label="synthetic.data"), words)  # fmt: skip
