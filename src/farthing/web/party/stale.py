"""Where evidence ended long ago, what happened of late is empty: a page says so, and leads to the day on which it was fresh."""

from __future__ import annotations

import datetime as dt

from nicegui import ui

from farthing.web import figures
from farthing.web.text import Words

STALE_DAYS = 30


def stale(words: Words, path: str, on: dt.date, told_until: dt.date | None) -> None:
    """The note, and the way from `path`, an address with or without wishes."""
    if told_until is None or (on - told_until).days < STALE_DAYS:
        return
    with ui.row().classes("w-full items-baseline gap-x-3 gap-y-0"):
        ui.label(words("party.stale", day=figures.day(told_until), days=(on - told_until).days)).classes("refer text-sm").style(
            "white-space:normal"
        )
        ui.link(words("party.then", day=figures.day(told_until)), f"{path}{'&' if '?' in path else '?'}on={told_until}").classes("text-sm")
