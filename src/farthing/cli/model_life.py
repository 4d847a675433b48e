"""`farthing model` after training: the inventory, appointing, reviewing, returning, retiring, and what challengers would have led to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from farthing.cli.house import fresh, opened
from farthing.cli.line.proposal import ask
from farthing.cli.model import app
from farthing.cli.options import AsJson, By, Key, parse_day
from farthing.domain import canon
from farthing.domain.model_card import HOME_MARKET, ModelAppointed, ModelCard, ModelStatus
from farthing.domain.money import format_yuan
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.model.shadow import shadow
from farthing.flows.queries import models as models_reading

Model = Annotated[str, typer.Argument(help="The model's id, like mdl_….")]
Ground = Annotated[str, typer.Option(help="Why, as a code: better_by_backtest.")]
Market = Annotated[str, typer.Option(help="The market it is validated for.")]


@app.command()
def inventory(ctx: typer.Context, as_json: AsJson = False) -> None:
    """The nine classes of models, each with who answers for it and until when it may be used (IL-11). Example: farthing model inventory"""
    with opened(ctx) as (house, actor):
        found = models_reading.inventory(house, actor)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    titles = ("状态 status", "市场 market", "有效至 valid until", "警报 alarms", "上次评审 reviewed", "负责人 owner", "批准人 approver")
    table = Table("类别 class", Column("模型 model", no_wrap=True), *titles, title=f"模型清单 Model inventory, {found.on}")
    for one, rows in found.classes:
        if not rows:
            table.add_row(one.value, "—", *[""] * len(titles))
        for row in rows:
            card, late = row.card, "  已过期 past" if row.late else ""
            table.add_row(*map(Text, (
                one.value, card.id, card.status.value, card.market, f"{card.valid_until or '—'}{late}",
                str(row.alarms), str(card.reviewed_on or "—"),
                card.accountable.owner, card.accountable.approver,
            )))  # fmt: skip
    Console().print(table)


@app.command()
def appoint(
    ctx: typer.Context,
    model_id: Model,
    ground: Ground,
    by: By,
    valid_until: Annotated[str, typer.Option(help="Until when it may be used, within a year: 2027-06-30.")],
    challenger: Annotated[bool, typer.Option("--challenger", help="Run it unseen beside the one in use.")] = False,
    market: Market = HOME_MARKET,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask that a model be used, or challenge; a second person agrees to the proposal.

    Example: farthing model appoint mdl_abc --valid-until 2027-06-30 --ground better_by_backtest --by stf_abc
    """
    status = ModelStatus.CHALLENGER if challenger else ModelStatus.APPROVED
    ask(ctx, by, ModelAppointed(model_id, status, market, parse_day(valid_until), ground), key, as_json=as_json)


@app.command("return")
def return_command(
    ctx: typer.Context, ground: Ground, by: By, market: Market = HOME_MARKET, key: Key = None, as_json: AsJson = False
) -> None:
    """Use the model that was in use before, from now on. Example: farthing model return --ground drifts --by stf_abc"""
    _act(ctx, return_model, ReturnRequest(ground, market=market), by, key, as_json=as_json)


@app.command()
def retire(ctx: typer.Context, model_id: Model, ground: Ground, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Never use a model again. Example: farthing model retire mdl_abc --ground leaks --by stf_abc"""
    _act(ctx, retire_model, RetireRequest(model_id, ground), by, key, as_json=as_json)


@app.command()
def review(
    ctx: typer.Context,
    model_id: Model,
    valid_until: Annotated[str, typer.Option(help="Until when it was found sound, within a year.")],
    ground: Ground,
    by: By,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Note a review that found a model sound (IL-11).

    Example: farthing model review mdl_abc --valid-until 2027-06-30 --ground stable_by_month --by stf_abc
    """
    _act(ctx, review_model, ReviewRequest(model_id, parse_day(valid_until), ground), by, key, as_json=as_json)


@app.command("shadow")
def shadow_command(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Let challengers look at what was decided, and show what they would have led to. Example: farthing model shadow"""
    with opened(ctx) as (house, actor):
        while shadow(house):
            pass
        found = models_reading.challenges(house, actor)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    if not found:
        Console().print("没有挑战者。No challenger: farthing model appoint … --challenger")
    for one in found:
        table = Table("实际 decided", "挑战者 would have", "笔数 decisions", "实际额度 limits", "挑战者额度 limits",
                      title=f"{one.card.title} {one.card.id}: {one.seen} 自 since {one.since}")  # fmt: skip
        for swap in one.swaps:
            limits = format_yuan(swap.used_limit_fen), format_yuan(swap.would_limit_fen)
            table.add_row(swap.used.value, swap.would.value, str(swap.decisions), *limits)
        Console().print(table)


def _act(ctx: typer.Context, flow: Callable[..., ModelCard], request: object, by: str, key: str | None, *, as_json: bool) -> None:
    """Carry it out in the name of a member of staff, and say where the model stands then."""
    with opened(ctx) as (house, _):
        card = flow(house, house.staff.get(by), request, key or fresh(house))
    if as_json:
        typer.echo(json.dumps(canon.plain(card), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{card.title} {card.id}: {card.status.value}，有效至 valid until {card.valid_until or '—'}")
