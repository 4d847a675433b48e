"""Proof: how long a journal takes to verify, in the database and from its export alone, and how large a proof is."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterable

from bench.figure import Context, Figure
from farthing import wiring
from farthing.cli import export_files
from farthing.domain.line_event import Drawn, Repaid
from farthing.domain.staff import Actor, Role
from farthing.flows import prove
from farthing.flows.export import export
from farthing.flows.ports import Command, House, Transaction
from farthing.settings import Settings

DAY = dt.date(2024, 12, 31)
SYSTEM = Actor("stf_bench", "bench", Role.SYSTEM)
MILLION = 1_000_000
AT_ONCE = 1_000
GOAL_S, GOAL_BYTES = 30, 1024


def figures(context: Context) -> Iterable[Figure]:
    """A journal of draws and repayments, a thousand events a commit; verified by `farthing audit verify` and by the exported program."""
    count = MILLION if context.full else MILLION // 10
    scale = MILLION / count
    busy = f"load of the machine {os.getloadavg()[0]:.0f}"
    note = f"{count:,} events, {count // AT_ONCE:,} receipts, no lines, {busy}" + ("" if context.full else f"; time x {scale:.0f}")
    settings = Settings(home=context.scratch / "journal", database_url=None, host="127.0.0.1", port=0)
    with wiring.open_house(settings) as house:
        house.clock.open_day(DAY)
        fill(context, house, count)
        with context.measured() as spent:
            checked = prove.verify(house, SYSTEM)
        assert (checked.findings, checked.events) == ((), count)
        yield Figure(
            "audit.verify_million_s", spent.wall_s * scale, "s", goal=GOAL_S, better="lower", cpu_s=spent.cpu_s,
            note=f"{note}; the database's own checks and seal included",
        )  # fmt: skip
        yield from exported(context, house, scale, note)
        yield proof_bytes(house)
    wiring.stop_database(settings)


def fill(context: Context, house: House, count: int) -> None:
    """So many events of as many lines as there are commits, sealed."""
    for start in range(0, count, AT_ONCE):
        line = f"lin_{start:020d}"

        def think(transaction: Transaction, line: str = line) -> int:
            for number in range(AT_ONCE):
                body = Repaid(line, 30_000 + number) if number % 2 else Drawn(line, number // 2 + 1, 50_000 + number)
                transaction.append(line, DAY, body, synthetic=True)
            return AT_ONCE

        house.commands.run(Command(f"fill-{start}", "fill", SYSTEM, {"start": start}), think, int)
        if start % 50_000 == 0:
            context.say(f"audit: {start:,} of {count:,} events recorded")
    house.journal.seal()


def exported(context: Context, house: House, scale: float, note: str) -> Iterable[Figure]:
    """The journal as files, and the program among them that needs no bank."""
    folder = context.scratch / "export"
    with context.measured() as spent:
        export_files.write(house, export(house, SYSTEM), folder)
    yield Figure("audit.export_million_s", spent.wall_s * scale, "s", better="lower", cpu_s=spent.cpu_s, note=note)
    with context.measured() as spent:
        subprocess.run([sys.executable, "-I", folder / export_files.VERIFIER, folder], check=True, capture_output=True)
    yield Figure("audit.verify_export_million_s", spent.wall_s * scale, "s", goal=GOAL_S, better="lower", cpu_s=spent.cpu_s, note=note)


def proof_bytes(house: House) -> Figure:
    """The largest compact proof: a path of a million leaves has 20 steps at most, whatever the journal's size here."""
    event = next(iter(house.journal.events(limit=1)))
    made = prove.proof(house, SYSTEM, event.id)
    steps = len(made.inclusion.path)
    size = len(prove.compact(made))
    full = (
        size + -(-32 * 20 // 3) * 4 - -(-32 * steps // 3) * 4 + 2 * len(str(MILLION)) - len(f"{made.inclusion.index}{made.inclusion.size}")
    )
    return Figure(
        "audit.inclusion_proof_bytes", full, "bytes", goal=GOAL_BYTES, better="lower",
        note=f"20 steps, as under {MILLION:,} events; {size} bytes with {steps} steps here",
    )  # fmt: skip
