"""`farthing party consent`: what a party lets the bank use, given and taken back on its word."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened
from farthing.cli.options import AsJson, Key, PartyId
from farthing.domain import canon
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.flows.consent import GiveRequest, Spoken, WithdrawRequest, give, withdraw
from farthing.flows.ports import House
from farthing.flows.queries.consents import KindView, kinds

app = typer.Typer(help="What a party lets the bank use: list, give, withdraw.", no_args_is_help=True)

Kinds = Annotated[list[EvidenceKind], typer.Option("--kind", help="Which evidence; may be given several times.")]
Ground = Annotated[str, typer.Option(help="How you know: a code such as signed_form, since it stays in the journal.")]


@app.command(name="list")
def list_(ctx: typer.Context, party: PartyId, as_json: AsJson = False) -> None:
    """What may be used, until when, and which products need it. Example: farthing party consent list E124"""
    with opened(ctx) as (house, actor):
        found = kinds(house, actor, find(house, party))
    if as_json:
        typer.echo(json.dumps(canon.plain(found)))
        return
    table = Table("种类 kind", "状态 state", "需要它的产品 needed for", title="授权 Consents")
    for one in found:
        table.add_row(one.kind.value, _state(one), ", ".join(one.needed_for))
    Console().print(table)


@app.command(name="give")
def give_(
    ctx: typer.Context,
    party: PartyId,
    kind: Kinds,
    ground: Ground,
    until: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day from which it no longer holds.")] = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Note that a party allows kinds of evidence. Example: farthing party consent give E124 --kind invoice --ground signed_form"""
    with opened(ctx) as (house, actor):
        request = GiveRequest(find(house, party), tuple(kind), until.date() if until else None, ground)
        made = give(house, actor, request, _key(house, key))
    _tell(made, "已授权 allowed", as_json=as_json)


@app.command(name="withdraw")
def withdraw_(
    ctx: typer.Context,
    party: PartyId,
    kind: Kinds,
    ground: Ground,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Note that a party takes consents back: no new decision rests on them; past ones and what is owed stay.

    Example: farthing party consent withdraw E124 --kind invoice --ground told_by_phone
    """
    with opened(ctx) as (house, actor):
        request = WithdrawRequest(find(house, party), tuple(kind), ground)
        if not yes:
            needed = {product for one in kinds(house, actor, request.party) if one.kind in kind for product in one.needed_for}
            effect = f"No new decision on {', '.join(sorted(needed))}" if needed else "No product needs it"
            typer.confirm(f"{effect}; what is owed and decided stays. Withdraw?", abort=True)
        made = withdraw(house, actor, request, _key(house, key))
    _tell(made, "已撤回 withdrawn", as_json=as_json)


def find(house: House, named: str) -> Id:
    """The id of a party that is named by it, or by its source's key; `NotFound` if there is none."""
    found = None if named.startswith("pty_") else house.parties.find(named)
    return (found or house.parties.get(named)).id


def _key(house: House, given: str | None) -> str:
    """What was given and taken back may be given again the same day, so a day makes no key."""
    return given or f"consent:{house.entropy.draw(12).hex()}"


def _state(one: KindView) -> str:
    if one.allowed:
        return f"可用 allowed {one.since} – {one.until or '…'}"
    return f"已停 ended {one.ended_on}" if one.ended_on else "未授权 never given"


def _tell(made: Spoken, said: str, *, as_json: bool) -> None:
    until = f" – {made.expires_on}" if made.expires_on else ""
    typer.echo(json.dumps(canon.plain(made)) if as_json else f"{made.party} {said}: {', '.join(made.kinds)}, {made.on}{until}")
