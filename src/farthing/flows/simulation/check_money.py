"""Money: it goes out, comes back and is earned, and every fen of it stands somewhere."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from farthing.domain.bill.bill import BILLS
from farthing.domain.facility import LineStatus
from farthing.domain.line_event import Closed
from farthing.domain.posting import Account
from farthing.domain.rate import PPM
from farthing.flows.simulation.evening import Evening, Wrong
from farthing.ledger.bill.posting import entries as bill_entries
from farthing.ledger.posting import Key, bank_part, entries, sums, totals

ONE_DAY = dt.timedelta(days=1)
OVER = (LineStatus.WRITTEN_OFF, LineStatus.SOLD)
ADD_UP = (
    *((name,) for name in ("drawn_fen", "surplus_fen", "interest_fen", "penalty_fen", "sold_for_fen", "required_fen")),
    *(names[:ends] for names in (
        ("principal_paid_fen", "waived_principal_fen", "off_principal_fen"),
        ("interest_paid_fen", "waived_interest_fen", "off_interest_fen"),
        ("penalty_paid_fen", "waived_penalty_fen", "off_penalty_fen"),
    ) for ends in (1, 2, 3)),
)  # fmt: skip
"""Totals of a joint loan that are shared to the fen, alone or as they add up."""


def postings_sum_to_zero(evening: Evening) -> Iterator[Wrong]:
    """All postings to date, those of the day, and those of each product."""
    now, before = sums(evening.house.lines.posted(evening.day + ONE_DAY)), sums(evening.house.lines.posted(evening.day))
    products: dict[str, int] = defaultdict(int)
    for (product, _), fen in now.items():
        products[product] += fen
    found = {"to date": sum(now.values()), f"on {evening.day}": sum(now.values()) - sum(before.values()), **products}
    yield from ((item, "0", str(fen)) for item, fen in found.items() if fen)


def balances_are_the_postings(evening: Evening) -> Iterator[Wrong]:
    """What the pages show of an account is the sum of what was posted to it."""
    posted: dict[str, int] = defaultdict(int)
    for (_, account), fen in sums(evening.house.lines.posted(evening.day + ONE_DAY)).items():
        posted[account.value] += fen
    shown = evening.house.lines.balances(evening.day)
    for name in sorted({*posted, *shown}):
        if posted[name] != shown.get(name, 0):
            yield name, str(posted[name]), str(shown.get(name))


def accounts_are_the_sum_of_the_lines(evening: Evening) -> Iterator[Wrong]:
    """Every account of every product is what its lines come to, line by line, and the bills."""
    if not evening.thorough:
        return
    due: dict[Key, int] = defaultdict(int)
    for state in evening.nights.values():
        for key, fen in entries(state.terms.product, totals(state)).items():
            due[key] += fen
    for bill in evening.bills.values():
        for account, fen in bill_entries(bill, evening.day).items():
            due[BILLS, account] += fen
    posted = sums(evening.house.lines.posted(evening.day + ONE_DAY))
    for product, account in sorted({*due, *posted}):
        if due[product, account] != posted.get((product, account), 0):
            yield f"{product} {account.value}", str(due[product, account]), str(posted.get((product, account)))


def money_out_is_what_was_drawn(evening: Evening) -> Iterator[Wrong]:
    """Principal ever paid out on a line is the sum of the draws that were answered and stand."""
    for line, state in evening.states.items():
        told = sum(evening.notebook.lines[line].drawn.values())
        if state.drawn_fen != told:
            yield line, f"{told} drawn", str(state.drawn_fen)


def money_back_goes_somewhere(evening: Evening) -> Iterator[Wrong]:
    """What came back is penalty, interest, principal and surplus, less what was returned."""
    for line, state in evening.states.items():
        told = sum(evening.notebook.lines[line].repaid.values()) - evening.notebook.lines[line].refunded_fen
        found = state.penalty_paid_fen + state.interest_paid_fen + state.principal_paid_fen + state.surplus_fen
        if found != told:
            yield line, f"{told} repaid less refunds", str(found)


def principal_is_what_draws_owe(evening: Evening) -> Iterator[Wrong]:
    """Never below zero, and the sum over draws."""
    for line, state in evening.states.items():
        owed = sum(draw.principal_fen for draw in state.draws)
        if state.principal_fen != owed or owed < 0 or any(draw.principal_fen <= 0 for draw in state.draws):
            yield line, f"{owed} over its draws", str(state.principal_fen)


def paid_never_passes_earned(evening: Evening) -> Iterator[Wrong]:
    """Interest and penalty paid and waived, against what was earned to date."""
    for line, state in evening.nights.items():
        if min(state.interest_owed_fen, state.penalty_owed_fen) < 0:
            yield line, "nothing paid that was not earned", f"interest {state.interest_owed_fen}, penalty {state.penalty_owed_fen}"


def coupons_never_turn_interest(evening: Evening) -> Iterator[Wrong]:
    """A coupon spares interest; it never makes any the other way round."""
    for line, state in evening.nights.items():
        if min(state.interest_exact, state.coupon_exact) < 0:
            yield line, "no negative interest", f"earned {state.interest_exact}, spared {state.coupon_exact}"


def headroom_stays_within_the_limit(evening: Evening) -> Iterator[Wrong]:
    """Between nothing and the limit; nothing where the line is not active."""
    for line, state in evening.nights.items():
        most = state.terms.limit_fen if state.status is LineStatus.ACTIVE else 0
        if not 0 <= state.headroom_fen <= most:
            yield line, f"0 to {most}", str(state.headroom_fen)


def dues_are_part_of_what_is_owed(evening: Evening) -> Iterator[Wrong]:
    """What is billed and unmet is more than nothing, and no more than what is owed."""
    for line, state in evening.nights.items():
        billed = sum(item.unpaid_fen for item in state.obligations)
        if any(item.unpaid_fen <= 0 for item in state.obligations) or billed > state.principal_fen + state.interest_owed_fen:
            yield line, f"at most {state.principal_fen + state.interest_owed_fen}", str(billed)


def nobody_is_late_while_their_money_is_here(evening: Evening) -> Iterator[Wrong]:
    """A surplus meets what falls due."""
    for line, state in evening.nights.items():
        if state.surplus_fen > 0 and state.obligations:
            yield line, "a surplus met what is due", f"{state.surplus_fen} held, {len(state.obligations)} bills"


def joint_shares_add_up(evening: Evening) -> Iterator[Wrong]:
    """The bank's part of a joint loan and its partners' parts are the whole, to the fen; a surplus is no partner's."""
    for line, state in evening.nights.items():
        if not (shares := state.terms.shares):
            continue
        whole = totals(replace(state, terms=replace(state.terms, shares=())))
        ours = bank_part(whole, shares)
        for names in ADD_UP:
            ours_fen, whole_fen = (sum(getattr(of, name) for name in names) for of in (ours, whole))
            theirs_fen = 0 if names == ("surplus_fen",) else sum(round(Fraction(whole_fen * share.ppm, PPM)) for share in shares)
            if ours_fen + theirs_fen != whole_fen:
                yield f"{line} {' and '.join(names)}", str(whole_fen), f"{ours_fen} and {theirs_fen}"


def ended_claims_are_off_the_balance_sheet(evening: Evening) -> Iterator[Wrong]:
    """Of a line written off or sold no loan and no receivable stands in the books."""
    for line, state in evening.nights.items():
        if state.status in OVER:
            stands = entries(state.terms.product, totals(state))
            for account in (Account.LOANS, Account.INTEREST_RECEIVABLE, Account.PENALTY_RECEIVABLE):
                if fen := stands[state.terms.product, account]:
                    yield f"{line} {account.value}", "0", str(fen)


def closed_lines_owe_nothing(evening: Evening) -> Iterator[Wrong]:
    """Unless something was taken back after they closed."""
    for line in evening.looked_at:
        state = evening.tonight(line)
        last = evening.events(line)[-1]
        if state.status is LineStatus.CLOSED and isinstance(last.body, Closed) and (state.owed_fen or state.surplus_fen):
            yield line, "nothing owed and nothing held", f"{state.owed_fen} owed, {state.surplus_fen} held"


CHECKS = (
    postings_sum_to_zero, balances_are_the_postings, accounts_are_the_sum_of_the_lines, money_out_is_what_was_drawn,
    money_back_goes_somewhere, principal_is_what_draws_owe, paid_never_passes_earned, coupons_never_turn_interest,
    headroom_stays_within_the_limit, dues_are_part_of_what_is_owed, nobody_is_late_while_their_money_is_here, joint_shares_add_up,
    ended_claims_are_off_the_balance_sheet, closed_lines_owe_nothing,
)  # fmt: skip
