"""`farthing model` with everything that it can do: the commands of tables and scorecards, and those of estimates."""

from __future__ import annotations

from farthing.cli.estimate import county
from farthing.cli.estimate.capacity import capacity, capacity_levels
from farthing.cli.model_table import app

__all__ = ["app"]

app.add_typer(county.app, name="county")
app.command()(capacity)
app.command()(capacity_levels)
