"""`farthing bank`: what concerns the bank as a whole. What governs is asked for here and agreed to by `farthing proposal agree`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened, print_json
from farthing.cli.line.proposal import Ground, ask
from farthing.cli.options import AsJson, By, Key, parse_day
from farthing.domain.bank.bank_event import CapitalStated, PartnerDelisted, PartnerListed
from farthing.domain.money import format_yuan, parse_yuan
from farthing.flows.bank.review_classes import review_classes
from farthing.flows.joint.room import JointView, joint
from farthing.flows.queries.classing import classing
from farthing.flows.queries.reapprovals import reapprovals

app = typer.Typer(help="本行 The bank as a whole: capital, partners, classes, re-approvals.", no_args_is_help=True)

Partner = Annotated[str, typer.Argument(help="The partner's party id, like pty_….")]


@app.command()
def capital(
    ctx: typer.Context,
    reported: Annotated[str, typer.Argument(help="The reporting date: 2026-09-30.")],
    net: Annotated[str, typer.Option(help="Net capital in yuan.")],
    tier1: Annotated[str, typer.Option(help="Net tier-1 capital in yuan.")],
    by: By,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask to state the bank's capital. Example: farthing bank capital 2026-09-30 --net 20000000 --tier1 15000000 --by stf_abc"""
    body = CapitalStated(parse_day(reported), parse_yuan(net), parse_yuan(tier1))
    ask(ctx, by, body, key, as_json=as_json)


@app.command(name="list-partner")
def list_partner(ctx: typer.Context, partner: Partner, ground: Ground, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Ask to put a partner on the list. Example: farthing bank list-partner pty_abc --ground board_approved --by stf_abc"""
    ask(ctx, by, PartnerListed(partner, ground), key, as_json=as_json)


@app.command(name="delist-partner")
def delist_partner(ctx: typer.Context, partner: Partner, ground: Ground, by: By, key: Key = None, as_json: AsJson = False) -> None:
    """Ask to take a partner off the list. Example: farthing bank delist-partner pty_abc --ground contract_ended --by stf_abc"""
    ask(ctx, by, PartnerDelisted(partner, ground), key, as_json=as_json)


@app.command(name="joint")
def joint_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Joint lending beside its limits (IL-07, IL-08, IL-14). Example: farthing bank joint"""
    with opened(ctx) as (house, actor):
        view = joint(house, actor)
    print_json(view) if as_json else _print_joint(view)


@app.command()
def review(ctx: typer.Context, as_json: AsJson = False) -> None:
    """After a night: hold all claims of a debtor more than a tenth of which is non-performing (RC-06). Example: farthing bank review"""
    with opened(ctx) as (house, actor):
        done = review_classes(house, actor)
    if as_json:
        print_json(done)
        return
    typer.echo(f"after {done.closed_on}: {done.debtors} debtors, {len(done.held)} lines held, {len(done.lifted)} lifted")
    for line in (*done.held, *done.lifted):
        typer.echo(line)


@app.command()
def classed(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Was every line classed each quarter (RC-14)? Exit code 1 if not. Example: farthing bank classed"""
    with opened(ctx) as (house, actor):
        found = classing(house, actor)
    if as_json:
        print_json(found)
    else:
        table = Table("季度 quarter", "关账 nights", "最近 last", "分类 classed", "缺 missing", title="分类频率 RC-14")
        for one in found:
            table.add_row(str(one.begins_on), str(one.nights), str(one.last_night or "—"), str(one.classed), ", ".join(one.missing) or "—")
        Console().print(table)
    if not all(one.held for one in found):
        raise typer.Exit(1)


@app.command(name="reapprovals")
def reapprovals_(
    ctx: typer.Context, within: Annotated[int, typer.Option(min=0, help="Due within so many days.")] = 30, as_json: AsJson = False
) -> None:
    """Lines to approve again (IL-03): propose each by farthing proposal reapprove. Example: farthing bank reapprovals --within 60"""
    with opened(ctx) as (house, actor):
        found = reapprovals(house, actor, within_days=within)
    if as_json:
        print_json(found)
        return
    table = Table("额度 line", "产品 product", "到期复审 due", title="复审 To approve again")
    for title in ("逾期天数 days late", "额度 limit", "欠款 owed"):
        table.add_column(title, justify="right")
    for row in found:
        table.add_row(row.line, row.product, str(row.due_on), str(row.days_late), *map(format_yuan, (row.limit_fen, row.owed_fen)))
    Console().print(table)


def _print_joint(view: JointView) -> None:
    stated = view.capital
    told = "never stated" if stated is None else f"{format_yuan(stated.net_tier1_fen)} on {stated.reported_on}"
    typer.echo(f"一级资本净额 net tier 1: {told}")
    typer.echo(f"联合贷款 joint loans, the bank's part: {format_yuan(view.book.joint_fen)} of {format_yuan(view.book.loans_fen)}")
    table = Table("合作方 partner", "名单 listed", title="合作方 Partners")
    table.add_column("本行出资 the bank's part", justify="right")
    for partner in sorted({*view.partners, *view.book.by_partner_fen}):
        listed = "yes" if partner in view.partners else "no"
        table.add_row(partner, listed, format_yuan(view.book.by_partner_fen.get(partner, 0)))
    Console().print(table)
