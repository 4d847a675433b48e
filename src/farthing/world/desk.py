"""What a year brings to a simulated bank's bill desk and houses: scripted from a seed, before anything happens.

As with borrowers (`world.year`), a script knows no balances and no prices; whoever plays it asks for what the day allows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from farthing.world.year import JOINING_DAYS, PPM, Span

FIRMS = 6
MONTH = 30
BORROWERS_A_BILL, BORROWERS_A_HOUSE, LEAST = 12, 10, 5
"""A bill a month for so many borrowers, and a house in all; so many of either at least."""


class Work(StrEnum):
    """What is done at the desk."""

    KNOW = "know"
    DRAW = "draw"
    DRAW_AGAIN = "draw_again"  # on an invoice that stands behind another bill: to be refused
    ACCEPT = "accept"
    REFUSE = "refuse"
    ENDORSE = "endorse"
    DISCOUNT = "discount"
    SELL_ON = "sell_on"
    CONSENT = "consent"
    PRESENT = "present"
    PAY = "pay"
    PAY_PART = "pay_part"
    DISHONOUR = "dishonour"
    ASK = "ask"
    REDEEM = "redeem"
    MEET = "meet"
    OFFER = "offer"
    APPRAISE = "appraise"
    AGREE = "agree"
    SURVEY = "survey"
    INSURE = "insure"
    CUSTODY = "custody"
    BOOK = "book"
    REGISTER = "register"
    RAISE = "raise"
    RAISE_CONSENT = "raise_consent"
    REVALUE = "revalue"
    LOWER = "lower"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Item:
    """Something done on a day about a bill, a house or a firm: which number of them, and rolls (0 to 999,999) that make its choices."""

    number: int
    place: int
    on: dt.date
    work: Work
    roll: int
    rolls: tuple[int, ...]


def desk_year(seed: int, borrowers: int, span: Span) -> tuple[Item, ...]:
    """Everything the desk does, by day: firms first, then bills and houses."""
    bills = max(borrowers // BORROWERS_A_BILL, LEAST) * -(-span.days // MONTH)
    houses = max(borrowers // BORROWERS_A_HOUSE, LEAST)
    items = [Item(number, 0, span.first, Work.KNOW, 0, ()) for number in range(FIRMS)]
    for number in range(bills):
        items += _bill(np.random.default_rng([seed, 5, number]), number, span)
    for number in range(houses):
        items += _house(np.random.default_rng([seed, 6, number]), number, span)
    return tuple(sorted((one for one in items if one.on <= span.last), key=lambda one: one.on))  # and else in this order


def _bill(rng: np.random.Generator, number: int, span: Span) -> list[Item]:
    """Drawn, accepted, sold to the bank, and then paid, paid in part, or not, with what follows; now and then one that comes to nothing."""
    drawn = 1 + int(rng.integers(0, max(span.days * 3 // 5, 1)))
    term = 7 + int(rng.integers(0, max(min(span.days // 3, 90), 1)))
    rolls = tuple(int(roll) for roll in rng.integers(0, PPM, 6))
    fate = int(rng.integers(0, 10))
    steps: list[tuple[int, Work]] = [(0, Work.DRAW), (1, Work.REFUSE if fate == 9 else Work.ACCEPT)]
    if number % 3 == 0:
        steps.append((1, Work.DRAW_AGAIN))
    if fate % 3 == 1:
        steps.append((2, Work.ENDORSE))
    steps.append((3, Work.DISCOUNT))
    if fate in (2, 5, 8):
        steps += [(4, Work.SELL_ON), (5, Work.CONSENT)]
    due = term + int(rng.integers(0, 4))  # now and then too early: to be refused
    due += 4 if fate < 8 else 0
    steps.append((due, Work.PRESENT))
    steps.append((due + 1, (Work.PAY, Work.DISHONOUR, Work.DISHONOUR, Work.PAY_PART, Work.PAY)[fate % 5]))
    steps += [(due + 2, Work.ASK), (due + 3, Work.REDEEM), (due + 3, Work.MEET), (due + 4, Work.ASK), (due + 6, Work.MEET)]
    days = (span.first + dt.timedelta(days=drawn + later) for later, _ in steps)
    return [
        Item(number, place, on, work, int(rng.integers(0, PPM)), (*rolls, term))
        for place, (on, (_, work)) in enumerate(zip(days, steps, strict=True))
    ]


def _house(rng: np.random.Generator, number: int, span: Span) -> list[Item]:
    """From offer to register, a raise by two people, a new value that may be lower, and the return."""
    begins = min(JOINING_DAYS, max(span.days // 4, 1)) + int(rng.integers(0, max(span.days // 3, 1)))
    gaps = [int(gap) for gap in rng.integers(1, max(span.days // 6, 2), 3)]
    again = 6 + gaps[0]
    steps: tuple[tuple[int, Work], ...] = (
        (0, Work.OFFER), (1, Work.APPRAISE), (2, Work.AGREE), (3, Work.SURVEY), (3, Work.INSURE), (3, Work.CUSTODY), (3, Work.BOOK),
        (4, Work.REGISTER), (5, Work.RAISE), (6, Work.RAISE_CONSENT), (again, Work.REVALUE), (again + 1, Work.LOWER),
        (again + 1 + gaps[1], Work.RELEASE), (again + 2 + gaps[1] + gaps[2], Work.RELEASE),
    )  # fmt: skip
    if number % 4 == 3:  # let go of before it was registered
        steps = (*steps[:5], (5, Work.RELEASE))
    rolls = tuple(int(roll) for roll in rng.integers(0, PPM, 6))
    return [
        Item(number, place, span.first + dt.timedelta(days=begins + later), work, int(rng.integers(0, PPM)), rolls)
        for place, (later, work) in enumerate(steps)
    ]
