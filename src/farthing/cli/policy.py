"""`farthing policy`: check, publish and read policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text

from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.money import format_yuan
from farthing.flows.publish import Checked, PublishRequest, check_policy, publish_policy
from farthing.flows.queries.policies import compare as compare_policies
from farthing.flows.queries.policies import facts as policy_facts
from farthing.flows.queries.policies import policies, policy

app = typer.Typer(help="Check, publish and read policies.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="A policy document (YAML).")]


@app.command()
def check(ctx: typer.Context, file: File, as_json: AsJson = False) -> None:
    """Read and analyse a policy without publishing it. Exit code 1 if it may not be published.

    Example: farthing policy check my-policy.yaml
    """
    with opened(ctx) as (house, _):
        checked = check_policy(house, PublishRequest(_read(file)))
    if as_json:
        typer.echo(json.dumps({"policy": checked.policy.id, "sound": checked.sound, "findings": canon.plain(checked.findings)}))
    else:
        _print_findings(checked)
    raise typer.Exit(0 if checked.sound else 1)


@app.command()
def publish(
    ctx: typer.Context,
    file: File,
    by: Annotated[str | None, typer.Option(help="Your staff id: who publishes is the approver, and the owner is someone else.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for it, if not whom the document names.")] = None,
    approver: Annotated[str | None, typer.Option(help="Who approved it, if not whom the document names.")] = None,
    as_json: AsJson = False,
) -> None:
    """Publish a policy under two names. Example: farthing policy publish my-policy.yaml --by stf_..."""
    if by and approver:
        raise typer.BadParameter("with --by the approver is whom it names", param_hint="--approver")
    request = PublishRequest(_read(file), owner, approver)
    with opened(ctx) as (house, operator):
        actor = house.staff.get(by) if by else operator
        published = publish_policy(house, actor, request, f"cli/publish/{actor.id}/{canon.digest(request).hex()}")
    typer.echo(json.dumps(canon.plain(published), ensure_ascii=False) if as_json else f"{published.id}  {published.digest}")


@app.command(name="list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every published version, the newest first. Example: farthing policy list"""
    with opened(ctx) as (house, actor):
        rows = policies(house, actor)
    if as_json:
        typer.echo(json.dumps(canon.plain(rows), ensure_ascii=False))
        return
    titles = ("产品 product", "生效 from", "负责人 owner", "审批人 approver", "摘要 digest", "现行 in force")
    table = Table(Column("政策 policy", no_wrap=True, min_width=16), *(Column(title, overflow="fold") for title in titles))
    for row in rows:
        names = Text(row.owner), Text(row.approver)
        table.add_row(row.id, row.product, row.effective_from.isoformat(), *names, row.digest[:12], "✓" if row.in_force else "")
    Console().print(table)


@app.command()
def show(
    ctx: typer.Context, name: Annotated[str, typer.Argument(help="pol_..., or the start of a digest.")], as_json: AsJson = False
) -> None:
    """The rules of a published policy. Example: farthing policy show pol_sme_term_v1"""
    with opened(ctx) as (house, actor):
        view = policy(house, actor, name)
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False))
        return
    console, one = Console(), view.policy
    people = escape(f"{one.accountable.owner} / {one.accountable.approver}")
    console.print(f"[bold]{one.id}[/]  {one.product}  {one.effective_from}  {people}  {one.digest[:12]}", highlight=False)
    access = Table("准入 access", "规则 when", "结果 outcome", "缺失时 missing", "原因 reason")
    for rule in one.access:
        access.add_row(rule.name, Text(rule.when), rule.outcome.value, rule.missing.value, rule.reason)
    limit = Table("上限 limit", "金额 cap", "缺失时 missing", "原因 reason")
    for cap in one.limit:
        limit.add_row(cap.name, Text(cap.cap), format_yuan(cap.missing), cap.reason)
    price = Table("定价 price", "部分 part", "缺失时 missing")
    for part in one.price:
        price.add_row(part.name, Text(part.part), str(part.missing))
    for table in (access, limit, price):
        console.print(table)


@app.command()
def facts(ctx: typer.Context, word: Annotated[str, typer.Argument(help="Part of a name.")] = "", as_json: AsJson = False) -> None:
    """The facts a rule may name, with unit and decimals. Example: farthing policy facts turnover"""
    with opened(ctx) as (_, actor):
        found = [spec for spec in policy_facts(actor) if word in spec.name]
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False))
        return
    if not found:
        typer.echo(f"没有名称含 {word!r} 的事实。No fact has {word!r} in its name; without a word all are listed.")
        return
    # lines, not a table: thousands print at once, and can be searched
    rows = [("事实 fact", "类型 type", "单位 unit", "小数位 decimals", "含义 meaning")]
    rows += [(spec.name, spec.type.value, spec.unit, str(spec.scale), f"{spec.zh} {spec.en}") for spec in found]
    widths = [max(cell_len(row[place]) for row in rows) for place in range(4)]
    typer.echo("\n".join("  ".join([*map(set_cell_size, row, widths), row[4]]) for row in rows))


@app.command()
def compare(
    ctx: typer.Context,
    file: File,
    with_: Annotated[str, typer.Option("--with", help="The published policy to compare with.")],
    as_json: AsJson = False,
) -> None:
    """Who would be treated differently by a draft, over all recorded applications.

    Example: farthing policy compare draft.yaml --with pol_sme_term_v1
    """
    with opened(ctx) as (house, actor):
        before = policy(house, actor, with_).policy
        swaps = compare_policies(house, actor, before, check_policy(house, PublishRequest(_read(file))).policy)
    if as_json:
        typer.echo(json.dumps(canon.plain(swaps)))
        return
    titles = ("原结果 before", "新结果 after", "户数 applicants", "原额度 limits before", "新额度 limits after")
    table = Table(*(Column(title, overflow="fold") for title in titles))
    for swap in swaps:
        limits = format_yuan(swap.limit_before_fen), format_yuan(swap.limit_after_fen)
        table.add_row(swap.before.value, swap.after.value, str(swap.applicants), *limits)
    Console().print(table)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Invalid("unreadable_file", f"{file} cannot be read: {why}.", "Name a UTF-8 text file.", field="file") from None


def _print_findings(checked: Checked) -> None:
    console = Console()
    verdict = "[green]可以发布 may be published[/]" if checked.sound else "[red]不可发布 may not be published[/]"
    console.print(f"{checked.policy.id}  {verdict}", highlight=False)
    for finding in checked.findings:
        mark = "[red]✗[/]" if finding.error else "[yellow]![/]"
        console.print(f"  {mark} {finding.where}: {escape(finding.message)} [dim]{finding.code}[/]", highlight=False)
