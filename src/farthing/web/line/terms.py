"""What a line's terms say now, and what the classes remember of it."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.facility import Coupon
from farthing.domain.line_event import Extended, Restructured, Sold, Varied, WrittenOff
from farthing.domain.rate import Rate
from farthing.flows.queries.lines import LineView
from farthing.web import figures, tables, theme
from farthing.web.line import menu
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

STATUS = Markup('<code class="break-all" title="{}">{}</code>')


def card(words: Words, view: LineView) -> None:
    """The terms as a table of what and value, as they were varied since the opening."""
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[340px]"):
        theme.heading(words("line.terms"))
        tables.table([Column(words("word.what")), Column(words("word.value"))], rows(words, view), words("line.terms"))
        changed = [one for one in view.timeline if one.kind in _CHANGING and not one.taken_back]
        if changed:
            ui.label(words("line.terms.changed", day=figures.day(changed[-1].on))).classes("muted text-sm")


_CHANGING = {kind.__name__ for kind in (Varied, Extended, Restructured)} | {"Relieved"}


def rows(words: Words, view: LineView) -> list[list[Cell]]:
    """Limit, rates, days: each in words."""
    terms = view.terms
    told: list[list[Cell]] = [
        [words("word.limit"), figures.money(terms.limit_fen)],
        [words("line.rate"), figures.rate(terms.rate, words)],
        [words("line.penalty"), penalty(words, terms.rate, terms.penalty_units, terms.grace_days)],
        [words("line.repayment"), words(f"repayment.{terms.repayment}", day=terms.due_day)],
        [words("line.business_days"), words("line.business_days.yes" if terms.business_days else "line.business_days.no")],
        [words("line.waterfall"), waterfall(words, terms.waterfall)],
        [words("word.opened_on"), figures.day(terms.opened_on)],
        [words("line.expires"), figures.day(terms.expires_on)],
        [words("line.tenor"), words("line.months", months=terms.tenor_months)],
        [words("line.consumption"), consumption(words, terms.consumption_cap_fen)],
        [words("line.revolving"), words("word.yes") if terms.revolving else words("word.no")],
        [words("line.reapproval"), figures.day(view.reapproval_due) if view.reapproval_due else words("line.reapproval.none")],
        [words("line.payoff"), figures.money(view.payoff.total_fen)],
        [words("line.status_24m"), STATUS.format(words("line.status_24m.key"), view.status_24m)],
        [words("line.required"), words("line.required.stage", money=figures.money(view.required_fen), stage=view.stage)],
    ]
    if view.state.holiday_until is not None and view.state.holiday_until > view.state.as_of:
        told.insert(3, [words("line.holiday"), words("line.holiday.until", day=figures.day(view.state.holiday_until))])
    told.extend(
        [words("event.CouponGranted"), running(words, coupon)] for coupon in view.state.coupons if coupon.until_on > view.state.as_of
    )
    return told


def running(words: Words, coupon: Coupon) -> str:
    """What a coupon spares, from when until when."""
    days = {"start": figures.day(coupon.from_on), "end": figures.day(coupon.until_on)}
    return words("line.coupon", amount=figures.money(coupon.up_to_fen), **days)


def penalty(words: Words, rate: Rate, units: int, grace_days: int) -> str:
    """The penalty on overdue principal as a yearly rate, and the days before it begins."""
    if not units:
        return words("line.penalty.none")
    told = words("line.penalty_rate", rate=f"{Rate(units, rate.basis).annual_percent():.2f}")
    return f"{told}{words('comma')}{words('line.grace.days', days=grace_days)}" if grace_days else told


def waterfall(words: Words, order: tuple[str, ...]) -> str:
    """In which order a payment meets what is due."""
    return " → ".join(words(f"claim.{claim}") for claim in order)


def consumption(words: Words, cap_fen: int) -> str:
    """Whether draws may be for consumption."""
    return words("line.consumption.up_to", amount=figures.money(cap_fen)) if cap_fen else words("line.consumption.none")


def standing(visit: Visit, view: LineView) -> None:
    """What a reader must know before anything else: written off, sold, observed, non-performing, money of the borrower's here."""
    words = visit.words
    told = list(remembered(words, view))
    surplus = view.state.surplus_fen
    if not told and surplus <= 0:
        return
    with ui.element("section").classes("card w-full flex flex-col gap-1").style(f"border-left:4px solid {theme.WAIT}"):
        for sentence in told:
            ui.label(sentence)
        if surplus > 0:
            with ui.row().classes("items-center gap-3"):
                ui.label(words("line.surplus.held", amount=figures.money(surplus)))
                menu.button(visit, view, "refund")


def remembered(words: Words, view: LineView) -> tuple[str, ...]:
    """Each of them as a sentence."""
    memory, found = view.memory, []
    for one in view.timeline:
        body = view.bodies.get(one.event or "")
        if isinstance(body, WrittenOff):
            found.append(words("line.written_off", day=figures.day(one.on), ground=ground(words, body.ground)))
        elif isinstance(body, Sold):
            found.append(words("line.sold", day=figures.day(one.on), buyer=body.buyer, price=figures.money(body.price_fen)))
    if memory.observed_until is not None:
        found.append(words("line.observed", day=figures.day(memory.observed_until)))
    if memory.impaired_on is not None and memory.upgrade_on is not None:
        found.append(words("line.impaired.until", since=figures.day(memory.impaired_on), day=figures.day(memory.upgrade_on)))
    elif memory.impaired_on is not None:
        found.append(words("line.impaired", since=figures.day(memory.impaired_on)))
    if view.technical:
        found.append(words("line.technical", days=view.standing.dpd))
    if memory.held_at is not None:
        found.append(words("line.held_at", loan_class=words(f"class.{memory.held_at}")))
    return tuple(found)


def ground(words: Words, code: str) -> str:
    """A ground in words; its code when it came by the API or the command line and has none."""
    return words(f"ground.{code}") if words.knows(f"ground.{code}") else code
