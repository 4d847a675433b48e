"""Intake: how fast real invoices come in, from the file to the recorded event and the aggregates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bench.figure import Context, Figure, Spent
from farthing import wiring
from farthing.domain.evidence import EvidenceKind
from farthing.domain.staff import Actor, Role
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.settings import Settings

PREFIXES = ("import.",)
ROWS = 784_265
GOAL_S = 25
SYSTEM = Actor("stf_bench", "bench", Role.SYSTEM)


def figures(context: Context) -> Iterable[Figure]:
    """The whole of cumcm2020c into a new bank on a real disk: read, check, lake, parties, events, aggregates. Then once more."""
    source = context.data / "cumcm2020c"
    if not source.exists():
        context.say(f"import: {source} is not there; set FARTHING_DATA")
        return
    with wiring.open_house(Settings(context.scratch / "import", None, "127.0.0.1", 0), context.say) as house:
        rows, spent, note = taken_in(context, house, source)
        yield Figure("import.rows_per_s", rows / spent.wall_s, "invoices/s", goal=ROWS / GOAL_S, cpu_s=spent.cpu_s, note=note)
        rows, spent, note = taken_in(context, house, source)
        yield Figure("import.known_s", spent.wall_s, "s", better="lower", cpu_s=spent.cpu_s, note=f"the same files again: {note}")


def taken_in(context: Context, house: House, source: Path) -> tuple[int, Spent, str]:
    """Invoices, what they took, and what became of them."""
    with context.measured() as spent:
        request = IntakeRequest(wiring.data_set("cumcm2020c", source))
        reports = intake(house, SYSTEM, request, "bench", lambda what, done, of: context.say(f"{what} ({done} of {of})"))
    rows = sum(report.rows for report in reports if report.kind is EvidenceKind.INVOICE)
    refused = sum(report.quarantined_rows for report in reports)
    return rows, spent, f"{rows:,} invoices in {spent.wall_s:.1f} s, quarantined {refused}"
