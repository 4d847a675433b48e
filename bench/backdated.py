"""A repayment found late on a long-lived line: how long until the books are right, and that no row was rewritten.

The line is 2,400 days old with 2,000 events; the payment is dated 1,200 days back. Through the whole path: the command, the fold of the
line again, the commit syncing to disk.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import replace

from tests.ledger.lives import Script, life, terms

from bench.figure import Context, Figure
from bench.ledger import SYSTEM, of_line
from farthing import wiring
from farthing.domain.line_event import Opened
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import fold
from farthing.settings import Settings

PREFIXES = ("ledger.backdated",)
DAYS, EVENTS, TIMES = 2_400, 2_000, 21
OPENED = dt.date(2018, 1, 10)


def figures(context: Context) -> Iterable[Figure]:
    """The median of some repayments, each on a line of its own."""
    settings = Settings(home=context.scratch / "backdated", database_url=None, host="127.0.0.1", port=0)
    with wiring.open_house(settings) as house:
        house.clock.open_day(OPENED + dt.timedelta(days=DAYS))
        lines = [_line(house, number) for number in range(TIMES)]
        spent = []
        with context.measured() as measured:
            for number, line in enumerate(lines):
                start = time.perf_counter()
                made = repay(house, SYSTEM, RepayRequest(line, 5_000, OPENED + dt.timedelta(days=DAYS // 2)), f"late-{number}")
                spent.append((time.perf_counter() - start) * 1000)
                assert made.interest_fen + made.principal_fen + made.surplus_fen + made.penalty_fen == 5_000
        rewritten = sum(len(house.journal.events(line)) != EVENTS + 1 for line in lines)
    wiring.stop_database(settings)
    note = f"{EVENTS} events over {DAYS} days, dated {DAYS // 2} back; worst {max(spent):.1f} ms; lines whose past changed: {rewritten}"
    median = sorted(spent)[TIMES // 2]
    yield Figure("ledger.backdated_ms", round(median, 1), "ms", goal=50, better="lower", cpu_s=measured.cpu_s, note=note)


def _line(house: House, number: int) -> str:
    """A line that drew and repaid every few days all its life."""
    of = replace(terms(opened_on=OPENED, expires_on=OPENED + dt.timedelta(days=DAYS + 400)), line=f"lin_{number:020d}")
    script: Script = []
    for step in range(EVENTS // 2):
        day = step * DAYS // (EVENTS // 2)
        script += [(day, "draw", 100_000), (day + 1, "repay", 99_000 + step % 7 * 500)]
    events = life(of, script[: EVENTS - 1])

    def think(transaction: Transaction) -> int:
        for event in events:
            body = Opened(of) if isinstance(event.body, Opened) else of_line(event.body, of.line)
            transaction.append(of.line, event.effective_on, body, synthetic=True)
        transaction.save_line(fold(transaction.events(of.line)))
        return len(events)

    house.commands.run(Command(f"open-{number}", "open", SYSTEM, {"number": number}), think, int)
    return of.line
