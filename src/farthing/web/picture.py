"""A chart on a page: its name, its label when it shows simulated lives, the picture, and the same figures as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nicegui import events, ui

from farthing.web import tables, theme
from farthing.web.charts import Options
from farthing.web.text import Words


@dataclass(frozen=True, slots=True)
class Figures:
    """The table behind a chart."""

    columns: Sequence[tables.Column]
    rows: Sequence[Sequence[tables.Cell]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: `note` says its date and what it counts, `target` gives the address behind the point of an index."""

    title: str
    note: str
    options: Options
    figures: Figures
    synthetic: bool
    target: Callable[[int], str] | None = None


def draw(picture: Picture, words: Words) -> None:
    """Picture first, table one click away."""
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px]"):
        with ui.row().classes("w-full items-center gap-2"):
            theme.heading(picture.title)
            if picture.synthetic:
                theme.synthetic_label(words)
        ui.label(picture.note).classes("muted text-xs")
        chart = ui.echart(picture.options, renderer="svg").classes("w-full h-64").props(f'role="img" aria-label="{picture.title}"')
        if picture.target is not None:
            target = picture.target

            def follow(event: events.EChartPointClickEventArguments) -> None:
                ui.navigate.to(target(event.data_index))

            chart.on_point_click(follow)
        with ui.element("details").classes("w-full"):
            with ui.element("summary"):
                ui.label(words("chart.table")).classes("inline")
            tables.table(picture.figures.columns, picture.figures.rows, picture.title)
            tables.export(picture.figures.columns, picture.figures.rows, "figures", words)
