"""`farthing bill`: the day's work, the list, one bill, its price, and buying it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key, Limit, Offset
from farthing.domain.bill.bill import BANK, BillStatus
from farthing.domain.errors import Invalid
from farthing.domain.money import format_yuan, parse_yuan
from farthing.domain.rate import Rate
from farthing.flows.bill.discount import DiscountQuote, DiscountRequest, discount, quote_discount
from farthing.flows.bill.draw import Invoice
from farthing.flows.line.propose import propose_discount
from farthing.flows.needs.bills import Wanted
from farthing.flows.queries import bills as reading
from farthing.flows.queries.bills import BillRow, BillView

app = typer.Typer(help="网商贴 Acceptance bills: desk, list, show, price and buy; and what happens to them.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(help="The bill's id, like bil_….")]
Units = Annotated[int, typer.Option("--rate-units", min=0, help="Units of 1e-6 a year of 360 days: 25000 is 2.50 %.")]
Invoices = Annotated[list[str], typer.Option("--invoice", help="NUMBER:YUAN, once for each invoice.")]


@app.command()
def desk(ctx: typer.Context, as_json: AsJson = False) -> None:
    """What is due today, what the bank holds, on whom it depends. Example: farthing bill desk"""
    with opened(ctx) as (house, actor):
        shown = reading.desk(house, actor)
    if as_json:
        print_json(shown)
        return
    held, unearned, defaulted = (format_yuan(fen) for fen in (shown.held_fen, shown.unearned_fen, shown.defaulted_fen))
    typer.echo(f"{shown.on}  持有 held {held}  未实现利息 unearned {unearned}  违约 in default {defaulted}")
    if shown.due:
        _print(shown.due, "今日应提示付款 Due for presentment")
    table = Table("主体 party", "角色 role", title="集中度 On whom the bank depends")
    for title in ("票据 bills", "合计 in all", "上限 cap"):
        table.add_column(title, justify="right", no_wrap=True)
    for one in shown.concentrations:
        roles = ", ".join(name for name, plays in (("seller", one.seller), ("acceptor", one.acceptor)) if plays)
        table.add_row(one.name or one.party, roles, *(format_yuan(fen) for fen in (one.bills_fen, one.total_fen, one.cap_fen)))
    Console().print(table)


@app.command(name="list")
def list_(
    ctx: typer.Context,
    status: Annotated[BillStatus | None, typer.Option(help="Only bills in this state.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """Bills, the last to mature first. Example: farthing bill list --status discounted"""
    with opened(ctx) as (house, actor):
        rows = reading.bills(house, actor, Wanted((status,) if status else (), limit=limit, offset=offset))
    print_json(rows) if as_json else _print(rows, "票据 Bills")


@app.command()
def terms(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Bounds, rates and caps of the bill business. Example: farthing bill terms"""
    with opened(ctx) as (house, _):
        one = house.bill_product
    if as_json:
        print_json(one)
        return
    low, high = (Rate(units, one.rate_basis).annual_percent() for units in (one.rate_min_units, one.rate_max_units))
    table = Table("条款 term", "值 value", title=f"{one.name_zh} {one.name_en}")
    table.add_row("票面 face", f"{format_yuan(one.face_min_fen)} – {format_yuan(one.face_max_fen)}")
    table.add_row("年利率 rate a year of 360 days", f"{low} – {high} %")
    table.add_row("最长期限 longest", f"{one.most_months} months")
    table.add_row("第二人 second person above", format_yuan(one.second_person_fen))
    for title, cap in (
        ("贴现人 seller", one.seller_cap_fen),
        ("企业承兑人 acceptor", one.acceptor_cap_fen),
        ("承兑银行 bank", one.bank_cap_fen),
    ):
        table.add_row(f"上限 cap, {title}", format_yuan(cap))
    Console().print(table)


@app.command()
def show(ctx: typer.Context, bill: Which, as_json: AsJson = False) -> None:
    """One bill: who stands on it, its price, what happened. Example: farthing bill show bil_abc"""
    with opened(ctx) as (house, actor):
        view = reading.bill(house, actor, bill)
    print_json(view) if as_json else _tell(view)


@app.command()
def quote(ctx: typer.Context, bill: Which, units: Units, invoice: Invoices, as_json: AsJson = False) -> None:
    """What the bank would pay today, and what speaks against it.

    Example: farthing bill quote bil_abc --rate-units 25000 --invoice 0440012:100000
    """
    with opened(ctx) as (house, actor):
        found = quote_discount(house, actor, DiscountRequest(bill, units, invoices(invoice)))
    print_json(found) if as_json else _told(found)


@app.command(name="discount")
def buy(
    ctx: typer.Context,
    bill: Which,
    units: Units,
    invoice: Invoices,
    proceeds: Annotated[str | None, typer.Option(help="Only at this price: the yuan that the seller was told.")] = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Buy a bill from its holder. Example: farthing bill discount bil_abc --rate-units 25000 --invoice 0440012:100000"""
    request = DiscountRequest(bill, units, invoices(invoice), None if proceeds is None else parse_yuan(proceeds))
    with opened(ctx) as (house, actor):
        made = discount(house, actor, request, key or fresh(house))
    if as_json:
        print_json(made)
        return
    typer.echo(f"{made.bill} bought from {made.seller} for {format_yuan(made.proceeds_fen)}, due {made.falls_due_on} ({made.days} days)")


@app.command(name="propose")
def ask(
    ctx: typer.Context,
    bill: Which,
    units: Units,
    invoice: Invoices,
    by: Annotated[str, typer.Option(help="Your staff id: you act under your name.")],
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask a second person to buy a large bill, who agrees to it as to any proposal.

    Example: farthing bill propose bil_abc --rate-units 25000 --invoice 0440012:6000000 --by stf_abc
    """
    with opened(ctx) as (house, _):
        made = propose_discount(house, house.staff.get(by), DiscountRequest(bill, units, invoices(invoice)), key or fresh(house))
    print_json(made) if as_json else typer.echo(f"{made.id} {made.act} {bill} waits for a second person")


def invoices(given: list[str]) -> tuple[Invoice, ...]:
    """`NUMBER:YUAN` as invoices."""
    found = []
    for text in given:
        number, colon, yuan = text.rpartition(":")
        if not colon:
            raise Invalid("usage", f"{text!r} is not NUMBER:YUAN.", "Write --invoice 0440012:100000.")
        found.append(Invoice(number, parse_yuan(yuan)))
    return tuple(found)


def _print(rows: tuple[BillRow, ...], title: str) -> None:
    table = Table(title=title, caption="模拟 simulated" if any(row.state.bill.synthetic for row in rows) else None)
    table.add_column("票据 bill", no_wrap=True)
    for name in ("状态 status", "承兑人 acceptor", "持票人 holder"):
        table.add_column(name)
    table.add_column("金额 amount", justify="right", no_wrap=True)
    table.add_column("到期 due", no_wrap=True)
    for row in rows:
        state = row.state
        late = f" (+{row.dpd})" if row.dpd else ""
        holder = "本行 the bank" if state.holder == BANK else row.holder or state.holder
        acceptor = row.acceptor or state.bill.acceptor
        amount = format_yuan(state.bill.amount_fen)
        table.add_row(state.bill.bill, state.status.value, acceptor, holder, amount, f"{state.falls_due_on}{late}")
    Console().print(table)


def _tell(view: BillView) -> None:
    state, console = view.state, Console()
    of = state.bill
    name = {BANK: "本行 the bank", **{party: known or party for party, known in view.names.items()}}
    console.print(f"[bold]{of.bill}[/] {of.number} {of.kind.value} {state.status.value}", highlight=False)
    console.print(f"金额 amount {format_yuan(of.amount_fen)}  到期 due {state.falls_due_on}  分类 class {view.loan_class}", highlight=False)
    hands = [name.get(of.drawer, of.drawer), name.get(of.payee, of.payee), *(name.get(one.to, one.to) for one in state.chain)]
    console.print(f"流转 chain {' → '.join(hands)}  承兑人 acceptor {name.get(of.acceptor, of.acceptor)}", highlight=False)
    if view.price is not None:
        paid, interest, earned = (format_yuan(fen) for fen in (view.price.proceeds_fen, view.price.interest_fen, view.earned_fen))
        console.print(f"贴现 bought for {paid}: interest {interest} over {view.price.days} days, earned {earned}", highlight=False)
    if view.claimed.total_fen:
        liable = ", ".join(f"{one.name or one.party}{' (asked)' if one.asked else ''}" for one in view.liable)
        console.print(f"追索 claim {format_yuan(view.claimed.total_fen)}  可追索 liable {liable}", highlight=False)
    table = Table("日期 day", "事件 event", title="经过 Timeline")
    for event in view.events:
        table.add_row(str(event.effective_on), event.kind)
    console.print(table)


def _told(found: DiscountQuote) -> None:
    due = found.price
    typer.echo(f"{format_yuan(due.face_fen)} less interest {format_yuan(due.interest_fen)} ({due.days} days at "
               f"{due.rate.annual_percent()} % a year) = {format_yuan(due.proceeds_fen)}")  # fmt: skip
    for use in found.uses:
        role = "seller" if use.seller else "acceptor"
        typer.echo(f"{role} {use.party}: {format_yuan(use.before_fen)} -> {format_yuan(use.after_fen)} of {format_yuan(use.cap_fen)}")
    if found.second_person:
        typer.echo("a second person decides: farthing bill propose")
    if found.refusal is not None:
        typer.echo(f"refused: {found.refusal.message} {found.refusal.remedy}")
