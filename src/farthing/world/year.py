"""What a year brings to a borrower of a simulated bank: scripted from a seed, before anything happens.

A script knows no balances. It says *pays part of what is due* with a roll of the dice, and whoever plays it makes an amount of that. It
holds what borrowers do, early, late, in part, too much and on the wrong line, and what a bank does about it, so that the joins of
the bank are walked in every order that a real year has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from farthing.domain.calendar import add_months

PPM = 1_000_000
DUE_DAY = 21
JOINING_DAYS = 20
"""Borrowers join over the first weeks, or over the first quarter of a shorter time."""
COUNTIES = ("模拟甲县", "模拟乙县", "模拟丙县", "模拟丁县")


class Doing(StrEnum):
    """What is done by a borrower, or by the bank with one."""

    OPEN = "open"
    DRAW = "draw"
    DRAW_TOO_MUCH = "draw_too_much"
    CONSUME = "consume"
    PAY_DUE = "pay_due"
    PAY_PART = "pay_part"
    PAY_AHEAD = "pay_ahead"
    PAY_OVER = "pay_over"
    PAY_OFF = "pay_off"
    PAY_FOUND = "pay_found"  # found late, and dated as it came
    PAY_WRONG = "pay_wrong"  # on the line of the next borrower
    PAY_SLIP = "pay_slip"  # a slip of the hand
    MOVE_BACK = "move_back"
    REVERSE = "reverse"
    REFUND = "refund"
    RATE = "rate"
    LIMIT = "limit"
    EXPIRY = "expiry"
    EXTEND = "extend"
    COUPON = "coupon"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    ASSESS = "assess"
    LIFT = "lift"
    GIVE_UP = "give_up"  # held to be a loss
    RESTRUCTURE = "restructure"
    WAIVE = "waive"
    WRITE_OFF = "write_off"
    SELL = "sell"
    CONSENT = "consent"
    TURN_DOWN = "turn_down"
    OWN_CONSENT = "own_consent"  # who asked agrees: to be refused
    CLOSE = "close"


class Temper(StrEnum):
    """How a borrower pays."""

    PROMPT = "prompt"
    EARLY = "early"
    LATE = "late"
    PARTIAL = "partial"
    OVER = "over"
    CONFUSED = "confused"
    TROUBLED = "troubled"


TEMPERS = (*[Temper.PROMPT] * 8, Temper.EARLY, Temper.EARLY, *[Temper.LATE] * 3, *[Temper.PARTIAL] * 2, Temper.OVER, Temper.CONFUSED,
           *[Temper.TROUBLED] * 3)  # fmt: skip
ONCE_A_MONTH: Mapping[Doing, int] = MappingProxyType({
    Doing.RATE: 40_000, Doing.LIMIT: 40_000, Doing.EXPIRY: 20_000, Doing.EXTEND: 40_000, Doing.COUPON: 50_000, Doing.FREEZE: 25_000,
    Doing.ASSESS: 15_000, Doing.REVERSE: 50_000, Doing.REFUND: 60_000, Doing.WAIVE: 25_000, Doing.RESTRUCTURE: 20_000, Doing.SELL: 8_000,
    Doing.PAY_FOUND: 60_000, Doing.PAY_SLIP: 15_000, Doing.PAY_OFF: 60_000, Doing.DRAW_TOO_MUCH: 20_000, Doing.CONSUME: 50_000,
    Doing.CLOSE: 15_000,
})  # fmt: skip
"""What happens to any borrower now and then: parts per million a month."""
PROPOSED = (Doing.WAIVE, Doing.RESTRUCTURE, Doing.SELL, Doing.WRITE_OFF)
UNDONE: Mapping[Doing, Doing] = MappingProxyType({Doing.FREEZE: Doing.UNFREEZE, Doing.ASSESS: Doing.LIFT})
SECOND = (*[Doing.CONSENT] * 7, Doing.TURN_DOWN, Doing.TURN_DOWN, Doing.OWN_CONSENT)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are lived."""

    first: dt.date
    days: int

    @property
    def last(self) -> dt.date:
        """The last of them."""
        return self.first + dt.timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done on a day; `roll` (0 to 999,999) makes its amount or choice, `about` is the number of an earlier deed, or -1."""

    number: int
    on: dt.date
    doing: Doing
    roll: int
    about: int = -1


@dataclass(frozen=True, slots=True)
class Borrower:
    """One borrower: rolls that choose product, limit, rate and method, and everything that will be done."""

    number: int
    temper: Temper
    county: str
    product: int
    limit: int
    rate: int
    method: int
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Disaster:
    """A county is struck; relief is asked for that day, agreed to the next and carried out the day after."""

    on: dt.date
    county: str
    roll: int


def borrower(seed: int, number: int, span: Span) -> Borrower:
    """One borrower's year by the seed: the same whoever else there is."""
    rng = np.random.default_rng([seed, 1, number])
    diary = _Diary(rng, span)
    temper = TEMPERS[int(rng.integers(0, len(TEMPERS)))]
    opened = span.first + dt.timedelta(days=int(rng.integers(0, max(min(JOINING_DAYS, span.days // 4), 1))))
    diary.write(opened, Doing.OPEN)
    diary.draws(opened)
    stops = opened + dt.timedelta(days=int(rng.integers(10, max(span.days // 2, 11)))) if temper is Temper.TROUBLED else dt.date.max
    diary.payments(opened, temper, stops)
    diary.service(opened)
    if temper is Temper.TROUBLED:
        diary.trouble(stops)
    county, product, limit, rate, method = (int(roll) for roll in rng.integers(0, PPM, 5))
    return Borrower(number, temper, COUNTIES[county % len(COUNTIES)], product, limit, rate, method, diary.in_order(opened))


def disasters(seed: int, span: Span) -> tuple[Disaster, ...]:
    """Every month or so a county is struck."""
    rng = np.random.default_rng([seed, 2])
    found, day = [], span.first + dt.timedelta(days=int(rng.integers(15, 31)))
    while day <= span.last:
        found.append(Disaster(day, COUNTIES[int(rng.integers(0, len(COUNTIES)))], int(rng.integers(0, PPM))))
        day += dt.timedelta(days=int(rng.integers(20, 45)))
    return tuple(found)


class _Diary:
    """Where a borrower's deeds are written as they are thought of."""

    def __init__(self, rng: np.random.Generator, span: Span) -> None:
        self.rng = rng
        self.span = span
        self.deeds: list[Deed] = []

    def in_order(self, opened: dt.date) -> tuple[Deed, ...]:
        """The deeds from the opening to the end of the span, by day."""
        lived = (deed for deed in self.deeds if opened <= deed.on <= self.span.last)
        return tuple(sorted(lived, key=lambda deed: (deed.on, deed.number)))

    def write(self, on: dt.date, doing: Doing, about: int = -1) -> int:
        """One more; its number."""
        self.deeds.append(Deed(len(self.deeds), on, doing, int(self.rng.integers(0, PPM)), about))
        return len(self.deeds) - 1

    def draws(self, opened: dt.date) -> None:
        """Soon after the opening, then every week to two months."""
        day = self._later(opened, 0, 6)
        while day <= self.span.last:
            self.write(day, Doing.DRAW)
            day = self._later(day, 7, 61)

    def payments(self, opened: dt.date, temper: Temper, stops: dt.date) -> None:
        """Around each monthly due day, as the temper has it."""
        due = opened.replace(day=DUE_DAY)
        while due <= self.span.last and due < stops:
            if due > opened:
                self._pay(due, temper)
            due = add_months(due, 1)

    def _pay(self, due: dt.date, temper: Temper) -> None:
        match temper:
            case Temper.EARLY:
                self.write(self._later(due, -6, 0), Doing.PAY_AHEAD)
            case Temper.LATE:
                self.write(self._later(due, 3, 45), Doing.PAY_DUE)
            case Temper.PARTIAL:
                self.write(self._later(due, 0, 5), Doing.PAY_PART)
                self.write(self._later(due, 5, 30), Doing.PAY_PART)
            case Temper.OVER:
                self.write(self._later(due, 0, 5), Doing.PAY_OVER)
                self.write(self._later(due, 5, 20), Doing.REFUND)
            case Temper.CONFUSED:
                wrong = self.write(due := self._later(due, 0, 5), Doing.PAY_WRONG)
                self.write(self._later(due, 1, 8), Doing.MOVE_BACK, wrong)
            case _:
                self.write(self._later(due, 0, 5), Doing.PAY_DUE)

    def service(self, opened: dt.date) -> None:
        """What happens to anybody now and then, month by month."""
        month = opened
        while month <= self.span.last:
            struck = self.rng.integers(0, PPM, len(ONCE_A_MONTH))
            for (doing, ppm), roll in zip(ONCE_A_MONTH.items(), struck, strict=True):
                if roll < ppm:
                    self._serve(self._later(month, 1, 30), doing)
            month = add_months(month, 1)

    def trouble(self, stops: dt.date) -> None:
        """No more money: new terms or none, in the end a loss, some of it recovered or sold."""
        slow = bool(self.rng.random() < 0.3)  # days past due alone make a loss of it
        day = self._later(stops, *((150, 300) if slow else (5, 25)))
        if self.rng.random() < 0.5:
            self._serve(day, Doing.RESTRUCTURE)
        if not slow:
            self.write(day := self._later(day, 2, 20), Doing.GIVE_UP)
        self._serve(day := self._later(day, 1, 12), Doing.WRITE_OFF)
        self.write(day := self._later(day, 3, 20), Doing.PAY_PART)
        self.write(day := self._later(day, 3, 20), Doing.PAY_AHEAD)
        if self.rng.random() < 0.5:
            self._serve(self._later(day, 1, 10), Doing.SELL)

    def _serve(self, on: dt.date, doing: Doing) -> None:
        """A deed and what follows from it: a second person, or its end."""
        about = self.write(on, doing)
        if doing in PROPOSED:
            self.write(self._later(on, 1, 5), SECOND[int(self.rng.integers(0, len(SECOND)))], about)
        elif doing in UNDONE:
            self.write(self._later(on, 2, 25), UNDONE[doing], about)

    def _later(self, day: dt.date, least: int, below: int) -> dt.date:
        return day + dt.timedelta(days=int(self.rng.integers(least, below)))
