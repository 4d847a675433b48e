"""`farthing evidence`: how the sources of evidence are doing."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from farthing.cli.house import fresh, opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.flows.reliability.watch import keep_watch, watched

WHOLE = 1_000_000
Keep = Annotated[bool, typer.Option("--keep", help="Keep the reliabilities: decisions go by them from now on.")]
app = typer.Typer(help="The sources of evidence, and whether each is as it should be.", no_args_is_help=True)


@app.callback()
def sources() -> None:
    """The sources of evidence, and whether each is as it should be. Example: farthing evidence watch"""


@app.command()
def watch(ctx: typer.Context, keep: Keep = False, as_json: AsJson = False) -> None:
    """Look whether each source is fresh, whole, steady and in agreement with the others. Example: farthing evidence watch --keep

    Exit code 1 when there is an alarm.
    """
    with opened(ctx) as (house, actor):
        found = keep_watch(house, actor, fresh(house)) if keep else watched(house, actor)
    if as_json:
        told = {"today": found.today, "findings": found.findings, "reliability": found.reliability, "kept": found.kept}
        typer.echo(json.dumps(canon.plain(told), ensure_ascii=False))
    else:
        table = Table(title=f"来源监测 Sources, {found.today}", title_justify="left", box=SIMPLE)
        for head in ("种类 kind", "级别 severity", "情况 what", "自 since"):
            table.add_column(head, overflow="fold")
        for one in found.findings:
            table.add_row(one.kind.value, one.severity.value, "\n".join(one.sentences), one.since.isoformat())
        Console().print(
            table if found.findings else f"{len(found.last_on)} 种证据都正常 All {len(found.last_on)} kinds are as they should be"
        )
        for figure in found.reliability:
            if figure.ppm < WHOLE:
                typer.echo(f"可靠度 reliability: {figure.kind.value} {figure.ppm / 10_000:.2f} %")
        if found.kept is None:
            typer.echo("尚未保留监测结果，决策读取全部来源。 No run was kept: decisions read every source. Keep one: --keep")
        else:
            typer.echo(f"决策依据 {found.kept.on} 保留的监测结果。 Decisions go by the run kept on {found.kept.on}.")
    if any(one.severity.value == "alarm" for one in found.findings):
        raise typer.Exit(1)
