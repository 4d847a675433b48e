"""`farthing world simulate`: a whole bank lives while things go wrong around it, and is judged every evening."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from farthing import settings, wiring
from farthing.cli.house import print_json
from farthing.cli.options import parse_day
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.simulation.invariants import INVARIANTS, Check
from farthing.flows.simulation.message import Answer, Orders
from farthing.flows.simulation.play import Shift
from farthing.flows.simulation.ports import Struck
from farthing.flows.simulation.run import FAULTS, Simulated, SimulationRequest, simulate_bank
from farthing.flows.simulation.spoken import RESTED, said
from farthing.settings import Settings

PROGRAM = (sys.executable, "-m", "farthing.cli.main", "world", "work")
"""The bank at work in a process of its own."""
FOUND = 3
"""How the command leaves when an invariant is broken."""


def simulate(
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="decides what is done, and what goes wrong when")] = 1,
    borrowers: Annotated[int, typer.Option(min=2, max=1_000_000, help="how many borrowers")] = 200,
    days: Annotated[int, typer.Option(min=1, max=3_660, help="how many days the script spans")] = 60,
    faults: Annotated[str, typer.Option(help="what may go wrong, by commas; none for nothing")] = ",".join(FAULTS),
    until: Annotated[str | None, typer.Option(help="stop on the evening of this day")] = None,
    only_borrower: Annotated[int | None, typer.Option(min=0, help="play the deeds of this borrower only")] = None,
    sample: Annotated[int, typer.Option(min=0, help="lines looked at each evening beside those that were touched")] = 20,
    home: Annotated[Path | None, typer.Option(help="where the bank lives; run again, it goes on. A passing one if not said")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Live a whole bank day by day with faults, judged every evening; a finding prints the command that repeats it.

    Example: farthing world simulate --seed 7 --borrowers 60 --days 60 --faults kill,lost,full
    """
    wanted = () if faults.strip() == "none" else tuple(name.strip() for name in faults.split(","))
    if only_borrower is not None and only_borrower >= borrowers:
        raise Invalid("no_borrower", f"There is no borrower {only_borrower} among {borrowers}.", "They are numbered from 0.")
    request = SimulationRequest(seed, borrowers, days, wanted, parse_day(until) if until else None, only_borrower, sample)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with _home(home) as place, Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("opening", total=(request.last - request.span.first).days + 1)
        told = lived(place, request, lambda day: bar.update(task, advance=1, description=f"{day}"))
    if as_json:
        print_json({"request": request, "invariants": len(INVARIANTS), "told": told, "again": again(request, told)})
    else:
        _show(request, told)
    if told.findings:
        raise typer.Exit(FOUND)


def work() -> None:
    """Be the bank of a simulation: orders come in by standard input, a day a line. Example: farthing world work < orders.jsonl"""
    told = sys.stdout
    with wiring.hazardous_house(settings.read()) as (house, hands):
        shift = Shift(house, hands, _teller(told.write, told.flush))
        for line in sys.stdin:
            shift.work(canon.decode(Orders, line.encode()))
            told.write(RESTED)
            told.flush()


def lived(
    home: Path, request: SimulationRequest, progress: Callable[[dt.date], None] = lambda _: None, more: Sequence[Check] = ()
) -> Simulated:
    """A simulation in this home, by a bank in a process of its own; `more` are checks of whoever asks."""
    of = Settings(home=home, database_url=None, host="127.0.0.1", port=0)
    with wiring.bank_apart(of, PROGRAM) as stage:
        return simulate_bank(stage, request, progress, more)


def again(request: SimulationRequest, told: Simulated) -> str:
    """The command that repeats what was found."""
    words = ["farthing world simulate", f"--seed {request.seed}", f"--borrowers {request.borrowers}", f"--days {request.days}"]
    words += [f"--faults {','.join(request.faults) or 'none'}", f"--sample {request.sample}", f"--until {told.last}"]
    return " ".join(words + ([] if request.only is None else [f"--only-borrower {request.only}"]))


def _teller(write: Callable[[str], object], flush: Callable[[], None]) -> Callable[[Answer | Struck], None]:
    """Says a line at once: the process may die with the next step."""

    def tell(told: Answer | Struck) -> None:
        write(said(told))
        flush()

    return tell


@contextmanager
def _home(wanted: Path | None) -> Iterator[Path]:
    """The home that is wanted, or one that is gone at the end."""
    if wanted is not None:
        yield wanted.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="farthing-world-") as place:
        Path(place).chmod(0o711)  # the database's user must pass
        yield Path(place) / "home"


def _show(request: SimulationRequest, told: Simulated) -> None:
    faults = ", ".join(f"{count} {fault}" for fault, count in told.faults.items()) or "none"
    typer.echo(
        f"{told.days} days until {told.last}, {told.commands} commands, {told.refused} of them refused, {told.lives} lives of the bank"
    )
    typer.echo(f"faults: {faults}")
    typer.echo(f"{told.checks} checks of {len(INVARIANTS)} invariants; digest {told.digest[:16]}")
    for one in told.findings:
        typer.secho(f"{one.check} on {told.last}: {one.item}", fg="red")
        typer.echo(f"  expected {one.expected}\n  found    {one.found}")
    if told.findings:
        typer.echo(f"again: {again(request, told)}")
