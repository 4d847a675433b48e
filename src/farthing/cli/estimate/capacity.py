"""`farthing model capacity`: what a party could pay a month, and by how much such forecasts were off before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened
from farthing.cli.options import AsJson, By, Key, PartyId, some_day
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.money import format_yuan
from farthing.flows.estimate import capacity as flow
from farthing.flows.model.levels import draft_levels, measure_levels
from farthing.flows.queries.parties import named

Kept = Annotated[Path | None, typer.Option("--levels", help="The file that `capacity-levels` wrote; the levels in use if none.",
                                           exists=True, dir_okay=False)]  # fmt: skip
Day = Annotated[str | None, typer.Option("--as-of", help="As known on this day (YYYY-MM-DD); the open day if not given.")]


def capacity(
    ctx: typer.Context,
    party: PartyId,
    as_of: Day = None,
    levels: Kept = None,
    as_json: AsJson = False,
) -> None:
    """What a party could pay a month with 90 % certainty, and its free cash a year ahead. Example: farthing model capacity W00001"""
    used = None if levels is None else flow.decode(levels.read_bytes())
    with opened(ctx) as (house, actor):
        view = flow.show_capacity(house, actor, named(house, actor, party).id, some_day(as_of), used)
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    _tell(view)


def capacity_levels(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Where they go, as JSON; a new file.")],
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """Measure how far forecasts were off for the bank's own parties last year. Example: farthing model capacity-levels --out levels.json"""
    if out.exists():
        raise Invalid("file_exists", f"{out} exists.", "Choose another name.", field="out")
    with opened(ctx) as (house, actor):
        found = measure_levels(house, actor, some_day(as_of) or house.clock.today())
    out.write_bytes(flow.encode(found))
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False))
        return
    titles = (f"{ppm / 10_000:.0f} %" for ppm in flow.CERTAINTIES_PPM)
    table = Table("历史 history", *titles, title=f"{found.told}: {found.cases} cases; 占月支出 in shares of monthly spending")
    for months, row in zip(("3–5", "6–11", "12–24"), found.mean_ppm, strict=True):
        table.add_row(f"{months} 个月 months", *(f"{ppm / 10_000:+.1f} %" for ppm in row))
    Console().print(table)


def capacity_draft(ctx: typer.Context, by: By, as_of: Day = None, key: Key = None, as_json: AsJson = False) -> None:
    """Save the bank's own levels as a draft, for a second person to appoint. Example: farthing model capacity-draft --by stf_abc"""
    with opened(ctx) as (house, _):
        day = some_day(as_of) or house.clock.today()
        card = draft_levels(house, house.staff.get(by), day, key or f"levels:{canon.digest((by, day)).hex()[:32]}")
    if as_json:
        typer.echo(json.dumps(canon.plain(card), ensure_ascii=False, indent=2))
        return
    for one in card.measures:
        typer.echo(f"{one.name} {one.value}  {one.method}")
    asked = f"{card.id} --market {card.market} --valid-until YYYY-MM-DD --ground first_of_its_class --by {by}"
    typer.echo(f"\n下一步 next: farthing model appoint {asked}")


def _tell(view: flow.CapacityView) -> None:
    found = view.found
    if found is None:
        typer.echo(f"{view.party}：流水不足三个月，无法预测 account flows of less than three months: no forecast as of {view.as_of}")
        return
    made_up = "（合成数据 synthetic）" if view.synthetic else ""
    typer.echo(
        f"{view.party}，截至 as of {view.as_of}，{found.months} 个月流水 months of flows；校正自 corrected by {view.levels}{made_up}"
    )
    elsewhere = "未知 unknown" if view.elsewhere_fen is None else format_yuan(view.elsewhere_fen)
    typer.echo(f"每月债务 debts a month：他行 elsewhere {elsewhere}，本行 with us {format_yuan(view.with_us_fen)}")
    typer.echo(f"还款能力 capacity a month, 90 %：{format_yuan(found.capacity_monthly_fen)}")
    titles = [f"{ppm / 10_000:.0f} %" for ppm in flow.CERTAINTIES_PPM]
    table = Table("未来 ahead", *titles, title="偿债前自由现金流 free cash before debts: so much or less, by chance")
    for month, row in enumerate(found.fan_fen, 1):
        table.add_row(f"第{month}月 month {month}", *map(format_yuan, row))
    table.add_row("月均 mean", *map(format_yuan, found.free_fen), style="bold")
    if found.dscr_ppm is not None:
        table.add_row("DSCR", *(f"{ppm / 1_000_000:.2f}" for ppm in found.dscr_ppm))
    Console().print(table)
