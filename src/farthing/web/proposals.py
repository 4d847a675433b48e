"""What waits for a second person: who asked for what, what it would do today, and agree or turn down with that before the eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup
from nicegui import ui

from farthing.domain.bank.bank_event import CapitalStated, PartnerDelisted, PartnerListed
from farthing.domain.bill.event import BillDiscounted, BillRediscounted
from farthing.domain.event import ReliefPlanned
from farthing.domain.ids import Id
from farthing.domain.line_event import Restructured, Sold, Waived
from farthing.domain.model_card import ModelAppointed, ModelStatus
from farthing.domain.product import Product
from farthing.domain.staff import Role
from farthing.flows.line.propose import ResolveRequest, resolve
from farthing.flows.line.relief import Preview, preview
from farthing.flows.queries.bills import names_of
from farthing.flows.queries.houses import raises_waiting
from farthing.flows.queries.proposals import ProposalView, proposal_views
from farthing.flows.queries.reapprovals import ReapprovalRow, reapprovals
from farthing.web import figures, relief, tables, theme
from farthing.web.bill import marks
from farthing.web.bill import menu as bills
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
    due = await visit.ask(reapprovals)
    raises = await visit.ask(raises_waiting)
    reach = {one.proposal.id: await visit.ask(preview, one.body.plan) for one in waiting
             if isinstance(one.body, ReliefPlanned) and visit.reader.actor.role in ASKERS}  # fmt: skip
    known = [use.party for one in waiting if one.priced for use in one.priced.uses]
    known += [state.holder for one in waiting if one.parted for state in (one.parted.foreseen.before, one.parted.foreseen.after)]
    names = await visit.ask(names_of, known)
    with theme.workbench(visit.reader, words("proposals.title"), "/proposals"):
        ui.add_css(marks.CSS)
        ui.label(words("proposals.told")).classes("muted")
        if visit.reader.actor.role in ASKERS:
            ui.link(words("relief.new"), "/relief")
        if raises:
            houses.card(words, raises, words("houses.waiting"), accent=True)
        if not waiting and not raises:
            theme.empty(words("proposals.none"), words("proposals.none.todo"))
        for one in waiting:
            _card(visit, one, reach.get(one.proposal.id), names)
        if due:
            _to_reapprove(words, due, visit.house.products)
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
        case BillDiscounted():
            return words("proposals.bill.told", rate=bills.percent(words, one.body.rate), count=len(one.body.trade))
        case BillRediscounted():
            how = words("bill.sale.with" if one.body.recourse else "bill.sale.without")
            return words("proposals.sale.told", rate=bills.percent(words, one.body.rate), how=how)
        case ReliefPlanned():
            return words("proposals.relief", name=one.body.plan.name, count=len(one.body.plan.counties))
        case CapitalStated(reported_on, net_fen, tier1_fen):
            net, tier1 = figures.money(net_fen), figures.money(tier1_fen)
            return words("proposals.capital", day=figures.day(reported_on), net=net, tier1=tier1)
        case ModelAppointed():
            key = "proposals.challenger" if one.body.status is ModelStatus.CHALLENGER else "proposals.appointed"
            told = words(key, model=one.body.model, market=one.body.market, day=figures.day(one.body.valid_until))
            return words("comma").join((told, terms.ground(words, one.body.ground)))
        case PartnerListed(partner, code) | PartnerDelisted(partner, code):
            return words("comma").join((partner, terms.ground(words, code)))
        case body:
            return terms.ground(words, body.ground)


def _card(visit: Visit, one: ProposalView, reach: Preview | None, names: Mapping[Id, str]) -> None:
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
            if proposal.bill is not None:
                ui.link(words("proposals.bill"), f"/bills/{proposal.bill}").classes("text-sm")
        _comes_to(visit, one, reach, names)
        if one.trouble is not None:
            ui.label(words("proposals.trouble", why=explain(words, one.trouble)[0])).classes("decline text-sm").style("white-space:normal")
        if visit.reader.actor.role is not Role.RISK_MANAGER:
            ui.label(words("proposals.waits")).classes("muted text-sm")
        elif visit.reader.actor.id == proposal.by:
            ui.label(words("proposals.own")).classes("muted text-sm")
        else:
            _choose(visit, one)


def _comes_to(visit: Visit, one: ProposalView, reach: Preview | None, names: Mapping[Id, str]) -> None:
    """What it would come to today."""
    words = visit.words
    if isinstance(one.body, ReliefPlanned):
        columns, rows = relief.given(words, one.body.plan, visit.house.products)
        tables.table(columns, rows, words("relief.plan"))
        if reach is not None:
            relief.impact(words, reach, visit.house.products)
    elif one.foreseen is not None:
        with ui.element("div").classes("w-full max-w-2xl"):
            effect.table(words, one.foreseen)
    elif one.priced is not None:
        with ui.element("div").classes("w-full max-w-2xl flex flex-col gap-2"):
            bills.priced(visit, one.priced, names)
    elif one.parted is not None:
        with ui.element("div").classes("w-full max-w-2xl flex flex-col gap-2"):
            bills.parted(words, one.parted, names)


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
    words = visit.words
    shown = await visit.ask(preview, one.body.plan) if agree and isinstance(one.body, ReliefPlanned) else None
    with (
        ui.dialog(value=True) as asked,
        ui.element("div").classes("card bg-white w-full max-w-lg flex flex-col flex-nowrap overflow-y-auto gap-3"),
    ):
        theme.heading(words("proposals.sure.agree" if agree else "proposals.sure.reject"))
        ui.label(f"{words(f'proposals.{one.proposal.act}')}{words('colon')}{said(words, one)}")
        if agree and one.foreseen is not None:
            effect.table(words, one.foreseen)
        if agree and one.priced is not None:
            columns = [Column(words("word.what")), Column(words("word.value"), right=True)]
            tables.table(columns, bills.price_rows(words, one.priced), words("bill.price"))
        if agree and one.parted is not None:
            columns = [Column(words("word.what")), Column(words("word.value"), right=True)]
            tables.table(columns, bills.parted_rows(words, one.parted), words("bill.price"))
        if shown is not None:
            relief.sums(words, shown)
        ui.label(words("proposals.effect.agree" if agree else "proposals.effect.reject")).classes("muted text-sm")
        with ui.row().classes("gap-3"):
            yes = ui.button(words("proposals.agree" if agree else "proposals.reject")).props("unelevated no-caps")
            ui.button(words("word.back"), on_click=asked.close).props("flat no-caps")

        async def go() -> None:
            yes.disable()
            made = await visit.act(resolve, ResolveRequest(one.proposal.id, agree), visit.key("resolve", one.proposal.id))
            asked.close()
            if made is not None:
                ui.navigate.to(f"/relief/{one.proposal.id}" if agree and isinstance(one.body, ReliefPlanned) else "/proposals")

        yes.on_click(go)


def _to_reapprove(words: Words, due: Sequence[ReapprovalRow], known: Mapping[str, Product]) -> None:
    """Lines of more than a year, each with the page on which it is proposed."""
    columns = [Column(words("word.product")), Column(words("reapprovals.due")), Column(words("reapprovals.late"), right=True),
               Column(words("word.limit"), right=True), Column(words("word.owed"), right=True)]  # fmt: skip
    rows: list[list[Cell]] = [
        [Link(figures.product(known.get(one.product), one.product, words), f"/lines/{one.line}"), figures.day(one.due_on),
         str(one.days_late or "—"), figures.money(one.limit_fen), figures.money(one.owed_fen)]
        for one in due
    ]  # fmt: skip
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("reapprovals.title"))
        ui.label(words("reapprovals.told")).classes("muted text-sm")
        tables.table(columns, rows, words("reapprovals.title"))


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
    if one.proposal.bill is not None:
        return Link(words("proposals.bill"), f"/bills/{one.proposal.bill}")
    run = one.proposal.agreed and isinstance(one.body, ReliefPlanned)
    return Link(words("proposals.run"), f"/relief/{one.proposal.id}") if run else "—"
