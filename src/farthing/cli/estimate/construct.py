"""`farthing model construct`: experience, management and qualification of owners on one scale, with bars of error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import opened
from farthing.cli.options import AsJson, some_day
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.model import construct as flow
from farthing.flows.queries.parties import named

app = typer.Typer(help="经营者 Owners: experience, management and qualification on one scale.", no_args_is_help=True)

Kept = Annotated[Path, typer.Argument(help="The file that `fit` wrote.", exists=True, dir_okay=False)]
Day = Annotated[str | None, typer.Option("--as-of", help="As known on this day (YYYY-MM-DD); the open day if not given.")]


@app.command()
def fit(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Where the scales go, as JSON; a new file.")],
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """Fit the scales on what all owners told. Example: farthing model construct fit --out constructs.json"""
    if out.exists():
        raise Invalid("file_exists", f"{out} exists.", "Choose another name.", field="out")
    with opened(ctx) as (house, actor):
        made, left = flow.measure_constructs(house, actor, some_day(as_of) or house.clock.today())
    out.write_bytes(flow.encode(made))
    if as_json:
        scales = [
            {"construct": one.name, "omega_ppm": one.omega_ppm, "alpha_ppm": one.alpha_ppm, "cases": one.cases} for one in made.scales
        ]
        typer.echo(json.dumps({"model": made.name, "scales": scales, "left_out": canon.plain(left)}, ensure_ascii=False))
        return
    table = Table("构念 construct", "题项 items", "ω", "α", "样本 cases", title=f"{made.name}: {made.told}{_made_up(made.synthetic)}")
    for scale in made.scales:
        items = "\n".join(f"{item.feature}（区分度 discrimination {item.discrimination_milli / 1000:.2f}）" for item in scale.items)
        inside = "—" if scale.alpha_ppm is None else f"{scale.alpha_ppm / 1e6:.2f}"
        table.add_row(f"{scale.zh} {scale.en}", items, f"{scale.omega_ppm / 1e6:.2f}", inside, f"{scale.cases:,}")
    Console().print(table)
    for one in left:
        typer.echo(f"  未用 left out: {one.feature} ({one.construct}), {one.why}")


@app.command()
def show(
    ctx: typer.Context,
    file: Kept,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="An id (pty_…), or the key its source knows it by.")],
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """Where an owner stands, 50 is usual and 10 one standard deviation. Example: farthing model construct show constructs.json W00001"""
    made = flow.decode(file.read_bytes())
    with opened(ctx) as (house, actor):
        view = flow.show_constructs(house, actor, named(house, actor, party).id, made, some_day(as_of))
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    words = {scale.name: f"{scale.zh} {scale.en}" for scale in made.scales}
    title = f"{view.party}, {view.told}{_made_up(view.synthetic)}"
    table = Table("构念 construct", "分 score", "90 % 区间 bar", "已答 answered", "未答 not answered", title=title)
    for one in view.readings:
        score, low, high = (f"{tenths / 10:.1f}" for tenths in (one.score, one.low, one.high))
        table.add_row(words[one.construct], score, f"{low} – {high}", str(one.answered), ", ".join(one.missing) or "—")
    Console().print(table)


@app.command()
def check(ctx: typer.Context, file: Kept, as_of: Day = None, as_json: AsJson = False) -> None:
    """Whether each item means the same in every segment. Example: farthing model construct check constructs.json"""
    made = flow.decode(file.read_bytes())
    with opened(ctx) as (house, actor):
        found = flow.check_constructs(house, actor, made, some_day(as_of) or house.clock.today())
    if as_json:
        typer.echo(json.dumps(canon.plain(tuple(found)), ensure_ascii=False, indent=2))
        return
    flagged = [one for one in found if one.grade != "A"]
    table = Table("题项 item", "构念 construct", "分组 segment", "样本 cases", "差异 delta", "等级 grade")
    for one in flagged:
        table.add_row(one.feature, one.construct, one.segment, str(one.cases), f"{one.delta_milli / 1000:+.2f}", one.grade)
    Console().print(table)
    typer.echo(f"共检查 {len(found)} 项，{len(flagged)} 项不为A：其他回答相同的人中，该组回答不同。")
    typer.echo(f"{len(found)} checked, {len(flagged)} not A: of people alike otherwise, one segment answers it otherwise.")


def _made_up(synthetic: bool) -> str:
    return "（合成数据 synthetic）" if synthetic else ""
