"""What may be done now with one bill, as buttons; each opens a form that shows its effect before consent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from markupsafe import Markup
from nicegui import ui

from farthing.domain.bill.event import BillWrittenOff
from farthing.domain.ids import Id
from farthing.domain.rate import Rate
from farthing.domain.staff import Role
from farthing.flows.bill.act import DESK, Foreseen, StepRequest, act, error_of, foresee_step
from farthing.flows.bill.discount import DiscountQuote, DiscountRequest, discount, quote_discount
from farthing.flows.bill.part import Parted, RediscountRequest, foresee_parting, foresee_sale
from farthing.flows.line.propose import propose, propose_discount, propose_sale
from farthing.flows.queries.bills import BillView, names_of
from farthing.flows.queries.parties import named
from farthing.web import figures, tables, theme
from farthing.web.bill import form, marks
from farthing.web.bill.acts import Act, lost, open_now, resaleable, sellable
from farthing.web.bill.form import Form, Looked
from farthing.web.bill.marks import Use
from farthing.web.bill.take_up import invoices
from farthing.web.line.fields import Field, Filled
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

USUAL_PERCENT = "2.50"


def show(visit: Visit, view: BillView) -> None:
    """The steps open today; nothing for who only reads."""
    role, words = visit.reader.actor.role, visit.words
    if role not in DESK:
        return
    steps, buys = open_now(view), sellable(view) and role is Role.CREDIT_OFFICER
    asks = role in (Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    parts = [name for name, may in (("rediscount", resaleable), ("write_off", lost)) if asks and may(view)]
    if not steps and not buys and not parts:
        return
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("bill.now"))
        with ui.row().classes("gap-3"):
            if buys:
                ui.button(words("bill.act.discount"), on_click=partial(_discount, visit, view)).props("unelevated no-caps")
            for name in parts:
                ui.button(words(f"bill.act.{name}"), on_click=partial(_PARTS[name], visit, view)).props("outline no-caps")
            for step in steps:
                ui.button(words(f"bill.act.{step.name}"), on_click=partial(_step, visit, view, step)).props("outline no-caps")


def _step(visit: Visit, view: BillView, step: Act) -> None:
    words, bill = visit.words, view.state.bill.bill
    asks = (*step.asks(words, view), Field("on", "day", str(view.on), word="bill.on"))

    async def look(told: Filled) -> Looked:
        to: Id = (await visit.ask(named, told.text("to"))).id if "to" in told.values else ""
        request = StepRequest(step.body(view, told, to), told.some_day("on"), view.state.events)
        found = await visit.ask(foresee_step, request)
        names = await visit.ask(names_of, [found.before.holder, found.after.holder])
        columns = [Column(words("word.what")), Column(words("effect.before"), right=True), Column(words("effect.after"), right=True)]

        def paint() -> None:
            tables.table(columns, effect(words, found, {**view.names, **names}), words("effect.title"))

        return Looked(paint, act, request, then=lambda _: f"/bills/{bill}")

    form.show(Form(visit, step.name, asks, look))


def effect(words: Words, found: Foreseen, names: Mapping[Id, str]) -> list[list[Cell]]:
    """A bill before and after a step: its state always, the rest where it changes."""
    before, after = found.before, found.after
    told: list[list[Cell]] = [[words("word.status"), marks.chip(words, before.status), _changed(marks.chip(words, after.status))]]
    for key, one, other in (
        ("bill.holder", marks.who(words, before.holder, names), marks.who(words, after.holder, names)),
        ("bill.exposure", figures.money(before.exposure_fen), figures.money(after.exposure_fen)),
        ("bill.claim", figures.money(found.claim_before_fen), figures.money(found.claim_after_fen)),
    ):
        if one != other:
            told.append([words(key), one, _changed(other)])
    return told


def _changed(one: str | Markup) -> Markup:
    return Markup("<b>{}</b>").format(one)


def _discount(visit: Visit, view: BillView) -> None:
    bill = view.state.bill.bill
    asks = (Field("rate", "percent", USUAL_PERCENT, word="bill.rate"), Field("invoices", "lines", word="bill.seller_invoices"))

    async def look(told: Filled) -> Looked:
        units = told.some_units("rate", visit.house.bill_product.rate_basis) or 0
        request = DiscountRequest(bill, units, invoices(told.text("invoices")))
        found = await visit.ask(quote_discount, request)
        names = await visit.ask(names_of, [use.party for use in found.uses])

        def paint() -> None:
            priced(visit, found, names)

        if found.refusal is not None:
            return Looked(paint, None)
        if found.second_person:
            return Looked(paint, propose_discount, request, "act.propose", lambda _: "/proposals")
        agreed = DiscountRequest(bill, units, request.invoices, found.price.proceeds_fen)
        return Looked(paint, discount, agreed, then=lambda _: f"/bills/{bill}")

    form.show(Form(visit, "discount", asks, look))


def _rediscount(visit: Visit, view: BillView) -> None:
    words, bill = visit.words, view.state.bill.bill
    bears = {"yes": words("bill.sale.with"), "no": words("bill.sale.without")}
    asks = (Field("buyer", "text", word="bill.buyer"), Field("rate", "percent", USUAL_PERCENT, word="bill.rate"),
            Field("recourse", "choice", "yes", bears, word="bill.sale.recourse"))  # fmt: skip

    async def look(told: Filled) -> Looked:
        buyer = (await visit.ask(named, told.text("buyer"))).id
        units = told.some_units("rate", visit.house.bill_product.rate_basis) or 0
        request = RediscountRequest(bill, buyer, units, told.text("recourse") == "yes")
        found = await visit.ask(foresee_sale, request)
        names = {**view.names, **await visit.ask(names_of, [buyer])}
        return Looked(lambda: parted(words, found, names), propose_sale, request, "act.propose", lambda _: "/proposals")

    form.show(Form(visit, "rediscount", asks, look))


def _write_off(visit: Visit, view: BillView) -> None:
    async def look(told: Filled) -> Looked:
        body = BillWrittenOff(view.state.bill.bill, told.text("ground"))
        found = await visit.ask(foresee_parting, body)
        return Looked(lambda: parted(visit.words, found, view.names), propose, body, "act.propose", lambda _: "/proposals")

    form.show(Form(visit, "write_off", (Field("ground", "text", "no_recovery", word="field.ground"),), look))


_PARTS = {"rediscount": _rediscount, "write_off": _write_off}


def parted(words: Words, found: Parted, names: Mapping[Id, str]) -> None:
    """The bill before and after; of a sale how its price and the interest split, of a write-off what is lost."""
    columns = [Column(words("word.what")), Column(words("effect.before"), right=True), Column(words("effect.after"), right=True)]
    tables.table(columns, effect(words, found.foreseen, names), words("effect.title"))
    tables.table([Column(words("word.what")), Column(words("word.value"), right=True)], parted_rows(words, found), words("bill.price"))


def parted_rows(words: Words, found: Parted) -> list[list[Cell]]:
    """What parting with it comes to."""
    if found.price is None:
        return [[words("bill.lost"), Markup("<b>{}</b>").format(figures.money(found.lost_fen))]]
    due = found.price
    return [
        [words("bill.face"), figures.money(due.face_fen)],
        [words("bill.rate.title"), percent(words, due.rate)],
        [words("bill.days.title"), words("bill.days", days=due.days)],
        [words("bill.sale.interest"), f"−{figures.money(due.interest_fen)}"],
        [words("bill.sale.proceeds"), Markup("<b>{}</b>").format(figures.money(due.proceeds_fen))],
        [words("bill.sale.earned"), figures.money(found.earned_fen)],
        [words("bill.sale.kept"), figures.money(found.kept_fen)],
    ]


def priced(visit: Visit, found: DiscountQuote, names: Mapping[Id, str]) -> None:
    """The price, whom it counts to, what speaks against it, whether a second person decides."""
    words = visit.words
    tables.table([Column(words("word.what")), Column(words("word.value"), right=True)], price_rows(words, found), words("bill.price"))
    uses = [
        Use(names.get(use.party) or words("word.erased"), marks.roles(words, seller=use.seller, acceptor=use.acceptor),
            use.after_fen - use.before_fen, use.before_fen, use.cap_fen)
        for use in found.uses
    ]  # fmt: skip
    ui.label(words("bill.uses.after")).classes("font-semibold text-sm")
    ui.html(marks.bars(words, uses), sanitize=False).classes("w-full")
    if found.refusal is not None:
        form.refusal(visit, error_of(found.refusal), found.others)
    elif found.second_person:
        ui.label(words("bill.second", amount=figures.money(visit.house.bill_product.second_person_fen))).classes("muted text-sm")


def price_rows(words: Words, found: DiscountQuote) -> list[list[Cell]]:
    """Face less interest is what the seller receives; in between, how the interest came about."""
    due = found.price
    span = words("bill.days.span", start=figures.day(due.on), end=figures.day(due.falls_due_on))
    days = Markup('{}<br><span class="muted text-sm whitespace-normal">{}</span>').format(words("bill.days", days=due.days), span)
    rate = Markup('<span class="whitespace-normal">{}</span>').format(percent(words, due.rate))
    return [
        [words("bill.face"), figures.money(due.face_fen)],
        [words("bill.rate.title"), rate],
        [words("bill.days.title"), days],
        [words("bill.interest"), f"−{figures.money(due.interest_fen)}"],
        [words("bill.proceeds"), Markup("<b>{}</b>").format(figures.money(due.proceeds_fen))],
    ]


def percent(words: Words, rate: Rate) -> str:
    """A bill's rate as it is quoted: a year of 360 days."""
    return words("bill.rate.told", percent=f"{rate.annual_percent():.2f}")
