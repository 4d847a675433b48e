"""`farthing line`, continued: take back, move, refund, change terms, assess, close, and what a payment would do.

Importing it puts these commands on the same noun as `cli.line.use`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import fresh, opened, print_json
from farthing.cli.line.use import Amount, Line, app
from farthing.cli.options import AsJson, Key, On, parse_day, some_day
from farthing.domain.arrears import LoanClass
from farthing.domain.money import format_yuan, parse_yuan
from farthing.flows.line import agree, correct
from farthing.flows.line.change import Changed
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.quote import RepaymentQuote, quote_repayment

__all__ = ["app"]

Event = Annotated[str, typer.Argument(help="The event's id, from `farthing line show LINE --json`.")]
Ground = Annotated[str, typer.Option(help="Why, as a code: returned_by_bank.")]


@app.command()
def reverse(ctx: typer.Context, line: Line, event: Event, ground: Ground, key: Key = None, as_json: AsJson = False) -> None:
    """Take a draw or a repayment back as of its own day. Example: farthing line reverse lin_abc evt_abc --ground returned_by_bank"""
    _act(ctx, correct.reverse, correct.ReverseRequest(line, event, ground), key, as_json=as_json)


@app.command()
def move(
    ctx: typer.Context,
    line: Line,
    event: Event,
    to: Annotated[str, typer.Option(help="The line the repayment was meant for.")],
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Book a repayment on the line it was meant for. Example: farthing line move lin_abc evt_abc --to lin_def"""
    with opened(ctx) as (house, actor):
        done = correct.move(house, actor, correct.MoveRequest(line, event, to), key or fresh(house))
    if as_json:
        print_json(done)
        return
    _print(done.from_line, as_json=False)
    _print(done.to_line, as_json=False)


@app.command()
def refund(ctx: typer.Context, line: Line, amount: Amount, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """Return money beyond what is owed. Example: farthing line refund lin_abc 12.30"""
    _act(ctx, correct.refund, correct.RefundRequest(line, parse_yuan(amount), some_day(on)), key, as_json=as_json)


@app.command()
def vary(
    ctx: typer.Context,
    line: Line,
    ground: Ground,
    rate_units: Annotated[int | None, typer.Option(help="New rate in units of the line's own basis: 30000 is 0.0300 % a day.")] = None,
    limit: Annotated[str | None, typer.Option(help="New limit in yuan.")] = None,
    expires: Annotated[str | None, typer.Option(help="New last day: 2027-01-31.")] = None,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Change rate, limit or expiry. Example: farthing line vary lin_abc --limit 50000 --ground regular_review"""
    limit_fen = None if limit is None else parse_yuan(limit)
    request = agree.VaryRequest(line, ground, rate_units, limit_fen, some_day(expires), some_day(on))
    _act(ctx, agree.vary, request, key, as_json=as_json)


@app.command()
def extend(
    ctx: typer.Context,
    line: Line,
    number: Annotated[int, typer.Argument(min=1, help="Which draw.")],
    matures: Annotated[str, typer.Argument(help="Its new last day: 2027-01-31.")],
    ground: Ground,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Let a draw mature later. Example: farthing line extend lin_abc 1 2027-01-31 --ground late_sales"""
    request = agree.ExtendRequest(line, number, parse_day(matures), ground, some_day(on))
    _act(ctx, agree.extend, request, key, as_json=as_json)


@app.command()
def coupon(
    ctx: typer.Context,
    line: Line,
    number: Annotated[str, typer.Argument(help="The coupon's number.")],
    until: Annotated[str, typer.Option(help="The day from which interest runs again.")],
    up_to: Annotated[str, typer.Option(help="On principal up to this many yuan.")],
    start: Annotated[str | None, typer.Option("--from", help="From this day on; the day it is granted if not given.")] = None,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Grant an interest-free coupon. Example: farthing line coupon lin_abc spring-17 --until 2027-01-31 --up-to 5000"""
    with opened(ctx) as (house, actor):
        since = some_day(start) or some_day(on) or house.clock.today()
        request = agree.CouponRequest(line, number, since, parse_day(until), parse_yuan(up_to), some_day(on))
        done = agree.grant_coupon(house, actor, request, key or fresh(house))
    _print(done, as_json=as_json)


@app.command()
def assess(
    ctx: typer.Context,
    line: Line,
    floor: Annotated[LoanClass, typer.Argument(help="The least class; normal lifts it.")],
    rule: Annotated[str, typer.Option(help=f"By which rule: {', '.join(agree.RULES)}.")],
    by: Annotated[str, typer.Option(help="Your staff id: a risk manager's name stands behind it.")],
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Hold a line to a class or worse. Example: farthing line assess lin_abc substandard --rule RC-05 --by stf_abc"""
    with opened(ctx) as (house, _):
        done = agree.assess(house, house.staff.get(by), agree.AssessRequest(line, floor, rule, some_day(on)), key or fresh(house))
    _print(done, as_json=as_json)


@app.command()
def close(ctx: typer.Context, line: Line, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """End a line on which nothing is owed. Example: farthing line close lin_abc"""
    _act(ctx, close_line, CloseRequest(line, some_day(on)), key, as_json=as_json)


@app.command(name="what-if")
def what_if(
    ctx: typer.Context,
    line: Line,
    amount: Amount,
    on: Annotated[str | None, typer.Option(help="On which day; today if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """What a payment would do, without making it. Example: farthing line what-if lin_abc 500 --on 2027-01-31"""
    with opened(ctx) as (house, actor):
        found = quote_repayment(house, actor, line, parse_yuan(amount), some_day(on) or house.clock.today())
    if as_json:
        print_json(found)
    else:
        _print_quote(found)


def _print_quote(found: RepaymentQuote) -> None:
    split = found.split
    table = Table("去向 goes to", title=f"{format_yuan(found.amount_fen)} · {found.day}")
    table.add_column("金额 amount", justify="right")
    table.add_row("罚息 penalty", format_yuan(split.penalty_fen))
    table.add_row("利息 interest", format_yuan(split.interest_fen))
    table.add_row("本金 principal", format_yuan(split.principal_fen))
    table.add_row("溢缴 surplus", format_yuan(split.surplus_fen))
    due = found.next_due
    after = f"owed after it {format_yuan(found.owed_after_fen)}; {format_yuan(found.settles_fen)} would settle the line that day"
    coming = f"next due {format_yuan(due.total_fen)} on {due.due_on}" if due else "nothing falls due any more"
    Console().print(table, f"{after}; {coming}", highlight=False)


def _act(ctx: typer.Context, flow: Callable[..., Changed], request: object, key: str | None, *, as_json: bool) -> None:
    """Carry it out as the person at this machine, and show the line after it."""
    with opened(ctx) as (house, actor):
        done = flow(house, actor, request, key or fresh(house))
    _print(done, as_json=as_json)


def _print(done: Changed, *, as_json: bool) -> None:
    """A line after a change."""
    if as_json:
        print_json(done)
        return
    stands = f"{done.status.value}, {done.loan_class.value}, owed {format_yuan(done.owed_fen)}, headroom {format_yuan(done.headroom_fen)}"
    typer.echo(f"{done.line} on {done.on}: {stands} ({done.event})")
