"""`farthing book`: the trial balance, and down to the lines under a posting."""

from __future__ import annotations

import csv
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened, print_json
from farthing.cli.line.use import SIMULATED
from farthing.cli.options import AsJson, parse_day
from farthing.domain.money import format_yuan
from farthing.flows.queries import trial_balance as reading
from farthing.flows.queries.trial_balance import Asked, Breakdown, TrialBalance

app = typer.Typer(help="账务 The books: trial-balance, account, posting.", no_args_is_help=True)

On = Annotated[str | None, typer.Option(help="A closed day: 2026-01-31. The last one if not given.")]
Since = Annotated[str | None, typer.Option("--from", help="The first day; that day alone if not given.")]
Account = Annotated[str, typer.Argument(help="The account's four digits, like 1301.")]
HEAD = ("code", "name_zh", "name_en", "opening_fen", "debits_fen", "credits_fen", "closing_fen")


@app.command(name="trial-balance")
def trial_balance(
    ctx: typer.Context,
    on: On = None,
    since: Since = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: amounts in fen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every account at a close, past ones included; exit code 1 if it is out of balance. Example: farthing book trial-balance --on
    2026-01-31"""
    with opened(ctx) as (house, actor):
        last = parse_day(on) if on else reading.last_closed(house, actor)
        view = reading.trial_balance(house, actor, parse_day(since) if since else last, last)
    if as_json:
        print_json(view)
    elif as_csv:
        rows = csv.writer(sys.stdout)
        rows.writerow(HEAD)
        rows.writerows(
            (row.account.value, row.name_zh, row.name_en, row.opening_fen, row.debits_fen, row.credits_fen, row.closing_fen)
            for row in view.rows
        )
    else:
        _print(view)
    raise typer.Exit(0 if view.balanced else 1)


def _print(view: TrialBalance) -> None:
    table = Table("代码 code", "科目 account", title=f"试算平衡表 Trial balance, {view.first} to {view.last}")
    for name in ("期初 opening", "借方 debits", "贷方 credits", "期末 closing"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in view.rows:
        amounts = (row.opening_fen, row.debits_fen, row.credits_fen, row.closing_fen)
        table.add_row(row.account.value[:4], f"{row.name_zh} {row.name_en}", *map(format_yuan, amounts))
    total = (view.opening_fen, view.debits_fen, view.credits_fen, view.closing_fen)
    table.add_row("", "合计 total", *map(format_yuan, total))
    Console().print(table, "✓ 平 in balance" if view.balanced else "✗ 不平 out of balance", highlight=False)


@app.command()
def account(ctx: typer.Context, code: Account, on: On = None, since: Since = None, as_json: AsJson = False) -> None:
    """What was posted to an account, day by day. Example: farthing book account 1132 --from 2026-01-01 --on 2026-01-31"""
    with opened(ctx) as (house, actor):
        last = parse_day(on) if on else reading.last_closed(house, actor)
        rows = reading.daily(house, actor, reading.account_of(code), (parse_day(since) if since else last, last))
    if as_json:
        print_json(rows)
        return
    table = Table("日期 day", "产品 product", title=f"{code} {' '.join(reading.account_of(code).names)}")
    table.add_column("入账 posted", justify="right")
    for row in rows:
        table.add_row(str(row.booked_on), row.product, format_yuan(row.amount_fen))
    Console().print(table)


@app.command()
def posting(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(help="A closed day.")],
    product: Annotated[str, typer.Argument(help="The product's code.")],
    code: Account,
    after: Annotated[str, typer.Option(help="From behind this line: the last one of the page before.")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Add up all lines, however many there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """The lines that a day's posting is made of. Example: farthing book posting 2026-01-31 revolving 1132"""
    with opened(ctx) as (house, actor):
        found = reading.breakdown(house, actor, Asked(parse_day(day), product, reading.account_of(code)), after=after, whole=whole)
    print_json(found) if as_json else _parts(found)


def _parts(found: Breakdown) -> None:
    simulated = SIMULATED if any(one.synthetic for one in found.parts) else None
    table = Table("额度 line", title=f"{found.asked.account.value} {found.asked.product} {found.asked.day}", caption=simulated)
    for name in ("上次 before", "时间 by time", "事件 by events", "份额 part"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("依据 from")
    for one in found.parts:
        time = f"{format_yuan(one.principal_fen)} x {one.rate.daily_percent():.4f} % x {one.days}" if one.by_time_fen else ""
        told = [time, *(f"{event.kind} {event.id}" for event in one.events)]
        amounts = (one.before_fen, one.by_time_fen, one.by_events_fen, one.part_fen)
        table.add_row(one.line, *map(format_yuan, amounts), "; ".join(filter(None, told)))
    Console().print(table)
    summed = "not added up (--whole)" if found.summed_fen is None else format_yuan(found.summed_fen)
    typer.echo(f"入账 posted {format_yuan(found.posted_fen)}; 各额度合计 all lines {summed}")
    if found.more:
        typer.echo(f"… 下一页 the next page: --after {found.more}")
