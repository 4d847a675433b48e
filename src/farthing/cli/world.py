"""`farthing world`: a seeded economy as files, for models, tests and load, with its truth kept apart."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.simulation import simulate, work
from farthing.domain.errors import Unavailable
from farthing.flows.imagine import A_WORLD, imagine

app = typer.Typer(help="A seeded world: the same seed gives the same bytes.", no_args_is_help=True)


app.command()(simulate)
app.command(hidden=True)(work)


@app.command()
def make(
    directory: Annotated[Path, typer.Argument(help="where the files go; made if missing")],
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="another seed is another world")] = A_WORLD.seed,
    merchants: Annotated[int, typer.Option(min=20, max=100_000, help="how many merchants")] = A_WORLD.merchants,
    months: Annotated[int, typer.Option(min=24, max=120, help="how many months of evidence")] = A_WORLD.months,
    start: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="first day")] = dt.datetime(2024, 1, 1),  # noqa: DTZ001 - a day
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Write evidence.<kind>.parquet files, and truth.parquet which no model may read. Example: farthing world make /tmp/world --seed 7"""
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
    imagined = imagine(replace(A_WORLD, seed=seed, merchants=merchants, months=months, start=start.date()))
    frames = {f"evidence.{table.kind.value}.parquet": table.frame for table in imagined.tables} | {"truth.parquet": imagined.truth}
    for name, frame in frames.items():
        with _explained(directory):
            frame.write_parquet(directory / name)
    rows = {name: frame.height for name, frame in frames.items()}
    if as_json:
        typer.echo(json.dumps({"seed": seed, "directory": str(directory), "rows": rows}))
        return
    shown = Table("file", "rows", title=f"A synthetic world of {merchants} merchants, seed {seed}")
    for name, count in rows.items():
        shown.add_row(name, f"{count:,}")
    Console().print(shown)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """A folder that cannot be written to is a refusal with a remedy."""
    try:
        yield
    except OSError as error:
        told = f"{directory} cannot be written to: {(error.strerror or str(error)).lower()}."
        raise Unavailable("cannot_write", told, "Name another folder, or make room there.") from None
