"""The fields of an act: what is asked, and what was filled in as amounts, days and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias

from nicegui import ui

from farthing.domain.errors import Invalid
from farthing.domain.facility import LineStatus
from farthing.domain.money import FEN_PER_YUAN, parse_yuan
from farthing.domain.rate import Basis
from farthing.flows.queries.lines import LineView
from farthing.web import figures
from farthing.web.text import Words

Kind: TypeAlias = Literal["money", "day", "choice", "percent", "text", "lines"]
PER_CENT = {Basis.DAY: 1_000_000, Basis.YEAR_360: 10_000, Basis.YEAR_365: 10_000}
"""Units of a basis in one per cent of it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing an act asks for; its label is `field.<name>`, of `word` if that says it better here."""

    name: str
    kind: Kind
    value: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    word: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields. `Invalid` for what is no amount, no day, or missing."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """As it was typed or chosen; never empty."""
        value = self.values.get(name, "").strip()
        if not value:
            raise Invalid("field_missing", f"{name} is missing.", "Fill it in.", field=name)
        return value

    def fen(self, name: str) -> int:
        """An amount of yuan; what is left empty is nothing."""
        value = self.values.get(name, "").strip()
        return parse_yuan(value) if value else 0

    def some_fen(self, name: str) -> int | None:
        """An amount of yuan, or None for what is left empty."""
        return self.fen(name) if self.values.get(name, "").strip() else None

    def count(self, name: str) -> int:
        """A whole number, nothing for what is left empty."""
        value = self.values.get(name, "").strip() or "0"
        if not (value.isascii() and value.isdigit() and len(value) < 6):
            raise Invalid("bad_count", f"{value!r} is not a whole number.", "Write it in digits.", field=name)
        return int(value)

    def day(self, name: str) -> dt.date:
        """A day that must be given."""
        found = self.some_day(name)
        if found is None:
            raise Invalid("field_missing", f"{name} is missing.", "Fill it in.", field=name)
        return found

    def some_day(self, name: str) -> dt.date | None:
        """A day, or None for what is left empty."""
        value = self.values.get(name, "").strip()
        try:
            return dt.date.fromisoformat(value) if value else None
        except ValueError:
            raise Invalid("bad_day_typed", f"{value!r} is not a day.", "Write it like 2026-01-31.", field=name) from None

    def some_units(self, name: str, basis: Basis) -> int | None:
        """A rate in per cent of its basis as units of it, or None for what is left empty."""
        value = self.values.get(name, "").strip().removesuffix("%").strip()
        try:
            units = Decimal(value) * PER_CENT[basis] if value else None
        except InvalidOperation:
            units = Decimal("NaN")
        if units is not None and (not units.is_finite() or units != units.to_integral_value() or not 0 <= units <= 10**9):
            raise Invalid("bad_percent", f"{value!r} is not a rate in per cent.", "Write it like 0.0300.", field=name)
        return None if units is None else int(units)


def shown(words: Words, asked: Field) -> ui.input | ui.select | ui.textarea:
    """The field on the page."""
    label = words(asked.word or f"field.{asked.name}")
    if asked.kind == "choice":
        return (
            ui.select(dict(asked.choices), value=asked.value or next(iter(asked.choices), None), label=label)
            .props("outlined dense options-dense")
            .classes("w-full")
        )
    if asked.kind == "lines":
        return ui.textarea(label, value=asked.value).props("outlined dense rows=3 maxlength=20000").classes("w-full sm:col-span-2")
    props = {"money": 'outlined dense inputmode="decimal" prefix="¥"', "day": "outlined dense type=date stack-label",
             "percent": 'outlined dense inputmode="decimal" suffix="%"', "text": "outlined dense maxlength=80"}  # fmt: skip
    return ui.input(label, value=asked.value).props(props[asked.kind]).classes("w-full")


def typed(amount_fen: int) -> str:
    """An amount as a person types it."""
    return f"{amount_fen // FEN_PER_YUAN}.{amount_fen % FEN_PER_YUAN:02d}"


def grounds(words: Words, *codes: str) -> Field:
    """Why: one of these codes, each in words."""
    return Field("ground", "choice", choices={code: words(f"ground.{code}") for code in codes})


def events(words: Words, view: LineView, *kinds: str) -> Field:
    """Which of the line's draws or payments that still stand, the newest first."""
    choices = {
        one.event: f"{figures.day(one.on)}  {words(f'event.{one.kind}')}  {figures.money(one.amount_fen)}"
        for one in reversed(view.timeline)
        if one.kind in kinds and one.event and not one.taken_back
    }
    return Field("event", "choice", choices=choices)


def draws(words: Words, view: LineView) -> Field:
    """Which of the draws that are still to mature."""
    choices = {
        str(draw.number): words("field.number.one", number=draw.number, amount=figures.money(draw.principal_fen),
                                day=figures.day(draw.matures_on))
        for draw in view.state.draws
        if draw.matures_on > view.state.as_of
    }  # fmt: skip
    return Field("number", "choice", choices=choices)


def running(view: LineView) -> bool:
    """Is the line one that something may still be agreed about?"""
    return view.state.status in (LineStatus.ACTIVE, LineStatus.FROZEN)
