"""`farthing evidence`: how the sources of evidence are doing."""

from __future__ import annotations

import json

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.flows.queries.evidence import watched

app = typer.Typer(help="The sources of evidence, and whether each is as it should be.", no_args_is_help=True)


@app.callback()
def sources() -> None:
    """The sources of evidence, and whether each is as it should be. Example: farthing evidence watch"""


@app.command()
def watch(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Look whether each source is fresh, whole, steady and in agreement with the others. Example: farthing evidence watch

    Exit code 1 when there is an alarm.
    """
    with opened(ctx) as (house, actor):
        found = watched(house, actor)
    if as_json:
        typer.echo(json.dumps({"today": found.today.isoformat(), "findings": canon.plain(found.findings)}, ensure_ascii=False))
    else:
        table = Table(title=f"来源监测 Sources, {found.today}", title_justify="left", box=SIMPLE)
        for head in ("种类 kind", "级别 severity", "情况 what", "自 since"):
            table.add_column(head, overflow="fold")
        for one in found.findings:
            table.add_row(one.kind.value, one.severity.value, "\n".join(one.sentences), one.since.isoformat())
        Console().print(
            table if found.findings else f"{len(found.last_on)} 种证据都正常 All {len(found.last_on)} kinds are as they should be"
        )
    if any(one.severity.value == "alarm" for one in found.findings):
        raise typer.Exit(1)
