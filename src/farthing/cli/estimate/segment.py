"""`farthing model segment`: models of many segments fitted together, a card for each, and one started where there was none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from farthing import wiring
from farthing.cli.estimate.novelty import Day, Model
from farthing.cli.house import opened
from farthing.cli.model import tell_draft
from farthing.cli.options import AsJson, By, Key, PartyId, some_day
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.estimate.segment import Estimate, SegmentCard, score_case, segment_cards, show_segment
from farthing.flows.model.segments import ReadTable, SegmentRequest, StartRequest, TableRequest, start, train_segments, train_table
from farthing.flows.queries.models import model
from farthing.flows.queries.parties import named

app = typer.Typer(
    help="分段模型 Models of segments (counties, industries, channels): fitted together, each its own as far as its cases carry it.",
    no_args_is_help=True,
)

Code = Annotated[str, typer.Argument(help="The segment, as the table or the record writes it.")]


@app.command()
def train(
    ctx: typer.Context,
    by: By,
    segment: Annotated[str, typer.Option(help="What tells segments apart: county, industry, kind or channel of our parties.")] = "county",
    as_of: Day = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Fit the models of all segments of the bank's parties, and save a draft. Example: farthing model segment train --by stf_abc"""
    with opened(ctx) as (house, actor):
        request = SegmentRequest(some_day(as_of) or house.clock.today(), segment)
        card = train_segments(house, house.staff.get(by), request, key or f"segment:{canon.digest((by, request)).hex()[:32]}")
        tell_draft(model(house, actor, card.id), by, as_json)


@app.command()
def build(
    ctx: typer.Context,
    table: Annotated[Path, typer.Argument(help="CSV or parquet: a row a case, fields in whole numbers.", exists=True, dir_okay=False)],
    by: By,
    segment: Annotated[str, typer.Option(help="The column that tells the segment.")] = "segment",
    outcome: Annotated[str, typer.Option(help="The column of outcomes: true or 1 is bad.")] = "defaulted",
    field: Annotated[list[str] | None, typer.Option(help="A field to read; again for more. All whole columns if not given.")] = None,
    time: Annotated[str, typer.Option(help="The column that tells when a case was seen, if there is one: later cases then test.")] = "",
    market: Annotated[str, typer.Option(help="A market of its own: the bank lends elsewhere.")] = "CN-CASES",
    synthetic: Annotated[bool, typer.Option("--synthetic", help="The cases are made up.")] = False,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """The same from a table of one's own. Example: farthing model segment build farms.parquet --segment county --by stf_abc"""
    text, content = wiring.table_file(table)
    request = TableRequest(content, segment, outcome, tuple(field or ()), time, market)
    with opened(ctx) as (house, actor):
        one = key or f"segment:{canon.digest((by, request)).hex()[:32]}"
        card, read = train_table(house, house.staff.get(by), (text, request), one, synthetic=synthetic)
        view = model(house, actor, card.id)
    if not as_json:
        _read(read)
    tell_draft(view, by, as_json)


@app.command()
def show(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="One segment; all of them if not given.")] = "",
    model_id: Model = None,
    as_json: AsJson = False,
) -> None:
    """How much of each segment's model is its own, or one segment's card. Example: farthing model segment show 县003"""
    with opened(ctx) as (house, actor):
        found = segment_cards(house, actor, model_id, code)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
    elif code:
        _card(found[0])
    else:
        _list(found)


@app.command()
def score(
    ctx: typer.Context,
    code: Code,
    fact: Annotated[list[str], typer.Option(help="A fact as name=value, in whole numbers; again for more. What is not given is missing.")],
    model_id: Model = None,
    as_json: AsJson = False,
) -> None:
    """Score one case. Example: farthing model segment score 县003 --fact late_days_12m=20 --fact trade_months=36"""
    facts = dict(map(_fact, fact))
    with opened(ctx) as (house, actor):
        found = score_case(house, actor, code, facts, model_id)
    typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2)) if as_json else _scored(found)


@app.command("party")
def party_command(
    ctx: typer.Context,
    party: PartyId,
    model_id: Model = None,
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """A party by the model of its segment, as known on a day. Example: farthing model segment party W00001"""
    with opened(ctx) as (house, actor):
        view = show_segment(house, actor, named(house, actor, party).id, model_id, some_day(as_of))
    if as_json:
        told = {"party": view.party, "as_of": view.as_of, "model": view.card.id, "synthetic": view.card.synthetic, "found": view.found}
        typer.echo(json.dumps(canon.plain(told), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{view.party}，截至 as of {view.as_of}，{view.card.id}{'（合成数据 synthetic）' if view.card.synthetic else ''}")
    _scored(view.found)


@app.command("start")
def start_command(
    ctx: typer.Context,
    code: Code,
    by: By,
    open_fields: Annotated[list[str], typer.Option("--open", help="A field that is open there; again for more.")],
    model_id: Model = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """A draft with a segment added that has no cases yet. Example: farthing model segment start 县099 --open buyers_12m --by stf_abc"""
    request = StartRequest(code, tuple(open_fields), model_id)
    with opened(ctx) as (house, actor):
        one = key or f"start:{canon.digest((by, request)).hex()[:32]}"
        card, added = start(house, house.staff.get(by), request, one)
        if not as_json:
            _card(added)
        tell_draft(model(house, actor, card.id), by, as_json)


def _fact(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if not value.removeprefix("-").isdecimal():
        raise Invalid("bad_fact", f"{text!r} is no fact.", "Write it like late_days_12m=20.", field="fact")
    return name, int(value)


def _read(read: ReadTable) -> None:
    """What became of the rows."""
    typer.echo(f"{len(read.cases.bad):,} 例 cases，{read.left_out:,} 行未用 rows left out")
    for name, count in read.unreadable.items():
        typer.echo(f"  {name}: {count:,} 格不是整数，按缺失计 cells are no whole numbers and count as missing")


def _scored(found: Estimate) -> None:
    low, middle, high = (f"{ppm / 10_000:.2f} %" for ppm in (found.low_ppm, found.pd_ppm, found.high_ppm))
    told = f"{found.segment or '—'}: PD {middle}，90 % 区间 interval {low} – {high}"
    typer.echo(f"{told}；本地成分 local {found.local_ppm / 10_000:.0f} %")
    table = Table("字段 field", "值 value", "对数几率 log-odds against a usual case")
    for part in found.parts:
        table.add_row(part.field, "—" if part.value is None else str(part.value), f"{part.logit_micro / 1e6:+.2f}")
    Console().print(table)


def _list(found: tuple[SegmentCard, ...]) -> None:
    title = "分段模型 models of segments: how much is local"
    table = Table("段 segment", "标签 labels", "违约 bad", "本地 local", "借用 borrowed", title=title)
    for one in found:
        local = one.local_ppm / 10_000
        table.add_row(one.segment, f"{one.labels:,}", f"{one.bads:,}", f"{local:.0f} %", f"{100 - local:.0f} %")
    Console().print(table)


def _card(one: SegmentCard) -> None:
    known = (
        f"{one.labels:,} 标签 labels, {one.bads:,} bad"
        if one.known
        else "没有案例 no cases yet: the common model, as unsure as segments differ"
    )
    table = Table(Column("字段 field", overflow="fold"), "本段 here", "共同 common", "本地 local", title=f"{one.segment}: {known}")
    for weight in one.weights:
        own = "未开放 closed" if weight.own is None else f"{weight.own / 1e6:+.2f}"
        table.add_row(weight.field, own, f"{weight.common / 1e6:+.2f}", f"{weight.local_ppm / 10_000:.0f} %")
    Console().print(table)
    typer.echo("权重：一个标准差对违约对数几率的影响。Weights: what one standard deviation moves the log-odds of failing.")
