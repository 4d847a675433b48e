"""`farthing demo`: fill a bank from real or imagined evidence, decide, live, prove; then serve it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from farthing import settings, wiring
from farthing.cli.house import operator
from farthing.cli.serve import run as serve
from farthing.domain import canon
from farthing.domain.decision import Decision
from farthing.domain.errors import Conflict
from farthing.domain.journal import Finding
from farthing.domain.money import format_yuan
from farthing.domain.policy import Outcome
from farthing.domain.staff import NewStaff, Role
from farthing.flows.demo import DemoResult, demo
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.flows.queries.book import book
from farthing.flows.staff import add_staff

app = typer.Typer()
console = Console(width=110 if not sys.stdout.isatty() else None)
MEASURES = 8

PEOPLE = (
    ("officer", "信贷员 王晓燕", Role.CREDIT_OFFICER),
    ("risk", "风险经理 周明华", Role.RISK_MANAGER),
    ("auditor", "审计员 李清源", Role.AUDITOR),
)


@app.callback(invoke_without_command=True)
def run(
    data: Annotated[Path | None, typer.Option(help="a folder of the CUMCM 2020 C set; without it, the seeded world")] = None,
    serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="serve the pages afterwards")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Fill a bank, live a year, prove it, print the result; then serve the pages.

    Example: farthing demo --data ../shared/data/cumcm2020c --no-serve
    """
    console.quiet = as_json
    chosen = settings.demonstration("world" if data is None else data.resolve().name)
    stops = not serve_after and not wiring.database_runs(chosen)
    try:
        findings = _fill(chosen, data, as_json=as_json)
        if findings:
            raise typer.Exit(1)
        if serve_after:
            serve(chosen.host, chosen.port, as_json=as_json)
    finally:
        if stops:
            wiring.stop_database(chosen)


def _fill(chosen: settings.Settings, data: Path | None, *, as_json: bool) -> tuple[Finding, ...]:
    """Fill the bank and tell what came of it; what the proof finds wrong."""
    with wiring.open_house(chosen, lambda line: console.print(f"[dim]{line}[/]")) as house:
        request = wiring.demo_of(data)
        with _bar() as bar:
            result = demo(house, operator(), request, "demo", _progress(bar))
            logins = _logins(chosen, house)
            house.journal.seal()
            checked = partial(_show, bar, of=None)
            findings = verify(house, operator(), lambda what, done: checked(f"verifying {what}", done)).findings
        _print(house, result, synthetic=data is None)
        head = house.journal.head()
        console.print(f"Journal: {head.size if head else 0} events sealed, {len(findings)} findings.", highlight=False)
        for finding in findings[:5]:
            console.print(f"[red]{finding.check} {finding.item}: expected {finding.expected}, found {finding.found}[/]")
        console.print(f"Logins of this demonstration (kept in {chosen.home / 'secrets' / 'demo-logins'}):")
        console.print(logins, highlight=False)
        if as_json:
            typer.echo(json.dumps(_summary(chosen, house, result, findings), ensure_ascii=False))
    return findings


def _summary(chosen: settings.Settings, house: House, result: DemoResult, findings: Sequence[Finding]) -> object:
    """The result for machines. The logins stay in their file."""
    outcomes = Counter((made.product, made.outcome.value) for made in result.decided.decisions)
    decided = [{"product": product, "outcome": outcome, "count": count} for (product, outcome), count in sorted(outcomes.items())]
    head = house.journal.head()
    return {
        "home": str(chosen.home), "day": result.day.isoformat(), "evidence": canon.plain(result.reports), "model": result.card.id,
        "beside": [card.id for card in result.beside],
        "decided": decided, "failures": canon.plain(result.decided.failures), "lived": canon.plain(result.lived),
        "events": head.size if head else 0, "findings": canon.plain(findings),
        "logins": str(chosen.home / "secrets" / "demo-logins"),
    }  # fmt: skip


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=not console.is_terminal,
    )


def _progress(bar: Progress) -> Callable[[str, int, int], None]:
    return lambda what, done, of: _show(bar, what, done, of)


def _show(bar: Progress, what: str, done: int, of: int | None) -> None:
    """One task a stage; the stage is what comes before the first colon or digit."""
    stage = what.split(":", maxsplit=1)[0].rstrip("0123456789- ")
    task = next((task.id for task in bar.tasks if task.fields.get("stage") == stage), None)
    if task is None:
        task = bar.add_task(what, total=of, stage=stage)
    bar.update(task, description=what, completed=done, total=of)


def _print(house: House, result: DemoResult, *, synthetic: bool) -> None:
    if synthetic:
        console.print("[yellow]Evidence: synthetic (the seeded world). Repayments: simulated.[/]")
    else:
        console.print("[yellow]Evidence: real public data. Repayments after the decisions: simulated.[/]")
    console.print(_intake_table(result))
    card = result.card
    console.print(
        f"Model [bold]{card.id}[/]: {card.labels} labels, {card.bads} bad; "
        f"owner {card.accountable.owner}, approver {card.accountable.approver}"
    )
    table = Table("measure", "value", "95 % interval", "how", title="The model out of fold (all of it: farthing model show)")
    for measure in card.measures[:MEASURES]:
        table.add_row(measure.name, measure.value, f"{measure.low} to {measure.high}", measure.method)
    console.print(table)
    for more in result.beside:
        console.print(f"Beside it [bold]{more.id}[/]: {more.title}")
    console.print(_decision_table(result.decided.decisions))
    for count, reason in _reasons(result.decided.decisions):
        console.print(f"  {count:>4} × {reason}")
    for failed in result.decided.failures:
        console.print(f"[red]{failed.party} could not be decided: {failed.message}[/]")
    _book(house, result)


def _intake_table(result: DemoResult) -> Table:
    table = Table("source", "rows", "accepted", "quarantined", "repeated", title="Evidence")
    for report in result.reports:
        counts = (report.rows, report.accepted, report.quarantined_rows, report.repeated)
        table.add_row(report.source, *(f"{count:,}" for count in counts))
    return table


def _decision_table(decisions: tuple[Decision, ...]) -> Table:
    table = Table("product", "outcome", "decisions", "limit in all", "median limit", "rates a year", title=f"{len(decisions)} decisions")
    products = sorted({decision.product for decision in decisions})
    for product in products:
        for outcome in Outcome:
            some = [decision for decision in decisions if decision.product == product and decision.outcome is outcome]
            limits = sorted(decision.limit_fen for decision in some)
            rates = sorted(decision.rate.annual_percent() for decision in some if decision.rate)
            offered = outcome is Outcome.APPROVE and bool(some)
            table.add_row(
                product, outcome.value, str(len(some)),
                format_yuan(sum(limits)) if offered else "", format_yuan(limits[len(limits) // 2]) if offered else "",
                f"{rates[0]}–{rates[-1]} %" if offered and rates else "",
            )  # fmt: skip
    return table


def _reasons(decisions: tuple[Decision, ...]) -> list[tuple[int, str]]:
    """How often each reason came first, with one applicant's as an example."""
    first = [decision.reasons[0] for decision in decisions if decision.outcome is not Outcome.APPROVE and decision.reasons]
    counted = Counter(reason.code for reason in first)
    examples = {reason.code: f"{reason.zh} · {reason.en}" for reason in reversed(first)}
    return [(count, examples[code]) for code, count in counted.most_common()]


def _book(house: House, result: DemoResult) -> None:
    lived = result.lived
    console.print(
        f"Lived to {result.day}: {lived.opened} lines opened, {lived.draws} draws, {lived.repayments} repayments; "
        f"{lived.days} days closed in this run.",
        highlight=False,
    )
    console.print("[yellow]A few bills and houses are made up, in every bank of a demonstration: see its bill desk and houses.[/]")
    view = book(house, operator())
    if view is None:
        return
    table = Table("figure", "value", title=f"The book at the close of {view.day}{' (simulated repayments)' if view.synthetic else ''}")
    total = view.total
    table.add_row("lines, owing", f"{total.lines}, {total.owing}")
    table.add_row("principal", format_yuan(total.principal_fen))
    table.add_row("overdue", format_yuan(total.overdue_fen))
    table.add_row("non-performing", format_yuan(total.non_performing_fen))
    table.add_row("NPL ratio", "—" if total.npl_ppm is None else f"{total.npl_ppm / 10_000:.2f} %")
    for name, figures in view.by_class.items():
        table.add_row(f"class {name}", f"{figures.lines} lines, {figures.bills} bills, {format_yuan(figures.principal_fen)}")
    table.add_row("sum of all postings", f"{sum(view.accounts.values())} fen")
    console.print(table)


def _logins(chosen: settings.Settings, house: House) -> str:
    """The logins of a demonstration, let in: random passwords, kept in a file only this account can read before the first may log in.

    A run killed in between finds the file and lets in whoever is still missing; the borrower goes first, so that the staff tell.
    """
    text = wiring.read_secret(chosen, "demo-logins") or _new_logins(chosen, house)
    missing = len(house.staff.list(everyone=True)) < len(PEOPLE)
    for line in reversed(text.splitlines() if missing else []):
        login, password, role, *party = line.split()
        name = next((name for one, name, _ in PEOPLE if one == login), "借款人(演示)")
        with suppress(Conflict):  # let in before
            add_staff(house, operator(), NewStaff(login, name, Role(role), password, *party))
    return text


def _new_logins(chosen: settings.Settings, house: House) -> str:
    """Login, password, role and, of the borrower, the party: a line each."""
    people = [(login, house.entropy.draw(9).hex(), role.value) for login, _, role in PEOPLE]
    borrower = next((line.terms.party for line in house.lines.list(limit=500) if line.headroom_fen > 0), None)
    rows = [*people, *([("borrower", house.entropy.draw(9).hex(), Role.BORROWER.value, borrower)] if borrower else [])]
    text = "\n".join("  ".join(row) for row in rows)
    wiring.keep_secret(chosen, "demo-logins", text)
    return text
