"""`farthing model`: train a scorecard, read its card, list models, validate without saving."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table
from rich.text import Text

from farthing.cli.challenge import tell as tell_challenge
from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.model_card import Measure, ModelCard
from farthing.flows.model.challenge import ChallengeRequest, challenge
from farthing.flows.model.develop import TrainRequest, make, train
from farthing.flows.queries.models import ModelView, PointsRow, model, model_sql, models, report_made

app = typer.Typer(help="模型 Models: train, validate, show and list.", no_args_is_help=True)

AsOf = Annotated[str | None, typer.Option("--as-of", help="Features as known on this day (YYYY-MM-DD); the bank's open day if not given.")]
Folds = Annotated[int, typer.Option(help="Folds of each repeat.")]
Repeats = Annotated[int, typer.Option(help="Repeats of the cross-validation.")]
Seed = Annotated[int, typer.Option(help="Seed of folds and intervals: same seed, same figures.")]
Rate = Annotated[str, typer.Option("--target-bad-rate", help="Assumed rate of bads where the card will be used; it moves every PD.")]
Owner = Annotated[str, typer.Option(help="Who answers for the model.")]
Approver = Annotated[str, typer.Option(help="The second person who approves it.")]
Declined = Annotated[bool, typer.Option("--with-declined", help="Learn of those turned down as well, by the score that did so.")]
Wide = Annotated[bool, typer.Option("--wide", help="Choose of the whole catalogue, thousands of features, where outcomes carry it.")]
Trees = Annotated[bool, typer.Option("--boosted", help="Boosted trees in place of a scorecard (needs the extra `models`).")]
_OF_ONE = ("psi_month_", "stress_", "leak_")
"""How the names of measures of one month, shock or column begin."""


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
    boosted: Trees = False,
    with_declined: Declined = False,
    wide: Wide = False,
    key: Annotated[str | None, typer.Option(help="Idempotency key; same key and options, same result.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train and validate a scorecard, or boosted trees, on every known outcome and save it as approved.

    Example: farthing model train --owner "王敏 Wang Min" --approver "李强 Li Qiang"
    """
    with opened(ctx) as (house, actor):
        day = _day(as_of) or house.clock.today()
        request = TrainRequest(name, day, owner, approver, folds, repeats, seed, _millionths(target_bad_rate), boosted, with_declined, wide)
        with Shown() as shown:
            card = train(house, actor, request, key or f"train:{canon.digest(request).hex()[:32]}", shown)
        tell(model(house, actor, card.id), as_json)


@app.command()
def validate(
    ctx: typer.Context,
    as_of: AsOf = None,
    folds: Folds = 5,
    repeats: Repeats = 5,
    seed: Seed = 20200221,
    target_bad_rate: Rate = "0.05",
    boosted: Trees = False,
    with_declined: Declined = False,
    wide: Wide = False,
    as_json: AsJson = False,
) -> None:
    """Run the whole development and print it, saving nothing. Example: farthing model validate --repeats 10"""
    with opened(ctx) as (house, actor):
        day = _day(as_of) or house.clock.today()
        request = TrainRequest(
            "未保存 not saved", day, actor.name, "—", folds, repeats, seed, _millionths(target_bad_rate), boosted, with_declined, wide
        )
        with Shown() as shown:
            made = make(house, request, shown)
        tell(report_made(made), as_json)


@app.command()
def show(
    ctx: typer.Context,
    model_id: Annotated[str | None, typer.Argument(help="Model id; the newest approved one if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a model's card: points, validation with intervals, what it supports and what it cannot. Example: farthing model show"""
    with opened(ctx) as (house, actor):
        tell(model(house, actor, model_id), as_json)


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


@app.command("sql")
def sql_command(
    ctx: typer.Context,
    table: Annotated[str, typer.Argument(help="The table that holds a column for each feature, in whole numbers at its scale.")],
    model_id: Annotated[str | None, typer.Option("--model", help="Model id; the newest approved one if not given.")] = None,
    keep: Annotated[list[str] | None, typer.Option(help="A column to keep beside the score; may be given again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a model as one SQL query (PostgreSQL, duckdb) that gives the same points. Example: farthing model sql applicants --keep id"""
    with opened(ctx) as (house, actor):
        query = model_sql(house, actor, table, model_id, keep or ())
    typer.echo(json.dumps({"sql": query}, ensure_ascii=False) if as_json else query)


@app.command("challenge")
def challenge_command(
    ctx: typer.Context,
    as_of: AsOf = None,
    folds: Folds = 5,
    repeats: Repeats = 1,
    seed: Seed = 20200221,
    target_bad_rate: Rate = "0.05",
    as_json: AsJson = False,
) -> None:
    """Try boosted trees in the same folds as the scorecard, saving nothing. Example: farthing model challenge --repeats 3"""
    with opened(ctx) as (house, actor):
        request = ChallengeRequest(_day(as_of) or house.clock.today(), folds, repeats, seed, _millionths(target_bad_rate))
        with Shown() as shown:
            found = challenge(house, actor, request, shown)
    tell_challenge(found, as_json)


class Shown:
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


def tell(view: ModelView, as_json: bool) -> None:
    """A model's card: points, what they mean, how it was tested, what it cannot do."""
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    console = Console()
    _head(console, view.card, view)
    if view.points:
        console.print(_points(view))
    if view.crossed:
        console.print(_pairs(view.crossed))
    if view.scale:
        console.print(_scale(view))
    console.print(_measures(view.card))
    for title, sentences in (("可以支持 supports", view.card.supports), ("不能支持 cannot support", view.card.cannot_support)):
        console.print(f"\n[bold]{title}[/]")
        for sentence in sentences:
            console.print(f"  • {sentence}", highlight=False)


def tell_draft(view: ModelView, by: str, as_json: bool) -> None:
    """The card of a draft, and how a second person comes to agree to it."""
    tell(view, as_json)
    if not as_json:
        card = view.card
        asked = f"{card.id} --market {card.market} --valid-until YYYY-MM-DD --ground first_of_its_class --by {by}"
        typer.echo(f"\n下一步 next: farthing model appoint {asked}")


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


def _pairs(cells: Sequence[PointsRow]) -> Table:
    """A row a pair with its worst and best cell; every cell is on the model's page and in --json."""
    table = Table("成对特征 two features", "最差 worst", "最好 best", title="两项一起，另加分 two together: points added to their own")
    for _, some in groupby(cells, lambda one: one.feature):
        ranked = sorted(some, key=lambda one: one.points)
        table.add_row(f"{ranked[0].zh}\n{ranked[0].en}", *(f"{one.points:+d}  {one.bin}" for one in (ranked[0], ranked[-1])))
    return table


def _scale(view: ModelView) -> Table:
    table = Table("分 points", "PD", title="分数与违约概率 points and PD")
    for points, ppm in view.scale:
        table.add_row(str(points), f"{ppm / 1e4:.2f} %")
    return table


def _measures(card: ModelCard) -> Table:
    """What a card is trusted by; the many measures of one month, column or shock each are counted and stand on the page and in JSON."""
    shown = [one for one in card.measures if not one.name.startswith(_OF_ONE)]
    more = len(card.measures) - len(shown)
    told = f"另有 {more} 项 more: farthing model show {card.id} --json; /models/{card.id}/report" if more else None
    table = Table("指标 measure", "值与95%区间 value and 95 % interval", "方法 method", title="验证 validation", caption=told)
    for last, one in zip((None, *shown), shown, strict=False):
        method = "同上 as above" if last and last.method == one.method else one.method
        table.add_row(one.name, one.value if one.low == one.high else _interval(one), method)
    return table


def _interval(one: Measure) -> str:
    return f"{one.value} [{one.low}, {one.high}]"
