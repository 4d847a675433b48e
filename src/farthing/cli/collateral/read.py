"""`farthing house`: list and show houses, those due for a new value; bring sales, and make a town of sales up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing import wiring
from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key, Limit, Offset
from farthing.domain.collateral.house import DM2_PER_M2
from farthing.domain.errors import Unavailable
from farthing.domain.money import format_yuan
from farthing.flows.collateral import value as valuing
from farthing.flows.imagine import imagine_town
from farthing.flows.queries import houses as reading
from farthing.flows.queries.houses import HouseRow, HouseView

app = typer.Typer(help="房产 Houses that secure lines: offer, value, take as security, raise, release.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(help="The house's id, like hse_….")]
SYNTHETIC = "估值依据为模拟成交 value from made-up sales"


@app.command(name="list")
def list_(
    ctx: typer.Context,
    limit: Limit = 50,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """Houses, the newest offers first. Example: farthing house list --limit 20"""
    with opened(ctx) as (house, actor):
        rows = reading.houses(house, actor, limit=limit, offset=offset)
    print_json(rows) if as_json else _table(rows, "房产 Houses")


@app.command()
def due(
    ctx: typer.Context,
    within: Annotated[int, typer.Option(min=0, max=366, help="Days ahead.")] = reading.DUE_WITHIN_DAYS,
    as_json: AsJson = False,
) -> None:
    """Houses to be valued anew, the most overdue first (IL-03). Example: farthing house due --within 60"""
    with opened(ctx) as (house, actor):
        rows = reading.due_houses(house, actor, within_days=within)
    print_json(rows) if as_json else _table(rows, "重估到期 To be valued anew")


@app.command()
def show(ctx: typer.Context, of: Which, as_json: AsJson = False) -> None:
    """One house: its value, what it carries, its tasks, what may be done now. Example: farthing house show hse_abc"""
    with opened(ctx) as (house, actor):
        view = reading.house_view(house, actor, of)
    print_json(view) if as_json else _print(view)


@app.command()
def sales(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with district, area, year, floor, sold_on, price; kind if not all are residences.")],
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Bring sales to value houses by; bad rows are told and left out. Example: farthing house sales sales.csv"""
    data = wiring.sales_file(file)
    with opened(ctx) as (house, actor):
        told = valuing.bring_sales(house, actor, data, key or fresh(house))
    if as_json:
        print_json(told)
        return
    synthetic = "  [模拟 synthetic]" if told.synthetic else ""
    typer.echo(f"{told.accepted} of {told.rows} rows accepted, {told.quarantined_rows} quarantined{synthetic}  {told.sales}")
    for one in told.quarantined[:20]:
        typer.echo(f"row {one.row}  {one.field}  {one.value!r}: {one.reason}")


@app.command()
def town(
    file: Annotated[Path, typer.Argument(help="Where the CSV goes.")],
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Another seed is another town.")] = 20_260_101,
    count: Annotated[int, typer.Option(min=100, max=100_000, help="How many sales.")] = 3_000,
    as_json: AsJson = False,
) -> None:
    """Make up a town's sales, each marked synthetic, to try valuing with. Example: farthing house town town.csv --seed 7"""
    made = imagine_town(seed, count)
    try:
        file.write_text(made, encoding="utf-8")
    except OSError as wrong:
        told = f"{file} cannot be written to: {(wrong.strerror or str(wrong)).lower()}."
        raise Unavailable("cannot_write", told, "Name another file, or make room there.") from None
    said = f"{count} made-up sales in {file}; bring them with: farthing house sales {file}"
    print_json({"seed": seed, "sales": count, "file": str(file)}) if as_json else typer.echo(said)


def _table(rows: tuple[HouseRow, ...], title: str) -> None:
    table = Table(title=title, caption=SYNTHETIC if any(row.synthetic for row in rows) else None)
    table.add_column("房产 house", no_wrap=True)
    for name in ("用途 kind", "阶段 stage"):
        table.add_column(name)
    for name in ("面积 m²", "可贷价值 lending value", "担保额 secured", "重估期限 revalue by"):
        table.add_column(name, justify="right")
    for row in rows:
        late = " !" if row.overdue else ""
        table.add_row(
            row.house, row.kind, row.stage.value, f"{row.area_dm2 / DM2_PER_M2:.2f}", format_yuan(row.lending_fen),
            format_yuan(row.secured_fen), f"{row.revalue_by or ''}{late}",
        )  # fmt: skip
    Console().print(table)


def _print(view: HouseView) -> None:
    state, console = view.state, Console()
    told = state.premises
    console.print(f"[bold]{state.house}[/] {state.stage.value}{f'  [{SYNTHETIC}]' if state.synthetic else ''}", highlight=False)
    console.print(
        f"{told.kind.value} {told.district} {told.area_dm2 / DM2_PER_M2:.2f} m², {told.built}, floor {told.floor}", highlight=False
    )
    if state.valuation is not None:
        one = state.valuation
        span = f"{format_yuan(one.low_fen)} – {format_yuan(one.mid_fen)} – {format_yuan(one.high_fen)}"
        console.print(f"估值 value {span} ({one.method.value}, {one.valued_on}); revalue by {view.revalue_by or '-'}", highlight=False)
    if state.lien is not None:
        share = f"{view.ltv_ppm / 10_000:g} %"
        console.print(
            f"额度 line {state.lien.line}, registered up to {format_yuan(state.lien.secured_fen)}, LTV at most {share}", highlight=False
        )
    if view.margin is not None:
        console.print(
            f"承载 carried {format_yuan(view.carried_fen)}, secured {format_yuan(state.secured_fen)}, "
            f"owed {format_yuan(view.margin.owed_fen)}: {view.margin.state.value}", highlight=False,
        )  # fmt: skip
    if view.room is not None:
        caps = ", ".join(f"{cap.name} {format_yuan(cap.fen)}" for cap in view.room.caps)
        console.print(f"可提额 room for a raise {format_yuan(view.room.fen)} ({caps})", highlight=False)
    table = Table("任务 task", "谁 by", "日期 day", "凭证 document", title="抵押办理 Lien")
    for task in view.tasks:
        table.add_row(task.task.value, task.by, str(task.done.done_on) if task.done else "—", task.done.evidence if task.done else "")
    console.print(table)
    console.print(f"现在可办 may be done now: {', '.join(move.value for move in view.moves) or '-'}", highlight=False)
