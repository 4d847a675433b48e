"""`farthing model` for a table of one's own: a first mapping of its columns, the model built from it, and records scored by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from farthing import wiring
from farthing.cli.fraud.model import app as fraud_app
from farthing.cli.house import opened
from farthing.cli.model import Shown, Trees, app, tell_draft
from farthing.cli.model_life import Model
from farthing.cli.options import AsJson, By, Key
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.model.build import BuildRequest, Reading, build_model, drafted_mapping, mapping_of, score_table
from farthing.flows.queries.models import model

File = Annotated[Path, typer.Argument(help="A table with a header: CSV (also gzipped), or parquet.", exists=True, dir_okay=False)]
app.add_typer(fraud_app, name="fraud")
HEAD = """# A first mapping of {name}: correct it, then `farthing model build {name} THIS_FILE --by YOUR_STAFF_ID`.
# Say which words of the outcome are bad; take out what was known only afterwards; give labels (zh, en) and directions
# (trend: rising, falling, peak, valley, free, auto). `time` splits by time. `watch: [column]` compares groups without reading them.
"""


@app.command()
def columns(
    file: File, out: Annotated[Path | None, typer.Option("--out", help="Write it here, not on the screen.")] = None, as_json: AsJson = False
) -> None:
    """A first mapping of a table's columns, for you to correct. Example: farthing model columns loans.csv --out loans.yaml"""
    text, _ = wiring.table_file(file)
    drafted = drafted_mapping(text)
    if as_json:
        typer.echo(json.dumps(drafted.document, ensure_ascii=False, indent=2))
        return
    left_out = "".join(f"# Left out: {' '.join(name.split())}, {why}.\n" for name, why in drafted.left_out.items())
    told = HEAD.format(name=file.name) + left_out + yaml.safe_dump(drafted.document, allow_unicode=True, sort_keys=False)
    if out is None:
        typer.echo(told)
        return
    if out.exists():
        raise Invalid("file_exists", f"{out} exists.", "Choose another name: your corrections may stand in it.")
    out.write_text(told, encoding="utf-8")
    typer.echo(f"写好了 wrote {out}\n{left_out.replace('# ', '')}".rstrip())


@app.command()
def build(
    ctx: typer.Context,
    file: File,
    mapping: Annotated[Path, typer.Argument(help="The mapping of its columns, as YAML.", exists=True, dir_okay=False)],
    by: By,
    seed: Annotated[int, typer.Option(help="Seed of folds and intervals.")] = 20200221,
    boosted: Trees = False,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Read the table, look for leaks, fit, test, and save a draft. Example: farthing model build l.csv l.yaml --by stf_abc"""
    told = mapping_of(wiring.mapping_document(mapping))
    text, content = wiring.table_file(file)
    with opened(ctx) as (house, actor):
        request = BuildRequest(content, told, seed, boosted)
        one = key or f"build:{canon.digest((by, request)).hex()[:32]}"
        with Shown() as shown:
            card, reading = build_model(house, house.staff.get(by), (text, request), one, shown)
        view = model(house, actor, card.id)
    if not as_json:
        _read(reading)
    tell_draft(view, by, as_json)


@app.command()
def score(
    ctx: typer.Context,
    model_id: Model,
    file: File,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Score the records of a file by a model in use. Example: farthing model score mdl_abc new.csv --by stf_abc --json"""
    text, _ = wiring.table_file(file)
    with opened(ctx) as (house, _):
        found = score_table(house, house.staff.get(by), model_id, text)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    table = Table("行 row", "分 points", "PD", "原因 reasons")
    for number, one in enumerate(found, 1):
        table.add_row(str(number), str(one.points), f"{one.pd_ppm / 10_000:.2f} %", "\n".join(reason.zh for reason in one.reasons))
    Console().print(table)


def _read(reading: Reading) -> None:
    """What became of every row."""
    typer.echo(f"{reading.rows:,} 行 rows: {reading.labelled:,} 有结果 with an outcome, {reading.unlabelled:,} 没有 without, "
               f"{reading.quarantined:,} 隔离 set aside")  # fmt: skip
    for fault in reading.faults:
        typer.echo(f"  {fault.field}: {fault.rows:,} × {fault.reason}")
    for one in reading.shown[:3]:
        typer.echo(f"    row {one.row}, {one.field}: {one.value[:40]!r}")
