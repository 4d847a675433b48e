"""The options that many commands take, and how a day is written."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from farthing.domain.errors import Invalid

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text and tables.")]
By = Annotated[str, typer.Option(help="Your staff id: you act under your name.")]
Key = Annotated[str | None, typer.Option(help="Idempotency key: the same key twice acts once. A fresh one if not given.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many.")]
Offset = Annotated[int, typer.Option(min=0, help="How many to leave out first.")]
PartyId = Annotated[str, typer.Argument(metavar="PARTY", help="An id (pty_…), or the key its source knows it by.")]
On = Annotated[str | None, typer.Option(help="The day it took effect, if it is recorded late: 2026-01-31.")]


def parse_day(text: str) -> dt.date:
    """A day from `2026-01-31`; `Invalid` for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_day", f"{text!r} is not a day.", "Write it like 2026-01-31.") from None


def some_day(text: str | None) -> dt.date | None:
    """The same for a day that need not be given."""
    return parse_day(text) if text else None
