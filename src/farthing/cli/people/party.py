"""`farthing party`: who the customers are, who read them, and how they are forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from farthing.cli.house import opened
from farthing.cli.options import AsJson, PartyId
from farthing.cli.people import consent, face
from farthing.domain import canon
from farthing.domain.party import Party
from farthing.domain.staff import Purpose
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.identity.verify import verify
from farthing.flows.ports import House

app = typer.Typer(help="Parties: show, list, erase, consents, and see who read their personal data.", no_args_is_help=True)
app.add_typer(consent.app, name="consent")
app.add_typer(face.app, name="face")


@app.command()
def show(
    ctx: typer.Context,
    party: PartyId,
    purpose: Annotated[Purpose, typer.Option(help="Why you read it; it is recorded under your name.")] = Purpose.SERVICING,
    as_json: AsJson = False,
) -> None:
    """Show one party with its personal data. The reading is recorded. Example: farthing party show E124 --purpose audit"""
    with opened(ctx) as (house, actor):
        found = _find(house, party)
        data = None if found.erased else house.parties.personal(found.id, actor, purpose)
        shown = {**canon.plain(found), "personal": canon.plain(data)}
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    rows = {**{key: value for key, value in shown.items() if key != "personal"}, **(shown["personal"] or {})}
    _table(f"主体 Party {found.id}", ["项 field", "值 value"], ([key, _text(value)] for key, value in rows.items()))


@app.command(name="list")
def list_(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Begin after this id.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Show names too; each reading is recorded.")] = False,
    as_json: AsJson = False,
) -> None:
    """List parties, by default without names. Example: farthing party list --limit 20"""
    with opened(ctx) as (house, actor):
        found = house.parties.list(limit=limit, after=after)
        named = house.parties.names([one.id for one in found], actor, Purpose.SERVICING) if names else {}
    if as_json:
        typer.echo(json.dumps([{**canon.plain(one), **({"name": named[one.id]} if names else {})} for one in found], ensure_ascii=False))
        return
    head = ["编号 id", "类型 kind", "行业 industry", "县 county", "渠道 channel", "合成 synthetic", "状态 state"]
    head += ["名称 name"] if names else []
    _table("主体 Parties", head, ([*_line(one), *([named[one.id]] if names else [])] for one in found))


@app.command("identity")
def identity_command(ctx: typer.Context, party: PartyId, as_json: AsJson = False) -> None:
    """Check who a party says it is; its data is opened under your name. Example: farthing party identity W00007"""
    with opened(ctx) as (house, actor):
        view = verify(house, actor, _find(house, party).id)
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    rows = ([f"{one.zh}\n{one.en}", one.verdict.value, one.name] for one in view.identity.checks)
    _table(f"身份核验等级 Identity level {view.identity.level} / 3", ["检查 check", "结果 verdict", "代码 code"], rows)


@app.command()
def reads(ctx: typer.Context, party: PartyId, as_json: AsJson = False) -> None:
    """Who read this party's personal data, when and why; the newest first. Example: farthing party reads E124"""
    with opened(ctx) as (house, _):
        found = house.parties.reads(_find(house, party).id)
    if as_json:
        typer.echo(json.dumps([canon.plain(dict(row)) for row in found], ensure_ascii=False))
        return
    head = ["时间 at", "读者 reader", "角色 role", "目的 purpose", "字段 fields"]
    rows = (
        [_text(row["at"]), _text(row["name"] or row["actor"]), _text(row["role"]), _text(row["purpose"]), _fields(row)] for row in found
    )
    _table("读取记录 Reads", head, rows)


@app.command(name="erase")
def erase_(
    ctx: typer.Context,
    party: PartyId,
    ground: Annotated[str, typer.Option(help="Why: a code, since it stays in the journal.")] = "customer_request",
    key: Annotated[str | None, typer.Option(help="The command's key: the same key twice is done once.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy a party's key, so that its personal data can never be read again; or restrict it while the law says keep.

    Example: farthing party erase E124 --ground customer_request
    """
    with opened(ctx) as (house, actor):
        found = _find(house, party)
        if not yes:
            typer.confirm(f"Erase {found.id}? It cannot be undone", abort=True)
        done = erase(house, actor, EraseRequest(found.id, ground), key or f"erase:{found.id}:{house.clock.today()}")
    if as_json:
        typer.echo(json.dumps(canon.plain(done)))
    elif done.until is not None:
        typer.echo(f"{done.party} 已限制处理，{done.until} 起可删除 · restricted: for audit only; may be erased from {done.until}.")
    else:
        typer.echo(f"{done.party} 已删除 · erased: its key and salt are destroyed.")


def _find(house: House, named: str) -> Party:
    return house.parties.get(consent.find(house, named))


def _line(one: Party) -> list[str]:
    restricted = f"restricted until {one.restricted_until}" if one.restricted_until else ""
    state = "erased" if one.erased else restricted
    told = one.industry or "", one.county or "", one.channel or ""
    return [one.id, one.kind.value, *told, "合成 synthetic" if one.synthetic else "", state]


def _fields(row: Mapping[str, object]) -> str:
    fields = row["fields"]
    return ", ".join(fields) if isinstance(fields, tuple) else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _table(title: str, head: list[str], rows: Iterable[list[str]]) -> None:
    table = Table(*head, title=title)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
