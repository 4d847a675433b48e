"""The bill business in the catalogue: bounds, rates, caps, and when a second person decides."""

from __future__ import annotations

from nicegui import ui

from farthing.domain.bill.product import BillProduct
from farthing.domain.rate import Rate
from farthing.web import figures, tables, theme
from farthing.web.bill.menu import percent
from farthing.web.tables import Cell, Column
from farthing.web.text import Words


def card(words: Words, product: BillProduct) -> None:
    """Its terms as a table."""
    with ui.element("section").classes("card w-full flex flex-col gap-4"):
        with ui.row().classes("items-baseline gap-3"):
            theme.heading(words.pick(product.name_zh, product.name_en))
            ui.label(words.pick(product.name_en, product.name_zh)).classes("muted text-sm")
        with ui.element("div").classes("w-full max-w-2xl"):
            tables.table([Column(words("word.what")), Column(words("word.value"))], rows(words, product), words("line.terms"))


def rows(words: Words, product: BillProduct) -> list[list[Cell]]:
    """The face, the rates, how long, whom it counts to and how much they may owe, lines included."""
    low, high = (Rate(units, product.rate_basis) for units in (product.rate_min_units, product.rate_max_units))
    least, most = figures.money(product.face_min_fen), figures.money(product.face_max_fen)
    return [
        [words("bill.face"), words("products.range", low=least, high=most)],
        [words("products.lowest"), percent(words, low)],
        [words("products.highest"), percent(words, high)],
        [words("bill.longest"), words("line.months", months=product.most_months)],
        [words("bill.second.above"), figures.money(product.second_person_fen)],
        [words("bill.cap.seller"), figures.money(product.seller_cap_fen)],
        [words("bill.cap.acceptor"), figures.money(product.acceptor_cap_fen)],
        [words("bill.cap.bank"), figures.money(product.bank_cap_fen)],
        [words("bill.recourse_rate"), percent(words, product.recourse_rate)],
        [words("cost.fees"), figures.money(0)],
    ]
