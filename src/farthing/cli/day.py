"""`farthing day`: close business days and see where the bank stands."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from farthing.cli.house import opened
from farthing.cli.line.use import SIMULATED
from farthing.cli.options import AsJson, parse_day
from farthing.domain import canon
from farthing.domain.money import format_yuan
from farthing.flows.bank.nights import nights
from farthing.flows.day_end import ONE_DAY
from farthing.flows.queries.book import book

app = typer.Typer(help="营业日 Business days: end and status.", no_args_is_help=True)


@app.command()
def end(
    ctx: typer.Context,
    to: Annotated[str | None, typer.Option(help="Close day after day until this one is open. The next day if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Close the open day and open the next, and look at debtors whose claims are non-performing in part (RC-06).

    Broken off, simply run it again. Example: farthing day end --to 2024-06-30
    """
    with opened(ctx) as (house, actor), Progress(console=Console(stderr=True), transient=True) as shown:
        today = house.clock.today()
        until = parse_day(to) if to else today + ONE_DAY
        task = shown.add_task("日终 day end", total=max((until - today).days, 1))

        def progress(day: dt.date, done: int, of: int) -> None:
            shown.update(task, completed=(day - today).days + done / of, description=f"日终 day end {day}")

        done = nights(house, actor, until, "day_end", progress)
    if as_json:
        typer.echo(json.dumps(canon.plain(done.closed), ensure_ascii=False))
        return
    for one in done.closed[-5:]:
        typer.echo(f"{one.day} closed: {one.lines} lines, {one.postings} postings, snapshot {one.snapshot[:16]}")
    typer.echo(f"{until} is open; {len(done.closed)} days closed")
    if done.held:
        typer.echo(f"RC-06 holds {len(done.held)} more lines to the class of their debtor: {', '.join(done.held[:5])}")


@app.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """The open day, and the book at the last close. Example: farthing day status"""
    with opened(ctx) as (house, actor):
        today, view = house.clock.today(), book(house, actor)
    if as_json:
        typer.echo(json.dumps(canon.plain({"open_day": today, "book": view}), ensure_ascii=False))
        return
    typer.echo(f"{today} is open")
    if view is None:
        typer.echo("No day has been closed yet.")
        return
    table = Table("分类 class", title=f"资产 Book at the close of {view.day}", caption=SIMULATED if view.synthetic else None)
    for name in ("笔数 lines and bills", "本金 principal", "逾期 overdue"):
        table.add_column(name, justify="right")
    for name, figures in [*view.by_class.items(), ("合计 total", view.total)]:
        table.add_row(name, str(figures.lines + figures.bills), format_yuan(figures.principal_fen), format_yuan(figures.overdue_fen))
    Console().print(table)
    ratio = view.total.npl_ppm
    typer.echo("不良率 NPL ratio: " + ("no loans" if ratio is None else f"{ratio / 10_000:.2f} %"))
