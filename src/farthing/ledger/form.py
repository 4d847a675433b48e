"""A line's closed form: what the night must know of a state, packed into bytes of one length.

Between events a line moves in closed form: principal stands still, interest grows by the day, bills fall on known dates. So a
night over a million lines reads no state; it reads these bytes, which stand beside the state and follow from it. The few lines
without so simple a form (joint loans, a surplus that meets bills, a coupon, a holiday, a past that the classes remember, a claim that
left the bank, numbers near the end of an int64) have none: theirs are no bytes. Others have one up to a day (`steps_from`): an instalment
that falls due asks what is left, and of several maturities only the first is kept. When that day has come, the night makes a new one of the
state as it has come to be; on the days after, both say the same.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from farthing.domain.facility import Conduct, LineState, LineStatus
from farthing.domain.product import Claim
from farthing.ledger.due import left_fen, next_due
from farthing.ledger.facility import advance

VERSION = 1
"""The first byte. Bytes of another version or length say nothing: such a line is thought from its state, and the night renews them."""
FORM = np.dtype([
    ("version", "u1"), ("flags", "u1"), ("due_day", "u1"),
    *((name, "<i4") for name in ("opened_on", "as_of", "steps_from", "oldest", "matures_on")),
    *((name, "<u4") for name in ("units", "denominator", "penalty_units")),
    *((name, "<i8") for name in (
        "drawn", "principal_paid", "principal_waived", "exact", "interest_paid", "interest_waived", "unpaid_interest", "unpaid_principal",
        "today_interest", "today_principal", "penalty_exact", "penalty_paid", "penalty_waived", "penal", "maturing",
    )),
])  # fmt: skip
"""Amounts in fen (`*exact`: over the rate's denominator), days since 1970-01-01, `NEVER` where there is none.

`unpaid_*` is what is billed and unmet, `oldest` since when, `today_*` the part of it due on `as_of` itself. `penal` is principal that
bears penalty since `as_of` or before. `maturing` is principal not billed yet that matures next, on `matures_on`.
"""
MONTHLY, BUSINESS, SYNTHETIC, PENAL_SOON, MATURES_LATER = (1 << bit for bit in range(5))
"""Flags: something falls due each month; on business days; simulated; more principal will bear penalty; a later maturity follows."""
ROW = np.dtype([("line", "S32"), ("product", "S24"), ("form", FORM), ("touched", "?")])
"""A line's row of a night: its form, whose it is, and whether it was written since the last close."""
NEVER = 2**31 - 1
"""A day number after every date."""

Rows: TypeAlias = npt.NDArray[np.void]
"""An array of `ROW`."""

_PACK = struct.Struct("<3B5i3I15q")
assert _PACK.size == FORM.itemsize, "the bytes are what the columns read"
_EPOCH = dt.date(1970, 1, 1).toordinal()
_SPOTLESS = Conduct()
_ENDED = (LineStatus.WRITTEN_OFF, LineStatus.SOLD)


def packed(state: LineState) -> bytes:
    """The closed form of a state, or no bytes where it has none."""
    terms, today = state.terms, state.as_of
    if _formless(state):
        return b""
    interest, principal, today_interest, today_principal, penal, soon = _unmet(state) if state.obligations else (0, 0, 0, 0, 0, False)
    matures_on, maturing, then = _maturing(state) if state.draws else (NEVER, 0, NEVER)
    steps_from = then + 1 if then != NEVER else NEVER
    if terms.repayment.instalments and (due := next_due(state)) is not None:
        steps_from = min(steps_from, number(due))
    flags = (
        MONTHLY * terms.repayment.monthly | BUSINESS * terms.business_days | SYNTHETIC * terms.synthetic
        | PENAL_SOON * soon | MATURES_LATER * (then != NEVER)
    )  # fmt: skip
    return _PACK.pack(
        VERSION, flags, terms.due_day, number(terms.opened_on), number(today), steps_from,
        number(min(item.due_on for item in state.obligations)) if state.obligations else NEVER, matures_on,
        terms.rate.units, terms.rate.denominator, terms.penalty_units,
        state.drawn_fen, state.principal_paid_fen, state.principal_waived_fen, state.interest_exact, state.interest_paid_fen,
        state.interest_waived_fen, interest, principal, today_interest, today_principal, state.penalty_exact, state.penalty_paid_fen,
        state.penalty_waived_fen, penal, maturing,
    )  # fmt: skip


def follows(form: bytes, state: LineState) -> bool:
    """Are these bytes the state's form, of its own day or a later one? Bytes that say nothing are never wrong."""
    if len(form) != FORM.itemsize or form[0] != VERSION:
        return True
    as_of = int(np.frombuffer(form, FORM)["as_of"][0])
    return number(state.as_of) <= as_of <= number(dt.date.max) and packed(advance(state, date(as_of))) == form


def row(state: LineState) -> tuple[bytes, bytes, Any, bool] | None:
    """The `ROW` of a state that stands in memory; None where it has none."""
    line, product, form = state.terms.line.encode(), state.terms.product.encode(), packed(state)
    if not form or len(line) > ROW["line"].itemsize or len(product) > ROW["product"].itemsize:
        return None
    return line, product, np.frombuffer(form, FORM)[0], True


def rows(of: Sequence[tuple[bytes, bytes, Any, bool]]) -> Rows:
    """Rows as an array."""
    return np.array(list(of), dtype=ROW)


def number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def date(day: int) -> dt.date:
    """The date of a day number."""
    return dt.date.fromordinal(day + _EPOCH)


def _formless(state: LineState) -> bool:
    """Has the line no closed form, or does a number pass what columns can hold (2^62, for rates 2^32)?"""
    if state.terms.shares or state.surplus_fen or state.coupons or state.conduct != _SPOTLESS or state.status in _ENDED:
        return True
    if state.holiday_until is not None and state.holiday_until > state.as_of:
        return True
    if (state.terms.rate.units | state.terms.penalty_units) >> 32 > 0:
        return True
    return (state.interest_exact | state.penalty_exact | state.drawn_fen) >> 62 > 0 or state.drawn_fen >> 56 > 0


def _unmet(state: LineState) -> tuple[int, int, int, int, int, bool]:
    """What obligations ask for: interest and principal, the parts due today, principal that bears penalty, and whether more will."""
    interest = principal = today_interest = today_principal = penal = 0
    soon, grace = False, dt.timedelta(days=state.terms.grace_days)
    for item in state.obligations:
        fen, today = item.unpaid_fen, item.due_on == state.as_of
        if item.kind is Claim.INTEREST:
            interest += fen
            today_interest += fen * today
        elif item.kind is Claim.PRINCIPAL:
            principal += fen
            today_principal += fen * today
            bears = item.due_on + grace <= state.as_of
            penal += fen * bears
            soon |= not bears and fen > 0
    return interest, principal, today_interest, today_principal, penal, soon


def _maturing(state: LineState) -> tuple[int, int, int]:
    """The next maturity of principal not billed yet, how much it is, and the maturity after it."""
    first, maturing, then = NEVER, 0, NEVER
    for draw in state.draws:
        left = left_fen(state, draw)
        day = number(draw.matures_on) if left else NEVER
        if day < first:
            first, maturing, then = day, left, first
        elif day == first:
            maturing += left
        else:
            then = min(then, day)
    return first, maturing, then
