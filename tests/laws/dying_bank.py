"""A bank at work, to be killed: draws, repayments and nights on a few lines, drawn from a seed, several at once, each under its key.

Run with a home and a seed. It goes on from the open business day and issues the whole day again, so that what was done before it
died is answered from the record. Each answer is told at once, as JSON. It leaves with 3 when the database is gone.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tests.flows.bank import OFFICER, OPENED, SYSTEM, opened

from farthing import wiring
from farthing.domain.errors import Conflict, FarthingError, Invalid, Unavailable
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.draw import Drawing, DrawRequest, draw
from farthing.flows.line.repay import Repayment, RepayRequest, repay
from farthing.flows.ports import House
from farthing.settings import Settings

LINES, DAYS, ACTS_A_DAY = 6, 30, 3
GONE = 3
"""How it leaves when the database has gone."""


@dataclass(frozen=True, slots=True)
class Act:
    """One wish of a borrower."""

    key: str
    kind: str
    line: str
    amount_fen: int


def acts(seed: int, day: dt.date, line: str) -> Iterator[Act]:
    """What happens to a line on a day: by the seed alone, so that the same is asked for again after a death."""
    chance = np.random.default_rng([seed, day.toordinal(), *line.encode()])
    for number in range(int(chance.integers(0, ACTS_A_DAY + 1))):
        kind = "Drawn" if chance.random() < 0.5 else "Repaid"
        yield Act(f"{day}:{line}:{number}", kind, line, int(10 ** chance.uniform(2, 6)))


def settings(home: Path) -> Settings:
    return Settings(home=home, database_url=None, host="", port=0)


def tell(**answer: object) -> None:
    os.write(sys.stdout.fileno(), f"{json.dumps(answer)}\n".encode())


def play(house: House, day: dt.date, seed: int, line: str) -> None:
    """The day of one line, all wishes in flight at once: they are carried out in order, among those of other lines."""
    flying = [(act, house.commands.submit(house, partial(carried_out, act=act), act.key, (line,))) for act in acts(seed, day, line)]
    for act, ticket in flying:
        try:
            ticket.result()
        except (Conflict, Invalid):
            continue
        tell(key=act.key, kind=act.kind, line=line, amount_fen=act.amount_fen)


def carried_out(house: House, act: Act) -> Drawing | Repayment:
    if act.kind == "Drawn":
        return draw(house, OFFICER, DrawRequest(act.line, act.amount_fen), act.key)
    return repay(house, OFFICER, RepayRequest(act.line, act.amount_fen), act.key)


def work(house: House, seed: int) -> None:
    """From the open business day to the last."""
    if not house.lines.days():
        house.clock.open_day(OPENED)
    term = {"opened_on": OPENED, "expires_on": OPENED.replace(year=OPENED.year + 2)}
    lines = [opened(house, number, limit_fen=10**6 * number, **term).line for number in range(1, LINES + 1)]
    with ThreadPoolExecutor(3) as hands, wiring.sealing(house):
        while (day := house.clock.today()) < OPENED + dt.timedelta(days=DAYS):
            for done in [hands.submit(play, house, day, seed, line) for line in lines]:
                done.result()
            day_end(house, SYSTEM, DayEndRequest(day), f"night:{day}")
            tell(key=f"night:{day}", kind="DayClosed")


def main(home: str, seed: str) -> int:
    try:
        with wiring.open_house(settings(Path(home))) as house:
            tell(kind="open")
            work(house, int(seed))
    except Unavailable as gone:
        print(f"{gone.code} {gone.message}", file=sys.stderr)
        return GONE
    except FarthingError as refused:
        print(f"{refused.code} {refused.message}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
