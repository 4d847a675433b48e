"""`farthing line statement`: a line over some days, on the screen's terms or as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from farthing import wiring
from farthing.cli.house import opened, print_json
from farthing.cli.line.acts import app
from farthing.cli.line.use import SIMULATED, Line
from farthing.cli.options import AsJson, parse_day
from farthing.domain.errors import Invalid
from farthing.domain.money import format_yuan
from farthing.flows.queries.statement import Asked, StatementView
from farthing.flows.queries.statement import statement as stating

__all__ = ["app"]


@app.command()
def statement(
    ctx: typer.Context,
    line: Line,
    since: Annotated[str, typer.Option("--from", help="The first day: 2026-01-01.")],
    to: Annotated[str, typer.Option(help="The last day: 2026-01-31.")],
    pdf: Annotated[Path | None, typer.Option(help="Write the paper to this file.")] = None,
    english: Annotated[bool, typer.Option("--english", help="The paper in English.")] = False,
    as_json: AsJson = False,
) -> None:
    """A line's statement and its digest. Example: farthing line statement lin_abc --from 2026-01-01 --to 2026-01-31 --pdf statement.pdf"""
    with opened(ctx) as (house, actor):
        view = stating(house, actor, Asked(line, parse_day(since), parse_day(to)))
    if pdf is not None:
        try:
            pdf.write_bytes(wiring.statement_paper(view, "en" if english else "zh"))
        except OSError as error:
            raise Invalid("cannot_write", f"{pdf} cannot be written: {error.strerror}.", "Choose another file.") from None
    print_json(view) if as_json else _print(view)


def _print(view: StatementView) -> None:
    told = view.statement
    typer.echo(f"{told.line} {told.first} to {told.last}{f'  [{SIMULATED}]' if told.synthetic else ''}")
    for name, of in (("期初 opening", told.opening), ("期末 closing", told.closing)):
        parts = (of.principal_fen, of.interest_fen, of.penalty_fen)
        typer.echo(f"{name}: principal {format_yuan(parts[0])}, interest {format_yuan(parts[1])}, penalty {format_yuan(parts[2])}")
    for one in told.movements:
        typer.echo(f"{one.on}  {one.kind}  {format_yuan(one.amount_fen)}")
    typer.echo(f"利息 interest earned {format_yuan(told.sums.interest_earned_fen)}")
    typer.echo(f"摘要 digest {view.digest}")
