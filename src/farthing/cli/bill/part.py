"""`farthing bill`, continued: ask a second person to sell a bill on, or to write one off.

Importing it puts these commands on the same noun as `cli.bill.desk`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from farthing.cli.bill.acts import app
from farthing.cli.bill.desk import Units, Which
from farthing.cli.house import fresh, opened, print_json
from farthing.cli.line.proposal import Ground
from farthing.cli.options import AsJson, By, Key
from farthing.domain.bill.event import BillWrittenOff
from farthing.domain.money import format_yuan
from farthing.flows.bill.part import Parted, RediscountRequest, foresee_parting, foresee_sale
from farthing.flows.line.propose import propose, propose_sale
from farthing.flows.queries.parties import named

__all__ = ["app"]

Buyer = Annotated[str, typer.Option(help="Who buys it: a registered enterprise, by id or key.")]
Recourse = Annotated[bool, typer.Option("--with-recourse/--without-recourse", help="Does the bank answer for its payment?")]


@app.command(name="quote-sale")
def quote(ctx: typer.Context, bill: Which, buyer: Buyer, units: Units, recourse: Recourse, as_json: AsJson = False) -> None:
    """What selling it on would come to today. Example: farthing bill quote-sale bil_abc --buyer E9 --rate-units 20000 --with-recourse"""
    with opened(ctx) as (house, actor):
        found = foresee_sale(house, actor, RediscountRequest(bill, named(house, actor, buyer).id, units, recourse))
    print_json(found) if as_json else _told(found)


@app.command()
def rediscount(
    ctx: typer.Context, bill: Which, buyer: Buyer, units: Units, recourse: Recourse, by: By, key: Key = None, as_json: AsJson = False
) -> None:
    """Ask a second person to sell it on before maturity.

    Example: farthing bill rediscount bil_abc --buyer E9 --rate-units 20000 --without-recourse --by stf_abc
    """
    with opened(ctx) as (house, actor):
        request = RediscountRequest(bill, named(house, actor, buyer).id, units, recourse)
        made = propose_sale(house, house.staff.get(by), request, key or fresh(house))
    print_json(made) if as_json else typer.echo(f"{made.id} {made.act} {bill} waits for a second person")


@app.command(name="write-off")
def write_off(ctx: typer.Context, bill: Which, ground: Ground, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Ask a second person to write off a bill that is a loss. Example: farthing bill write-off bil_abc --ground no_recovery --by stf_abc"""
    body = BillWrittenOff(bill, ground)
    with opened(ctx) as (house, actor):
        found = foresee_parting(house, actor, body)
        made = propose(house, house.staff.get(by), body, key or fresh(house))
    lost = format_yuan(found.lost_fen)
    print_json(made) if as_json else typer.echo(f"{made.id} {made.act} {bill} waits for a second person: {lost} beyond what was set aside")


def _told(found: Parted) -> None:
    due = found.price
    assert due is not None, "a sale has a price"
    kept, earned, left = (format_yuan(fen) for fen in (found.kept_fen, found.earned_fen, found.foreseen.after.exposure_fen))
    typer.echo(f"{format_yuan(due.face_fen)} less {format_yuan(due.interest_fen)} ({due.days} days) = {format_yuan(due.proceeds_fen)}")
    typer.echo(f"earned by holding it {earned}, kept of the rest {kept}, exposure afterwards {left}")
