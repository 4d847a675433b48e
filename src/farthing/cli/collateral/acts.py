"""`farthing house`: from offer to return, each step as a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from farthing.cli.collateral.read import Which, app
from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, By, Key, parse_day
from farthing.domain.collateral.house import HouseKind, LienTask, Premises, parse_m2
from farthing.domain.money import format_yuan, parse_yuan
from farthing.flows.collateral.lien import (
    AgreeRequest,
    RegisterRequest,
    ReleaseRequest,
    TaskRequest,
    agree_lien,
    complete_task,
    register_lien,
    release_lien,
)
from farthing.flows.collateral.offer import OfferRequest, WithdrawRequest, offer_house, withdraw_house
from farthing.flows.collateral.pledge import Pledged
from farthing.flows.collateral.raise_limit import LowerRequest, RaiseRequest, ResolveRaiseRequest, lower, propose_raise, resolve_raise
from farthing.flows.collateral.value import AppraisalRequest, ValueRequest, appraise_house, value_house

__all__ = ["app"]

Yuan = Annotated[str, typer.Argument(help="Yuan, with at most two decimals.")]
Ground = Annotated[str, typer.Option(help="Why, as a code of small letters: paid_off.")]
Document = Annotated[str, typer.Option(help="An evidence id, or the number under which the archive keeps it: A-2026-0012.")]


@app.command()
def offer(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="The customer, like pty_….")],
    district: Annotated[str, typer.Option(help="The district's code.")],
    area: Annotated[str, typer.Option(help="Square metres, with at most two decimals.")],
    built: Annotated[int, typer.Option(help="The year it was built.")],
    floor: Annotated[int, typer.Option(help="The floor; below zero a basement.")],
    deed: Annotated[str, typer.Option(help="The deed's number; kept as a keyed index only.")],
    kind: Annotated[HouseKind, typer.Option(help="What it is used for.")] = HouseKind.RESIDENCE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Record an offer. Example: farthing house offer pty_abc --district D02 --area 92.5 --built 2012 --floor 8 --deed 0001"""
    premises = Premises(kind, district, parse_m2(area), built, floor)
    _act(ctx, offer_house, OfferRequest(party, premises, deed), key, as_json=as_json)


@app.command()
def value(ctx: typer.Context, of: Which, key: Key = None, as_json: AsJson = False) -> None:
    """Value a house from the sales brought last. Example: farthing house value hse_abc"""
    _act(ctx, value_house, ValueRequest(of), key, as_json=as_json)


@app.command()
def appraise(
    ctx: typer.Context,
    of: Which,
    low: Annotated[str, typer.Option(help="The lower end in yuan: what is lent against.")],
    mid: Annotated[str, typer.Option(help="The appraiser's value in yuan.")],
    high: Annotated[str, typer.Option(help="The upper end in yuan.")],
    report: Document,
    on: Annotated[str, typer.Option(help="The day of the report: 2026-01-31.")],
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Record an appraiser's value.

    Example: farthing house appraise hse_abc --low 900000 --mid 1000000 --high 1100000 --report A-2026-0012 --on 2026-01-31
    """
    request = AppraisalRequest(of, parse_yuan(low), parse_yuan(mid), parse_yuan(high), report, parse_day(on))
    _act(ctx, appraise_house, request, key, as_json=as_json)


@app.command()
def withdraw(ctx: typer.Context, of: Which, ground: Ground, key: Key = None, as_json: AsJson = False) -> None:
    """End an offer before a lien was agreed. Example: farthing house withdraw hse_abc --ground owner_changed_mind"""
    _act(ctx, withdraw_house, WithdrawRequest(of, ground), key, as_json=as_json)


@app.command()
def agree(
    ctx: typer.Context,
    of: Which,
    line: Annotated[str, typer.Argument(help="The line it secures, like lin_….")],
    secured: Annotated[str, typer.Option(help="The most that the lien secures, in yuan.")],
    rank: Annotated[int, typer.Option(min=1, max=9, help="1 if nothing comes before it.")] = 1,
    prior: Annotated[str, typer.Option(help="Claims before it, in yuan.")] = "0",
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Agree that a house secures its owner's line. Example: farthing house agree hse_abc lin_abc --secured 900000"""
    _act(ctx, agree_lien, AgreeRequest(of, line, parse_yuan(secured), rank, parse_yuan(prior)), key, as_json=as_json)


@app.command()
def task(
    ctx: typer.Context,
    of: Which,
    which: Annotated[LienTask, typer.Argument(help="What was done.")],
    document: Document,
    on: Annotated[str, typer.Option(help="The day it was done: 2026-01-31.")],
    by: By,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Record an offline task. Example: farthing house task hse_abc survey --document A-2026-0012 --on 2026-01-31 --by stf_abc"""
    _act(ctx, complete_task, TaskRequest(of, which, document, parse_day(on)), key, by, as_json=as_json)


@app.command()
def register(
    ctx: typer.Context,
    of: Which,
    certificate: Annotated[str, typer.Option(help="The number of the register's certificate.")],
    by: By,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """State that the lien stands in the register. Example: farthing house register hse_abc --certificate CERT-7 --by stf_abc"""
    _act(ctx, register_lien, RegisterRequest(of, certificate), key, by, as_json=as_json)


@app.command(name="raise")
def raise_(ctx: typer.Context, of: Which, amount: Yuan, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Ask that the line's limit rise on the house. Example: farthing house raise hse_abc 200000 --by stf_abc"""
    _act(ctx, propose_raise, RaiseRequest(of, parse_yuan(amount)), key, by, as_json=as_json)


@app.command()
def resolve(
    ctx: typer.Context,
    of: Which,
    agree: Annotated[bool, typer.Option("--agree/--reject", help="Carry it out, or turn it down.")],
    by: By,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Decide the raise that waits, as the second person. Example: farthing house resolve hse_abc --agree --by stf_abc"""
    _act(ctx, resolve_raise, ResolveRaiseRequest(of, agree), key, by, as_json=as_json)


@app.command(name="lower")
def lower_(ctx: typer.Context, of: Which, amount: Yuan, ground: Ground, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Let less of the limit rest on a house. Example: farthing house lower hse_abc 50000 --ground lower_value --by stf_abc"""
    _act(ctx, lower, LowerRequest(of, parse_yuan(amount), ground), key, by, as_json=as_json)


@app.command()
def release(ctx: typer.Context, of: Which, ground: Ground, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Let go of a house whose line owes nothing. Example: farthing house release hse_abc --ground paid_off --by stf_abc"""
    _act(ctx, release_lien, ReleaseRequest(of, ground), key, by, as_json=as_json)


def _act(ctx: typer.Context, flow: Callable[..., Pledged], request: Any, key: str | None, by: str | None = None, *, as_json: bool) -> None:
    """Carry it out as the person named, or as the bank's system, and tell what became of the house."""
    with opened(ctx) as (house, system):
        made = flow(house, house.staff.get(by) if by else system, request, key or fresh(house))
    if as_json:
        print_json(made)
        return
    typer.echo(f"{made.house} {made.stage.value}  lending value {format_yuan(made.lending_fen)}, secured {format_yuan(made.secured_fen)}")
