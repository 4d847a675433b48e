"""`farthing model drift`: how far people moved from those a model was made for; what was counted, and the alarms."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

import farthing.cli.validation.report  # noqa: F401 - its commands stand beside these
from farthing.cli.house import opened
from farthing.cli.model import app
from farthing.cli.options import AsJson, parse_day
from farthing.domain import canon
from farthing.flows.model.count import count_drift
from farthing.flows.model.drift import DriftView, drift
from farthing.flows.queries.model.drift import Alarm, all_alarms
from farthing.flows.queries.model.paper import Both, Text


@app.command("drift")
def drift_command(
    ctx: typer.Context,
    until: Annotated[str | None, typer.Option(help="Up to this day (YYYY-MM-DD); the bank's open day if not given.")] = None,
    months: Annotated[int, typer.Option(help="How many months up to then, 1 to 60.")] = 12,
    update: Annotated[bool, typer.Option("--update", help="Count what was decided, and what became known, since the last count.")] = False,
    alarms: Annotated[bool, typer.Option("--alarms", help="Print the alarms of what was counted; exit code 1 if there are any.")] = False,
    as_json: AsJson = False,
) -> None:
    """How far people moved from those the model was made for, month by month. Example: farthing model drift --update --alarms"""
    if not update and not alarms:
        _recounted(ctx, until, months, as_json=as_json)
        return
    with opened(ctx) as (house, actor):
        done = count_drift(house) if update else None
        found = all_alarms(house, actor) if alarms else ()
    if as_json:
        typer.echo(json.dumps({"counted": canon.plain(done), "alarms": canon.plain(found)}, ensure_ascii=False, indent=2))
    else:
        if done is not None:
            typer.echo(f"计数 counted: {done.decisions} 个决定 decisions, {done.outcomes} 个结果 outcomes")
        for one in found:
            typer.echo(_told(one))
        if alarms and not found:
            typer.echo("没有警报 no alarm")
    raise typer.Exit(1 if found else 0)


def _told(one: Alarm) -> str:
    """An alarm in a line: what passed which threshold, and which bin moved from what share to what."""
    head = f"{one.model} {one.month} {one.what} {one.feature}: {one.value} ({one.threshold})"
    if one.shift is None:
        return head
    return f"{head}; {_plain(one.held)}: {one.shift.from_ppm / 10_000:.1f} % -> {one.shift.to_ppm / 10_000:.1f} %"


def _plain(text: Text) -> str:
    return text if isinstance(text, str) else text.en if isinstance(text, Both) else text.key.partition(".")[0]


def _recounted(ctx: typer.Context, until: str | None, months: int, *, as_json: bool) -> None:
    """Everybody the bank knows at the ends of the months, looked at anew."""
    with opened(ctx) as (house, actor):
        view = drift(house, actor, parse_day(until) if until else house.clock.today(), months)
    if as_json:
        typer.echo(json.dumps(_drift_plain(view), ensure_ascii=False, indent=2))
        return
    console = Console()
    title = f"漂移 drift: {view.model}，基准 base {view.base} ({view.base_cases})"
    table = Table(Column("特征 feature", overflow="fold"), "月 month", "样本 cases", "PSI", "偶然上限 by chance", "结论 level", title=title)
    for one in view.movements:
        table.add_row(one.feature, one.month, str(one.cases), f"{one.psi:.3f}", f"{one.by_chance:.3f}", one.level.value)
    console.print(table)


def _drift_plain(view: DriftView) -> dict[str, object]:
    told = [
        {"feature": one.feature, "month": one.month, "cases": one.cases, "psi": round(one.psi, 6), "by_chance": round(one.by_chance, 6),
         "level": one.level.value}
        for one in view.movements
    ]  # fmt: skip
    return {"model": view.model, "base": view.base.isoformat(), "base_cases": view.base_cases, "movements": told}
