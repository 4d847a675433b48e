"""`farthing feature`: look features up, read one, and trace a value to the evidence it rests on."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.queries.feature.dictionary import Wanted, feature, features, trace

app = typer.Typer(help="特征 Features: list, show and trace.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the feature, such as turnover_12m.")]


@app.command("list")
def list_features(
    ctx: typer.Context,
    word: Annotated[str, typer.Argument(help="Words to look for in names, in Chinese or in English.")] = "",
    kind: Annotated[str, typer.Option(help="Only those made from this kind of evidence.")] = "",
    family: Annotated[str, typer.Option(help="Only those of this family.")] = "",
    unit: Annotated[str, typer.Option(help="Only those in this unit.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """Features that match, by family. Example: farthing feature list "night share" --kind receipt"""
    with opened(ctx) as (_, actor):
        rows, total = features(actor, Wanted(word, kind, family, unit), limit=limit)
    if as_json:
        typer.echo(json.dumps({"total": total, "items": canon.plain(rows)}, ensure_ascii=False, indent=2))
        return
    table = Table(Column("名称 name", no_wrap=True), Column("含义 meaning", overflow="fold"), "单位 unit", "证据 evidence", "类别 family")
    for row in rows:
        one = row.feature
        table.add_row(one.name, f"{one.zh}\n{one.en}", one.unit, ", ".join(one.sources), row.family)
    Console().print(table)
    typer.echo(f"共 {total} 个，显示 {len(rows)} 个。{len(rows)} of {total} shown.")


@app.command()
def show(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """One feature: meaning, formula, fields it is made from, who reads it. Example: farthing feature show turnover_12m"""
    with opened(ctx) as (house, actor):
        view = feature(house, actor, name)
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    one, (zh, en) = view.feature, view.formula
    told = Table("项 item", Column("内容 content", overflow="fold"), title=one.name)
    window = f"{one.window_days} 天 days" if one.window_days else "全部 all that is known"
    rows = (
        ("含义 meaning", f"{one.zh}\n{one.en}"), ("公式 formula", f"{zh}\n{en}"),
        ("归集 reductions", "\n".join(f"{each.zh} / {each.en}" for each in view.reductions)),
        ("证据字段 fields", "\n".join(f"{kind}: {', '.join(names)}" for kind, names in view.fields.items())),
        ("单位 unit", f"{one.unit}, {one.scale}"), ("窗口 window", window), ("缺失 missing", one.missing.value),
        ("类别 family", view.family), ("负责 owner", one.owner), ("模型 models", ", ".join(view.models) or "—"),
        ("政策 policies", ", ".join(view.policies) or "—"),
    )  # fmt: skip
    for item, content in rows:
        told.add_row(item, content)
    Console().print(told)


@app.command("trace")
def trace_command(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="Party id.")],
    name: Name,
    as_of: Annotated[str | None, typer.Option("--as-of", help="As known on this day (YYYY-MM-DD); the open day if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """The value and the evidence it rests on: manifests, rows, days. Example: farthing feature trace pty_x turnover_12m"""
    with opened(ctx) as (house, actor):
        found = trace(house, actor, party, name, _day(as_of))
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    value = "—" if found.value is None else str(found.value)
    typer.echo(f"{found.feature.name} = {value} ({found.feature.unit}, scale {found.feature.scale})，截至 as of {found.as_of}")
    if found.withheld:
        typer.echo("客户已撤回同意或数据受限，不再查看。 The party took this back, or is restricted: it is not looked at.")
        return
    table = Table("清单 manifest", "来源 source", "行数 rows", "起 first", "止 last", "行号 rows in file")
    for source in found.sources:
        numbers = ", ".join(map(str, source.numbers)) + (" …" if source.rows > len(source.numbers) else "")
        told = source.evidence
        table.add_row(told.id, told.provenance.source, str(source.rows), str(source.first_on), str(source.last_on), numbers)
    Console().print(table)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("bad_date", f"{text!r} is not a day.", "Write it like 2020-02-21.", field="as_of") from None
