"""Law: whatever the borrowers do and whenever the process dies, no event is lost or doubled, and the books equal the fold.

Lives are played day by day through the real flows and the real store. A command's process dies at random, before its commit
or right after it with the answer lost; whoever asked asks again under the same key. So does the night.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.flows.bank import OFFICER, OPENED, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain.errors import FarthingError
from farthing.domain.line_event import Drawn, Repaid
from farthing.flows.day_end import BANK, DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import advance, fold
from farthing.ledger.posting import Totals, entries, totals

LINES, DAYS, FAULTS = 6, 45, 0.3
Deed = tuple[str, str, int]


class KilledError(Exception):
    """The process died here."""


@dataclass
class Mortal:
    """Commands whose process dies at random: before the commit, or after it."""

    house: House
    chance: np.random.Generator
    deaths: int = 0

    def run(self, command: Command, think: Callable[[Transaction], object], result: type) -> object:
        before, after = self.chance.random(2) < FAULTS / 2
        self.deaths += int(before or after)

        def die(transaction: Transaction) -> object:
            value = think(transaction)
            if before:
                raise KilledError
            return value

        value = self.house.commands.run(command, die, result)
        if after:
            raise KilledError
        return value


def until_done(verb: Callable[..., object], *arguments: object) -> bool:
    """Ask until there is an answer, however often the process dies on the way; was it done, or refused?"""
    while True:
        try:
            verb(*arguments)
            return True
        except KilledError:
            continue
        except FarthingError:
            return False


def live(house: House, lines: list[str], chance: np.random.Generator) -> Counter[Deed]:
    """Every day a few draws and repayments, some found late, and the night; what was done."""
    done: Counter[Deed] = Counter()
    for day in (OPENED + dt.timedelta(days=number) for number in range(DAYS)):
        for number in range(int(chance.integers(0, 4))):
            line, amount = str(chance.choice(lines)), int(10 ** chance.uniform(2, 7))
            late = max(day - dt.timedelta(days=int(chance.choice([0, 0, 5]))), OPENED)
            if chance.random() < 0.5:
                done["Drawn", line, amount] += until_done(draw, house, OFFICER, DrawRequest(line, amount), f"{day}:{number}")
            else:
                done["Repaid", line, amount] += until_done(repay, house, OFFICER, RepayRequest(line, amount, late), f"{day}:{number}")
        until_done(day_end, house, SYSTEM, DayEndRequest(day), f"night:{day}")
    return +done


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_or_doubled_and_the_books_equal_the_fold(seed: int, database: Database, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    with open_bank(database, tmp_path) as safe:
        lines = [opened(safe, number, limit_fen=int(10 ** chance.uniform(5, 8))).line for number in range(1, LINES + 1)]
        mortal = Mortal(safe, chance)
        done = live(replace(safe, commands=mortal), lines, chance)  # type: ignore[arg-type]
        last = OPENED + dt.timedelta(days=DAYS - 1)
        recorded: Counter[Deed] = Counter()
        book = Totals()
        for line in lines:
            events = safe.journal.events(line)
            assert safe.lines.get(line) == fold(events)
            book += totals(advance(fold(events), last))
            recorded.update((event.kind, line, event.body.amount_fen) for event in events if isinstance(event.body, Drawn | Repaid))
        assert recorded == done
        assert mortal.deaths > 10
        assert len(safe.journal.events(BANK, "DayClosed")) == len(safe.lines.days()) == DAYS
        accounts = {account: fen for account, fen in safe.lines.balances(last).items() if fen}
        assert sum(accounts.values()) == 0
        assert accounts == {account.value: fen for (_, account), fen in entries("revolving", book).items() if fen}
