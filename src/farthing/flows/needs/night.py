"""What the night needs of the world: one moment of the book, read by parts, and standings written where they changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from farthing.domain.bill.bill import BillState
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.ledger.form import Rows


@dataclass(frozen=True, slots=True)
class Night:
    """One try to close a day. Its rows count once the day is closed by it; those of a try that was broken off never do.

    `number` counts the tries of the day. `seen` is the store's name of the moment that was read.
    """

    day: dt.date
    number: int
    seen: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the book: closed forms as columns, and lines that have none."""

    rows: Rows
    others: Sequence[Id]


class Reading(Protocol):
    """The book at one moment, for several threads at once."""

    @property
    def night(self) -> Night: ...
    @property
    def last(self) -> dt.date | None:
        """The last closed day, if what was told then of lines not written since would be told again by the same forms."""

    @property
    def parts(self) -> int: ...
    def part(self, number: int) -> Part: ...
    def states(self, lines: Sequence[Id]) -> Sequence[LineState]: ...
    def bills(self) -> Iterator[BillState]:
        """Every bill the bank ever bought."""


class Nights(Protocol):
    """Where nights read and write."""

    def begin(self, day: dt.date, threads: int) -> AbstractContextManager[Reading]:
        """A try to close `day`; the moment that is read is now."""

    def tell(self, night: Night, told: pl.DataFrame) -> int:
        """Write these standings (columns of `ledger.day_end.TOLD`) by short transactions of their own, except where a line's last row
        tells the same; how many were written."""

    def renew(self, states: Sequence[LineState], forms: Mapping[Id, bytes]) -> int:
        """Give those of these lines a new closed form for which there is one, unless they were written meanwhile; how many got one."""
