"""`farthing model`: train a scorecard, read its card, list models, validate without saving."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table
from rich.text import Text

from farthing.cli.house import fresh, opened
from farthing.cli.line.proposal import ask
from farthing.cli.options import AsJson, By, Key, parse_day
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.model_card import HOME_MARKET, Measure, ModelAppointed, ModelCard, ModelStatus
from farthing.domain.money import format_yuan
from farthing.flows.develop import TrainRequest, make, report_made, train
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.model.shadow import shadow
from farthing.flows.queries import models as models_reading
from farthing.flows.queries.models import ModelView, model, models

app = typer.Typer(help="模型 Models: train, validate, show and list.", no_args_is_help=True)

AsOf = Annotated[str | None, typer.Option("--as-of", help="Features as known on this day (YYYY-MM-DD); the bank's open day if not given.")]
Folds = Annotated[int, typer.Option(help="Folds of each repeat.")]
Repeats = Annotated[int, typer.Option(help="Repeats of the cross-validation.")]
Seed = Annotated[int, typer.Option(help="Seed of folds and intervals: same seed, same figures.")]
Rate = Annotated[str, typer.Option("--target-bad-rate", help="Assumed rate of bads where the card will be used; it moves every PD.")]
Owner = Annotated[str, typer.Option(help="Who answers for the model.")]
Model = Annotated[str, typer.Argument(help="The model's id, like mdl_….")]
Ground = Annotated[str, typer.Option(help="Why, as a code: better_by_backtest.")]
Market = Annotated[str, typer.Option(help="The market it is validated for.")]
Approver = Annotated[str, typer.Option(help="The second person who approves it.")]


@app.command("train")
def train_command(
    ctx: typer.Context,
    owner: Owner,
    approver: Approver,
    name: Annotated[str, typer.Option(help="Title of the model.")] = "企业发票评分卡 Invoice scorecard for enterprises",
    as_of: AsOf = None,
    folds: Folds = 5,
    repeats: Repeats = 5,
    seed: Seed = 20200221,
    target_bad_rate: Rate = "0.05",
    key: Annotated[str | None, typer.Option(help="Idempotency key; same key and options, same result.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train and validate a scorecard on every known outcome and save it as approved.

    Example: farthing model train --owner "王敏 Wang Min" --approver "李强 Li Qiang"
    """
    with opened(ctx) as (house, actor):
        day = _day(as_of) or house.clock.today()
        request = TrainRequest(name, day, owner, approver, folds, repeats, seed, _millionths(target_bad_rate))
        with _Shown() as shown:
            card = train(house, actor, request, key or f"train:{canon.digest(request).hex()[:32]}", shown)
        _tell(model(house, actor, card.id), as_json)


@app.command()
def validate(
    ctx: typer.Context,
    as_of: AsOf = None,
    folds: Folds = 5,
    repeats: Repeats = 5,
    seed: Seed = 20200221,
    target_bad_rate: Rate = "0.05",
    as_json: AsJson = False,
) -> None:
    """Run the whole development and print it, saving nothing. Example: farthing model validate --repeats 10"""
    with opened(ctx) as (house, actor):
        day = _day(as_of) or house.clock.today()
        request = TrainRequest("未保存 not saved", day, actor.name, "—", folds, repeats, seed, _millionths(target_bad_rate))
        with _Shown() as shown:
            made = make(house, request, shown)
        _tell(report_made(made), as_json)


@app.command()
def show(
    ctx: typer.Context,
    model_id: Annotated[str | None, typer.Argument(help="Model id; the newest approved one if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a model's card: points, validation with intervals, what it supports and what it cannot. Example: farthing model show"""
    with opened(ctx) as (house, actor):
        _tell(model(house, actor, model_id), as_json)


@app.command("list")
def list_models(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every model with its accountable people. Example: farthing model list"""
    with opened(ctx) as (house, actor):
        every = models(house, actor)
    if as_json:
        typer.echo(json.dumps(canon.plain(tuple(every)), ensure_ascii=False, indent=2))
        return
    titles = ("名称 title", "状态 status", "AUC", "标签 labels", "负责人 owner", "批准人 approver")
    table = Table(Column("模型 model", no_wrap=True), *(Column(title, overflow="fold") for title in titles))
    for card in every:
        auc = next((_interval(one) for one in card.measures if one.name == "auc"), "")
        people = card.accountable
        told = (card.id, card.title, card.status.value, auc, f"{card.labels} ({card.bads} bad)", people.owner, people.approver)
        table.add_row(*map(Text, told))
    Console().print(table if every else "还没有模型。先运行 farthing model train。No model yet: run farthing model train.")


@app.command()
def inventory(ctx: typer.Context, as_json: AsJson = False) -> None:
    """The nine classes of models, each with who answers for it and until when it may be used (IL-11). Example: farthing model inventory"""
    with opened(ctx) as (house, actor):
        found = models_reading.inventory(house, actor)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    titles = ("状态 status", "市场 market", "有效至 valid until", "上次评审 reviewed", "负责人 owner", "批准人 approver")
    table = Table("类别 class", Column("模型 model", no_wrap=True), *titles, title=f"模型清单 Model inventory, {found.on}")
    for one, rows in found.classes:
        if not rows:
            table.add_row(one.value, "—", *[""] * len(titles))
        for row in rows:
            card, late = row.card, "  已过期 past" if row.late else ""
            table.add_row(*map(Text, (
                one.value, card.id, card.status.value, card.market, f"{card.valid_until or '—'}{late}", str(card.reviewed_on or "—"),
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
    """Ask that a model be used, or challenge; a second person agrees by `farthing proposal agree`.

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


class _Shown:
    """A progress bar on the terminal's error stream."""

    def __enter__(self) -> Self:
        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task("模型 model", total=None)
        return self

    def __call__(self, done: int, total: int, what: str) -> None:
        self._bar.update(self._task, completed=done, total=total, description=what)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_date", f"{text!r} is not a day.", "Write it like 2020-02-21.", field="as_of") from None


def _millionths(text: str) -> int:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(-1)
    if not 0 < rate < 1:
        raise Invalid("bad_rate", f"{text!r} is not a rate between 0 and 1.", "Write it like 0.05.", field="target_bad_rate")
    return int(rate * 1_000_000)


def _tell(view: ModelView, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    console = Console()
    _head(console, view.card, view)
    console.print(_points(view))
    console.print(_scale(view))
    console.print(_measures(view.card))
    for title, sentences in (("可以支持 supports", view.card.supports), ("不能支持 cannot support", view.card.cannot_support)):
        console.print(f"\n[bold]{title}[/]")
        for sentence in sentences:
            console.print(f"  • {sentence}", highlight=False)


def _head(console: Console, card: ModelCard, view: ModelView) -> None:
    people = card.accountable
    console.print(
        f"[bold]{escape(card.title)}[/]  {card.id}" + ("  [yellow]合成数据 synthetic data[/]" if card.synthetic else ""), highlight=False
    )
    typer.echo(f"负责人 owner {people.owner}，批准人 approver {people.approver}；数据 data {card.trained_on}，截至 as of {card.as_of}")
    console.print(
        f"标签 labels {card.labels}，违约 bad {card.bads}（{view.sample_rate_ppm / 1e4:.1f}%）；"
        f"PD 按假设违约率 assumed rate {view.target_rate_ppm / 1e4:.1f}%",
        highlight=False,
    )


def _points(view: ModelView) -> Table:
    title = f"评分表 points: 基础分 base {view.base_points}，范围 range {view.least_points}–{view.most_points}"
    table = Table(Column("特征 feature", overflow="fold"), "分箱 bin", "分 points", "参照 reference", "好 good", "坏 bad", title=title)
    last = ""
    for row in view.points:
        named = "" if row.feature == last else f"{row.zh}\n{row.en}"
        table.add_row(named, row.bin, str(row.points), "" if not named else str(row.reference_points), str(row.goods), str(row.bads))
        last = row.feature
    return table


def _scale(view: ModelView) -> Table:
    table = Table("分 points", "PD", title="分数与违约概率 points and PD")
    for points, ppm in view.scale:
        table.add_row(str(points), f"{ppm / 1e4:.2f} %")
    return table


def _measures(card: ModelCard) -> Table:
    table = Table("指标 measure", "值与95%区间 value and 95 % interval", "方法 method", title="验证 validation")
    for one in card.measures:
        table.add_row(one.name, one.value if one.low == one.high else _interval(one), one.method)
    return table


def _interval(one: Measure) -> str:
    return f"{one.value} [{one.low}, {one.high}]"
