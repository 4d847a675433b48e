"""`farthing decision`: decide applications and read why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from farthing.cli.house import opened
from farthing.cli.options import AsJson, Key, Limit
from farthing.domain import canon
from farthing.domain.decision import Decision
from farthing.domain.errors import NotFound
from farthing.domain.ids import Id
from farthing.domain.money import format_yuan, parse_yuan
from farthing.domain.policy import Outcome
from farthing.flows.accept import AcceptRequest
from farthing.flows.accept import accept as accept_decision
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.decide_all import DecideAllRequest, DecidedAll, decide_all
from farthing.flows.ports import House
from farthing.flows.queries.decisions import DecisionView, FactView, Page, queue
from farthing.flows.queries.decisions import decision as decision_view
from farthing.flows.review import ReviewRequest
from farthing.flows.review import review as review_decision

app = typer.Typer(help="Decide applications and read why.", no_args_is_help=True)
WORDS = {
    Outcome.APPROVE: "[green]✓ 同意 approve[/]",
    Outcome.REFER: "[yellow]? 转人工 refer[/]",
    Outcome.DECLINE: "[red]✗ 未通过 decline[/]",
}
MARKS = {"fired": "[red]●[/]", "clear": "[green]○[/]", "unknown": "[yellow]?[/]"}


@app.command()
def make(
    ctx: typer.Context,
    party: Annotated[str, typer.Argument(help="The party's id, or the key its source knows it by.")],
    product: Annotated[str, typer.Option(help="A product of the catalogue.")] = "sme_term",
    amount: Annotated[str | None, typer.Option(help="Yuan asked for; the product's most without it.")] = None,
    purpose: Annotated[str, typer.Option(help="What the money is for.")] = "working_capital",
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Apply for a party and decide at once. Example: farthing decision make E124 --amount 300000"""
    with opened(ctx) as (house, actor):
        id_, most = _party(house, party), house.products[product].limit_max_fen if product in house.products else 0
        asked = ApplyRequest(id_, product, parse_yuan(amount) if amount else most, purpose)
        made = apply(house, actor, asked, key or f"cli/{house.entropy.draw(8).hex()}")
        _print(decision_view(house, actor, made.id), as_json=as_json)


@app.command()
def show(ctx: typer.Context, decision: Annotated[str, typer.Argument(help="dec_...")], as_json: AsJson = False) -> None:
    """A decision with its trace: which rule settled it, which cap binds, what the rate is made of, and why.

    Example: farthing decision show dec_abc
    """
    with opened(ctx) as (house, actor):
        _print(decision_view(house, actor, decision), as_json=as_json)


@app.command(name="all")
def all_(
    ctx: typer.Context,
    product: Annotated[str, typer.Option(help="A product of the catalogue.")] = "sme_term",
    amount: Annotated[str | None, typer.Option(help="Yuan asked for by each; the product's most without it.")] = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Decide every enterprise that trades and has no known outcome. Example: farthing decision all --product sme_term"""
    with opened(ctx) as (house, actor):
        request = DecideAllRequest(product, parse_yuan(amount) if amount else None)
        said = key or f"all/{product}/{house.clock.today()}"
        columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("审批 deciding", total=None)
            result = decide_all(house, actor, request, said, lambda done, of: bar.update(task, completed=done, total=of))
    if as_json:
        typer.echo(json.dumps(_summary(result), ensure_ascii=False))
        return
    _print_all(result)


@app.command(name="queue")
def queue_(
    ctx: typer.Context,
    outcome: Annotated[Outcome | None, typer.Option(help="Only these.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Decisions, the newest first. Example: farthing decision queue --outcome refer"""
    with opened(ctx) as (house, actor):
        rows = queue(house, actor, Page(outcome, limit))
    if as_json:
        typer.echo(json.dumps(canon.plain(rows), ensure_ascii=False))
        return
    if not rows:
        typer.echo("还没有这样的决策。No such decision yet: farthing decision make.")
        return
    titles = ("名称 name", "产品 product", "结果 outcome", "申请 asked", "额度 limit", "日期 on")
    table = Table(Column("决策 decision", no_wrap=True, min_width=28), *(Column(title, overflow="fold") for title in titles), box=None)
    for row in rows:
        asked, limit_ = Text(format_yuan(row.requested_fen), justify="right"), Text(format_yuan(row.limit_fen), justify="right")
        word = WORDS[row.outcome] + (" [dim]已复核 reviewed[/]" if row.reviewed else "")
        table.add_row(row.decision, Text(row.name), row.product, word, asked, limit_, row.decided_on.isoformat())
    Console().print(table)


@app.command()
def review(
    ctx: typer.Context,
    decision: Annotated[str, typer.Argument(help="The referred decision.")],
    by: Annotated[str, typer.Option(help="Your staff id: the decision will carry your name.")],
    note: Annotated[str, typer.Option(help="What you saw and why you decide so.")],
    approve: Annotated[bool, typer.Option("--approve/--decline", help="What you decide.")],
    limit: Annotated[str, typer.Option(help="Yuan granted.")] = "0",
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Decide a referred case as a named officer; above ¥500,000 a second person must, too.

    Example: farthing decision review dec_abc --by stf_abc --approve --limit 200000 --note "Two years of steady sales."
    """
    with opened(ctx) as (house, _):
        officer = house.staff.get(by)
        request = ReviewRequest(decision, approve, parse_yuan(limit), note)
        made = review_decision(house, officer, request, key or f"cli/review/{by}/{canon.digest(request).hex()}")
        _print(decision_view(house, officer, made.id), as_json=as_json)


@app.command()
def accept(
    ctx: typer.Context,
    decision: Annotated[str, typer.Argument(help="An approved decision.")],
    months: Annotated[int | None, typer.Option(min=1, max=120, help="The term, where the product lets it be chosen.")] = None,
    as_json: AsJson = False,
) -> None:
    """Accept an approval on the borrower's behalf: the line opens. Example: farthing decision accept dec_abc"""
    with opened(ctx) as (house, actor):
        terms = accept_decision(house, actor, AcceptRequest(decision, months=months), f"cli/accept/{decision}")
    typer.echo(json.dumps(canon.plain(terms), ensure_ascii=False) if as_json else f"{terms.line}  {format_yuan(terms.limit_fen)}")


# ---- text ------------------------------------------------------------------------------------------------------------


def _party(house: House, told: str) -> Id:
    if told.startswith("pty_"):
        return house.parties.get(told).id
    found = house.parties.find(told)
    if found is None:
        raise NotFound("no_party", f"There is no party {told[:60]!r}.", "Import its evidence first, or copy its id.")
    return found.id


def _print(view: DecisionView, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False))
        return
    console, made = Console(), view.decision
    label = " [dim](合成数据 synthetic)[/]" if view.synthetic else ""
    console.print(f"{WORDS[made.outcome]}  [bold]{escape(view.name)}[/]{label}  {made.id}  {made.decided_on}", highlight=False)
    console.print(view.sentence_zh + " " + view.sentence_en, highlight=False)
    for reason in made.reasons:
        console.print(f"  • {escape(reason.zh)}  [dim]{escape(reason.en)}  {reason.code}[/]", highlight=False)
    _print_trace(console, view)
    for one in made.sources:
        if not one.read:
            typer.echo(f"未采用 left out: {one.kind.value}, 可靠度 reliability {one.reliability_ppm / 10_000:.2f} % ({one.kept_on})")
    related = view.related
    found = " → ".join(related.path) if related.hit else f"{related.relations_examined} 条关系 relations examined"
    typer.echo(f"关系人审核 related parties: {related.ground_zh} {related.ground_en} ({found})")
    typer.echo(f"负责人 accountable: {made.accountable}；审批人 approver: {made.approver}；政策 policy: {made.policy}")


def _print_trace(console: Console, view: DecisionView) -> None:
    access = Table("", "准入 access", "规则 rule", "事实 facts")
    for rule in view.access:
        mark = "▶" if rule.decided else MARKS[rule.state]
        access.add_row(mark, f"{rule.zh}\n[dim]{rule.en}[/]", Text(rule.expression), _facts(rule.facts))
    caps = Table("", "上限 cap", "", "金额 amount")
    for cap in view.caps:
        bar = Text("█" * max(cap.share_ppm * 24 // 1_000_000, 1), "red" if cap.binds else "dim")
        caps.add_row("▶" if cap.binds else "", f"{cap.zh}\n[dim]{cap.en}[/]", bar, format_yuan(cap.amount_fen))
    price = Table("定价 part", "%")
    for part in view.price:
        price.add_row(f"{part.zh} [dim]{part.en}[/]", Text(part.percent or "?", justify="right"))
    rate = "—" if view.rate is None else f"{view.rate.annual_percent} % a year, {view.rate.daily_percent} % a day"
    for title, table in (
        ("准入：先触发者定 the first that fires decides", access),
        (f"额度：最小者为准 the smallest binds；本决策 in this decision {format_yuan(view.limit_fen)}", caps),
        (f"价格：各项相加 parts add up；本决策 in this decision {rate}", price),
    ):
        console.print(f"[italic]{title}[/]", highlight=False)
        console.print(table)


def _facts(facts: Sequence[FactView]) -> Text:
    lines = [Text.assemble(f"{fact.zh} {fact.value_zh}\n", (f"{fact.en} {fact.value_en}", "dim")) for fact in facts]
    return Text("\n").join(lines)


def _print_all(result: DecidedAll) -> None:
    if not result.decisions and not result.failures:
        typer.echo("没有待审批的企业。Nobody to decide: no enterprise that trades is without a known outcome.")
        return
    console, outcomes = Console(), Counter(made.outcome for made in result.decisions)
    table = Table("结果 outcome", "户数 applicants", "额度合计 limits", "平均年利率 mean rate a year", title="审批结果 Decisions")
    for outcome in Outcome:
        mine = [made for made in result.decisions if made.outcome is outcome]
        rates = [made.rate.annual_percent() for made in mine if made.rate]
        mean = f"{sum(rates) / len(rates):.2f} %" if rates else "—"
        table.add_row(WORDS[outcome], str(outcomes[outcome]), format_yuan(sum(made.limit_fen for made in mine)), mean)
    console.print(table)
    reasons = Table("原因 reason", "次数 times", title="原因 Reasons")
    for (zh, en), times in _reasons(result.decisions).most_common(12):
        reasons.add_row(f"{zh} [dim]{en}[/]", str(times))
    console.print(reasons)
    for failure in result.failures:
        console.print(f"[red]{failure.party}[/] {failure.code}: {escape(failure.message)}", highlight=False)


def _reasons(decisions: Sequence[Decision]) -> Counter[tuple[str, str]]:
    return Counter((reason.zh.split("（")[0], reason.en.split(" (")[0]) for made in decisions for reason in made.reasons)


def _summary(result: DecidedAll) -> object:
    rows = [
        {"decision": made.id, "party": made.party, "outcome": made.outcome.value, "limit_fen": made.limit_fen,
         "annual_percent": str(made.rate.annual_percent()) if made.rate else None, "reasons": [reason.code for reason in made.reasons]}
        for made in result.decisions
    ]  # fmt: skip
    return {"decisions": rows, "failures": canon.plain(result.failures)}
