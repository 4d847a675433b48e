"""Pictures: ECharts options built from plain numbers, drawn without any file from outside, each with its label and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from nicegui import events, ui

from farthing.web import tables, theme
from farthing.web.text import Words
from farthing.web.theme import ACCENT, BAD, GOOD, INK, LINE, MUTED, WAIT

Options: TypeAlias = dict[str, Any]
PALETTE = [ACCENT, "#4f7390", "#8c8f5a", "#9a6fa0", "#5d8a6a", "#b78a4b", "#7d8894"]
_FONT = {"fontFamily": "Noto Sans CJK SC, sans-serif", "color": INK}

_EVERY = {"color": MUTED, "interval": 0, "fontSize": 11, "rotate": 28}  # every name, slanted so that none hides another


def _frame(**more: Any) -> Options:
    return {
        "textStyle": _FONT,
        "color": PALETTE,
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 44, "bottom": 8, "containLabel": True},
    } | more


def lines(days: Sequence[str], series: Mapping[str, Sequence[float | None]], unit: str) -> Options:
    """Curves over time; gaps stay gaps."""
    return _frame(
        legend={"top": 0, "type": "scroll", "textStyle": _FONT} if len(series) > 1 else {"show": False},
        xAxis={"type": "category", "data": list(days), "boundaryGap": False, "axisLabel": {"color": MUTED}},
        yAxis={"type": "value", "name": unit, "splitLine": {"lineStyle": {"color": LINE}}, "axisLabel": {"color": MUTED}},
        series=[_curve(name, values) for name, values in series.items()],
        tooltip={"trigger": "axis"},
    )


def steps(days: Sequence[str], values: Sequence[float], unit: str) -> Options:
    """A balance that changes on days and stands in between; the axis is time itself."""
    return _frame(
        xAxis={"type": "time", "axisLabel": {"color": MUTED, "hideOverlap": True}},
        yAxis={"type": "value", "name": unit, "splitLine": {"lineStyle": {"color": LINE}}, "axisLabel": {"color": MUTED}},
        series=[
            {
                "type": "line", "step": "end", "showSymbol": False, "areaStyle": {"opacity": 0.12},
                "data": [list(point) for point in zip(days, values, strict=True)],
            }
        ],
        tooltip={"trigger": "axis"},
    )  # fmt: skip


def against(x: Sequence[float], series: Mapping[str, Sequence[float]]) -> Options:
    """Curves over a share, both axes in per cent: what is straight is drawn straight."""
    axis = {"type": "value", "min": 0, "axisLabel": {"color": MUTED, "formatter": "{value} %"}, "splitLine": {"lineStyle": {"color": LINE}}}
    return _frame(
        legend={"top": 0, "textStyle": _FONT},
        xAxis=axis | {"max": "dataMax"},
        yAxis=axis,
        series=[
            {"name": name, "type": "line", "showSymbol": len(x) < 20, "symbolSize": 5, "data": [list(at) for at in zip(x, y, strict=True)]}
            for name, y in series.items()
        ],
        tooltip={"trigger": "axis"},
    )


def shares_against(series: Mapping[str, Sequence[tuple[float, float]]]) -> Options:
    """Curves each over its own places, both axes in per cent; the first is what counts, the others what it is read against."""
    axis = {"type": "value", "min": 0, "axisLabel": {"color": MUTED, "formatter": "{value} %"}, "splitLine": {"lineStyle": {"color": LINE}}}
    drawn = [
        {"name": name, "type": "line", "showSymbol": place == 0 and len(points) < 20, "symbolSize": 5,
         "data": [list(point) for point in points], "lineStyle": {"width": 2} if place == 0 else {"width": 1, "type": "dashed"}}
        for place, (name, points) in enumerate(series.items())
    ]  # fmt: skip
    legend = {"top": 0, "type": "scroll", "textStyle": _FONT}
    return _frame(legend=legend, xAxis=axis | {"max": "dataMax"}, yAxis=axis, series=drawn, tooltip={"trigger": "axis"})


def over_time(days: Sequence[str], series: Mapping[str, Sequence[float | None]], unit: str) -> Options:
    """Curves over days that need not be evenly spaced."""
    return _frame(
        legend={"top": 0, "right": 0, "textStyle": _FONT},
        xAxis={"type": "time", "axisLabel": {"color": MUTED, "hideOverlap": True}},
        yAxis={"type": "value", "name": unit, "splitLine": {"lineStyle": {"color": LINE}}, "axisLabel": {"color": MUTED}},
        series=[
            {"name": name, "type": "line", "showSymbol": False, "data": [list(point) for point in zip(days, values, strict=True)]}
            for name, values in series.items()
        ],
        tooltip={"trigger": "axis"},
    )


def _curve(name: str, values: Sequence[float | None]) -> Options:
    return {"name": name, "type": "line", "showSymbol": len(values) < 20, "symbolSize": 5, "data": list(values)}


def heat(rows: Sequence[str], cols: Sequence[str], values: Sequence[tuple[int, int, float]], unit: str) -> Options:
    """A heat map: `values` are (column, row, value); roll rates from bucket to bucket."""
    top = max((value for _, _, value in values), default=1.0)
    return _frame(
        xAxis={"type": "category", "data": list(cols), "axisLabel": _EVERY},
        yAxis={"type": "category", "data": list(rows), "inverse": True},
        visualMap={"min": 0, "max": top, "show": False, "inRange": {"color": ["#f4f1ec", "#d9b48f", ACCENT]}},
        series=[{"type": "heatmap", "data": [list(value) for value in values], "label": {"show": True}}],
        tooltip={"formatter": f"{{c}} {unit}"},
    )


def shares(parts: Sequence[tuple[str, float, str]], unit: str) -> Options:
    """Upright bars, each in its own colour: (name, value, colour)."""
    return _frame(
        xAxis={"type": "category", "data": [name for name, _, _ in parts], "axisLabel": _EVERY},
        yAxis={"type": "value", "name": unit, "splitLine": {"lineStyle": {"color": LINE}}, "axisLabel": {"color": MUTED}},
        series=[{"type": "bar", "barMaxWidth": 56, "data": [{"value": v, "itemStyle": {"color": c}} for _, v, c in parts]}],
        tooltip={"trigger": "axis", "axisPointer": {"type": "shadow"}},
    )


CLASS_COLOURS = {"normal": GOOD, "special_mention": WAIT, "substandard": "#c4713b", "doubtful": BAD, "loss": "#5c1a1e"}
SHADES = (GOOD, "#c9a24a", "#c08a3e", "#b97435", "#b0592f", "#a4412c", "#8c2a2a", "#5c1a1e")
"""From paid on time to a year late."""


# ---- on the page ---------------------------------------------------------------------------------------------------------


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
    label: str = "synthetic.lives"


def draw(picture: Picture, words: Words) -> None:
    """Picture first, table one click away."""
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px]"):
        with ui.row().classes("w-full items-center gap-2"):
            theme.heading(picture.title)
            if picture.synthetic:
                theme.synthetic_label(words, picture.label)
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
