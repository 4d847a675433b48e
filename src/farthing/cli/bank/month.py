"""`farthing month`: look at a month, close it under a name, write its status file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from farthing.cli.house import opened, print_json
from farthing.cli.line.use import SIMULATED
from farthing.cli.options import AsJson
from farthing.domain.errors import Invalid
from farthing.domain.money import format_yuan
from farthing.flows.closing import month_end as closing
from farthing.flows.closing import report as reports
from farthing.flows.closing.month_end import MonthView

app = typer.Typer(help="月结 Months: list, show, end and status-file.", no_args_is_help=True)

Month = Annotated[str, typer.Argument(help="The month: 2026-01.")]


@app.command(name="list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every month, the newest first, and who closed it. Example: farthing month list"""
    with opened(ctx) as (house, actor):
        found = closing.months(house, actor)
    if as_json:
        print_json(found)
        return
    for first, done in found:
        typer.echo(f"{first:%Y-%m}  {f'closed by {done.name}, report {done.report[:16]}' if done else 'not closed'}")


@app.command()
def show(ctx: typer.Context, month: Month, as_json: AsJson = False) -> None:
    """A month's report, reckoned anew; exit code 1 if a check fails. Example: farthing month show 2026-01"""
    with opened(ctx) as (house, actor), _watched() as told:
        view = closing.month(house, actor, parse_month(month), told)
    print_json(view) if as_json else _print(view)
    raise typer.Exit(0 if view.report.whole and view.kept else 1)


@app.command()
def end(
    ctx: typer.Context,
    month: Month,
    by: Annotated[str, typer.Option(help="Your staff id: you close it under your name.")],
    as_json: AsJson = False,
) -> None:
    """Close a month; broken off, simply run it again. Example: farthing month end 2026-01 --by stf_abc"""
    with opened(ctx) as (house, _), _watched() as told:
        done = closing.month_end(house, house.staff.get(by), closing.MonthEndRequest(parse_month(month)), told)
    print_json(done) if as_json else typer.echo(f"{done.month:%Y-%m} closed by {done.name}, report {done.report}, event {done.event}")


@app.command(name="status-file")
def status_file(
    ctx: typer.Context, month: Month, out: Annotated[Path, typer.Option(help="The file to write.")], as_json: AsJson = False
) -> None:
    """Write the 24-month repayment status of all lines (CR-07). Example: farthing month status-file 2026-01 --out status.csv"""
    with opened(ctx) as (house, actor), _watched() as told:
        content = reports.status_file(house, actor, parse_month(month), told)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Invalid("cannot_write", f"{out} cannot be written: {error.strerror}.", "Choose another file.") from None
    lines = content.count(b"\n") - 1
    print_json({"file": str(out), "lines": lines}) if as_json else typer.echo(f"{out}: {lines} lines")


def parse_month(text: str) -> dt.date:
    """The first day of `2026-01`; `Invalid` for anything else."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("bad_month", f"{text[:20]!r} is not a month.", "Write it like 2026-01.") from None


@contextmanager
def _watched() -> Iterator[reports.Watch]:
    """A bar that says how many lines are done."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("逐笔核算 line by line")
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _print(view: MonthView) -> None:
    report, console = view.report, Console()
    console.print(f"[bold]{report.month:%Y-%m}[/] {report.first} to {report.last}, {report.lines} lines", highlight=False)
    for check in report.checks:
        console.print(f"{'✓' if check.holds else '✗'} {check.name} {check.found}", highlight=False)
    table = Table("分类 class", title="五级分类与准备 Classes and provisions", caption=SIMULATED if report.synthetic else None)
    for name in ("笔数 lines and bills", "本金 principal", "应提 required"):
        table.add_column(name, justify="right")
    for row in report.classes:
        table.add_row(row.loan_class.value, str(row.lines), format_yuan(row.principal_fen), format_yuan(row.required_fen))
    moves = Table("从 from", "到 to", title=f"迁徙 Migration since {report.since or 'the bank opened'}")
    for name in ("户数 lines", "原本金 before", "现本金 after"):
        moves.add_column(name, justify="right")
    for move in report.migrations:
        moves.add_row(move.from_class, move.to_class, str(move.lines), format_yuan(move.was_fen), format_yuan(move.is_fen))
    console.print(table, moves)
    required, posted = (sum(getattr(row, name) for row in report.provisions) for name in ("required_fen", "posted_fen"))
    console.print(f"准备 allowance: required {format_yuan(required)}, posted {format_yuan(posted)}", highlight=False)
    console.print(f"状态文件 status file: {report.status_lines} lines, {report.status_file}", highlight=False)
    closed = f"closed by {view.closed.name}" if view.closed else "not closed"
    console.print(f"{closed}; report {view.digest}{'' if view.kept else ' (differs from what was signed)'}", highlight=False)
