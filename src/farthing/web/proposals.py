"""What waits for a second person: who asked for what, what it would do today, and agree or turn down with that before the eyes."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup
from nicegui import ui

from farthing.domain.event import ReliefPlanned
from farthing.domain.line_event import Restructured, Sold, Waived
from farthing.domain.staff import Role
from farthing.flows.line.propose import ResolveRequest, resolve
from farthing.flows.line.relief import Preview, preview
from farthing.flows.queries.houses import raises_waiting
from farthing.flows.queries.proposals import ProposalView, proposal_views
from farthing.web import figures, relief, tables, theme
from farthing.web.collateral import houses
from farthing.web.line import effect, story, terms
from farthing.web.tables import Cell, Column, Link
from farthing.web.text import Words, explain
from farthing.web.visit import Visit

ASKERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER)


async def show(visit: Visit) -> None:
    """Those that wait as cards, the newest first; those resolved as a table."""
    found, words = await visit.ask(proposal_views), visit.words
    waiting = [one for one in found if one.proposal.agreed is None]
    done = [one for one in found if one.proposal.agreed is not None]
    raises = await visit.ask(raises_waiting)
    reach = {one.proposal.id: await visit.ask(preview, one.body.plan) for one in waiting
             if isinstance(one.body, ReliefPlanned) and visit.reader.actor.role in ASKERS}  # fmt: skip
    with theme.workbench(visit.reader, words("proposals.title"), "/proposals"):
        ui.label(words("proposals.told")).classes("muted")
        if visit.reader.actor.role in ASKERS:
            ui.link(words("relief.new"), "/relief")
        if raises:
            houses.card(words, raises, words("houses.waiting"), accent=True)
        if not waiting and not raises:
            theme.empty(words("proposals.none"), words("proposals.none.todo"))
        for one in waiting:
            _card(visit, one, reach.get(one.proposal.id))
        if done:
            _resolved(words, done)


def said(words: Words, one: ProposalView) -> str:
    """What is asked for, in a sentence."""
    match one.body:
        case Restructured():
            return story.restructured(words, None, one.body)
        case Waived():
            return words("comma").join((story.waived(words, None, one.body), terms.ground(words, one.body.ground)))
        case Sold():
            return story.sold(words, None, one.body)
        case ReliefPlanned():
            return words("proposals.relief", name=one.body.plan.name, count=len(one.body.plan.counties))
        case body:
            return terms.ground(words, body.ground)


def _card(visit: Visit, one: ProposalView, reach: Preview | None) -> None:
    words, proposal = visit.words, one.proposal
    with ui.element("section").classes("card w-full flex flex-col gap-2").style(f"border-left:4px solid {theme.WAIT}"):
        theme.heading(words(f"proposals.{proposal.act}"))
        ui.label(said(words, one))
        if proposal.effective_on is not None:
            ui.label(words("proposals.as_of", day=figures.day(proposal.effective_on)))
        with ui.row().classes("items-center gap-3"):
            ui.label(words("proposals.by", who=one.by, day=figures.day(proposal.on))).classes("muted text-sm")
            if proposal.line is not None:
                ui.link(words("proposals.line"), f"/lines/{proposal.line}").classes("text-sm")
        if isinstance(one.body, ReliefPlanned):
            columns, rows = relief.given(words, one.body.plan, visit.house.products)
            tables.table(columns, rows, words("relief.plan"))
            if reach is not None:
                relief.impact(words, reach, visit.house.products)
        elif one.foreseen is not None:
            with ui.element("div").classes("w-full max-w-2xl"):
                effect.table(words, one.foreseen)
        if one.trouble is not None:
            ui.label(words("proposals.trouble", why=explain(words, one.trouble)[0])).classes("decline text-sm").style("white-space:normal")
        if visit.reader.actor.role is not Role.RISK_MANAGER:
            ui.label(words("proposals.waits")).classes("muted text-sm")
        elif visit.reader.actor.id == proposal.by:
            ui.label(words("proposals.own")).classes("muted text-sm")
        else:
            _choose(visit, one)


def _choose(visit: Visit, one: ProposalView) -> None:
    words = visit.words

    def asking(*, agree: bool) -> Callable[[], object]:
        async def ask() -> None:
            await _ask(visit, one, agree=agree)

        return ask

    with ui.row().classes("gap-3"):
        yes = ui.button(words("proposals.agree"), on_click=asking(agree=True)).props("unelevated no-caps color=positive")
        yes.set_enabled(one.trouble is None)
        ui.button(words("proposals.reject"), on_click=asking(agree=False)).props("outline no-caps color=negative")


async def _ask(visit: Visit, one: ProposalView, *, agree: bool) -> None:
    """The effect once more, then consent."""
    words, key = visit.words, visit.key()
    shown = await visit.ask(preview, one.body.plan) if agree and isinstance(one.body, ReliefPlanned) else None
    with (
        ui.dialog(value=True) as asked,
        ui.element("div").classes("card bg-white w-full max-w-lg flex flex-col flex-nowrap overflow-y-auto gap-3"),
    ):
        theme.heading(words("proposals.sure.agree" if agree else "proposals.sure.reject"))
        ui.label(f"{words(f'proposals.{one.proposal.act}')}{words('colon')}{said(words, one)}")
        if agree and one.foreseen is not None:
            effect.table(words, one.foreseen)
        if shown is not None:
            relief.sums(words, shown)
        ui.label(words("proposals.effect.agree" if agree else "proposals.effect.reject")).classes("muted text-sm")
        with ui.row().classes("gap-3"):
            yes = ui.button(words("proposals.agree" if agree else "proposals.reject")).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")

        async def go() -> None:
            yes.disable()
            made = await visit.act(resolve, ResolveRequest(one.proposal.id, agree), key)
            asked.close()
            if made is not None:
                ui.navigate.to(f"/relief/{one.proposal.id}" if agree and isinstance(one.body, ReliefPlanned) else "/proposals")

        yes.on_click(go)


def _resolved(words: Words, done: list[ProposalView]) -> None:
    columns = [Column(words("word.day")), Column(words("proposals.what")), Column(words("word.what")), Column(words("proposals.asked")),
               Column(words("proposals.resolved")), Column(words("proposals.see"))]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in done:
        day = Markup('<span class="nowrap">{}</span>').format(figures.day(one.proposal.on))
        outcome = words("proposals.agreed" if one.proposal.agreed else "proposals.rejected", who=one.resolved_by)
        rows.append([day, words(f"proposals.{one.proposal.act}"), said(words, one), one.by, outcome, _where(words, one)])
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("proposals.done"))
        tables.table(columns, rows, words("proposals.done"))


def _where(words: Words, one: ProposalView) -> Cell:
    if one.proposal.line is not None:
        return Link(words("proposals.line"), f"/lines/{one.proposal.line}")
    return Link(words("proposals.run"), f"/relief/{one.proposal.id}") if one.proposal.agreed else "—"
