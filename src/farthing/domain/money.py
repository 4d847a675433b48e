"""Money is an integer number of fen (1 yuan = 100 fen). Nothing on the path of money is a float."""

from __future__ import annotations

import re
from typing import TypeAlias

from farthing.domain.errors import Invalid

Money: TypeAlias = int
"""An amount in fen. Fields that hold one end in `_fen`."""

FEN_PER_YUAN = 100
# A comma sets off thousands and nothing else: `1,50` is somebody's decimal comma, a hundred times less than it would be read as.
_YUAN = re.compile(r"^(?P<sign>-?)¥?(?P<yuan>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<fen>[0-9]{1,2}))?$")


def round_half_even(numerator: int, denominator: int) -> int:
    """The one rounding rule of the house: nearest integer to numerator/denominator, ties to the even neighbour."""
    assert denominator > 0, "denominators are positive"
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2 == 1):
        return quotient + 1
    return quotient


def parse_yuan(text: str) -> Money:
    """Fen from a decimal string of yuan such as `1234.5`, `¥12,345.67`; raises `Invalid` on anything finer than a fen."""
    match = _YUAN.match(text.strip())
    if match is None:
        raise Invalid("bad_amount", f"{text!r} is not an amount of yuan.", "Write digits with at most two decimals, like 1234.50.")
    magnitude = int(match["yuan"].replace(",", "")) * FEN_PER_YUAN + int((match["fen"] or "0").ljust(2, "0"))
    return -magnitude if match["sign"] else magnitude


def format_yuan(amount_fen: Money) -> str:
    """`¥12,345.67`, with a leading minus for what is owed the other way."""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{'-' if amount_fen < 0 else ''}¥{yuan:,}.{fen:02d}"
