"""May the bank lend jointly, now and so much: the partner on the list, and both limits kept (IL-07, IL-08, IL-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain.bank.bank_event import CapitalStated
from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.errors import Conflict
from farthing.domain.ids import Id
from farthing.domain.product import Share
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.joint.partners import capital, listed
from farthing.flows.ports import House, Transaction
from farthing.portfolio.joint import JointBook, breach, joint_book, own_fen

_TOLD = {
    "IL-07": ("joint_partner_limit", "more than 25 % of net tier-1 capital would be lent with one partner (IL-07)"),
    "IL-08": ("joint_total_limit", "joint loans would be more than half of all loans (IL-08)"),
}


@dataclass(frozen=True, slots=True)
class JointView:
    """Where joint lending stands: capital, the list, the bank's own part with each partner and in all."""

    capital: CapitalStated | None
    partners: tuple[Id, ...]
    book: JointBook


def joint(house: House, actor: Actor) -> JointView:
    """As things stand on the open business day."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    return JointView(capital(house, house.clock.today()), listed(house), joint_book(house.lines.principal_by_product(), house.products))


def lends_jointly(house: House) -> bool:
    """Has any product partners?"""
    return any(product.shares for product in house.products.values())


def admit(house: House, transaction: Transaction, shares: Sequence[Share], amount_fen: int) -> None:
    """`Conflict` where so much more (0: a line opens) may not be lent jointly today. Until commit nobody else lends with any partner."""
    today, partners = house.clock.today(), sorted(share.partner for share in shares)
    for partner in sorted({*partners, *listed(house)}):  # all of them: half of all loans is one limit for all partners
        transaction.lock_party(partner)
    _require_listed(house, partners, today)
    _require_room(house, partners, own_fen(amount_fen, shares), today)


def _require_listed(house: House, partners: Sequence[Id], today: dt.date) -> None:
    known = listed(house) if RULEBOOK["IL-14"].in_force(today) else partners
    for partner in partners:
        if partner not in known:
            raise Conflict("partner_not_listed", f"{partner} is not on the list of partners (IL-14).", "Have it listed by two people.")


def _require_room(house: House, partners: Sequence[Id], more_fen: int, today: dt.date) -> None:
    if not RULEBOOK["IL-07"].in_force(today):
        return
    stated = capital(house, today)
    if stated is None:
        raise Conflict("capital_not_stated", "The bank's capital was never stated.", "State it: farthing bank capital.")
    book = joint_book(house.lines.principal_by_product(), house.products)
    rule = breach(book, partners, more_fen, stated.net_tier1_fen)
    if rule is not None:
        code, told = _TOLD[rule]
        raise Conflict(code, f"No: {told}.", "Lend alone, or less, or wait until joint loans were repaid.")
