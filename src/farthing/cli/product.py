"""`farthing product`: the catalogue, and all that one draw costs."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened, print_json
from farthing.cli.options import AsJson
from farthing.domain.money import format_yuan
from farthing.domain.rate import Rate
from farthing.flows.queries import products as reading
from farthing.flows.queries.products import ProductView

app = typer.Typer(help="产品 The catalogue: list and show.", no_args_is_help=True)


@app.command(name="list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every product with its limits and rates. Example: farthing product list"""
    with opened(ctx) as (house, actor):
        found = reading.products(house, actor)
    if as_json:
        print_json([view.product for view in found])
        return
    table = Table(title="产品 Products")
    table.add_column("代码 code", no_wrap=True)
    table.add_column("产品 product")
    table.add_column("额度 limit", justify="right", no_wrap=True)
    for title in ("年利率 % a year", "罚息 penalty, % of rate", "宽限 days of grace"):
        table.add_column(title, justify="right")
    for view in found:
        one = view.product
        low, high = (Rate(units, one.rate_basis).annual_percent() for units in (one.rate_min_units, one.rate_max_units))
        least, most = (format_yuan(fen).removesuffix(".00") for fen in (one.limit_min_fen, one.limit_max_fen))
        penalty = f"{one.penalty_ppm / 10_000:g}"
        table.add_row(one.code, f"{one.name_zh} {one.name_en}", f"{least} – {most}", f"{low} – {high}", penalty, str(one.grace_days))
    Console().print(table)


@app.command()
def show(ctx: typer.Context, code: Annotated[str, typer.Argument(help="The product's code.")], as_json: AsJson = False) -> None:
    """One product, with the whole cost of one draw. Example: farthing product show revolving"""
    with opened(ctx) as (house, actor):
        view = reading.product(house, actor, code)
    print_json(view) if as_json else _print(view)


def _print(view: ProductView) -> None:
    one = view.product
    console = Console()
    console.print(f"[bold]{one.name_zh} {one.name_en}[/] ({one.code})", highlight=False)
    console.print(
        f"repaid by {', '.join(one.repayments)}; a draw lasts {one.tenor_months} months, a line {one.line_months}", highlight=False
    )
    costs = Table("成本 cost", title=f"{format_yuan(view.highest.amount_fen)} drawn on {view.highest.cost.drawn_on}")
    costs.add_column("最低利率 lowest", justify="right")
    costs.add_column("最高利率 highest", justify="right")
    pair = (view.lowest, view.highest)
    costs.add_row("年利率 a year, simple", *(f"{example.cost.simple_ppm / 10_000:.2f} %" for example in pair))
    costs.add_row("年化 effective (IRR)", *(f"{example.cost.effective_ppm / 10_000:.2f} %" for example in pair))
    costs.add_row("日利率 a day", *(f"{example.rate.daily_percent()} %" for example in pair))
    costs.add_row("利息 interest", *(format_yuan(example.cost.interest_fen) for example in pair))
    costs.add_row("费用 fees", *(format_yuan(0) for _ in pair))
    costs.add_row(f"罚息 penalty, {view.highest.late_days} days late", *(format_yuan(example.late_fen) for example in pair))
    console.print(costs, "此外不收任何费用。 Nothing else is charged.", highlight=False)
