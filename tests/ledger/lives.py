"""Random lives of lines for laws and the bench: terms and events from a seed, or from a script that hypothesis shrinks."""

from __future__ import annotations

import datetime as dt

import numpy as np

from farthing.domain.event import Body, Drawn, Event, Frozen, Opened, Repaid, Unfrozen
from farthing.domain.facility import LineTerms
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate

LINE = "lin_aaaaaaaaaaaaaaaa"
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
    """The events of a script in the order they became known: the order of the script; sequence and instant rise with it."""
    events = [_event(of, 0, of.opened_on, Opened(of))]
    draws = 0
    for days, kind, amount in script:
        on = of.opened_on + dt.timedelta(days=days)
        if kind == "draw":
            if on >= of.expires_on:
                continue
            draws += 1
        bodies: dict[str, Body] = {
            "draw": Drawn(of.line, draws, amount),
            "repay": Repaid(of.line, amount),
            "freeze": Frozen(of.line, "test"),
            "unfreeze": Unfrozen(of.line, "test"),
        }
        events.append(_event(of, len(events), on, bodies[kind]))
    return events


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
        repayment=(RepaymentMethod.INTEREST_MONTHLY, RepaymentMethod.AT_MATURITY)[int(chance.integers(0, 2))],
        due_day=int(chance.integers(1, 29)), same_day_days=int(chance.integers(0, 2)), revolving=bool(chance.integers(0, 2)),
    )  # fmt: skip


def random_life(seed: int) -> tuple[LineTerms, list[Event]]:
    """Draws, repayments early, late, over, on the day of the draw and backdated, freezes; up to 25 events over three years."""
    chance = np.random.default_rng(seed)
    of = random_terms(chance)
    script: Script = []
    day = 0
    for _ in range(int(chance.integers(1, 26))):
        day += int(chance.choice([0, 0, 1, 7, 30, 45, 120]))
        kind = str(chance.choice(["draw", "draw", "repay", "repay", "repay", "freeze", "unfreeze"]))
        back = int(chance.choice([0, 0, 0, 1, 40]))
        amount = int(10 ** chance.uniform(0, np.log10(of.limit_fen)))
        script.append((max(day - back, 0), kind, amount))
    return of, life(of, script)
