"""Ten thousand lives through the real store, while the process that plays them and its database are killed again and again.

As a program (`python -m bench.lives HOME LIVES`) it plays; the bench runs it, kills it, lets it finish, and does the sums.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.ledger.lives import terms

from bench.figure import Context, Figure
from farthing import wiring
from farthing.domain.errors import Conflict, Invalid, Unavailable
from farthing.domain.ids import Id
from farthing.domain.line_event import Opened
from farthing.domain.staff import Actor, Role
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import advance, fold, open_line
from farthing.ledger.posting import Totals, entries, totals
from farthing.settings import Settings
from farthing.store.postgres import server as postgres

LIVES, DAYS, ACTS_A_DAY, AT_ONCE, KILLS = 10_000, 10, 2_000, 500, 6
FIRST = dt.date(2024, 1, 10)
SYSTEM = Actor("stf_bench", "bench", Role.SYSTEM)


def figures(context: Context) -> Iterable[Figure]:
    """Play, kill, finish; then every line against the fold of its events, and the accounts against all lines."""
    home, lives = context.scratch / "lives", LIVES * (10 if context.full else 1)
    chance, kills = np.random.default_rng(1), 0
    with context.measured() as spent:
        for number in range(KILLS):
            context.say(f"ledger: {lives} lives, death {number + 1} of {KILLS}")
            kills += killed(home, lives, float(chance.uniform(1.0, 6.0)), database=number % 4 == 3)
        subprocess.run(program(home, lives), check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    with wiring.open_house(settings(home)) as house:
        context.say("ledger: the sums of all lives")
        events, wrong, unbalanced = checked(house)
    wiring.stop_database(settings(home))
    note = (
        f"{events} events, {kills} kills in {spent.wall_s:.0f} s; lines that differ from the fold: {wrong}; sum of postings: {unbalanced}"
    )
    yield Figure("lives.whole_after_kills", lives * (not wrong and not unbalanced), "lives", goal=LIVES, cpu_s=spent.cpu_s, note=note)


def settings(home: Path) -> Settings:
    """An embedded bank in `home`."""
    return Settings(home=home, database_url=None, host="127.0.0.1", port=0)


def program(home: Path, lives: int) -> list[str]:
    """How the lives are played."""
    return [sys.executable, "-m", "bench.lives", str(home), str(lives)]


def killed(home: Path, lives: int, after_s: float, *, database: bool) -> bool:
    """Let it play for a while from when it opened, then kill it or its database; whether that ended it."""
    with subprocess.Popen(
        program(home, lives), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path(__file__).parent.parent
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        victim = postgres.status(home).pid if database else process.pid
        with suppress(ProcessLookupError):
            os.kill(victim or process.pid, signal.SIGKILL)
        return process.wait() != 0


def checked(house: House) -> tuple[int, int, int]:
    """(events, lines whose state or whose accounts differ from the fold, sum of all postings in fen)."""
    last, book, events, wrong = house.lines.days()[-1], Totals(), 0, 0
    for line in house.lines.ids():
        told = house.journal.events(line)
        state = fold(told)
        events += len(told)
        wrong += house.lines.get(line) != state
        book += totals(advance(state, last))
    accounts = {account: fen for account, fen in house.lines.balances(last).items() if fen}
    wrong += accounts != {account.value: fen for (_, account), fen in entries("revolving", book).items() if fen}
    return events, wrong, sum(accounts.values())


def play(house: House, lives: int) -> None:
    """Open the lines, then live day by day from the open one; what was done before is answered from the record."""
    if not house.lines.days():
        house.clock.open_day(FIRST)
    lines = [f"lin_{number:020d}" for number in range(lives)]
    for start in range(0, lives, AT_ONCE):
        open_some(house, lines[start : start + AT_ONCE])
    while (day := house.clock.today()) < FIRST + dt.timedelta(days=DAYS):
        for start in range(0, ACTS_A_DAY * lives // LIVES, AT_ONCE):
            act_some(house, day, start, lines)
        day_end(house, SYSTEM, DayEndRequest(day), f"night-{day}")


def open_some(house: House, lines: Sequence[Id]) -> None:
    """Some lines by one command."""

    def think(transaction: Transaction) -> int:
        for line in lines:
            of = terms(line=line, opened_on=FIRST, expires_on=FIRST.replace(year=FIRST.year + 2), synthetic=True)
            transaction.append(line, FIRST, Opened(of), synthetic=True)
            transaction.save_line(open_line(of))
        return len(lines)

    house.commands.run(Command(f"open-{lines[0]}", "open", SYSTEM, tuple(lines)), think, int)


def act_some(house: House, day: dt.date, start: int, lines: Sequence[Id]) -> None:
    """Draws and repayments by the seed of the day, each a command of its own, many to a commit."""
    chance = np.random.default_rng([day.toordinal(), start])
    with house.commands.batch() as commands:
        inside = replace(house, commands=commands)
        for number, place in enumerate(chance.choice(len(lines), AT_ONCE, replace=False)):
            line, amount, key = lines[int(place)], int(10 ** chance.uniform(2, 6)), f"{day}:{start + number}"
            with suppress(Conflict, Invalid):  # a wish may be refused
                if chance.random() < 0.6:
                    draw(inside, SYSTEM, DrawRequest(line, amount), key)
                else:
                    repay(inside, SYSTEM, RepayRequest(line, amount), key)


if __name__ == "__main__":
    try:
        with wiring.open_house(settings(Path(sys.argv[1]))) as opened:
            sys.stdout.write("open\n")
            sys.stdout.flush()
            play(opened, int(sys.argv[2]))
    except Unavailable:
        sys.exit(3)
