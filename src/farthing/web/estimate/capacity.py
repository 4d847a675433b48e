"""What a party could pay a month, as a card: the amount that nine cases of ten pass, and free cash a year ahead as a fan."""

from __future__ import annotations

from nicegui import ui

from farthing.flows.estimate.capacity import CERTAINTIES_PPM, Capacity, CapacityView
from farthing.web import charts, figures, tables, theme
from farthing.web.charts import Figures, Picture
from farthing.web.tables import Cell, Column
from farthing.web.text import Words

PERCENT = 10_000


def card(words: Words, view: CapacityView) -> None:
    """The sums beside the fan; one sentence where there are too few months."""
    with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
        with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px] max-w-full"):
            theme.heading(words("capacity.title"))
            ui.label(words("capacity.note", day=figures.day(view.as_of))).classes("muted text-sm")
            if view.found is None:
                ui.label(words("capacity.short")).classes("muted")
                return
            columns = [Column(words("word.what")), Column(words("word.amount"), right=True)]
            tables.table(columns, sums(words, view, view.found), words("capacity.title"))
            ui.label(words("capacity.levels.made_up" if view.synthetic else "capacity.levels")).classes("muted text-xs")
        charts.draw(fan(words, view, view.found), words)


def sums(words: Words, view: CapacityView, found: Capacity) -> list[list[Cell]]:
    """What is told of it, a row each."""
    elsewhere = words("capacity.unknown") if view.elsewhere_fen is None else figures.money(view.elsewhere_fen)
    cover = "—" if found.dscr_12m_ppm is None else f"{found.dscr_12m_ppm / 1_000_000:.2f}"
    return [
        [words("capacity.monthly"), figures.money(found.capacity_monthly_fen)],
        [words("capacity.elsewhere"), elsewhere],
        [words("capacity.with_us"), figures.money(view.with_us_fen)],
        [words("capacity.dscr"), cover],
        [words("capacity.months"), str(found.months)],
    ]


def fan(words: Words, view: CapacityView, found: Capacity) -> Picture:
    """Each level of free cash over the months ahead."""
    ahead = [words("capacity.ahead", month=month) for month in range(1, len(found.fan_fen) + 1)]
    names = [words("capacity.level", percent=level // PERCENT) for level in CERTAINTIES_PPM]
    series = {name: [figures.wan(row[place]) for row in found.fan_fen] for place, name in enumerate(names)}
    columns = [Column(words("capacity.month")), *(Column(name, right=True) for name in names)]
    rows: list[list[Cell]] = [[month, *map(figures.money, row)] for month, row in zip(ahead, found.fan_fen, strict=True)]
    options = charts.lines(ahead, series, words("unit.wan"))
    return Picture(
        words("capacity.fan"), words("capacity.fan.note"), options, Figures(columns, rows), view.synthetic, label="synthetic.data"
    )
