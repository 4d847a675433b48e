"""`farthing listener`: who is told of events, what they did not take, and let them go."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key
from farthing.flows.listen import register, tell
from farthing.flows.queries.listeners import listeners

app = typer.Typer(help="监听 Who listens to events: add, list, letters, replay and remove.", no_args_is_help=True)

Listener = Annotated[str, typer.Argument(help="The listener's id, like lsn_….")]


@app.command()
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Where events are posted to: https, or this machine.")],
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind of event, like Drawn; may be given again. All if not given.")
    ] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="From the first event there ever was.")] = False,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Tell a system of events from now on. Example: farthing listener add https://example.org/hook --kind Drawn --kind Repaid"""
    with opened(ctx) as (house, actor):
        made = register.listen(house, actor, register.ListenRequest(url, tuple(kind or ()), from_start), key or fresh(house))
    if as_json:
        print_json(made)
        return
    typer.echo(f"{made.listening.listener} listens at {url}")
    typer.echo(f"签名密钥 signing key, shown this once: {made.key}")


@app.command(name="list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Everybody who listens, and how far behind they are. Example: farthing listener list"""
    with opened(ctx) as (house, actor):
        view = listeners(house, actor)
    if as_json:
        print_json(view.rows)
        return
    table = Table("监听方 listener", "地址 url", "种类 kinds", title="监听方 Listeners")
    for name in ("落后 behind", "待重送 waiting", "停送 dead"):
        table.add_column(name, justify="right")
    table.add_column("问题 trouble")
    for row in view.rows:
        counts = (row.behind, row.waiting, row.dead)
        table.add_row(
            row.listening.listener, row.listening.url, ", ".join(row.listening.kinds) or "all", *map(str, counts), row.progress.error
        )
    Console().print(table)


@app.command()
def letters(ctx: typer.Context, listener: Listener, as_json: AsJson = False) -> None:
    """What a listener did not take, in log order. Example: farthing listener letters lsn_abc"""
    with opened(ctx) as (house, actor):
        found = tell.letters(house, actor, listener)
    if as_json:
        print_json(found)
        return
    table = Table("位置 index", "事件 event", "种类 kind", "已试 tries", "原因 why", "停送 dead")
    for one in found:
        table.add_row(str(one.index), one.event, one.kind, str(one.tries), one.error or "behind another", "dead" if one.dead else "")
    Console().print(table)


@app.command()
def replay(
    ctx: typer.Context,
    listener: Listener,
    index: Annotated[int | None, typer.Option(min=0, help="One of them, by its place in the log. All if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Try dead letters again; a bank that serves sends them within a second. Example: farthing listener replay lsn_abc"""
    with opened(ctx) as (house, actor):
        count = tell.replay(house, actor, listener, index)
    print_json({"replayed": count}) if as_json else typer.echo(f"{count} dead letters are tried again")


@app.command()
def remove(ctx: typer.Context, listener: Listener, key: Key = None, as_json: AsJson = False) -> None:
    """Tell it no more and destroy its key. Example: farthing listener remove lsn_abc"""
    with opened(ctx) as (house, actor):
        done = register.silence(house, actor, listener, key or fresh(house))
    print_json(done) if as_json else typer.echo(f"{done.listener} is told no more")
