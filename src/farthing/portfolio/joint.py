"""Joint loans against the bank's capital and its book: 25 % of net tier-1 with one partner, half of all loans in all (IL-07, IL-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from farthing.domain.ids import Id
from farthing.domain.money import round_half_even
from farthing.domain.product import Product, Share
from farthing.domain.rate import PPM

PARTNER_PPM, ALL_PPM = 250_000, 500_000


@dataclass(frozen=True, slots=True)
class JointBook:
    """The bank's own part of joint loans: with each partner, in all, and beside them the bank's own part of all loans."""

    by_partner_fen: Mapping[Id, int]
    joint_fen: int
    loans_fen: int


def own_fen(principal_fen: int, shares: Sequence[Share]) -> int:
    """What is the bank's of an amount that partners share in."""
    return principal_fen - sum(round_half_even(principal_fen * share.ppm, PPM) for share in shares)


def joint_book(principal_fen: Mapping[str, int], products: Mapping[str, Product]) -> JointBook:
    """From the principal of each product. A loan with several partners counts towards each with all of the bank's part."""
    by_partner: dict[Id, int] = {}
    joint = loans = 0
    for code, whole in principal_fen.items():
        shares = products[code].shares if code in products else ()
        own = own_fen(whole, shares)
        loans += own
        joint += own if shares else 0
        for share in shares:
            by_partner[share.partner] = by_partner.get(share.partner, 0) + own
    return JointBook(by_partner, joint, loans)


def breach(book: JointBook, partners: Sequence[Id], more_fen: int, net_tier1_fen: int) -> Literal["IL-07", "IL-08"] | None:
    """The rule that `more_fen` more of the bank's own money in joint loans with these partners would break, if one would.

    Reaching a limit is allowed, passing it is not.
    """
    if any((book.by_partner_fen.get(partner, 0) + more_fen) * PPM > net_tier1_fen * PARTNER_PPM for partner in partners):
        return "IL-07"
    if (book.joint_fen + more_fen) * PPM > (book.loans_fen + more_fen) * ALL_PPM:
        return "IL-08"
    return None
