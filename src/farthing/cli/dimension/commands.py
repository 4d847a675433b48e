"""`farthing model dimensions` and `farthing model personal`: train, show, and score a party by dimension."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from farthing.cli import model_table  # noqa: F401 - the noun is all of its files
from farthing.cli.house import opened
from farthing.cli.model import Shown, app
from farthing.cli.options import AsJson, By, Key, some_day
from farthing.domain import canon
from farthing.flows.model.dimensions import DimensionRequest, train_dimensions
from farthing.flows.queries.dimension.score import (
    Asked,
    DimensionsView,
    FacetScore,
    PartyDimensions,
    ScoreKind,
    Standing,
    dimensions_model,
    score_party,
)
from farthing.flows.queries.parties import named

Party = Annotated[str, typer.Argument(help="Party id, or the key that a source knows it by.")]
Model = Annotated[str | None, typer.Option("--model", help="Model id; the one in use if not given.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Features as known on this day (YYYY-MM-DD); the bank's open day if not given.")]
Ask = Annotated[list[str] | None, typer.Option("--ask", help="A dimension that the party asked for by name; may be given again.")]
STANDINGS = {
    Standing.ON: "计入 on", Standing.WITHHELD: "未同意 not consented", Standing.NOT_ASKED: "未要求 not asked for",
    Standing.ABSENT: "无数据 nothing there", Standing.IDLE: "无增量信息 tells nothing more",
}  # fmt: skip


def commands(kind: ScoreKind, name: str, told: str) -> typer.Typer:
    """The three commands of one kind of score."""
    noun = typer.Typer(help=told, no_args_is_help=True)
    noun.command("train", help=f"Train, test and save a draft. Example: farthing model {name} train --by stf_abc")(_train(kind))
    noun.command("show", help=f"Every point by dimension and feature, to print. Example: farthing model {name} show")(_show(kind))
    noun.command("score", help=f"A party today: points, what moves them, what is off. Example: farthing model {name} score pty_x")(
        _score(kind)
    )
    return noun


def _train(kind: ScoreKind) -> Callable[..., None]:
    def train(
        ctx: typer.Context,
        by: By,
        as_of: AsOf = None,
        folds: Annotated[int, typer.Option(help="Folds of each repeat.")] = 5,
        repeats: Annotated[int, typer.Option(help="Repeats of the cross-validation.")] = 2,
        seed: Annotated[int, typer.Option(help="Seed of folds and intervals: same seed, same figures.")] = 20200221,
        key: Key = None,
        as_json: AsJson = False,
    ) -> None:
        with opened(ctx) as (house, actor):
            request = DimensionRequest(kind, some_day(as_of) or house.clock.today(), folds, repeats, seed)
            one = key or f"dimensions:{canon.digest((by, request)).hex()[:32]}"
            with Shown() as shown:
                card = train_dimensions(house, house.staff.get(by), request, one, shown)
            view = dimensions_model(house, actor, kind, card.id)
        _tell(view, as_json)
        if not as_json:
            asked = f"{card.id} --market {card.market} --valid-until YYYY-MM-DD --ground first_of_its_class --by {by}"
            typer.echo(f"\n下一步 next: farthing model appoint {asked}")

    return train


def _show(kind: ScoreKind) -> Callable[..., None]:
    def show(ctx: typer.Context, model: Model = None, as_json: AsJson = False) -> None:
        with opened(ctx) as (house, actor):
            view = dimensions_model(house, actor, kind, model)
        _tell(view, as_json)

    return show


def _score(kind: ScoreKind) -> Callable[..., None]:
    def score(ctx: typer.Context, party: Party, model: Model = None, ask: Ask = None, as_json: AsJson = False) -> None:
        with opened(ctx) as (house, actor):
            found = score_party(house, actor, Asked(named(house, actor, party).id, kind, model, tuple(ask or ())))
        if as_json:
            told = {"party": found.party, "as_of": found.as_of, "score": found.score, "moves": found.moves}
            typer.echo(json.dumps(canon.plain(told), ensure_ascii=False, indent=2))
            return
        _tell_score(found)

    return score


def _tell(view: DimensionsView, as_json: bool) -> None:
    """The whole card: each point that can be had, by dimension and feature."""
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    card, console = view.artefact, Console()
    console.print(
        Text(f"{view.card.title}  {view.card.id}  {view.card.status.value}" + ("  合成 synthetic" if view.card.synthetic else ""))
    )
    table = Table(
        "维度 dimension", Column("特征 feature", overflow="fold"), "分箱 bin", "分 points", title=f"基础分 base {card.base_points}"
    )
    for facet in card.facets:
        shares = f"{facet.zh} {facet.en}\n{facet.prior_ppm / 1e4:.0f} % → {facet.share_ppm / 1e4:.0f} %"
        table.add_row(shares, "", STANDINGS[Standing.ON] if facet.attributes else STANDINGS[Standing.IDLE], f"{facet.own_points:+d}")
        for attribute in facet.attributes:
            for place, one in enumerate((*attribute.bins, attribute.missing)):
                table.add_row("", f"{attribute.zh}\n{attribute.en}" if not place else "", Text(one.label), f"{one.points:+d}")
    console.print(table)
    measures = Table("指标 measure", "值与95%区间 value and 95 % interval", "方法 method", title="验证 validation")
    for measure in view.card.measures:
        measures.add_row(measure.name, f"{measure.value} [{measure.low}, {measure.high}]", measure.method)
    console.print(measures)
    for title, sentences in (("可以支持 supports", view.card.supports), ("不能支持 cannot support", view.card.cannot_support)):
        console.print(Text(title, style="bold"))
        for sentence in sentences:
            console.print(Text(f"  • {sentence}"))


def _tell_score(found: PartyDimensions) -> None:
    score, console = found.score, Console()
    pd = f"PD {score.pd_ppm / 1e4:.2f} % [{score.low_pd_ppm / 1e4:.2f}, {score.high_pd_ppm / 1e4:.2f}]"
    console.print(Text(f"{found.party}  {score.score} 分 points  {pd}  {found.as_of}  {found.card.id} {found.card.status.value}"))
    table = Table("维度 dimension", "状态 standing", "分 points", "参照 reference", title=f"基础分 base {score.base_points}")
    for view in found.facets:
        table.add_row(
            f"{view.facet.zh} {view.facet.en}", _standing(view.score), f"{view.score.points:+d}", f"{view.score.reference_points:+d}"
        )
    console.print(table)
    words = {one.feature: one for facet in found.artefact.facets for one in facet.attributes}
    moves = Table(
        Column("失分最多 what costs most", overflow="fold"), "分箱 bin", "少 fewer", title="与一般好客户相比 against a usual good customer"
    )
    for one in found.moves:
        moves.add_row(f"{words[one.feature].zh}\n{words[one.feature].en}", Text(one.bin), f"{one.shortfall}")
    console.print(moves)


def _standing(score: FacetScore) -> str:
    return STANDINGS[score.standing]


app.add_typer(
    commands(ScoreKind.ENTERPRISE, "dimensions", "企业五维评分 Five dimensions of an enterprise: calibrated parts under one total."),
    name="dimensions",
)
app.add_typer(
    commands(ScoreKind.PERSONAL, "personal", "个人五维信用分 Five dimensions of a person, 350 to 950. Our own, not Zhima Credit's."),
    name="personal",
)
