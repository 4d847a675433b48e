"""`farthing relief`: see whom a disaster relief would reach, propose it, and carry it out once it is agreed to."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key, some_day
from farthing.domain.event import ReliefPlanned
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.money import format_yuan, parse_yuan
from farthing.domain.relief import ReliefPlan
from farthing.flows.line.propose import propose as propose_act
from farthing.flows.line.relief import carry_out
from farthing.flows.line.relief import preview as foresee
from farthing.flows.queries.proposals import plan_of

app = typer.Typer(help="纾困 Disaster relief over many lines: preview, propose, run.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A code for it, in small letters: flood_2026.")]
Counties = Annotated[list[str], typer.Option("--county", help="A county; give it once for each.")]
Products = Annotated[list[str] | None, typer.Option("--product", help="A product's code; all if none is given.")]
WorstDpd = Annotated[int, typer.Option(min=0, help="At most so many days past due.")]
Holiday = Annotated[str | None, typer.Option(help="Nothing falls due before this day.")]
Later = Annotated[int, typer.Option(min=0, max=24, help="Maturities so many months later.")]
CouponUntil = Annotated[str | None, typer.Option(help="No interest until this day.")]
Since = Annotated[str | None, typer.Option("--from", help="As of this day, the day of the disaster; the day it is run if not given.")]
CouponUpTo = Annotated[str, typer.Option(help="On principal up to this many yuan a line.")]


@app.command()
def preview(
    ctx: typer.Context,
    name: Name,
    county: Counties,
    product: Products = None,
    worst_dpd: WorstDpd = 30,
    holiday: Holiday = None,
    later_months: Later = 0,
    coupon_until: CouponUntil = None,
    coupon_up_to: CouponUpTo = "0",
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Whom it would reach and what it would cost; nothing is recorded.

    Example: farthing relief preview flood_2026 --county 平江县 --later-months 6
    """
    who, gives = (county, product or [], worst_dpd), (holiday, later_months, coupon_until, coupon_up_to, since)
    with opened(ctx) as (house, actor):
        shown = foresee(house, actor, _plan("rlf_preview", name, who, gives))
    if as_json:
        print_json(
            {"reached": shown.reached, "left_out": shown.left_out, "spared_fen": shown.spared_fen, "deferred_fen": shown.deferred_fen}
        )
        return
    table = Table("县 county", "额度 line", "产品 product", title=f"{name}: {len(shown.reached)} lines")
    for title in ("本金 principal", "少收利息 spared", "推后 deferred"):
        table.add_column(title, justify="right")
    for one in shown.reached:
        table.add_row(one.county, one.line, one.product, *map(format_yuan, (one.principal_fen, one.spared_fen, one.deferred_fen)))
    left = ", ".join(f"{count} {why}" for why, count in shown.left_out.items())
    told = f"Interest spared {format_yuan(shown.spared_fen)}, principal deferred {format_yuan(shown.deferred_fen)}; left out: {left}"
    Console().print(table, told, highlight=False)


@app.command()
def propose(
    ctx: typer.Context,
    name: Name,
    county: Counties,
    by: Annotated[str, typer.Option(help="Your staff id: you ask under your name.")],
    product: Products = None,
    worst_dpd: WorstDpd = 30,
    holiday: Holiday = None,
    later_months: Later = 0,
    coupon_until: CouponUntil = None,
    coupon_up_to: CouponUpTo = "0",
    since: Since = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask a second person to agree to it.

    Example: farthing relief propose flood_2026 --county 平江县 --holiday 2027-03-01 --by stf_abc
    """
    who, gives = (county, product or [], worst_dpd), (holiday, later_months, coupon_until, coupon_up_to, since)
    with opened(ctx) as (house, _):
        key = key or fresh(house)
        plan = _plan(derived_id(Prefix.RELIEF, key), name, who, gives)
        made = propose_act(house, house.staff.get(by), ReliefPlanned(plan), key)
    print_json(made) if as_json else typer.echo(f"{made.id} waits for a second person: farthing proposal agree {made.id} --by …")


@app.command()
def run(
    ctx: typer.Context, proposal: Annotated[str, typer.Argument(help="The agreed proposal, like prp_….")], as_json: AsJson = False
) -> None:
    """Relieve every line that an agreed relief reaches; after a break it goes on. Example: farthing relief run prp_abc"""
    with opened(ctx) as (house, actor):
        plan = plan_of(house, actor, proposal)
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(plan.name, total=None)
            done = carry_out(house, actor, plan, lambda now, of: bar.update(task, completed=now, total=of))
    if as_json:
        print_json(done)
        return
    typer.echo(f"{done.relieved} lines are relieved, {len(done.refused)} refused")
    for line, code in done.refused:
        typer.echo(f"{line} {code}")


def _plan(
    id_: str, name: str, who: tuple[list[str], list[str], int], gives: tuple[str | None, int, str | None, str, str | None]
) -> ReliefPlan:
    (counties, products, worst_dpd), (holiday, later_months, coupon_until, up_to, since) = who, gives
    return ReliefPlan(
        id_, name, tuple(counties), tuple(products), worst_dpd, some_day(holiday), later_months,
        some_day(coupon_until), parse_yuan(up_to), some_day(since),
    )  # fmt: skip
