"""`farthing staff`: the people who may log in."""

from __future__ import annotations

import getpass
import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.staff import NewStaff, Role
from farthing.flows.staff import add_staff, change_password, end_login

app = typer.Typer(help="The people who may log in: add, list, give a new password, end.", no_args_is_help=True)


@app.command()
def add(
    ctx: typer.Context,
    login: Annotated[str, typer.Argument(help="What they log in with.")],
    name: Annotated[str, typer.Option(help="The person's name: every act is theirs.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    party: Annotated[str | None, typer.Option(help="For a borrower: their party's id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a person log in. The password is asked for, or read from a pipe (`… < file`); it is never an argument.

    Example: farthing staff add xiaoyan --name 王晓燕 --role credit_officer
    """
    password = _password()
    with opened(ctx) as (house, actor):
        added = add_staff(house, actor, NewStaff(login, name, role, password, party))
    typer.echo(json.dumps(canon.plain(added), ensure_ascii=False) if as_json else f"{added.id} {added.name} ({added.role.value})")


@app.command(name="list")
def list_(
    ctx: typer.Context,
    everyone: Annotated[bool, typer.Option("--all", help="Those who left, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The bank's own people. Borrowers are not listed here. Example: farthing staff list --json"""
    with opened(ctx) as (house, _):
        found, here = house.staff.list(everyone=everyone), {one.id for one in house.staff.list()}
    if as_json:
        typer.echo(json.dumps([{**canon.plain(one), "may_act": one.id in here} for one in found], ensure_ascii=False))
        return
    table = Table("编号 id", "姓名 name", "角色 role", *(["状态 state"] if everyone else []), title="员工 Staff")
    for one in found:
        state = "在岗 here" if one.id in here else "离开 left"
        table.add_row(one.id, Text(one.name), one.role.value, *([state] if everyone else []))
    Console().print(table)


@app.command()
def password(ctx: typer.Context, login: Annotated[str, typer.Argument(help="Whose.")], as_json: AsJson = False) -> None:
    """Give a login a new password, asked for or read from a pipe; what was begun with the old one ends.

    Example: farthing staff password xiaoyan
    """
    chosen = _password()
    with opened(ctx) as (house, actor):
        changed = change_password(house, actor, login, chosen)
    told = f"{changed.id} {changed.name}: 密码已更换，旧会话已失效 new password, old sessions are over"
    typer.echo(json.dumps(canon.plain(changed), ensure_ascii=False) if as_json else told)


@app.command()
def end(ctx: typer.Context, login: Annotated[str, typer.Argument(help="Who leaves.")], as_json: AsJson = False) -> None:
    """End a login: its person may not act from now on; what they did keeps their name. Example: farthing staff end xiaoyan"""
    with opened(ctx) as (house, actor):
        ended = end_login(house, actor, login)
    told = f"{ended.id} {ended.name}: 登录已停用 may not act any more"
    typer.echo(json.dumps(canon.plain(ended), ensure_ascii=False) if as_json else told)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码 Password: ")
    if getpass.getpass("再次 Again: ") != first:
        raise Invalid("passwords_differ", "The two passwords differ.", "Type the same one twice.", field="password")
    return first
