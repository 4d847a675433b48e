"""After a night: a debtor whose claims are non-performing in part is looked at as a whole (RC-06), and what follows is recorded.

It follows the last closed day: its non-performing lines name the debtors. Each debtor is one command under a key of the day, so
that the review may be killed and run again, and says the same thing once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from farthing.domain.arrears import LoanClass
from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.line_event import Assessed
from farthing.domain.party import PartyKind
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.line.change import write
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.contagion import RULE, floors
from farthing.ledger.facility import advance
from farthing.portfolio.balance import NON_PERFORMING

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DebtorReviewed:
    """Lines of one debtor that RC-06 now holds to a class, and those it no longer does."""

    held: tuple[Id, ...]
    lifted: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review: after which closed day, how many debtors were looked at, which lines were held and which lifted. `news` are the lines that
    this very run held: run again on one day it tells the same, and nothing new."""

    closed_on: dt.date | None
    debtors: int
    held: tuple[Id, ...]
    lifted: tuple[Id, ...]
    news: tuple[Id, ...] = field(default=(), compare=False)


def review_classes(house: House, actor: Actor) -> Reviewed:
    """Hold or lift the lines of every debtor with a non-performing claim at the last close. Run again on one day, it tells the same."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    today, days = house.clock.today(), house.lines.days()
    if not days or not RULEBOOK[RULE].in_force(today):
        return Reviewed(days[-1] if days else None, 0, (), ())
    debtors = _debtors(house, days[-1])
    found, news = list[DebtorReviewed](), dict[Id, DebtorReviewed]()
    for start in range(0, len(debtors), AT_ONCE):
        with house.commands.batch() as commands:
            stage = replace(house, commands=commands)
            found += [_review(stage, actor, debtor, news) for debtor in debtors[start : start + AT_ONCE]]
    held, lifted = (tuple(line for one in found for line in getattr(one, which)) for which in ("held", "lifted"))
    return Reviewed(days[-1], len(debtors), held, lifted, tuple(line for one in news.values() for line in one.held))


def _debtors(house: House, day: dt.date) -> Sequence[Id]:
    """Enterprises with a claim that was non-performing at the close of a day; persons and farms are retail, classed loan by loan."""
    bad = house.lines.standings(day).filter(pl.col("loan_class").is_in(NON_PERFORMING))["line"]
    return house.lines.debtors(bad.to_list(), PartyKind.ENTERPRISE)


def _review(house: House, actor: Actor, debtor: Id, news: dict[Id, DebtorReviewed]) -> DebtorReviewed:
    today = house.clock.today()
    lines = sorted(state.terms.line for state in house.lines.of_party(debtor))

    def think(transaction: Transaction) -> DebtorReviewed:
        claims = [advance(transaction.line(line), today) for line in lines]
        made = {claim.terms.line: floor for claim, floor in floors(claims)}
        for line, floor in made.items():
            _assess(transaction, line, floor, today)
        news[debtor] = DebtorReviewed(
            held=tuple(line for line, floor in made.items() if floor.non_performing),
            lifted=tuple(line for line, floor in made.items() if not floor.non_performing),
        )
        return news[debtor]

    command = Command(f"review:{today}:{debtor}:{actor.id}", "review_classes", actor, {"debtor": debtor, "day": today})
    return house.commands.run(command, think, DebtorReviewed)


def _assess(transaction: Transaction, line: Id, floor: LoanClass, today: dt.date) -> None:
    def decide(_: LineState) -> Assessed:
        return Assessed(line, floor, RULE)

    write(transaction, line, today, decide)
