"""One house: what it is worth, what rests on it, who did what for its lien, and what may be done now."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.collateral.event import HouseRevalued, HouseValued, LienTaskDone, LimitLowered, LimitRaised, RaiseProposed
from farthing.domain.collateral.house import DM2_PER_M2, HouseStage, LienTask
from farthing.domain.event import Body
from farthing.flows.queries import houses
from farthing.flows.queries.houses import HouseView, TaskView
from farthing.web import charts, figures, tables, theme, trace
from farthing.web.collateral import menu, pictures
from farthing.web.line.terms import ground
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

CLOSING = {HouseStage.AGREED: "register", HouseStage.REGISTERED: "release_lien"}
"""The act of the menu that closes the checklist at a stage, so it stands under it too."""


async def show(visit: Visit) -> None:
    """The next step first, then the money, the value as a picture, the lien's checklist, and the story."""
    view = await visit.ask(houses.house_view, visit.path("house"))
    words, state = visit.words, view.state
    with theme.workbench(visit.reader, title(words, view), "/houses"):
        ui.add_css(pictures.CSS + trace.CSS)
        with ui.row().classes("items-center gap-3"):
            ui.label(state.house).classes("code")
            ui.html(stage(words, state.stage), sanitize=False)
            if state.synthetic:
                theme.synthetic_label(words, "house.synthetic")
            if view.line is not None:
                ui.link(words("proposals.line"), f"/lines/{view.line.terms.line}")
            ui.space()
            menu.show(visit, view)
        ui.label(words(f"house.next.{state.stage}")).classes("muted")
        _decision(visit, view)
        _margin(words, view)
        _money(words, view)
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            _value(words, view)
            _described(words, view)
        _checklist(visit, view)
        if view.room is not None:
            with ui.element("section").classes("card w-full flex flex-col gap-2"):
                theme.heading(words("house.room.title", amount=figures.money(view.room.fen)))
                ui.label(words("house.room.told")).classes("muted text-sm")
                ui.html(pictures.caps(words, view), sanitize=False).classes("w-full")
        if len(state.valuations) > 1:
            charts.draw(pictures.history(words, view), words)
        _story(words, view)


def title(words: Words, view: HouseView) -> str:
    """What it is and where, without an address."""
    premises = view.state.premises
    area = f"{premises.area_dm2 / DM2_PER_M2:.2f}"
    return words("house.title", kind=words(f"house.kind.{premises.kind}"), district=premises.district, area=area)


def stage(words: Words, of: HouseStage) -> Markup:
    """A stage by word, shape and colour."""
    look, shape = {HouseStage.REGISTERED: ("approve", "●"), HouseStage.WITHDRAWN: ("decline", "■")}.get(of, ("refer", "◆"))
    if of in (HouseStage.RELEASED, HouseStage.RETURNED):
        look, shape = "muted", "○"
    return Markup('<span class="{}">{} {}</span>').format(look, shape, words(f"house.stage.{of}"))


def _decision(visit: Visit, view: HouseView) -> None:
    words, asked = visit.words, view.state.asked
    if asked is None:
        return
    with ui.element("section").classes("card w-full flex flex-col gap-2").style(f"border-left:4px solid {theme.WAIT}"):
        theme.heading(words("house.waits", amount=figures.money(asked.by_fen)))
        ui.label(words("proposals.by", who=view.asked_by, day=figures.day(asked.on))).classes("muted text-sm")
        found = menu.acts(visit, view, "decision")
        if not found:
            own = asked.by == visit.reader.actor.id
            ui.label(words("proposals.own" if own else "proposals.waits")).classes("muted text-sm")
        with ui.row().classes("gap-3"):
            for act in found:
                menu.button(
                    visit, view, act, "unelevated no-caps color=positive" if act.move == "raise" else "outline no-caps color=negative"
                )


def _margin(words: Words, view: HouseView) -> None:
    margin = view.margin
    if margin is None or margin.state.value == "enough":
        return
    colour = theme.BAD if margin.short_fen else theme.WAIT
    with ui.element("section").classes("card w-full flex flex-col gap-1").style(f"border-left:4px solid {colour}").props('role="alert"'):
        theme.heading(words(f"house.margin.{margin.state}", over=figures.money(margin.over_fen), short=figures.money(margin.short_fen)))
        ui.label(words(f"house.margin.{margin.state}.todo")).style("white-space:normal")


def _money(words: Words, view: HouseView) -> None:
    value, state = view.state.valuation, view.state
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        if value is not None:
            told = words("house.valued", day=figures.day(value.valued_on), method=words(f"house.method.{value.method}"))
            theme.figure(words("house.lending"), figures.money(value.lending_fen), told)
        if view.line is not None and view.covered is not None:
            theme.figure(
                words("house.secured"), figures.money(state.secured_fen), words("house.carried", amount=figures.money(view.carried_fen))
            )
            theme.figure(
                words("house.owed"),
                figures.money(max(view.line.owed_fen, 0)),
                words("house.loan_share", share=figures.share(view.loan_ppm, 1)),
            )
            theme.figure(
                words("house.covered"),
                figures.money(view.covered.covered_fen),
                words("house.net", amount=figures.money(view.covered.net_fen)),
            )
            theme.figure(
                words("house.required"),
                figures.money(view.required_fen),
                words("house.uncovered", amount=figures.money(view.uncovered_fen)),
            )


def _value(words: Words, view: HouseView) -> None:
    value = view.state.valuation
    with ui.element("section").classes("card flex flex-col gap-3 grow basis-[420px]"):
        with ui.row().classes("items-center gap-3"):
            theme.heading(words("house.value"))
            if view.state.synthetic:
                theme.synthetic_label(words, "house.synthetic")
        if value is None:
            ui.label(words("house.value.none")).classes("muted")
            return
        told = (
            words("house.comparables", count=value.comparables, share=figures.share(value.confidence_ppm, 0)) if value.comparables else ""
        )
        ui.label(told or words("house.appraised", report=value.evidence[0])).classes("muted text-xs")
        ui.html(pictures.interval(words, view), sanitize=False).classes("w-full")
        if view.line is not None:
            ui.label(words("house.ltv", share=figures.share(view.loan_ppm, 1), most=figures.share(view.ltv_ppm, 0))).classes(
                "font-semibold pt-2"
            )
            ui.html(pictures.gauge(words, view), sanitize=False).classes("w-full")


def _described(words: Words, view: HouseView) -> None:
    state, lien = view.state, view.state.lien
    told: list[list[Cell]] = [
        [words("house.kind"), words(f"house.kind.{state.premises.kind}")],
        [words("house.district"), state.premises.district],
        [words("house.area"), f"{state.premises.area_dm2 / DM2_PER_M2:.2f} m²"],
        [words("house.built"), str(state.premises.built)],
        [words("house.floor"), str(state.premises.floor)],
        [words("house.offered"), figures.day(state.offered_on)],
    ]
    if lien is not None:
        told += [
            [words("house.rank"), str(lien.rank)],
            [words("house.registered_for"), figures.money(lien.secured_fen)],
            [words("house.prior"), figures.money(lien.prior_fen)],
        ]
    if view.certificate:
        told.append([words("house.certificate"), view.certificate])
    if view.revalue_by is not None:
        late = view.revalue_by < view.today
        day = figures.day(view.revalue_by)
        told.append(
            [words("house.revalue_by"), Markup('<span class="decline">{} {}</span>').format(day, words("house.late")) if late else day]
        )
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[300px]"):
        theme.heading(words("house.described"))
        tables.table([Column(words("word.what")), Column(words("word.value"))], told, words("house.described"))
        ui.label(words("house.no_address")).classes("muted text-xs")


def _checklist(visit: Visit, view: HouseView) -> None:
    if view.state.lien is None:
        return
    words, can = visit.words, {act.name: act for act in menu.acts(visit, view, "checklist")}
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("house.tasks"))
        ui.label(words("house.tasks.told")).classes("muted text-sm")
        for one in view.tasks:
            with (
                ui.element("div")
                .classes("w-full flex flex-wrap items-center gap-x-4 gap-y-1 py-2")
                .style(f"border-bottom:1px solid {theme.LINE}")
            ):
                ui.html(_mark(words, one), sanitize=False).classes("basis-[180px]")
                ui.label(task(words, one)).classes("text-sm grow" if one.done else "muted text-sm grow").style("white-space:normal")
                if one.task.value in can:
                    menu.button(visit, view, can[one.task.value])
        with ui.row().classes("gap-3"):
            for act in menu.acts(visit, view, "menu"):
                if act.name == CLOSING.get(view.state.stage):
                    menu.button(visit, view, act, "outline no-caps")
        if view.release is not None and view.state.stage in (HouseStage.AGREED, HouseStage.REGISTERED):
            ui.label(words(f"house.release.{view.release.code}")).classes("muted text-sm")
        elif view.state.stage is HouseStage.REGISTERED:
            ui.label(words("house.release.offered")).classes("text-sm")


def _mark(words: Words, one: TaskView) -> Markup:
    look, shape = ("approve", "✓") if one.done else ("muted", "○")
    return Markup('<span class="{}">{}</span> {}').format(look, shape, words(f"house.task.{one.task}"))


def task(words: Words, one: TaskView) -> str:
    """Who did a task, when, with which document; or what it waits for."""
    if one.done is not None:
        return words("house.task.done", who=one.by, day=figures.day(one.done.done_on), document=one.done.evidence)
    waits = one.task is LienTask.REGISTRATION and one.refusal is not None and one.refusal.code == "survey_first"
    return words("house.task.after_survey") if waits else words("house.task.open")


def _story(words: Words, view: HouseView) -> None:
    columns = [Column(words("word.day")), Column(words("word.event")), Column(words("word.who"))]
    rows: list[list[Cell]] = [
        [
            Markup('<span class="nowrap">{}</span>').format(figures.day(one.on)),
            Markup('{} <span class="muted">{}</span>').format(words(f"event.{one.event.kind}"), said(words, one.event.body)), one.by,
        ]
        for one in reversed(view.story)
    ]  # fmt: skip
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("line.story"))
        tables.table(columns, rows, words("line.story"))
        tables.export(columns, rows, "house", words)


def said(words: Words, body: Body) -> str:
    """What an event says besides its name."""
    match body:
        case HouseValued() | HouseRevalued():
            one = body.valuation
            return f"{figures.money(one.low_fen)} – {figures.money(one.high_fen)}{words('comma')}{words(f'house.method.{one.method}')}"
        case LienTaskDone():
            return words("list").join((words(f"house.task.{body.task}"), body.evidence))
        case RaiseProposed() | LimitRaised():
            return figures.money(body.by_fen)
        case LimitLowered():
            return f"{figures.money(body.by_fen)}{words('comma')}{ground(words, body.ground)}"
        case _:
            found = getattr(body, "ground", "")
            return ground(words, found) if found else ""
