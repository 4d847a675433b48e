"""Double entry, derived: what the bank's accounts say about a line follows from its state.

A line's totals (drawn, repaid, earned, waived, taken off the balance sheet) determine every balance, and each total moves accounts
that sum to zero; so do all sums and differences of them. Past 90 days due, interest and penalty leave receivable and income and
are remembered off the balance sheet; when the arrears are cleared they come back. What is posted on a day is the total to date
less what was posted before, so a backdated event corrects itself on the open day and no row is ever rewritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

from farthing.domain.facility import LineState, LineStatus
from farthing.domain.money import round_half_even
from farthing.domain.posting import Account, Posting
from farthing.domain.product import Share
from farthing.domain.rate import PPM
from farthing.ledger.arrears import dpd
from farthing.ledger.classify import NON_PERFORMING_AFTER
from farthing.ledger.provision import required_fen

_RECEIVED = ("principal_paid_fen", "interest_paid_fen", "penalty_paid_fen", "surplus_fen", "sold_for_fen")
_MET = tuple((f"{claim}_paid_fen", f"waived_{claim}_fen", f"off_{claim}_fen") for claim in ("principal", "interest", "penalty"))
"""How each claim ends: what these come to together is what was lent or earned once nothing of it stands on the balance sheet."""
Key: TypeAlias = tuple[str, Account]
"""Product and account: what postings are summed by."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Fen to date over one line or many: what the accounts are made of.

    `waived_*` is what the bank let go of, sold claims among it; `off_*` what is owed and off the balance sheet: interest and penalty
    of lines more than 90 days past due, everything of lines that were written off. `required_fen` is the loss allowance.
    `partner_cash_fen` is money of partners that came in, less what went out for them.
    """

    drawn_fen: int = 0
    principal_paid_fen: int = 0
    interest_paid_fen: int = 0
    penalty_paid_fen: int = 0
    surplus_fen: int = 0
    interest_fen: int = 0
    penalty_fen: int = 0
    waived_principal_fen: int = 0
    waived_interest_fen: int = 0
    waived_penalty_fen: int = 0
    off_principal_fen: int = 0
    off_interest_fen: int = 0
    off_penalty_fen: int = 0
    sold_for_fen: int = 0
    required_fen: int = 0
    partner_cash_fen: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def totals(state: LineState) -> Totals:
    """The totals of one line on `state.as_of`: the bank's own part where the loan is joint."""
    whole = _whole(state)
    return bank_part(whole, state.terms.shares) if state.terms.shares else whole


def bank_part(whole: Totals, shares: Sequence[Share]) -> Totals:
    """What is left of each total once every partner has its share of it to date, rounded half to even: so the parts always add up.

    What was paid, waived and taken off the balance sheet is rounded as it adds up, so that of a claim that is over no fen of rounding
    stays in the books. The partners' money passes through the bank's cash: what came in for them, less what went out, is due to them. A
    surplus is no partner's: the bank alone owes it to the borrower.
    """
    parts = _partners_parts(whole, shares)
    cash = sum(parts[name] for name in _RECEIVED) - parts["drawn_fen"]
    return replace(Totals(*(getattr(whole, name) - part for name, part in parts.items())), partner_cash_fen=cash)


def _partners_parts(whole: Totals, shares: Sequence[Share]) -> dict[str, int]:
    """The partners' part of each total."""
    parts = {field.name: _shared(getattr(whole, field.name), shares) for field in fields(whole)} | {"surplus_fen": 0}
    for names in _MET:
        met = given = 0
        for name in names:
            met += getattr(whole, name)
            parts[name] = _shared(met, shares) - given
            given += parts[name]
    return parts


def _shared(fen: int, shares: Sequence[Share]) -> int:
    return sum(round_half_even(fen * share.ppm, PPM) for share in shares)


def _whole(state: LineState) -> Totals:
    written_off = state.status is LineStatus.WRITTEN_OFF
    suspended = written_off or dpd(state) > NON_PERFORMING_AFTER
    return Totals(
        drawn_fen=state.drawn_fen,
        principal_paid_fen=state.principal_paid_fen,
        interest_paid_fen=state.interest_paid_fen,
        penalty_paid_fen=state.penalty_paid_fen,
        surplus_fen=state.surplus_fen,
        interest_fen=state.interest_fen,
        penalty_fen=state.penalty_fen,
        waived_principal_fen=state.principal_waived_fen,
        waived_interest_fen=state.interest_waived_fen,
        waived_penalty_fen=state.penalty_waived_fen,
        off_principal_fen=state.principal_fen if written_off else 0,
        off_interest_fen=state.interest_owed_fen if suspended else 0,
        off_penalty_fen=state.penalty_owed_fen if suspended else 0,
        sold_for_fen=state.sold_for_fen,
        required_fen=required_fen(state),
    )


def entries(product: str, of: Totals) -> dict[Key, int]:
    """Totals as the balance of each account of a product; they sum to zero.

    Money out moves loans and cash; money back moves cash against loans, receivables and surplus; interest earned moves
    receivable and income. Waived interest takes income back. The loss allowance stands at what the classes require; bringing it there
    after principal was waived, written off or sold is the impairment loss, which what comes back later, or a buyer pays, lessens.
    What is off the balance sheet stands against its contra.
    """
    received = sum(getattr(of, name) for name in _RECEIVED)
    interest, penalty = of.interest_fen - of.waived_interest_fen, of.penalty_fen - of.waived_penalty_fen
    off = of.off_interest_fen + of.off_penalty_fen
    return {
        (product, account): fen
        for account, fen in (
            (Account.LOANS, of.drawn_fen - of.principal_paid_fen - of.waived_principal_fen - of.off_principal_fen),
            (Account.CASH, received - of.drawn_fen + of.partner_cash_fen),
            (Account.DUE_TO_PARTNERS, -of.partner_cash_fen),
            (Account.CUSTOMER_SURPLUS, -of.surplus_fen),
            (Account.INTEREST_RECEIVABLE, interest - of.interest_paid_fen - of.off_interest_fen),
            (Account.PENALTY_RECEIVABLE, penalty - of.penalty_paid_fen - of.off_penalty_fen),
            (Account.INTEREST_INCOME, of.off_interest_fen - interest),
            (Account.PENALTY_INCOME, of.off_penalty_fen - penalty),
            (Account.LOSS_ALLOWANCE, -of.required_fen),
            (Account.IMPAIRMENT_LOSS, of.required_fen + of.waived_principal_fen + of.off_principal_fen - of.sold_for_fen),
            (Account.INTEREST_OFF_BALANCE, off),
            (Account.INTEREST_OFF_BALANCE_CONTRA, -off),
            (Account.WRITTEN_OFF, of.off_principal_fen),
            (Account.WRITTEN_OFF_CONTRA, -of.off_principal_fen),
        )
    }


def postings(day: dt.date, now: Mapping[Key, int], before: Mapping[Key, int]) -> tuple[Posting, ...]:
    """What to post on `day` so that sums to date become `now`; ordered, without empty rows."""
    moved = {key: now.get(key, 0) - before.get(key, 0) for key in sorted({*now, *before})}
    return tuple(Posting(day, product, account, fen) for (product, account), fen in moved.items() if fen)


def event_postings(before: LineState, after: LineState) -> tuple[Posting, ...]:
    """The postings of one step of a line's life: an event, or time passing."""
    product = after.terms.product
    return postings(after.as_of, entries(product, totals(after)), entries(product, totals(before)))


def sums(rows: Iterable[Posting]) -> dict[Key, int]:
    """Postings summed to date."""
    to_date: dict[Key, int] = {}
    for row in rows:
        key = (row.product, row.account)
        to_date[key] = to_date.get(key, 0) + row.amount_fen
    return to_date


def balances(rows: Iterable[Posting]) -> dict[Account, int]:
    """The balance of each account after these postings."""
    of: dict[Account, int] = {}
    for row in rows:
        of[row.account] = of.get(row.account, 0) + row.amount_fen
    return of
