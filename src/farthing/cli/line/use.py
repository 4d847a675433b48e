"""`farthing line`: draw, repay, quote and read lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key, Limit, Offset, On, parse_day, some_day
from farthing.domain.money import format_yuan, parse_yuan
from farthing.flows import quote as quoting
from farthing.flows.line import draw as drawing
from farthing.flows.line import freeze as standstill
from farthing.flows.line import repay as repaying
from farthing.flows.line.freeze import Standstill
from farthing.flows.queries import lines as reading

app = typer.Typer(help="额度 Lines: list, show, draw, repay, quote, freeze and unfreeze.", no_args_is_help=True)

Line = Annotated[str, typer.Argument(help="The line's id, like lin_….")]
Amount = Annotated[str, typer.Argument(help="Yuan, with at most two decimals: 1234.50.")]
Ground = Annotated[str, typer.Argument(help="Why, as a code of small letters: suspected_fraud.")]
SIMULATED = "模拟还款 simulated repayment"


@app.command(name="list")
def list_(
    ctx: typer.Context,
    limit: Limit = 50,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """Lines, newest first, as they stand today. Example: farthing line list --limit 20"""
    with opened(ctx) as (house, actor):
        rows = reading.lines(house, actor, limit=limit, offset=offset)
    if as_json:
        print_json(rows)
        return
    table = Table(title="额度 Lines", caption=SIMULATED if any(row.synthetic for row in rows) else None)
    table.add_column("额度 line", no_wrap=True)
    table.add_column("状态 status")
    _money_columns(table, "可用 headroom", "本金 principal", "逾期 overdue")
    table.add_column("分类 class")
    for row in rows:
        amounts = (format_yuan(fen) for fen in (row.headroom_fen, row.principal_fen, row.overdue_fen))
        late = f" ({row.dpd} days)" if row.dpd else ""
        table.add_row(row.line, f"{row.product} {row.status}", *amounts, f"{row.loan_class}{late}")
    Console().print(table)


@app.command()
def show(ctx: typer.Context, line: Line, as_json: AsJson = False) -> None:
    """One line: what is owed, what is coming, what happened. Example: farthing line show lin_abc"""
    with opened(ctx) as (house, actor):
        view = reading.line(house, actor, line)
    if as_json:
        print_json(view)
        return
    console = Console()
    terms, stands = view.terms, view.standing
    console.print(
        f"[bold]{terms.line}[/] {terms.product} {view.state.status.value}{f'  [{SIMULATED}]' if view.synthetic else ''}", highlight=False
    )
    console.print(f"授信 limit {format_yuan(terms.limit_fen)}  可用 headroom {format_yuan(view.state.headroom_fen)}", highlight=False)
    console.print(f"利率 rate {view.rate.daily_percent} % a day = {view.rate.annual_percent} % a year (simple)", highlight=False)
    owed, overdue = format_yuan(view.payoff.total_fen), format_yuan(stands.overdue_fen)
    console.print(f"结清 payoff today {owed}  逾期 overdue {overdue}  {stands.dpd} days, {stands.loan_class.value}", highlight=False)
    told = Table("日期 day", "事件 event", title="经过 Timeline")
    coming = Table("日期 day", title="还款计划 Coming")
    _money_columns(told, "金额 amount", "利息 interest", "本金 principal", "余额 principal after")
    _money_columns(coming, "利息 interest", "本金 principal", "合计 total", "剩余 left")
    for entry in view.timeline:
        amounts = (entry.amount_fen, entry.interest_fen, entry.principal_fen, entry.principal_after_fen)
        told.add_row(str(entry.on), entry.kind, *map(format_yuan, amounts))
    for due in view.schedule:
        coming.add_row(str(due.due_on), *map(format_yuan, (due.interest_fen, due.principal_fen, due.total_fen, due.left_fen)))
    console.print(told, coming)


@app.command()
def draw(ctx: typer.Context, line: Line, amount: Amount, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """Draw on a line. Example: farthing line draw lin_abc 10000"""
    with opened(ctx) as (house, actor):
        done = drawing.draw(house, actor, drawing.DrawRequest(line, parse_yuan(amount), on=some_day(on)), key or fresh(house))
    said = f"{format_yuan(done.amount_fen)} paid out on {done.drawn_on}, due {done.matures_on}; headroom {format_yuan(done.headroom_fen)}"
    print_json(done) if as_json else typer.echo(said)


@app.command()
def repay(
    ctx: typer.Context,
    line: Line,
    amount: Amount,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Repay a line, any day, without a fee. Example: farthing line repay lin_abc 500.25"""
    request = repaying.RepayRequest(line, parse_yuan(amount), some_day(on))
    with opened(ctx) as (house, actor):
        done = repaying.repay(house, actor, request, key or fresh(house))
    parts = (
        f"interest {format_yuan(done.interest_fen)}, principal {format_yuan(done.principal_fen)}, surplus {format_yuan(done.surplus_fen)}"
    )
    print_json(done) if as_json else typer.echo(f"{format_yuan(done.amount_fen)} received: {parts}; owed {format_yuan(done.owed_fen)}")


@app.command()
def quote(
    ctx: typer.Context,
    line: Line,
    draw: Annotated[str | None, typer.Option(help="What would drawing this many yuan today cost?")] = None,
    on: Annotated[str | None, typer.Option(help="What settles the line on this day? Today if neither is asked.")] = None,
    as_json: AsJson = False,
) -> None:
    """The cost of a draw, or the amount that settles a line. Example: farthing line quote lin_abc --draw 10000"""
    with opened(ctx) as (house, actor):
        if draw is None:
            settle = quoting.quote_payoff(house, actor, line, parse_day(on) if on else house.clock.today())
            said = f"{format_yuan(settle.total_fen)} settles the line on {settle.day} (interest {format_yuan(settle.interest_fen)})"
            print_json(settle) if as_json else typer.echo(said)
            return
        asked = quoting.quote_draw(house, actor, line, parse_yuan(draw))
    if as_json:
        print_json(asked)
        return
    table = Table("日期 day", title="还款计划 Schedule")
    _money_columns(table, "利息 interest", "本金 principal", "合计 total", "剩余 left")
    for due in asked.cost.schedule:
        table.add_row(str(due.due_on), *map(format_yuan, (due.interest_fen, due.principal_fen, due.total_fen, due.left_fen)))
    cost = asked.cost
    annual = f"{cost.simple_ppm / 10_000:.2f} % a year simple, {cost.effective_ppm / 10_000:.2f} % effective (IRR)"
    Console().print(table, f"利息合计 interest {format_yuan(cost.interest_fen)}; {annual}", highlight=False)
    if asked.refusal:
        typer.echo(f"This draw would be refused: {asked.refusal.message} {asked.refusal.remedy}")


@app.command()
def freeze(ctx: typer.Context, line: Line, ground: Ground, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """Stop draws. The ground is a code. Example: farthing line freeze lin_abc suspected_fraud"""
    _stand(ctx, standstill.freeze, standstill.FreezeRequest(line, ground, some_day(on)), key, as_json=as_json)


@app.command()
def unfreeze(ctx: typer.Context, line: Line, ground: Ground, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """Let a frozen line be drawn on again. Example: farthing line unfreeze lin_abc cleared"""
    _stand(ctx, standstill.unfreeze, standstill.FreezeRequest(line, ground, some_day(on)), key, as_json=as_json)


def _stand(
    ctx: typer.Context, flow: Callable[..., Standstill], request: standstill.FreezeRequest, key: str | None, *, as_json: bool
) -> None:
    with opened(ctx) as (house, actor):
        done = flow(house, actor, request, key or fresh(house))
    print_json(done) if as_json else typer.echo(f"{done.line} is {done.status.value} from {done.on}")


def _money_columns(table: Table, *names: str) -> None:
    for name in names:
        table.add_column(name, justify="right")
