"""Disaster relief: whom it reaches, what it gives, what it costs; proposed, agreed to by another person, then carried out with progress."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.event import ReliefPlanned
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.product import Product
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Role
from farthing.flows.line.propose import propose
from farthing.flows.line.relief import CarriedOut, Preview, Reached, carry_out, preview, require_code
from farthing.flows.queries.proposals import plan_of, proposal_view
from farthing.flows.queries.reliefs import County, counties, relieved
from farthing.web import figures, lines, tables, theme
from farthing.web.line import fields
from farthing.web.line.fields import Field, Filled
from farthing.web.tables import Cell, Column, Link
from farthing.web.text import Words, explain
from farthing.web.visit import Visit

GIVES = (
    Field("holiday_until", "day"), Field("later_months", "text", "0"), Field("coupon_until", "day"), Field("coupon_up_to", "money"),
    Field("from_on", "day"),
)  # fmt: skip


@dataclass(slots=True)
class _Plan:
    """What stands in the wizard: its fields, and the plan whose effect was looked at, if it is still the one filled in."""

    visit: Visit
    chosen: ui.select
    products: ui.select
    name: ui.input
    dpd: ui.input
    gives: Mapping[str, ui.input | ui.select] = field(default_factory=dict)
    looked_at: ReliefPlan | None = None


async def show(visit: Visit) -> None:
    """Three steps on one page: who, what, and what that means; then it is proposed."""
    found, words = await visit.ask(counties), visit.words
    with theme.workbench(visit.reader, words("relief.title"), "/proposals"):
        ui.label(words("relief.told")).classes("muted")
        if not found:
            theme.empty(words("relief.none"), words("relief.none.todo"))
            return
        plan = _form(visit, found)
        with ui.element("section").classes("card w-full flex flex-col gap-3"):
            theme.heading(words("relief.step.cost"))
            with ui.row().classes("gap-3"):
                look = ui.button(words("relief.look")).props("outline no-caps")
                yes = ui.button(words("relief.propose")).props("unelevated no-caps")
            yes.disable()
            result = ui.element("div").classes("w-full flex flex-col gap-3").props('role="status"')
        _wire(plan, look, yes, result)


def _form(visit: Visit, found: tuple[County, ...]) -> _Plan:
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("relief.step.who"))
        name = ui.input(words("field.relief_name")).props("outlined dense maxlength=80").classes("w-full")
        told = {one.name: words("relief.county", name=one.name, count=one.lines, amount=figures.large_money(one.principal_fen, words))
                for one in found}  # fmt: skip
        chosen = ui.select(told, multiple=True, value=[], label=words("field.counties")).props("outlined dense use-chips").classes("w-full")
        names = {code: figures.product(product, code, words) for code, product in visit.house.products.items()}
        products = (
            ui.select(names, multiple=True, value=[], label=words("field.products")).props("outlined dense use-chips").classes("w-full")
        )
        dpd = ui.input(words("field.worst_dpd"), value="30").props('outlined dense inputmode="numeric"').classes("w-full")
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("relief.step.what"))
        ui.label(words("relief.step.what.told")).classes("muted text-sm")
        with ui.element("div").classes("w-full grid grid-cols-1 sm:grid-cols-2 gap-3"):
            gives = {one.name: fields.shown(words, one) for one in GIVES}
    return _Plan(visit, chosen, products, name, dpd, gives)


def _wire(plan: _Plan, look: ui.button, yes: ui.button, result: ui.element) -> None:
    visit, words = plan.visit, plan.visit.words

    def stale() -> None:
        plan.looked_at = None
        yes.disable()
        result.clear()

    async def looked() -> None:
        stale()
        try:
            wanted = _filled(plan)
            require_code(wanted)
            shown = await visit.ask(preview, wanted)
        except FarthingError as refused:
            with result, ui.element("div").props('role="alert"'):
                for sentence in explain(words, refused):
                    ui.label(sentence)
            return
        plan.looked_at = wanted
        with result:
            impact(words, shown, visit.house.products)
        yes.set_enabled(bool(shown.reached))

    async def agreed() -> None:
        yes.disable()
        assert plan.looked_at is not None
        if await visit.act(propose, ReliefPlanned(plan.looked_at), visit.key("relief")) is not None:
            ui.navigate.to("/proposals")

    for one in (plan.chosen, plan.products, plan.name, plan.dpd, *plan.gives.values()):
        one.on_value_change(stale)
    look.on_click(looked)
    yes.on_click(agreed)


def _filled(plan: _Plan) -> ReliefPlan:
    told = Filled({name: str(one.value or "") for name, one in plan.gives.items()} | {"worst_dpd": str(plan.dpd.value or "")})
    return ReliefPlan(
        derived_id(Prefix.RELIEF, plan.visit.key("relief")), str(plan.name.value or "").strip(),
        tuple(plan.chosen.value), tuple(plan.products.value),
        told.count("worst_dpd"), told.some_day("holiday_until"), told.count("later_months"), told.some_day("coupon_until"),
        told.fen("coupon_up_to"), told.some_day("from_on"),
    )  # fmt: skip


def given(words: Words, plan: ReliefPlan, known: Mapping[str, Product]) -> tuple[list[Column], list[list[Cell]]]:
    """A plan in words: whom it reaches and what it gives."""
    products = words("list").join(figures.product(known.get(code), code, words) for code in plan.products)
    rows: list[list[Cell]] = [
        [words("field.counties"), words("list").join(plan.counties)],
        [words("word.product"), products or words("relief.all_products")],
        [words("field.worst_dpd"), words("line.days", days=plan.worst_dpd)],
    ]
    if plan.from_on is not None:
        rows.append([words("relief.from"), figures.day(plan.from_on)])
    if plan.holiday_until is not None:
        rows.append([words("field.holiday_until"), figures.day(plan.holiday_until)])
    if plan.later_months:
        rows.append([words("field.later_months"), words("line.months", months=plan.later_months)])
    if plan.coupon_until is not None:
        amount = words("relief.coupon", amount=figures.money(plan.coupon_up_to_fen), day=figures.day(plan.coupon_until))
        rows.append([words("event.CouponGranted"), amount])
    return [Column(words("word.what")), Column(words("word.value"))], rows


def sums(words: Words, shown: Preview) -> None:
    """How many, how much it costs, how much comes later."""
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        theme.figure(words("relief.reached"), str(len(shown.reached)), words("relief.reached.note"))
        theme.figure(words("relief.spared"), figures.money(shown.spared_fen), words("relief.spared.note"))
        theme.figure(words("relief.deferred"), figures.money(shown.deferred_fen), words("relief.deferred.note"))


def impact(words: Words, shown: Preview, known: Mapping[str, Product]) -> None:
    """The sums, who is left out and why, and each county with its lines under it."""
    if not shown.reached:
        theme.empty(words("relief.nobody"), words("relief.nobody.todo"))
    else:
        sums(words, shown)
    left = [words(f"relief.left.{why}", count=count) for why, count in shown.left_out.items() if count]
    if left:
        ui.label(words("relief.left", what=words("list").join(left))).classes("muted text-sm")
    by_county: dict[str, list[Reached]] = defaultdict(list)
    for one in shown.reached:
        by_county[one.county].append(one)
    for county, reached in by_county.items():
        spared, deferred = sum(one.spared_fen for one in reached), sum(one.deferred_fen for one in reached)
        with ui.element("details").classes("w-full"):
            with ui.element("summary"):
                told = words("relief.of_county", county=county, count=len(reached), spared=figures.money(spared),
                             deferred=figures.money(deferred))  # fmt: skip
                ui.label(told).classes("inline")
            _lines(words, county, reached, known)


def _lines(words: Words, county: str, reached: list[Reached], known: Mapping[str, Product]) -> None:
    columns = [Column(words("word.line")), Column(words("word.product")), Column(words("word.principal"), right=True),
               Column(words("word.dpd"), right=True), Column(words("relief.spared"), right=True),
               Column(words("relief.deferred"), right=True)]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            Link(lines.short(one.line), f"/lines/{one.line}"), figures.product(known.get(one.product), one.product, words),
            figures.money(one.principal_fen), str(one.dpd) if one.dpd else "—", figures.money(one.spared_fen),
            figures.money(one.deferred_fen),
        ]
        for one in reached
    ]  # fmt: skip
    tables.table(columns, rows, county)


async def show_one(visit: Visit) -> None:
    """One relief: the plan, how far it has come, and the button that carries it out."""
    proposal = visit.path("proposal")
    plan = await visit.ask(plan_of, proposal)
    view = await visit.ask(proposal_view, proposal)
    reached, words = await visit.ask(relieved, plan.relief), visit.words
    with theme.workbench(visit.reader, words("relief.one", name=plan.name), "/proposals"):
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            theme.heading(words("relief.plan"))
            tables.table(*given(words, plan, visit.house.products), words("relief.plan"))
            ui.label(words("proposals.by", who=view.by, day=figures.day(view.proposal.on))).classes("muted text-sm")
        if not view.proposal.agreed:
            ui.label(words("relief.waits" if view.proposal.agreed is None else "relief.rejected"))
            ui.link(words("proposals.title"), "/proposals")
            return
        with ui.element("section").classes("card w-full flex flex-col gap-3"):
            theme.heading(words("relief.run.title"))
            ui.label(words("proposals.agreed", who=view.resolved_by)).classes("muted text-sm")
            so_far = ui.label(words("relief.so_far", count=reached))
            if visit.reader.actor.role is Role.RISK_MANAGER:
                _run(visit, plan, so_far, again=reached > 0)


def _run(visit: Visit, plan: ReliefPlan, so_far: ui.label, *, again: bool) -> None:
    """A bar while it runs in a thread; it may be left, and started again it goes on."""
    words, at = visit.words, [0, 0]
    ui.label(words("relief.run.told")).classes("muted text-sm")
    button = ui.button(words("relief.run.again" if again else "relief.run")).props("unelevated no-caps").classes("self-start")
    bar = ui.linear_progress(0, show_value=False).props(f'aria-label="{words("relief.run.title")}"').classes("w-full")
    told = ui.element("div").classes("w-full").props('role="status"')
    bar.set_visibility(False)
    timer = ui.timer(0.3, lambda: bar.set_value(at[0] / max(at[1], 1)), active=False)

    def progress(done: int, of: int) -> None:
        at[:] = [done, of]

    async def go() -> None:
        button.disable()
        bar.set_visibility(True)
        timer.activate()
        done = await visit.act(functools.partial(carry_out, progress=progress), plan)
        timer.deactivate()
        bar.set_visibility(False)
        button.enable()
        told.clear()
        if done is not None:
            so_far.set_text(words("relief.so_far", count=done.relieved))
            with told:
                outcome(words, done)

    button.on_click(go)


def outcome(words: Words, done: CarriedOut) -> None:
    """How many were reached, and each that refused with its reason in words."""
    ui.label(words("relief.done", count=done.relieved)).classes("approve").style("white-space:normal")
    if not done.refused:
        return
    rows: list[list[Cell]] = [
        [Link(lines.short(line), f"/lines/{line}"), words(f"error.{code}") if words.knows(f"error.{code}") else code]
        for line, code in done.refused
    ]
    ui.label(words("relief.refused", count=len(rows)))
    tables.table([Column(words("word.line")), Column(words("relief.why"))], rows, words("relief.refused", count=len(rows)))
