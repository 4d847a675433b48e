"""The data dictionary: every feature, what it means, what it is made from and who reads it."""

from __future__ import annotations

from nicegui import ui

from farthing.domain.feature import Feature
from farthing.domain.staff import Actor
from farthing.flows.queries.feature import dictionary as features
from farthing.flows.queries.feature.dictionary import FeatureRow, FeatureView, Wanted
from farthing.web import tables, theme
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.text import Words
from farthing.web.visit import Visit

SIZE = 50
_ASKED = ("word", "kind", "family", "unit", "offset")


async def show(visit: Visit) -> None:
    """Fifty features a page, found by word, kind, family and unit."""
    words = visit.words
    asked = {name: visit.query(name) for name in _ASKED} | {"offset": str(visit.number("offset"))}
    wanted = Wanted(asked["word"], asked["kind"], asked["family"], asked["unit"])
    rows, total = await visit.ask(_found, wanted=wanted, offset=visit.number("offset"))
    place = Place("/features", asked, total, SIZE)
    with theme.workbench(visit.reader, words("features.title"), "/features"):
        ui.label(words("features.note")).classes("muted")
        _search(words, place)
        if not rows:
            theme.empty(words("features.none"), words("features.none.todo"))
            return
        columns = [Column(words("features.meaning")), Column(words("features.unit")), Column(words("word.feature"), roomy=True),
                   Column(words("features.kinds"), roomy=True), Column(words("features.family"), roomy=True)]  # fmt: skip
        cells: list[list[Cell]] = [
            [
                Link(words.pick(row.feature.zh, row.feature.en), f"/features/{row.feature.name}"),
                words(f"feature.unit.{row.feature.unit}"),
                row.feature.name,
                _kinds(words, row.feature),
                words(f"family.{row.family}"),
            ]
            for row in rows
        ]
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            tables.table(columns, cells, words("features.title"))
            tables.pager(place, words)


def _found(_: object, actor: Actor, *, wanted: Wanted, offset: int) -> tuple[tuple[FeatureRow, ...], int]:
    return features.features(actor, wanted, limit=SIZE, offset=offset)


def _kinds(words: Words, one: Feature) -> str:
    return words("features.and").join(words(f"kind.{kind}") for kind in one.sources)


def _search(words: Words, place: Place) -> None:
    every = words("features.any")
    with ui.row().classes("items-end gap-3 w-full"):
        word = ui.input(words("features.word"), value=place.asked["word"]).props("outlined dense clearable").classes("w-72")
        kinds: dict[str, str] = {"": every, **{kind.value: words(f"kind.{kind}") for kind in features.KINDS}}
        families = {"": every, **{family: words(f"family.{family}") for family in features.GROUPS}}
        units = {"": every, **{unit: words(f"feature.unit.{unit}") for unit in features.UNITS}}
        chosen = {
            name: ui.select(options, label=words(f"features.{title}"), value=_known(place.asked[name], options))
            .props("outlined dense")
            .classes("w-44")
            for name, title, options in (("kind", "kinds", kinds), ("family", "family", families), ("unit", "unit", units))
        }

        def find() -> None:
            ui.navigate.to(place.href(word=word.value or "", offset=0, **{name: select.value or "" for name, select in chosen.items()}))

        ui.button(words("audit.find"), on_click=find).props("outline no-caps")
        word.on("keydown.enter", find)


def _known(asked: str, options: dict[str, str]) -> str:
    return asked if asked in options else ""


async def show_one(visit: Visit) -> None:
    """One feature: meaning, formula, window, what missing means, lineage, readers."""
    words = visit.words
    view = await visit.ask(features.feature, visit.path("feature"))
    one = view.feature
    with theme.workbench(visit.reader, words.pick(one.zh, one.en), "/features"):
        ui.link(words("features.back"), "/features")
        with ui.element("section").classes("card w-full flex flex-col gap-3"):
            theme.heading(words("features.one"))
            ui.label(one.name).classes("code")
            rows: list[list[Cell]] = [[name, value] for name, value in _facts(words, view)]
            tables.table([Column(words("word.what")), Column(words("word.value"))], rows, words("features.one"))
        with ui.element("section").classes("card w-full flex flex-col gap-3"):
            theme.heading(words("features.made"))
            reductions: list[list[Cell]] = [[words.pick(one.zh, one.en)] for one in view.reductions]
            tables.table([Column(words("features.reduction"))], reductions, words("features.made"))
            fields: list[list[Cell]] = [[words(f"kind.{kind}"), ", ".join(names)] for kind, names in view.fields.items()]
            tables.table([Column(words("features.kinds")), Column(words("features.fields"))], fields, words("features.made"))


def _facts(words: Words, view: FeatureView) -> list[tuple[str, str]]:
    one = view.feature
    window = words("features.days", days=one.window_days) if one.window_days else words("features.ever")
    return [
        (words("features.formula"), words.pick(*view.formula)),
        (words("features.unit"), words("features.scaled", unit=words(f"feature.unit.{one.unit}"), scale=one.scale)),
        (words("features.window"), window),
        (words("features.missing"), words(f"missing.{one.missing}")),
        (words("features.family"), words(f"family.{view.family}")),
        (words("features.owner"), one.owner),
        (words("features.models"), ", ".join(view.models) or words("features.nobody")),
        (words("features.policies"), ", ".join(view.policies) or words("features.nobody")),
    ]
