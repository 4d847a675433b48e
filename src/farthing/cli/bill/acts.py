"""`farthing bill`, continued: take a bill up, and record what happens to it.

Importing it puts these commands on the same noun as `cli.bill.desk`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from farthing.cli.bill.desk import Invoices, Which, app, invoices
from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key, parse_day, some_day
from farthing.domain.bill.bill import BANK, BillGround, BillKind
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRefused,
    BillReturned,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.ids import Id
from farthing.domain.money import format_yuan, parse_yuan
from farthing.flows.bill.act import BillChanged, StepBody, StepRequest, act
from farthing.flows.bill.draw import DrawBillRequest, draw_bill
from farthing.flows.queries.parties import named

__all__ = ["app"]

On = Annotated[str | None, typer.Option(help="The day it took effect, today if not given: 2027-01-31.")]
Ground = Annotated[BillGround, typer.Option(help="Why.")]
_Known = Callable[[str], Id]
Hand = Annotated[str, typer.Argument(help="A party, by id or by the key its source knows it by.")]


@app.command()
def draw(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's 30 digits.")],
    amount: Annotated[str, typer.Argument(help="Yuan.")],
    matures: Annotated[str, typer.Argument(help="The day it matures: 2027-01-31.")],
    drawer: Annotated[str, typer.Option(help="Who drew it, by id or key.")],
    acceptor: Annotated[str, typer.Option(help="Who is to accept it.")],
    payee: Annotated[str, typer.Option(help="Who is paid.")],
    invoice: Invoices,
    kind: Annotated[BillKind, typer.Option(help="Whose promise it is.")] = BillKind.COMMERCIAL,
    drawn: Annotated[str | None, typer.Option(help="The day it was drawn, today if not given.")] = None,
    bound: Annotated[bool, typer.Option("--not-transferable", help="It may not be passed on.")] = False,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Take a bill up.

    Example: farthing bill draw 210230812345620270107000000018 100000 2027-06-30 --drawer E1 --acceptor E1 --payee E2 --invoice F1:100000
    """
    with opened(ctx) as (house, actor):
        first, second, third = [named(house, actor, name).id for name in (drawer, acceptor, payee)]
        drawn_on = some_day(drawn) or house.clock.today()
        request = DrawBillRequest(
            number, kind, first, second, third, parse_yuan(amount), drawn_on, parse_day(matures), invoices(invoice), transferable=not bound
        )
        made = draw_bill(house, actor, request, key or fresh(house))
    _print(made, as_json=as_json)


@app.command()
def accept(ctx: typer.Context, bill: Which, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """The acceptor promised to pay it. Example: farthing bill accept bil_abc"""
    _record(ctx, lambda _: BillAccepted(bill), on, key, as_json=as_json)


@app.command()
def refuse(ctx: typer.Context, bill: Which, ground: Ground, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """The acceptor would not accept it. Example: farthing bill refuse bil_abc --ground dispute"""
    _record(ctx, lambda _: BillRefused(bill, ground), on, key, as_json=as_json)


@app.command(name="return")
def return_(ctx: typer.Context, bill: Which, ground: Ground, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """An unused bill went back to its drawer. Example: farthing bill return bil_abc --ground trade_cancelled"""
    _record(ctx, lambda _: BillReturned(bill, ground), on, key, as_json=as_json)


@app.command()
def endorse(
    ctx: typer.Context,
    bill: Which,
    by: Hand,
    to: Hand,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """The holder passed it on. Example: farthing bill endorse bil_abc E2 E3"""
    _record(ctx, lambda party: BillEndorsed(bill, party(by), party(to)), on, key, as_json=as_json)


@app.command()
def present(
    ctx: typer.Context,
    bill: Which,
    by: Annotated[str, typer.Option(help="Who presents it, by id or key; the bank if not given.")] = BANK,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """The holder asked the acceptor to pay. Example: farthing bill present bil_abc"""
    _record(ctx, lambda party: BillPresented(bill, BANK if by == BANK else party(by)), on, key, as_json=as_json)


@app.command()
def pay(ctx: typer.Context, bill: Which, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """The acceptor paid the face. Example: farthing bill pay bil_abc --on 2027-06-30"""
    _record(ctx, lambda _: BillPaid(bill), on, key, as_json=as_json)


@app.command(name="pay-part")
def pay_part(
    ctx: typer.Context,
    bill: Which,
    amount: Annotated[str, typer.Argument(help="Yuan.")],
    ground: Ground,
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """The acceptor paid less than the face. Example: farthing bill pay-part bil_abc 30000 --ground no_funds"""
    _record(ctx, lambda _: BillPaidInPart(bill, parse_yuan(amount), ground), on, key, as_json=as_json)


@app.command()
def redeem(
    ctx: typer.Context,
    bill: Which,
    amount: Annotated[str, typer.Argument(help="Yuan: the whole claim.")],
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """The bank paid its buyer and has the bill back. Example: farthing bill redeem bil_abc 100120.83"""
    _record(ctx, lambda _: BillRedeemed(bill, parse_yuan(amount)), on, key, as_json=as_json)


@app.command()
def dishonour(ctx: typer.Context, bill: Which, ground: Ground, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """The acceptor did not pay: a default. Example: farthing bill dishonour bil_abc --ground no_funds"""
    _record(ctx, lambda _: BillDishonoured(bill, ground), on, key, as_json=as_json)


@app.command()
def recourse(ctx: typer.Context, bill: Which, party: Hand, on: On = None, key: Key = None, as_json: AsJson = False) -> None:
    """Ask somebody who is liable to pay; `bank`, if its buyer asks. Example: farthing bill recourse bil_abc E2"""
    _record(ctx, lambda known: RecourseTaken(bill, BANK if party == BANK else known(party)), on, key, as_json=as_json)


@app.command()
def recover(
    ctx: typer.Context,
    bill: Which,
    party: Hand,
    amount: Annotated[str, typer.Argument(help="Yuan.")],
    on: On = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Somebody who was asked paid. Example: farthing bill recover bil_abc E2 100000"""
    _record(ctx, lambda known: RecourseMet(bill, known(party), parse_yuan(amount)), on, key, as_json=as_json)


def _record(ctx: typer.Context, step: Callable[[_Known], StepBody], on: str | None, key: str | None, *, as_json: bool) -> None:
    """Record what happened to a bill, and tell what became of it; `step` is given what finds a party by id or key."""
    with opened(ctx) as (house, actor):
        body = step(lambda name: named(house, actor, name).id)
        made = act(house, actor, StepRequest(body, some_day(on)), key or fresh(house))
    _print(made, as_json=as_json)


def _print(made: BillChanged, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    holder = "the bank" if made.holder == BANK else made.holder
    claim = f", {format_yuan(made.claim_fen)} is claimed" if made.claim_fen else ""
    typer.echo(f"{made.bill} is {made.status.value} since {made.on}, held by {holder}{claim}")
