"""The product catalogue: every term in words, and what one draw costs in all, so that nobody is surprised."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.product import Product
from farthing.domain.rate import Rate
from farthing.flows.queries import products
from farthing.flows.queries.products import Example, ProductView
from farthing.web import figures, tables, theme
from farthing.web.bill import catalogue as bills
from farthing.web.line import terms
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """One card a product."""
    found, words = await visit.ask(products.products), visit.words
    with theme.workbench(visit.reader, words("products.title"), "/products"):
        ui.label(words("products.told")).classes("muted")
        for view in found:
            _product(words, view)
        bills.card(words, visit.house.bill_product)


def _product(words: Words, view: ProductView) -> None:
    product = view.product
    with ui.element("section").classes("card w-full flex flex-col gap-4"):
        with ui.row().classes("items-baseline gap-3"):
            theme.heading(words.pick(product.name_zh, product.name_en))
            ui.label(words.pick(product.name_en, product.name_zh)).classes("muted text-sm")
        with ui.element("div").classes("w-full flex flex-wrap gap-8 items-start"):
            with ui.element("div").classes("flex flex-col gap-2 grow basis-[340px] min-w-0"):
                tables.table([Column(words("word.what")), Column(words("word.value"))], rows(words, product), words("line.terms"))
            with ui.element("div").classes("flex flex-col gap-4 grow basis-[340px] min-w-0"):
                _cost(words, view)
                _methods(words, view)


def rows(words: Words, product: Product) -> list[list[Cell]]:
    """Who, how much, at what rates, how it is repaid, what being late costs."""
    low, high = (Rate(units, product.rate_basis) for units in (product.rate_min_units, product.rate_max_units))
    told: list[list[Cell]] = [
        [words("products.who"), words("list").join(words(f"party.{kind}") for kind in product.parties)],
        [words("word.limit"), words("products.range", low=figures.money(product.limit_min_fen), high=figures.money(product.limit_max_fen))],
        [words("products.draw_min"), figures.money(product.draw_min_fen)],
        [words("products.lowest"), figures.rate(low, words)],
        [words("products.highest"), figures.rate(high, words)],
        [words("line.repayment"), words("list").join(words(f"repayment.{one}", day=product.due_day) for one in product.repayments)],
        [words("line.business_days"), words("line.business_days.yes" if product.business_days else "line.business_days.no")],
        [words("line.penalty"), penalty(words, product)],
        [words("products.all_in"), figures.share(product.all_in_cap_ppm)],
        [words("line.waterfall"), terms.waterfall(words, product.waterfall)],
        [words("line.tenor"), words("line.months", months=product.tenor_months)],
        [words("products.line_months"), words("line.months", months=product.line_months)],
        [words("line.revolving"), words("word.yes") if product.revolving else words("word.no")],
        [words("line.consumption"), terms.consumption(words, product.consumption_cap_fen)],
        [words("products.same_day"), words("products.same_day.days", days=product.same_day_days)
         if product.same_day_days else words("products.same_day.none")],
        [words("products.early"), figures.money(product.prepayment_fee_fen)],
    ]  # fmt: skip
    if product.secured:
        told.append([words("products.secured"), words("products.secured.told")])
    if product.long_months:
        told.append([words("products.long"), words("products.long.told", months=product.long_months)])
    if product.harvests:
        crops = (f"{words(f'crop.{one.crop}')} {one.month:02d}-{one.day:02d}" for one in product.harvests)
        told.append([words("products.harvests"), words("list").join(crops)])
    return told


def penalty(words: Words, product: Product) -> str:
    """Which part of the rate comes on top when principal is overdue, and after how many days."""
    told = words("products.penalty", share=f"{product.penalty_ppm / 10_000:g}")
    return f"{told}{words('comma')}{words('line.grace.days', days=product.grace_days)}" if product.grace_days else told


def _cost(words: Words, view: ProductView) -> None:
    one = view.highest
    ui.label(words("products.example", amount=figures.money(one.amount_fen), day=figures.day(one.cost.drawn_on),
                   method=words(f"repayment.{one.method}", day=view.product.due_day))).classes("font-semibold")  # fmt: skip
    columns = [
        Column(words("word.what")),
        Column(words("products.at_lowest"), right=True),
        Column(words("products.at_highest"), right=True),
    ]
    tables.table(columns, all_in(words, view), words("products.cost"))
    ui.label(words("products.nothing_else")).classes("text-sm")


def all_in(words: Words, view: ProductView) -> list[list[Cell]]:
    """Every part of the cost at the lowest and the highest rate; what costs nothing says so (PR-03)."""
    pair = (view.lowest, view.highest)

    def row(key: str, *cells: str) -> list[Cell]:
        return [key, *cells]

    return [
        row(words("cost.simple"), *(figures.share(one.cost.simple_ppm) for one in pair)),
        row(words("cost.effective"), *(figures.share(one.cost.effective_ppm) for one in pair)),
        row(words("cost.daily"), *(f"{one.rate.daily_percent():.4f} %" for one in pair)),
        row(words("cost.received"), *(figures.money(one.cost.received_fen) for one in pair)),
        row(words("cost.interest"), *(figures.money(one.cost.interest_fen) for one in pair)),
        row(words("cost.fees"), *(figures.money(0) for _ in pair)),
        row(words("cost.early"), *(figures.money(view.product.prepayment_fee_fen) for _ in pair)),
        row(words("cost.total"), *(figures.money(one.cost.received_fen + one.cost.interest_fen) for one in pair)),
        row(words("products.late", days=view.highest.late_days), *(figures.money(one.late_fen) for one in pair)),
        row(words("products.late.rate"), *(figures.share(one.all_in_ppm) for one in pair)),
    ]


def _methods(words: Words, view: ProductView) -> None:
    if len(view.methods) < 2:
        return
    columns = [Column(words("line.repayment")), Column(words("products.first_due"), right=True), Column(words("cost.interest"), right=True)]
    cells: list[list[Cell]] = [
        [words(f"repayment.{one.method}", day=view.product.due_day), _first(one), figures.money(one.cost.interest_fen)]
        for one in view.methods
    ]
    ui.label(words("products.methods")).classes("font-semibold")
    tables.table(columns, cells, words("products.methods"))


def _first(one: Example) -> Markup:
    due = one.cost.schedule[0]
    return Markup("{}<br>{}").format(figures.money(due.total_fen), figures.day(due.due_on))
