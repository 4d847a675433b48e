"""`farthing model construct`: experience, management and qualification of owners on one scale, with bars of error."""

from __future__ import annotations

import json

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.estimate.novelty import Day, Model
from farthing.cli.house import opened
from farthing.cli.model import tell_draft
from farthing.cli.options import AsJson, By, Key, PartyId, some_day
from farthing.domain import canon
from farthing.flows.estimate.construct import constructs_model, show_constructs
from farthing.flows.model.construct import ConstructRequest, check_constructs, train_constructs
from farthing.flows.queries.models import model
from farthing.flows.queries.parties import named

app = typer.Typer(help="经营者 Owners: experience, management and qualification on one scale.", no_args_is_help=True)


@app.command()
def train(ctx: typer.Context, by: By, as_of: Day = None, key: Key = None, as_json: AsJson = False) -> None:
    """Fit the scales on what all owners told, and save a draft. Example: farthing model construct train --by stf_abc"""
    with opened(ctx) as (house, actor):
        request = ConstructRequest(some_day(as_of) or house.clock.today())
        card = train_constructs(house, house.staff.get(by), request, key or f"construct:{canon.digest((by, request)).hex()[:32]}")
        tell_draft(model(house, actor, card.id), by, as_json)


@app.command()
def scales(ctx: typer.Context, model_id: Model = None, as_json: AsJson = False) -> None:
    """What each scale asks, and how far it is to be trusted. Example: farthing model construct scales"""
    with opened(ctx) as (house, actor):
        card, made = constructs_model(house, actor, model_id)
    if as_json:
        typer.echo(json.dumps(canon.plain({"model": card.id, "status": card.status, "scales": made.scales}), ensure_ascii=False))
        return
    title = f"{card.id} {card.status.value}: {made.told}{_made_up(made.synthetic)}"
    table = Table("构念 construct", "题项 items", "ω", "α", "样本 cases", title=title)
    for scale in made.scales:
        items = "\n".join(f"{item.feature}（区分度 discrimination {item.discrimination_milli / 1000:.2f}）" for item in scale.items)
        inside = "—" if scale.alpha_ppm is None else f"{scale.alpha_ppm / 1e6:.2f}"
        table.add_row(f"{scale.zh} {scale.en}", items, f"{scale.omega_ppm / 1e6:.2f}", inside, f"{scale.cases:,}")
    Console().print(table)


@app.command()
def show(
    ctx: typer.Context,
    party: PartyId,
    model_id: Model = None,
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """Where an owner stands, 50 is usual and 10 one standard deviation. Example: farthing model construct show W00001"""
    with opened(ctx) as (house, actor):
        view = show_constructs(house, actor, named(house, actor, party).id, model_id, some_day(as_of))
        _, made = constructs_model(house, actor, view.card.id)
    card = view.card
    if as_json:
        told = {"party": view.party, "as_of": view.as_of, "model": card.id, "synthetic": card.synthetic, "readings": view.readings}
        typer.echo(json.dumps(canon.plain(told), ensure_ascii=False, indent=2))
        return
    words = {scale.name: f"{scale.zh} {scale.en}" for scale in made.scales}
    title = f"{view.party}, {card.trained_on}{_made_up(card.synthetic)}"
    table = Table("构念 construct", "分 score", "90 % 区间 bar", "已答 answered", "未答 not answered", title=title)
    for one in view.readings:
        score, low, high = (f"{tenths / 10:.1f}" for tenths in (one.score, one.low, one.high))
        table.add_row(words[one.construct], score, f"{low} – {high}", str(one.answered), ", ".join(one.missing) or "—")
    Console().print(table)


@app.command()
def check(ctx: typer.Context, model_id: Model = None, as_of: Day = None, as_json: AsJson = False) -> None:
    """Whether each item means the same in every segment. Example: farthing model construct check"""
    with opened(ctx) as (house, actor):
        found = check_constructs(house, actor, some_day(as_of) or house.clock.today(), model_id)
    if as_json:
        typer.echo(json.dumps(canon.plain(tuple(found)), ensure_ascii=False, indent=2))
        return
    flagged = [one for one in found if one.grade != "A"]
    table = Table("题项 item", "构念 construct", "分组 segment", "样本 cases", "差异 delta", "等级 grade")
    for one in flagged:
        table.add_row(one.feature, one.construct, one.segment, str(one.cases), f"{one.delta_milli / 1000:+.2f}", one.grade)
    Console().print(table)
    typer.echo(f"共检查 {len(found)} 项，{len(flagged)} 项不为A：其他回答相同的人中，该组回答不同。")
    typer.echo(f"{len(found)} checked, {len(flagged)} not A: of people alike otherwise, one segment answers it otherwise.")


def _made_up(synthetic: bool) -> str:
    return "（合成数据 synthetic）" if synthetic else ""
