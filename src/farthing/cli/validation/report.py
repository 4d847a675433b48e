"""`farthing model report`: a model's validation report as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

import farthing.cli.model_table  # noqa: F401 - its commands stand beside these
from farthing import wiring
from farthing.cli.house import opened
from farthing.cli.model import app
from farthing.cli.model_life import Model
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.queries.model.report import report


@app.command("report")
def report_command(
    ctx: typer.Context,
    model_id: Model,
    to: Annotated[Path | None, typer.Option("--to", help="Write the PDF here; what is there is written over.")] = None,
    english: Annotated[bool, typer.Option("--english", help="In English.")] = False,
    as_json: AsJson = False,
) -> None:
    """A model's validation report as a PDF, or with --json all it says. Example: farthing model report mdl_abc --to report.pdf"""
    with opened(ctx) as (house, actor):
        found = report(house, actor, model_id)
    if as_json:
        typer.echo(json.dumps(canon.plain(found), ensure_ascii=False, indent=2))
        return
    if to is None:
        raise Invalid("no_file", "No file was named.", "Say where to: --to report.pdf", field="to")
    to.write_bytes(wiring.report_paper(found, "en" if english else "zh"))
    typer.echo(f"写好了 wrote {to}")
