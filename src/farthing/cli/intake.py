"""`farthing import`: take in evidence, from a public data set or from a file of your own with a mapping."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from farthing import wiring
from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.evidence import CURRENCY, EvidenceKind, IntakeReport, Repeats
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.queries.evidence import reason

app = typer.Typer(help="Take in evidence. Every row is accepted, or quarantined with its field and reason; nothing is dropped in silence.",
                  no_args_is_help=True)  # fmt: skip

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds the data set's files.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="csv (also .gz), parquet or xlsx.")]
Map = Annotated[Path, typer.Option("--map", metavar="YAML", help="The mapping: which column is which field (docs/import.md).")]
RepeatsOption = Annotated[Repeats | None, typer.Option(help="Rows equal to an earlier one, of this file or of another: keep or drop them.")]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day of the import; later dates are quarantined. Default: the bank's open day."),
]
KnownOnly = Annotated[bool, typer.Option("--known-only", help="Quarantine rows of parties we do not know, instead of registering them.")]
Quarantine = Annotated[Path | None, typer.Option(metavar="CSV", help="Write the quarantined rows there: row, field, value, reason.")]

NOUNS = {f"{kind.value.replace('_', '-')}s".replace("ys", "ies"): kind for kind in EvidenceKind}
"""A kind's command: its name in the plural, such as `tax-filings`."""
EXAMPLES = 3


def _data_set(name: str, told: str) -> None:
    def command(
        ctx: typer.Context, directory: Folder, repeats: RepeatsOption = None, quarantine: Quarantine = None, as_json: AsJson = False
    ) -> None:
        def request() -> IntakeRequest:
            return IntakeRequest(wiring.data_set(name, directory), repeats=repeats)

        _run(ctx, request, quarantine, as_json=as_json)

    command.__doc__ = f"{told} Example: farthing import {name} ../shared/data/{name}"
    app.command(name)(command)


def _own(noun: str, kind: EvidenceKind) -> None:
    def command(
        ctx: typer.Context,
        file: File,
        mapping: Map,
        repeats: RepeatsOption = None,
        as_of: AsOf = None,
        known_only: KnownOnly = False,
        quarantine: Quarantine = None,
        as_json: AsJson = False,
    ) -> None:
        def request() -> IntakeRequest:
            day = None if as_of is None else as_of.date()
            return IntakeRequest(wiring.own_file(kind, file, mapping), as_of=day, repeats=repeats, require_known=known_only)

        _run(ctx, request, quarantine, as_json=as_json)

    command.__doc__ = (
        f"Take in {noun} from a file of your own, read as its mapping says. Example: farthing import {noun} {noun}.csv --map mapping.yaml"
    )
    app.command(noun)(command)


_data_set("cumcm2020c", "CUMCM 2020 problem C: VAT invoices of small enterprises, some with an outcome.")
_data_set("berka", "PKDD'99 Berka: account flows of Czech borrowers with the outcome of their loans (CZK).")
for _noun, _kind in NOUNS.items():
    _own(_noun, _kind)


def _run(ctx: typer.Context, request: Callable[[], IntakeRequest], quarantine: Path | None, *, as_json: bool) -> None:
    """Read, take in, tell. Exit code 1 when rows of a file were quarantined and none accepted."""
    if quarantine is not None and not quarantine.resolve().parent.is_dir():
        raise Invalid("no_such_folder", f"There is no folder for {quarantine}.", "Make it, or write elsewhere.", field="quarantine")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress, opened(ctx) as (house, actor):
        bar = progress.add_task("读取 reading", total=None)
        asked = request()
        reports = intake(
            house, actor, asked, "import", lambda what, done, of: progress.update(bar, description=what, completed=done, total=of)
        )
    if quarantine is not None:
        _write(quarantine, reports)
    if as_json:
        typer.echo(json.dumps([canon.plain(report) for report in reports], ensure_ascii=False))
    else:
        _tell(reports, quarantine)
    if any(report.quarantined_rows and not report.accepted for report in reports):
        raise typer.Exit(1)


def _tell(reports: Sequence[IntakeReport], quarantine: Path | None) -> None:
    console = Console()
    table = Table(title="证据 Evidence", title_justify="left", box=SIMPLE)
    table.add_column("来源 source", overflow="fold")
    for head in ("行\nrows", "接受\naccepted", "隔离\nquarantined", "重复\nrepeated"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("结果 result", overflow="fold")
    for report in reports:
        counts = [f"{count:,}" for count in (report.rows, report.accepted, report.quarantined_rows, report.repeated)]
        table.add_row(f"{report.source}\n{report.kind.value}", *counts, _state(report))
    console.print(table)
    if not any(report.faults for report in reports):
        return
    console.print("隔离的行 Quarantined rows")
    for report in reports:
        for fault in report.faults:
            examples = [one for one in report.quarantined if (one.field, one.reason) == (fault.field, fault.reason)][:EXAMPLES]
            rows = "; ".join(f"行 row {one.row}: {one.value or '空 empty'}" for one in examples)
            told = " · ".join(dict.fromkeys(reversed(reason(fault.reason))))
            line = f"  {report.source} · {fault.field}: {told} · {fault.rows:,}\n    {rows}"
            console.print(line, highlight=False, markup=False)
    console.print(
        f"全部写入 All written to {quarantine}" if quarantine else "全部列出 To have them all: --quarantine FILE.csv", highlight=False
    )


def _state(report: IntakeReport) -> str:
    if report.already_known:
        return "已知未变\nknown before"
    if report.evidence is None and report.rows > report.repeated_dropped:
        return "未录入\nnothing taken"
    if report.currency != CURRENCY:
        return f"已录入，{report.currency} 不入特征\ntaken in; {report.currency} enters no feature"
    if report.repeated:
        return "重复剔除\nrepeats dropped" if report.repeated_dropped else "重复保留\nrepeats kept"
    return "已录入\ntaken in"


def _write(path: Path, reports: Sequence[IntakeReport]) -> None:
    """With a byte order mark, as spreadsheets want it; a cell that would run as a formula there is made plain text."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("source", "kind", "row", "field", "value", "reason", "原因"))
        for report in reports:
            for one in report.quarantined:
                writer.writerow(
                    (report.source, report.kind.value, one.row, one.field, _harmless(one.value), one.reason, reason(one.reason)[0])
                )


def _harmless(value: str) -> str:
    runs = value[:1] in {"=", "@", "+", "-"} and not value[1:].replace(",", "").replace(".", "").isdigit()
    return f"'{value}" if runs else value
