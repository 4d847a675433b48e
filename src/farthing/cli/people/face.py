"""`farthing party face`: a living face held beside a document's, under a consent of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from farthing import wiring
from farthing.cli.house import fresh, opened, print_json
from farthing.cli.options import AsJson, Key, PartyId
from farthing.cli.people import consent
from farthing.flows.identity.compare import CompareRequest, ForgetRequest, compare, forget

app = typer.Typer(help="A living face beside a document's: compare, forget. Nothing of the pictures is kept.", no_args_is_help=True)

Picture = typer.Option(metavar="FILE", help="A JPEG or PNG with one face from the front; it is read once and not kept.")


@app.command(name="compare")
def compare_(
    ctx: typer.Context,
    party: PartyId,
    document: Annotated[Path, Picture],
    living: Annotated[Path, Picture],
    form: Annotated[str, typer.Option(help="The signed form of consent to this (PI-07): its number, no name.")],
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Compare; a match that counts and two other sources make level 3. Whether somebody was present, it cannot tell.

    Example: farthing party face compare W00007 --document id.jpg --living now.jpg --form F-2025-0007
    """
    faces = wiring.faces(document, living)
    with opened(ctx) as (house, actor):
        request = CompareRequest(consent.find(house, party), form)
        made = compare(house, actor, request, faces, key or fresh(house))
    if as_json:
        print_json(made)
        return
    told = "同一人 the same person" if made.matched else "不是同一人 not the same person"
    typer.echo(f"{made.party} {told}: 距离 distance {made.distance_ppm / 1e6:.3f}, 限 limit {made.limit_ppm / 1e6:.3f}")


@app.command(name="forget")
def forget_(ctx: typer.Context, party: PartyId, ground: consent.Ground, key: Key = None, as_json: AsJson = False) -> None:
    """The party took its consent back: no earlier comparison counts. Example: farthing party face forget W00007 --ground told_by_phone"""
    with opened(ctx) as (house, actor):
        made = forget(house, actor, ForgetRequest(consent.find(house, party), ground), key or fresh(house))
    if as_json:
        print_json(made)
    else:
        typer.echo(f"{made.party} 比对已失效 no comparison of the face counts any more")
