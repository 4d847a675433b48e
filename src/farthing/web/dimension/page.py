"""A score by dimension: how much, what each dimension adds, what moves it, and what is off and why."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from markupsafe import Markup
from nicegui import ui

from farthing.domain.model_card import ModelStatus
from farthing.domain.score import Contribution
from farthing.flows.queries.dimension.score import Asked, FacetView, PartyDimensions, ScoreKind, Standing, dimensions_model, score_party
from farthing.flows.queries.parties import named
from farthing.web import figures, tables, theme
from farthing.web.dimension import bars
from farthing.web.model.named import called
from farthing.web.party.stale import stale
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """Whose score? And the points of the model in use, to print."""
    words, kind = visit.words, _kind(visit)
    view = await visit.ask(dimensions_model, kind, visit.query("model") or None)
    with theme.workbench(visit.reader, words("dimensions.title"), "/dimensions"):
        _switch(words, kind)
        ui.label(words(f"dimensions.told.{kind.value}")).classes("muted")
        _search(words, kind)
        with ui.row().classes("items-center gap-3"):
            theme.heading(called(words, view.card))
            ui.label(words(f"models.{view.card.status.value}")).classes("muted")
            if view.card.synthetic:
                theme.synthetic_label(words, "synthetic.data")
        bars.points(words, view.artefact)
        ui.label(view.card.id).classes("code")


async def show_one(visit: Visit) -> None:
    """One party today."""
    words, kind = visit.words, _kind(visit)
    asked = tuple(word for word in visit.query("ask").split(",") if re.fullmatch("[a-z]+", word))
    party = await visit.ask(named, visit.path("party"))
    found = await visit.ask(score_party, Asked(party.id, kind, visit.query("model") or None, asked, visit.day("on")))
    day = str(visit.day("on") or "")
    with theme.workbench(visit.reader, words(f"dimensions.of.{kind.value}"), "/dimensions"):
        _switch(words, kind, found.party, day)
        with ui.row().classes("w-full items-baseline gap-x-3 gap-y-0"):
            ui.link(words("party.page"), f"/parties/{found.party}{f'?on={day}' if day else ''}").classes("text-sm")
            ui.label(f"{found.party} · {words('dimensions.decides_nothing')}").classes("muted")
        stale(words, _href(found.party, kind), found.as_of, found.told_until)
        if found.card.status is not ModelStatus.APPROVED:
            ui.label(words("dimensions.draft", status=words(f"models.{found.card.status.value}"))).classes("refer")
        if found.card.synthetic:
            theme.synthetic_label(words, "synthetic.data")
        _headline(words, found)
        bars.drawn(words, found)
        _off(words, found, kind, (asked, day))
        _moves(words, found)
        for view in found.facets:
            _facet(words, view)
        ui.label(found.card.id).classes("code")


def _kind(visit: Visit) -> ScoreKind:
    return ScoreKind.PERSONAL if visit.query("kind") == ScoreKind.PERSONAL.value else ScoreKind.ENTERPRISE


def _switch(words: Words, kind: ScoreKind, party: str = "", day: str = "") -> None:
    """The other score."""
    with ui.row().classes("gap-4"):
        for one in ScoreKind:
            text = words(f"dimensions.of.{one.value}")
            if one is kind:
                ui.label(text).classes("font-semibold")
            else:
                ui.link(text, _href(party, one, on=day))


def _href(party: str, kind: ScoreKind, ask: str = "", on: str = "") -> str:
    told = urlencode({name: value for name, value in (("kind", kind.value), ("ask", ask), ("on", on)) if value})
    return f"/dimensions/{party}?{told}" if party else f"/dimensions?{told}"


def _search(words: Words, kind: ScoreKind) -> None:
    with ui.row().classes("items-end gap-3 w-full"):
        party = ui.input(words("dimensions.party")).props("outlined dense").classes("w-72")

        def go() -> None:
            wanted = str(party.value or "").strip()
            if wanted:
                ui.navigate.to(_href(wanted, kind))

        ui.button(words("dimensions.look"), on_click=go).props("outline no-caps")
        party.on("keydown.enter", go)


def _headline(words: Words, found: PartyDimensions) -> None:
    score, card = found.score, found.artefact
    bounds = words("dimensions.between", low=card.floor, high=card.ceiling) if card.floor is not None else words("dimensions.open_ended")
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        theme.figure(words("dimensions.score"), str(score.score), bounds)
        between = words("models.interval", low=figures.share(score.low_pd_ppm), high=figures.share(score.high_pd_ppm))
        theme.figure(words("models.pd"), figures.share(score.pd_ppm), between)
        on = sum(view.score.standing is Standing.ON for view in found.facets)
        theme.figure(words("dimensions.on"), f"{on} / {len(found.facets)}", words("dimensions.on.note"))
        theme.figure(words("word.as_of_day"), figures.day(found.as_of), words("dimensions.live"))


def _off(words: Words, found: PartyDimensions, kind: ScoreKind, wishes: tuple[tuple[str, ...], str]) -> None:
    """What is off, why, and what it would take; `wishes` as the address has them: dimensions asked for, and the day."""
    asked, day = wishes
    off = [view for view in found.facets if view.score.standing is not Standing.ON]
    withheld = [view for view in found.facets if view.score.standing is Standing.ON and view.unread]
    if not off and not withheld and not asked:
        return
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("dimensions.off"))
        for view in (*off, *withheld):
            why = words(f"dimensions.why.{view.score.standing.value}") if view in off else words("dimensions.why.partly")
            kinds = words("features.and").join(words(f"kind.{one}") for one in view.unread)
            more = words("dimensions.unread", kinds=kinds) if kinds else ""
            ui.label(f"{words.pick(view.facet.zh, view.facet.en)}: {why} {more}").classes("text-sm")
            if view.score.standing is Standing.NOT_ASKED and not view.unread and view.facet.attributes:
                ui.link(words("dimensions.ask"), _href(found.party, kind, view.facet.code, day)).classes("text-sm")
        if asked:
            ui.link(words("dimensions.unask"), _href(found.party, kind, on=day)).classes("text-sm")


def _moves(words: Words, found: PartyDimensions) -> None:
    """What costs most against a usual good customer."""
    if not found.moves:
        return
    columns = [Column(words("word.feature")), Column(words("word.range")), Column(words("dimensions.fewer"), right=True)]
    names = _names(words, found.facets)
    rows: list[list[Cell]] = [[names[one.feature], bars.held(words, one.bin), f"{one.shortfall}"] for one in found.moves]
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("dimensions.moves"))
        ui.label(words("dimensions.moves.note")).classes("muted text-sm")
        tables.table(columns, rows, words("dimensions.moves"))


def _names(words: Words, facets: tuple[FacetView, ...]) -> dict[str, str]:
    return {one.feature: words.pick(one.zh, one.en) for view in facets for one in view.facet.attributes}


def _facet(words: Words, view: FacetView) -> None:
    """Each feature's points, folded away: with the dimension's own they are its points."""
    if view.score.standing is not Standing.ON:
        return
    name, names = words.pick(view.facet.zh, view.facet.en), _names(words, (view,))
    columns = [Column(words("word.feature")), Column(words("word.range")), Column(words("word.points"), right=True),
               Column(words("dimensions.usual"), right=True)]  # fmt: skip
    rows: list[list[Cell]] = [[words("dimensions.own"), "", f"{view.facet.own_points:+d}", ""]]
    rows += [_row(words, names, one) for one in view.score.contributions]
    rows.append(
        [Markup("<strong>{}</strong>").format(words("dimensions.sum")), "", f"{view.score.points:+d}", f"{view.score.reference_points:+d}"]
    )
    with ui.element("details").classes("card w-full"):
        with ui.element("summary"):
            ui.label(words("dimensions.all_of", name=name, count=len(view.score.contributions))).classes("inline")
        tables.table(columns, rows, name)


def _row(words: Words, names: dict[str, str], one: Contribution) -> list[Cell]:
    return [names[one.feature], bars.held(words, one.bin), f"{one.points:+d}", f"{one.reference_points:+d}"]
