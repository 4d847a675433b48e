"""`farthing model` with everything that it can do: scorecards and tables, validation and drift, dimensions, and estimates."""

from __future__ import annotations

import farthing.cli.dimension.commands
import farthing.cli.model_table
import farthing.cli.validation.drift  # noqa: F401 - each brings its commands
from farthing.cli.estimate import construct, novelty, segment
from farthing.cli.estimate.capacity import capacity, capacity_draft, capacity_levels
from farthing.cli.model import app

__all__ = ["app"]

app.add_typer(segment.app, name="segment")
app.add_typer(construct.app, name="construct")
app.add_typer(novelty.app, name="novelty")
app.command()(capacity)
app.command()(capacity_levels)
app.command()(capacity_draft)
