"""`farthing model fraud`: train an anti-fraud model, read its card, assess a party, and make a rule of a few confirmed cases."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from farthing import wiring
from farthing.cli.house import opened
from farthing.cli.model import tell
from farthing.cli.options import AsJson, PartyId, parse_day
from farthing.domain import canon
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelClass
from farthing.flows.fraud.assess import FraudView, assess
from farthing.flows.fraud.rule import RuleView, rule
from farthing.flows.model.develop_fraud import FraudRequest, train
from farthing.flows.model.fraud_of_own import Confirmed, OwnRequest, train_own
from farthing.flows.ports import House
from farthing.flows.queries.models import model

app = typer.Typer(
    help="反欺诈 Fraud: train on made-up worlds or on own cases, show, score a party, make a rule of few cases.", no_args_is_help=True
)


@app.command("train")
def train_command(
    ctx: typer.Context,
    owner: Annotated[str, typer.Option(help="Who answers for the model.")],
    approver: Annotated[str, typer.Option(help="The second person who approves it.")],
    worlds: Annotated[int, typer.Option(help="Made-up worlds to fit on.")] = 6,
    apart: Annotated[int, typer.Option(help="Made-up worlds to judge on, which took no part.")] = 3,
    merchants: Annotated[int, typer.Option(help="Merchants of each world.")] = 180,
    since: Annotated[int, typer.Option(help="The first month of each world that is looked at, of 0 to 23.", min=6, max=23)] = 10,
    fraud_rate: Annotated[str, typer.Option(help="Assumed share of frauds among applicants; it moves every chance.")] = "0.005",
    key: Annotated[str | None, typer.Option(help="Idempotency key; same key and options, same result.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fit on planted frauds, judge on other worlds, save: some minutes. Example: farthing model fraud train --owner 王敏 --approver 李强"""
    with opened(ctx) as (house, actor):
        request = FraudRequest(
            owner, approver, worlds=worlds, apart=apart, merchants=merchants, since=since, fraud_rate_ppm=_millionths(fraud_rate)
        )  # fmt: skip
        card = train(house, actor, request, key or f"fraud:{canon.digest(request).hex()[:32]}")
        tell(model(house, actor, card.id), as_json)


@app.command("train-own")
def train_own_command(
    ctx: typer.Context,
    cases: Annotated[Path, typer.Argument(help="CSV of confirmed cases: party (its source's key), day (when first to be seen).")],
    owner: Annotated[str, typer.Option(help="Who answers for the model.")],
    approver: Annotated[str, typer.Option(help="The second person who approves it.")],
    fraud_rate: Annotated[str | None, typer.Option(help="Share of frauds among applicants; as in the cases if not given.")] = None,
    key: Annotated[str | None, typer.Option(help="Idempotency key; same key and options, same result.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fit on the bank's own confirmed cases, if there are enough.

    Example: farthing model fraud train-own cases.csv --owner 王敏 --approver 李强
    """
    rows, _ = wiring.table_file(cases)
    if not {"party", "day"} <= set(rows.columns):
        raise Invalid("bad_cases", f"{cases.name} has no column party, or none named day.", "Give a case a line: its key and its day.")
    told = tuple(Confirmed(party or "", parse_day(day or "")) for party, day in rows.select("party", "day").iter_rows())
    with opened(ctx) as (house, actor):
        request = OwnRequest(told, owner, approver, fraud_rate_ppm=_millionths(fraud_rate) if fraud_rate else None)
        card = train_own(house, actor, request, key or f"fraud:{canon.digest(request).hex()[:32]}")
        tell(model(house, actor, card.id), as_json)


@app.command()
def show(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Print the card of the anti-fraud model in use. Example: farthing model fraud show"""
    with opened(ctx) as (house, actor):
        found = house.registry.model_in_use(ModelClass.ANTI_FRAUD)
        if found is None:
            raise NotFound("no_fraud_model", "No anti-fraud model is in use.", "Train one: farthing model fraud train.")
        tell(model(house, actor, found[0].id), as_json)


@app.command()
def score(ctx: typer.Context, party: PartyId, as_json: AsJson = False) -> None:
    """Assess one party today: chance, what follows, reasons, its ring. Example: farthing model fraud score W00007"""
    with opened(ctx) as (house, actor):
        view = assess(house, actor, _id(house, party))
    if as_json:
        typer.echo(json.dumps(_plain(view), ensure_ascii=False, indent=2))
        return
    one = view.assessment
    typer.echo(f"{view.party}  欺诈概率 chance of fraud {one.fraud_ppm / 1e4:.2f} %  建议 action {one.action.value}  ({view.card.id})")
    if view.card.synthetic:
        typer.echo("模型来自虚构经济，未见过真实欺诈。The model is of made-up worlds and has seen no real fraud.")
    for reason in one.reasons:
        typer.echo(f"  • {reason.zh} / {reason.en}")
    if view.ring is not None:
        ways = ", ".join(sorted({shared.kind.value for shared in view.ring.shared}))
        typer.echo(f"关联环 ring {view.ring.id}: {len(view.ring.members)} 个主体 parties ({ways})")
    if view.circle is not None:
        share = (view.signs["circle_share"] or 0) / 1e4
        typer.echo(f"循环交易 circle: {len(view.circle.members)} 个环节 sales, 占销售额 of turnover {share:.1f} %")


@app.command("rule")
def rule_command(
    ctx: typer.Context,
    confirmed: Annotated[list[str], typer.Argument(metavar="PARTY...", help="Confirmed cases, by the keys their sources know them by.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As they stood on this day (YYYY-MM-DD); the bank's day if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A rule that a policy can hold, from three cases or more. Example: farthing model fraud rule W00007 W00097 W00137"""
    with opened(ctx) as (house, actor):
        view = rule(house, actor, confirmed, parse_day(as_of) if as_of else None)
    if as_json:
        typer.echo(json.dumps(canon.plain(tuple(_told(view))), ensure_ascii=False, indent=2))
        return
    table = Table(Column("规则 rule", overflow="fold"), "命中 caught", "误伤 bothered", "精确度区间 precision", "误报区间 false alarms")
    for one in _told(view):
        table.add_row(*(str(one[name]) for name in ("when", "caught", "bothered", "precision", "false_alarms")))
    Console().print(table if view.rules else "没有找到规则。No rule tells these cases from the others.")


def _told(view: RuleView) -> list[dict[str, str]]:
    return [
        {
            "when": one.expression, "caught": f"{one.caught}/{one.cases}", "bothered": f"{one.bothered}/{one.honest}",
            "precision": f"{one.low:.3f}-{one.high:.3f}", "false_alarms": "{:.4f}-{:.4f}".format(*one.false_alarms),
        }
        for one in view.rules
    ]  # fmt: skip


def _plain(view: FraudView) -> dict[str, object]:
    """What a program reads: no names, members of a ring by their stand-ins."""
    ring = None if view.ring is None else {"id": view.ring.id, "members": len(view.ring.members), "shared": canon.plain(view.ring.shared)}
    circle = None if view.circle is None else {"sales": len(view.circle.members), "round_fen": view.circle.round_fen}
    return {
        "party": view.party, "on": view.on.isoformat(), "synthetic": view.card.synthetic, **canon.plain(view.assessment), "ring": ring,
        "circle": circle, "signs": dict(view.signs),
    }  # fmt: skip


def _id(house: House, party: str) -> Id:
    found = house.parties.get(party) if party.startswith("pty_") else house.parties.find(party)
    if found is None:
        raise NotFound("no_party", f"Nobody is known as {party[:40]!r}.", "List parties to see their ids: farthing party list.")
    return found.id


def _millionths(text: str) -> int:
    try:
        return int(Decimal(text) * 1_000_000)
    except InvalidOperation:
        raise Invalid("bad_rate", f"{text!r} is not a share.", "Give something like 0.005.", field="fraud_rate") from None
