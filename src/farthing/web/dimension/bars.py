"""Points as horizontal bars about a middle line: nothing known is the line itself."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.flows.queries.dimension.score import MISSING, WITHHELD, DimensionCard, Facet, FacetView, PartyDimensions, Standing
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.theme import BAD, GOOD, LINE, MUTED

_BAR = Markup(
    '<div role="img" aria-label="{label}" '
    'style="position:relative;height:20px;background:linear-gradient({line},{line}) center/1px 100% no-repeat">'
    '<div style="position:absolute;top:3px;bottom:3px;{side}:50%;width:{width:.1f}%;background:{colour};border-radius:3px"></div></div>'
)


def drawn(words: Words, found: PartyDimensions) -> None:
    """A row a dimension: its name, its bar, its points, how it stands, and the PD that it alone speaks for."""
    reach = max(max(map(abs, facet.reach())) for facet in found.artefact.facets) or 1
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("dimensions.bars"))
        ui.label(words("dimensions.bars.note", base=found.score.base_points)).classes("muted text-sm")
        for view in found.facets:
            _bar_row(words, view, reach)
        ui.label(_sum(words, found)).classes("text-sm number self-end")


def _bar_row(words: Words, view: FacetView, reach: int) -> None:
    points, on = view.score.points, view.score.standing is Standing.ON
    name = words.pick(view.facet.zh, view.facet.en)
    label = words("dimensions.bar", name=name, points=f"{points:+d}")
    bar = _BAR.format(
        label=label, line=LINE, side="left" if points >= 0 else "right", width=50 * min(abs(points) / reach, 1.0),
        colour=(GOOD if points >= 0 else BAD) if on else MUTED,
    )  # fmt: skip
    standing = "" if on else words(f"dimensions.standing.{view.score.standing.value}")
    alone = words("dimensions.alone", pd=figures.share(view.score.pd_ppm)) if on else standing
    with ui.element("div").classes("w-full grid gap-x-4 gap-y-1 items-center grid-cols-[1fr_auto] sm:grid-cols-[9rem_1fr_4rem_13rem]"):
        ui.label(name).classes("font-medium order-1")
        ui.html(bar, sanitize=False).classes("order-3 sm:order-2 col-span-2 sm:col-span-1")
        ui.label(f"{points:+d}" if on else "0").classes("number order-2 sm:order-3")
        ui.label(alone).classes("muted text-sm order-4 col-span-2 sm:col-span-1")


def _sum(words: Words, found: PartyDimensions) -> str:
    """The points written out: they add up, to the point."""
    parts = " ".join(f"{view.score.points:+d}" for view in found.facets)
    return words("dimensions.adds_up", base=found.score.base_points, parts=parts, total=found.score.points)


def held(words: Words, label: str) -> str:
    """What a bin holds, in words."""
    return {MISSING: words("missing.bin"), WITHHELD: words("dimensions.standing.withheld")}.get(label, label)


def points(words: Words, card: DimensionCard) -> None:
    """Every point that can be had, to print."""
    columns = [Column(words("word.feature")), Column(words("word.range")), Column(words("word.points"), right=True)]
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("models.points"))
        least, most = card.reach()
        ui.label(words("models.base", base=card.base_points, least=least, most=most)).classes("muted text-sm")
        for facet in card.facets:
            name = words.pick(facet.zh, facet.en)
            shares = words("dimensions.shares", prior=figures.share(facet.prior_ppm, 0), fitted=figures.share(facet.share_ppm, 0))
            told = shares if facet.attributes else words("dimensions.standing.idle")
            ui.label(f"{name} · {told}{' · ' + words('dimensions.must_ask') if facet.asked else ''}").classes("font-medium")
            if facet.attributes:
                tables.table(columns, _rows(words, facet), name)


def _rows(words: Words, facet: Facet) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[words("dimensions.own"), "", f"{facet.own_points:+d}"]]
    for attribute in facet.attributes:
        for place, one in enumerate((*attribute.bins, attribute.missing)):
            rows.append(["" if place else words.pick(attribute.zh, attribute.en), held(words, one.label), f"{one.points:+d}"])
    return rows
