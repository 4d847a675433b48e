"""`farthing model novelty`: whether the models have seen a party's like, how old it is, and how thick its file."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened
from farthing.cli.model import tell_draft
from farthing.cli.options import AsJson, By, Key, PartyId, some_day
from farthing.domain import canon
from farthing.flows.estimate.novelty import show_novelty
from farthing.flows.model.novelty import GateRequest, train_gate
from farthing.flows.queries.models import model
from farthing.flows.queries.parties import named

app = typer.Typer(help="新客群 What is new: a gate for cases that the models have not seen, and thin files.", no_args_is_help=True)

Day = Annotated[str | None, typer.Option("--as-of", help="As known on this day (YYYY-MM-DD); the open day if not given.")]
Model = Annotated[str | None, typer.Option("--model", help="Model id; the one in use if not given.")]
TOLD = 6


@app.command()
def train(ctx: typer.Context, by: By, as_of: Day = None, key: Key = None, as_json: AsJson = False) -> None:
    """Measure the gate on every party the bank knows, and save a draft. Example: farthing model novelty train --by stf_abc"""
    with opened(ctx) as (house, actor):
        request = GateRequest(some_day(as_of) or house.clock.today())
        card = train_gate(house, house.staff.get(by), request, key or f"gate:{canon.digest((by, request)).hex()[:32]}")
        tell_draft(model(house, actor, card.id), by, as_json)


@app.command()
def show(
    ctx: typer.Context,
    party: PartyId,
    model_id: Model = None,
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """One party at the gate, and its file. Example: farthing model novelty show W00001"""
    with opened(ctx) as (house, actor):
        view = show_novelty(house, actor, named(house, actor, party).id, model_id, some_day(as_of))
    found, kept, card = view.found, view.file, view.card
    if as_json:
        told = {"party": view.party, "as_of": view.as_of, "model": card.id, "synthetic": card.synthetic, "found": found, "file": kept}
        typer.echo(json.dumps(canon.plain(told), ensure_ascii=False, indent=2))
        return
    known = "见过 known" if found.known else "未见过 new: a person decides"
    typer.echo(
        f"{view.party}，截至 as of {view.as_of}：{known}；{found.as_far_ppm / 10_000:.1f} % 的已知客户同样远 of those known are as far"
    )
    credit = "有信贷记录 with a credit history" if kept.with_credit else "无信贷记录 no credit history"
    typer.echo(f"档案 file：{kept.thickness} 类证据 kinds of evidence，{credit}，分群 segment {kept.segment}，自 since {kept.since or '—'}")
    title = f"{card.id}: {card.trained_on}{'（合成数据 synthetic）' if card.synthetic else ''}"
    table = Table("特征 feature", "距离贡献 adds to the distance", title=title)
    for feature, part in found.parts[:TOLD]:
        table.add_row(feature, f"{part / 1000:.1f}")
    Console().print(table)
