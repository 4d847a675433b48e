"""`farthing model novelty`: whether the models have seen a party's like, how old it is, and how thick its file."""

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
from farthing.flows.model import novelty as flow
from farthing.flows.queries.parties import named

app = typer.Typer(help="新客群 What is new: a gate for cases that the models have not seen, and thin files.", no_args_is_help=True)

Day = Annotated[str | None, typer.Option("--as-of", help="As known on this day (YYYY-MM-DD); the open day if not given.")]
TOLD = 6


@app.command()
def fit(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="Where the gate goes, as JSON; a new file.")],
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """Measure the gate on every party the bank knows. Example: farthing model novelty fit --out gate.json"""
    if out.exists():
        raise Invalid("file_exists", f"{out} exists.", "Choose another name.", field="out")
    with opened(ctx) as (house, actor):
        gate = flow.make_gate(house, actor, some_day(as_of) or house.clock.today())
    out.write_bytes(flow.encode(gate))
    if as_json:
        typer.echo(json.dumps({"gate": gate.name, "features": len(gate.features), "cases": len(gate.distances)}))
        return
    typer.echo(f"{gate.name}：{len(gate.distances)} 例 cases，{len(gate.features)} 个特征 features；写入 wrote {out}")


@app.command()
def show(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file that `fit` wrote.", exists=True, dir_okay=False)],
    party: Annotated[str, typer.Argument(metavar="PARTY", help="An id (pty_…), or the key its source knows it by.")],
    as_of: Day = None,
    as_json: AsJson = False,
) -> None:
    """One party at the gate, and its file. Example: farthing model novelty show gate.json W00001"""
    gate = flow.decode(file.read_bytes())
    with opened(ctx) as (house, actor):
        view = flow.show_novelty(house, actor, named(house, actor, party).id, gate, some_day(as_of))
    if as_json:
        typer.echo(json.dumps(canon.plain(view), ensure_ascii=False, indent=2))
        return
    found, kept = view.found, view.file
    known = "见过 known" if found.known else "未见过 new: a person decides"
    typer.echo(
        f"{view.party}，截至 as of {view.as_of}：{known}；{found.as_far_ppm / 10_000:.1f} % 的已知客户同样远 of those known are as far"
    )
    credit = "有信贷记录 with a credit history" if kept.with_credit else "无信贷记录 no credit history"
    typer.echo(f"档案 file：{kept.thickness} 类证据 kinds of evidence，{credit}，分群 segment {kept.segment}，自 since {kept.since or '—'}")
    table = Table("特征 feature", "距离贡献 adds to the distance", title=f"{view.told}{'（合成数据 synthetic）' if view.synthetic else ''}")
    for feature, part in found.parts[:TOLD]:
        table.add_row(feature, f"{part / 1000:.1f}")
    Console().print(table)
