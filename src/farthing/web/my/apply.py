"""Asking for a line: which, how much, what for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.money import FEN_PER_YUAN, parse_yuan
from farthing.domain.product import Product
from farthing.flows.apply import PURPOSES, ApplyRequest, apply
from farthing.web import figures, theme
from farthing.web.visit import Visit


@dataclass(slots=True)
class _Form:
    """What stands in the form."""

    visit: Visit
    products: dict[str, Product]


def form(visit: Visit, products: Sequence[Product], *, first: bool) -> None:
    """Open when it is the one thing to do, folded otherwise."""
    words = visit.words
    filled = _Form(visit, {product.code: product for product in products})
    with ui.element("details").classes("card w-full").props("open" if first else ""):
        with ui.element("summary"):
            ui.label(words("my.apply")).classes("inline text-base font-semibold").style(f"color:{theme.INK}")
        with ui.column().classes("w-full gap-3 pt-3"):
            names = {code: figures.product(product, code, words) for code, product in filled.products.items()}
            code = ui.select(names, label=words("word.product"), value=_usual(products)).props("outlined").classes("w-full")
            amount = ui.input(words("my.apply.amount")).props('outlined inputmode="decimal" prefix="¥"').classes("w-full")
            band = ui.label(_band(filled, code.value)).classes("muted text-sm")
            code.on_value_change(lambda: band.set_text(_band(filled, code.value)))
            purposes = {purpose: words(f"purpose.{purpose}") for purpose in PURPOSES}
            purpose = ui.select(purposes, label=words("my.apply.purpose"), value=PURPOSES[0]).props("outlined").classes("w-full")
            ui.label(words("my.apply.note")).classes("muted text-sm")
            button = ui.button(words("my.apply.send")).props("unelevated no-caps").classes("w-full py-3")

            async def send() -> None:
                button.props("loading")
                await _send(filled, (code.value, purpose.value), amount)
                button.props(remove="loading")

            button.on_click(send)


def _usual(products: Sequence[Product]) -> str:
    """The product with the smallest first step."""
    return min(products, key=lambda product: product.limit_min_fen).code


def _band(filled: _Form, code: str) -> str:
    product = filled.products[code]
    least, most = figures.money(product.limit_min_fen), figures.money(product.limit_max_fen)
    return filled.visit.words("my.apply.band", least=least, most=most)


async def _send(filled: _Form, chosen: tuple[str, str], amount: ui.input) -> None:
    visit, (code, purpose) = filled.visit, chosen
    amount.props(remove="error")
    try:
        asked_fen = parse_yuan(amount.value or "")
    except FarthingError:
        asked_fen = 0
    if asked_fen < FEN_PER_YUAN:
        amount.props(f'error error-message="{visit.words("word.bad_amount")}"')
        return
    made = await visit.act(apply, ApplyRequest(visit.reader.actor.party or "", code, asked_fen, purpose), visit.key("apply"))
    if made is not None:
        ui.navigate.to(f"/my/decisions/{made.id}")
