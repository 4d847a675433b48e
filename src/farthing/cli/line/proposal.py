"""`farthing proposal`: ask for what a second person must agree to, and agree or turn down as that person."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, By, Key, On, parse_day, some_day
from farthing.domain.arrears import Concession, Difficulty
from farthing.domain.line_event import Reapproved, Restructured, Sold, Waived, WrittenOff
from farthing.domain.money import format_yuan, parse_yuan
from farthing.domain.rate import Rate
from farthing.flows.line.propose import BankAct, LineAct, Proposal, ResolveRequest, propose, resolve
from farthing.flows.queries.proposals import proposals

app = typer.Typer(help="提请 Acts that need a second person: list, propose, agree, reject.", no_args_is_help=True)

Line = Annotated[str, typer.Argument(help="The line's id, like lin_….")]
Which = Annotated[str, typer.Argument(help="The proposal's id, like prp_….")]
Ground = Annotated[str, typer.Option(help="Why, as a code: no_recovery.")]
Yuan = Annotated[str, typer.Option(help="Yuan, 0 for none.")]


@app.command(name="list")
def list_(
    ctx: typer.Context,
    by: By,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those not resolved.")] = False,
    as_json: AsJson = False,
) -> None:
    """Proposals, the newest first, with their effect today. Example: farthing proposal list --waiting --by stf_abc"""
    with opened(ctx) as (house, _):
        found = proposals(house, house.staff.get(by), waiting=waiting)
    if as_json:
        print_json(found)
        return
    table = Table("提请 proposal", "事项 act", "额度或票据 line or bill", "谁 by", "结果 outcome", "影响 effect", title="提请 Proposals")
    for one in found:
        outcome = {None: "waits", True: "agreed", False: "rejected"}[one.agreed]
        table.add_row(one.id, one.act, one.line or one.bill or "", one.by, outcome, _effect(one))
    Console().print(table)


@app.command()
def restructure(
    ctx: typer.Context,
    line: Line,
    difficulty: Annotated[Difficulty, typer.Option(help="Why the borrower cannot pay as agreed.")],
    matures: Annotated[str, typer.Option(help="The day by which all of it falls due.")],
    by: By,
    holiday: Annotated[str | None, typer.Option(help="Nothing falls due before this day.")] = None,
    rate_units: Annotated[int | None, typer.Option(help="A lower rate, in units of the line's own basis.")] = None,
    waive_principal: Yuan = "0",
    waive_interest: Yuan = "0",
    waive_penalty: Yuan = "0",
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask for new terms in difficulty.

    Example: farthing proposal restructure lin_abc --difficulty cash_flow --matures 2027-06-30 --by stf_abc
    """
    waived = tuple(parse_yuan(text) for text in (waive_principal, waive_interest, waive_penalty))
    with opened(ctx) as (house, _):
        basis = house.lines.get(line).terms.rate.basis
        given = {Concession.GRACE: holiday, Concession.LOWER_RATE: rate_units, Concession.FORGIVENESS: sum(waived) or None}
        concessions = (Concession.EASIER_SCHEDULE, *(one for one, what in given.items() if what is not None))
        body = Restructured(
            line, difficulty, concessions, parse_day(matures), some_day(holiday),
            None if rate_units is None else Rate(rate_units, basis), *waived,
        )  # fmt: skip
        made = propose(house, house.staff.get(by), body, key or fresh(house), some_day(on))
    _print(made, as_json=as_json)


@app.command()
def waive(
    ctx: typer.Context,
    line: Line,
    by: By,
    ground: Ground,
    interest: Yuan = "0",
    penalty: Yuan = "0",
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask to let go of interest or penalty. Example: farthing proposal waive lin_abc --penalty 12.50 --ground goodwill --by stf_abc"""
    body = Waived(line, parse_yuan(interest), parse_yuan(penalty), ground)
    ask(ctx, by, body, key, as_json=as_json, on=some_day(on))


@app.command(name="write-off")
def write_off(
    ctx: typer.Context,
    line: Line,
    by: By,
    ground: Ground,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask to write a loss off. Example: farthing proposal write-off lin_abc --ground no_recovery --by stf_abc"""
    ask(ctx, by, WrittenOff(line, ground), key, as_json=as_json, on=some_day(on))


@app.command()
def sell(
    ctx: typer.Context,
    line: Line,
    buyer: Annotated[str, typer.Option(help="Who buys the claim: the organisation's party id, like pty_….")],
    price: Annotated[str, typer.Option(help="For how many yuan.")],
    by: By,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask to sell a claim. Example: farthing proposal sell lin_abc --buyer pty_abc --price 1000 --by stf_abc"""
    ask(ctx, by, Sold(line, buyer, parse_yuan(price)), key, as_json=as_json, on=some_day(on))


@app.command()
def reapprove(ctx: typer.Context, line: Line, by: By, ground: Ground, key: Key = None, as_json: AsJson = False) -> None:
    """Ask to approve a line of more than a year again. Example: farthing proposal reapprove lin_abc --ground regular_review --by stf_abc"""
    ask(ctx, by, Reapproved(line, ground), key, as_json=as_json)


@app.command()
def agree(ctx: typer.Context, proposal: Which, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Agree as the second person, a risk manager: it is carried out. Example: farthing proposal agree prp_abc --by stf_abc"""
    _answer(ctx, by, ResolveRequest(proposal, agree=True), key, as_json=as_json)


@app.command()
def reject(ctx: typer.Context, proposal: Which, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Turn it down: nothing changes. Example: farthing proposal reject prp_abc --by stf_abc"""
    _answer(ctx, by, ResolveRequest(proposal, agree=False), key, as_json=as_json)


def ask(ctx: typer.Context, by: str, body: LineAct | BankAct, key: str | None, *, as_json: bool, on: dt.date | None = None) -> None:
    """Propose it in the name of a member of staff, and show the proposal with its effect."""
    with opened(ctx) as (house, _):
        made = propose(house, house.staff.get(by), body, key or fresh(house), on)
    _print(made, as_json=as_json)


def _answer(ctx: typer.Context, by: str, request: ResolveRequest, key: str | None, *, as_json: bool) -> None:
    with opened(ctx) as (house, _):
        made = resolve(house, house.staff.get(by), request, key or fresh(house))
    _print(made, as_json=as_json)


def _effect(one: Proposal) -> str:
    effect = one.effect
    if effect is None:
        return ""
    owed = f"owed {format_yuan(effect.owed_before_fen)} -> {format_yuan(effect.owed_after_fen)}"
    return f"{owed}, {effect.class_before.value} -> {effect.class_after.value}, cost {format_yuan(effect.cost_fen)}"


def _print(made: Proposal, *, as_json: bool) -> None:
    """A proposal in a sentence, with its effect."""
    if as_json:
        print_json(made)
        return
    outcome = {None: "waits for a second person", True: "agreed", False: "rejected"}[made.agreed]
    since = f" as of {made.effective_on}" if made.effective_on else ""
    typer.echo(f"{made.id} {made.act} {made.line or made.bill or ''}{since} {outcome}")
    if made.effect is not None:
        typer.echo(_effect(made))
