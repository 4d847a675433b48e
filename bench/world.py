"""A whole bank lives while its process, its database, its disk, its clock and its messages fail, and is judged every evening."""

from __future__ import annotations

from collections.abc import Iterable

from tests.flows.simulation.oracle_check import the_bookkeeper_agrees

from bench.figure import Context, Figure
from farthing.cli.simulation import again, lived
from farthing.flows.simulation.invariants import INVARIANTS
from farthing.flows.simulation.run import SimulationRequest

SEED = 1
SMALL, FULL = (300, 60), (10_000, 365)
"""Borrowers and days."""


def figures(context: Context) -> Iterable[Figure]:
    """Invariants broken; each names itself, and the command that repeats it."""
    request = SimulationRequest(SEED, *(FULL if context.full else SMALL))
    context.scratch.joinpath("world").mkdir(mode=0o711, exist_ok=True)

    def tell(day: object) -> None:
        context.say(f"world: {day}")

    with context.measured() as spent:
        told = lived(context.scratch / "world" / "bank", request, tell, (the_bookkeeper_agrees,))
    for one in told.findings:
        context.say(f"world: {one.check}: {one.item}: expected {one.expected}, found {one.found}; {again(request, told)}")
    faults = ", ".join(f"{count} {fault}" for fault, count in told.faults.items())
    note = (
        f"{request.borrowers} borrowers, {told.days} days, {told.commands} commands ({told.refused} refused), faults: {faults}; "
        f"{told.checks} checks of {len(INVARIANTS) + 1} invariants in {spent.wall_s:.0f} s; digest {told.digest[:12]}"
    )
    yield Figure("world.invariants_broken", len(told.findings), "invariants", goal=0, better="lower", cpu_s=spent.cpu_s, note=note)
