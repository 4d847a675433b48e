"""How numbers look on a page: money, rates, dates, shares. Always the same, always with their unit."""

from __future__ import annotations

import datetime as dt

from farthing.domain.money import format_yuan, round_half_even
from farthing.domain.product import Product
from farthing.domain.rate import Rate
from farthing.web.text import Words

WAN_FEN = 1_000_000  # one 万元 in fen


def money(amount_fen: int) -> str:
    """`¥12,345.67`."""
    return format_yuan(amount_fen)


def large_money(amount_fen: int, words: Words) -> str:
    """Large sums in ten thousands (Chinese) or thousands with a k (English); small ones in full."""
    if abs(amount_fen) < WAN_FEN:
        return format_yuan(amount_fen)
    if words.language == "zh":
        return words("money.large", amount=f"{round_half_even(amount_fen, WAN_FEN // 100) / 100:,.2f}")
    return words("money.large", amount=f"{round_half_even(amount_fen, 10_000) / 10:,.1f}")


def rate(value: Rate, words: Words) -> str:
    """`10.95 % a year (simple) · 0.0300 % a day · 11.57 % a year (effective)`: the yearly figure comes first (PR-01)."""
    day = words("rate.daily", percent=f"{value.daily_percent():.4f}")
    year = words("rate.annual", percent=f"{value.annual_percent():.2f}")
    effective = words("rate.effective", percent=f"{value.annual_compounded() * 100:.2f}")
    return f"{year} · {day} · {effective}"


def share(ppm: int | None, digits: int = 2) -> str:
    """A share in parts per million as a percentage; a dash when there is none."""
    return "—" if ppm is None else f"{ppm / 10_000:.{digits}f} %"


def day(value: dt.date | None) -> str:
    """`2026-11-22`; a dash when there is none."""
    return "—" if value is None else value.isoformat()


def product(known: Product | None, code: str, words: Words) -> str:
    """A product by its name in the reader's language; its code when the catalogue no longer has it."""
    return code if known is None else words.pick(known.name_zh, known.name_en)


def effective(ppm: int) -> str:
    """An effective yearly rate in parts per million as a percentage with two decimals."""
    return f"{ppm / 10_000:.2f} %"


def wan(amount_fen: int) -> float:
    """Fen as 万元 for the axis of a chart; never for reckoning."""
    return round(amount_fen / WAN_FEN, 2)
