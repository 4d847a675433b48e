"""`farthing model county`: models of many counties fitted together, a card for each, and one started where there was none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from farthing import wiring
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.model import counties

app = typer.Typer(help="县域模型 County models: fitted together, each its own as far as its cases carry it.", no_args_is_help=True)

Kept = Annotated[Path, typer.Argument(help="The file that `fit` wrote.", exists=True, dir_okay=False)]
Code = Annotated[str, typer.Argument(help="The county, as the table writes it.")]


@app.command()
def fit(
    table: Annotated[Path, typer.Argument(help="CSV or parquet: a row a case, fields in whole numbers.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("--out", help="Where the models go, as JSON; a new file.")],
    county: Annotated[str, typer.Option(help="The column that tells the county.")] = "county",
    outcome: Annotated[str, typer.Option(help="The column of outcomes: true or 1 is bad.")] = "defaulted",
    field: Annotated[list[str] | None, typer.Option(help="A field to read; again for more. All whole columns if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fit the models of all counties of a table. Example: farthing model county fit farms/farms.parquet --out counties.json"""
    _refuse_existing(out)
    text, _ = wiring.table_file(table)
    made = counties.fit_model(text, counties.CountyRequest(county, outcome, tuple(field or ())))
    out.write_bytes(made.artefact)
    if as_json:
        told = {"model": made.model.name, "cases": made.cases, "left_out": made.left_out, "unreadable": dict(made.unreadable)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{made.model.name}：{made.cases:,} 例 cases，{made.left_out:,} 行未用 rows left out；写入 wrote {out}")
    for name, count in made.unreadable.items():
        typer.echo(f"  {name}: {count:,} 格不是整数，按缺失计 cells are no whole numbers and count as missing")
    _list(counties.cards(made.model))


@app.command()
def show(
    file: Kept, code: Annotated[str, typer.Argument(help="One county; all of them if not given.")] = "", as_json: AsJson = False
) -> None:
    """How much of each county's model is its own, or one county's card. Example: farthing model county show counties.json 县003"""
    model = counties.read_model(file.read_bytes())
    found = (counties.card(model, code),) if code else counties.cards(model)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
    elif code:
        _card(found[0])
    else:
        _list(found)


@app.command()
def score(
    file: Kept,
    code: Code,
    fact: Annotated[list[str], typer.Option(help="A fact as name=value, in whole numbers; again for more. What is not given is missing.")],
    as_json: AsJson = False,
) -> None:
    """Score one case. Example: farthing model county score counties.json 县003 --fact late_days_12m=20 --fact trade_months=36"""
    found = counties.score(counties.read_model(file.read_bytes()), code, dict(map(_fact, fact)))
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    low, middle, high = (f"{ppm / 10_000:.2f} %" for ppm in (found.low_ppm, found.pd_ppm, found.high_ppm))
    typer.echo(f"{found.county}: PD {middle}，90 % 区间 interval {low} – {high}；本地成分 local {found.local_ppm / 10_000:.0f} %")
    table = Table("字段 field", "值 value", "对数几率 log-odds against a usual case")
    for part in found.parts:
        table.add_row(part.field, "—" if part.value is None else str(part.value), f"{part.logit_micro / 1e6:+.2f}")
    Console().print(table)


@app.command()
def start(
    file: Kept,
    code: Code,
    out: Annotated[Path, typer.Option("--out", help="Where the models go with the county added; a new file.")],
    opened: Annotated[list[str], typer.Option("--open", help="A field that is open there; again for more.")],
    as_json: AsJson = False,
) -> None:
    """Add a county that has no cases yet. Example: farthing model county start c.json 县099 --open sales_12m_fen --out d.json"""
    _refuse_existing(out)
    made, card = counties.start(counties.read_model(file.read_bytes()), code, opened)
    out.write_bytes(made)
    typer.echo(json.dumps(canon.plain(card), ensure_ascii=False)) if as_json else _card(card)


def _fact(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if not value.removeprefix("-").isdecimal():
        raise Invalid("bad_fact", f"{text!r} is no fact.", "Write it like late_days_12m=20.", field="fact")
    return name, int(value)


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise Invalid("file_exists", f"{out} exists.", "Choose another name.", field="out")


def _list(found: tuple[counties.CountyCard, ...]) -> None:
    title = "县域模型 county models: how much is local"
    table = Table("县 county", "标签 labels", "违约 bad", "本地 local", "借用 borrowed", title=title)
    for one in found:
        local = one.local_ppm / 10_000
        table.add_row(one.county, f"{one.labels:,}", f"{one.bads:,}", f"{local:.0f} %", f"{100 - local:.0f} %")
    Console().print(table)


def _card(one: counties.CountyCard) -> None:
    known = (
        f"{one.labels:,} 标签 labels, {one.bads:,} bad"
        if one.known
        else "没有案例 no cases yet: the common model, as unsure as counties differ"
    )
    table = Table(Column("字段 field", overflow="fold"), "本县 here", "共同 common", "本地 local", title=f"{one.county}: {known}")
    for weight in one.weights:
        own = "未开放 closed" if weight.own is None else f"{weight.own / 1e6:+.2f}"
        table.add_row(weight.field, own, f"{weight.common / 1e6:+.2f}", f"{weight.local_ppm / 10_000:.0f} %")
    Console().print(table)
    typer.echo("权重：一个标准差对违约对数几率的影响。Weights: what one standard deviation moves the log-odds of failing.")
