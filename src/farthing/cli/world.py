"""`farthing world`: a seeded economy as files, for models, tests and load, with its truth kept apart."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.simulation import simulate, work
from farthing.domain.errors import Unavailable
from farthing.flows.imagine import A_WORLD, FARMS, imagine, imagine_farms, mapping_of

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
    """Write evidence.<kind>.parquet and .yaml for the importer, and truth.parquet, which no model may read.

    Example: farthing world make ./world --seed 7
    """
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
    imagined = imagine(replace(A_WORLD, seed=seed, merchants=merchants, months=months, start=start.date()), every=True)
    frames = {f"evidence.{table.kind.value}.parquet": table.frame for table in imagined.tables} | {"truth.parquet": imagined.truth}
    for name, frame in frames.items():
        with _explained(directory):
            frame.write_parquet(directory / name)
    for table in imagined.tables:
        with _explained(directory):
            (directory / f"evidence.{table.kind.value}.yaml").write_text(mapping_of(table), encoding="utf-8")
    _tell(directory, seed, frames, f"A synthetic world of {merchants} merchants, seed {seed}", as_json=as_json)


@app.command()
def farms(
    directory: Annotated[Path, typer.Argument(help="where the files go; made if missing")],
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="another seed is another set of counties")] = FARMS.seed,
    counties: Annotated[int, typer.Option(min=1, max=1_000, help="how many counties")] = FARMS.counties,
    each: Annotated[int, typer.Option(min=1, max=1_000_000, help="farms of each county")] = FARMS.farms,
    months: Annotated[int, typer.Option(min=1, max=120, help="months of lending")] = FARMS.months,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Write farms.parquet, a vector a farm for models of a county, and truth.parquet. Example: farthing world farms ./farms --each 40000"""
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
    made = imagine_farms(replace(FARMS, seed=seed, counties=counties, farms=each, months=months))
    frames = {"farms.parquet": made.rows, "truth.parquet": made.truth}
    for name, frame in frames.items():
        with _explained(directory):
            frame.write_parquet(directory / name)
    _tell(directory, seed, frames, f"Synthetic farms of {counties} counties, seed {seed}", as_json=as_json)


def _tell(directory: Path, seed: int, frames: Mapping[str, pl.DataFrame], title: str, *, as_json: bool) -> None:
    rows = {name: frame.height for name, frame in frames.items()}
    if as_json:
        typer.echo(json.dumps({"seed": seed, "directory": str(directory), "rows": rows}))
        return
    shown = Table("file", "rows", title=title)
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
