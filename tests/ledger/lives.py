"""Random lives of lines for laws and the bench: terms and events from a seed, or from a script that hypothesis shrinks."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import numpy as np

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.event import Body, Event
from farthing.domain.facility import Coupon, LineTerms
from farthing.domain.line_event import (
    Assessed,
    CouponGranted,
    Drawn,
    Extended,
    Frozen,
    Opened,
    Refunded,
    Relieved,
    Repaid,
    Restructured,
    Reversed,
    Sold,
    Unfrozen,
    Varied,
    Waived,
    WrittenOff,
)
from farthing.domain.product import Claim, RepaymentMethod, Share
from farthing.domain.rate import Basis, Rate

LINE = "lin_aaaaaaaaaaaaaaaa"
WATERFALLS = tuple(permutations(Claim))
SHARES = ((), (), (), (Share("a", 300_000),), (Share("a", 333_333), Share("b", 333_334)))
MONEY = ("draw", "draw", "repay", "repay", "repay", "repay", "repay", "freeze", "unfreeze", "reverse", "refund")
AGREED = ("rate", "limit", "extend", "coupon", "relief", "restructure", "waive", "assess")
ENDS = ("write_off", "sell")
Script = list[tuple[int, str, int]]
"""What happens: (days since the line opened, kind, amount in fen)."""


def terms(**changes: object) -> LineTerms:
    """A revolving line of CNY 100,000 at 0.03 % a day, opened on 2024-01-10 for two years, due on the 20th."""
    values: dict[str, object] = {
        "line": LINE, "party": "pty_aaaaaaaaaaaaaaaa", "product": "revolving", "decision": "dec_aaaaaaaaaaaaaaaa", "limit_fen": 10_000_000,
        "rate": Rate(30_000, Basis.DAY), "opened_on": dt.date(2024, 1, 10), "expires_on": dt.date(2026, 1, 10), "tenor_months": 12,
        "draw_min_fen": 100, "repayment": RepaymentMethod.INTEREST_MONTHLY, "due_day": 20, "same_day_days": 1, "revolving": True,
    }  # fmt: skip
    return LineTerms(**{**values, **changes})  # type: ignore[arg-type]


def life(of: LineTerms, script: Script) -> list[Event]:
    """The events of a script in the order they became known: the order of the script; sequence and instant rise with it.

    An act's amount is fen; for agreements it is a number from which their details follow (`_agreed`).
    """
    events = [_event(of, 0, of.opened_on, Opened(of))]
    draws = 0
    for days, kind, amount in script:
        on = of.opened_on + dt.timedelta(days=days)
        if kind == "draw":
            if on >= of.expires_on:
                continue
            draws += 1
        if kind == "reverse":
            body, on = _taken_back(of, events, amount)
            if body is None:
                continue
        else:
            body = _body(of, kind, amount, on, draws)
        events.append(_event(of, len(events), on, body))
    return events


def _body(of: LineTerms, kind: str, amount: int, on: dt.date, draws: int) -> Body:
    if kind == "draw":
        return Drawn(of.line, draws, amount)
    if kind == "repay":
        return Repaid(of.line, amount)
    if kind == "freeze":
        return Frozen(of.line, "test")
    return Unfrozen(of.line, "test") if kind == "unfreeze" else _agreed(of, kind, amount, on, draws)


def _agreed(of: LineTerms, kind: str, number: int, on: dt.date, draws: int) -> Body:
    """An agreement whose details follow from a number."""
    days, months = dt.timedelta(days=number % 200), number % 7
    coupon = Coupon(f"c{number}", on + dt.timedelta(days=number % 40), on + dt.timedelta(days=number % 40) + days, number)
    bodies: dict[str, Body] = {
        "rate": Varied(of.line, Rate(of.rate.units * (50 + number % 100) // 100, of.rate.basis), None, None, "test"),
        "limit": Varied(of.line, None, number, None, "test"),
        "extend": Extended(of.line, max(draws - number % 2, 1), on + days + dt.timedelta(days=1), "test"),
        "coupon": CouponGranted(of.line, coupon),
        "relief": Relieved(of.line, "test", on + days if number % 3 else None, months, coupon if number % 2 else None),
        "restructure": Restructured(
            of.line, Difficulty.CASH_FLOW, (Concession.EXTENSION,), on + days + dt.timedelta(days=30),
            on + dt.timedelta(days=number % 100) if number % 2 else None, None, number % 5 * 1000, number % 7 * 100, number % 3 * 50,
        ),
        "waive": Waived(of.line, number % 1000, number % 100, "test"),
        "assess": Assessed(of.line, list(LoanClass)[number % 4], "RC-05"),
        "refund": Refunded(of.line, number % 5000 + 1),
        "write_off": WrittenOff(of.line, "test"),
        "sell": Sold(of.line, "test", number),
    }  # fmt: skip
    return bodies[kind]


def _taken_back(of: LineTerms, events: list[Event], number: int) -> tuple[Body | None, dt.date]:
    """The reversal of some draw or repayment that stands, dated as what it takes back."""
    gone = {event.body.event for event in events if isinstance(event.body, Reversed)}
    money = [event for event in events if isinstance(event.body, Drawn | Repaid) and event.id not in gone]
    if not money:
        return None, of.opened_on
    chosen = money[number % len(money)]
    return Reversed(of.line, chosen.id, "test"), chosen.effective_on


def _event(of: LineTerms, sequence: int, on: dt.date, body: Body) -> Event:
    known_at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=sequence)
    return Event(f"evt_{sequence}", of.line, sequence, on, known_at, "test", f"key-{sequence}", body)


def random_terms(chance: np.random.Generator) -> LineTerms:
    """Terms over the whole space a catalogue may state."""
    opened = dt.date(2023, 11, 1) + dt.timedelta(days=int(chance.integers(0, 500)))
    basis = (Basis.DAY, Basis.YEAR_360, Basis.YEAR_365)[int(chance.integers(0, 3))]
    units = int(chance.integers(20_000, 60_001) if basis is Basis.DAY else chance.integers(40_000, 240_001))
    return terms(
        line=f"lin_{int(chance.integers(0, 2**62)):020d}", limit_fen=int(10 ** chance.uniform(3, 10)),
        rate=Rate(units, basis), opened_on=opened,
        expires_on=opened + dt.timedelta(days=int(chance.integers(60, 900))), tenor_months=int(chance.integers(1, 13)),
        repayment=list(RepaymentMethod)[int(chance.integers(0, 4))],
        due_day=int(chance.integers(1, 29)), same_day_days=int(chance.integers(0, 2)), revolving=bool(chance.integers(0, 2)),
        penalty_units=units // 2 if chance.integers(0, 2) else 0, grace_days=int(chance.choice([0, 0, 3, 10])),
        business_days=bool(chance.integers(0, 2)), waterfall=WATERFALLS[int(chance.integers(0, len(WATERFALLS)))],
        shares=SHARES[int(chance.integers(0, len(SHARES)))],
    )  # fmt: skip


def random_life(seed: int) -> tuple[LineTerms, list[Event]]:
    """All that may happen to a line: money early, late, over, backdated and taken back, new terms, relief, restructuring, an end.

    Up to 25 events over three years.
    """
    chance = np.random.default_rng(seed)
    of = random_terms(chance)
    script: Script = []
    day = 0
    for _ in range(int(chance.integers(1, 26))):
        day += int(chance.choice([0, 0, 1, 7, 30, 45, 120]))
        kind = str(chance.choice(AGREED if chance.integers(0, 5) == 0 else MONEY))
        back = int(chance.choice([0, 0, 0, 1, 40]))
        amount = int(10 ** chance.uniform(0, np.log10(of.limit_fen)))
        script.append((max(day - back, 0), kind, amount))
    if chance.integers(0, 6) == 0:
        script.append((day, str(chance.choice(ENDS)), 1000))
        script.append((max(day - 40, 0), "repay", 1000))  # found after the end, dated before it
    return of, life(of, script)
