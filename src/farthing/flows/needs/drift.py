"""What counting drift needs of the world: a book of counts, and how far the log was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from farthing.domain.ids import Id

BASE = 0
"""In place of a month: the people a model was made for."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A feature of a model, and where its bins are cut."""

    model: Id
    feature: str
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """So many cases of a model's feature in a bin and a month (12 a year; `BASE`); of `pd_sum` the cases are millionths of PD."""

    model: Id
    month: int
    feature: str
    bin: int
    cases: int


class DriftBook(Protocol):
    """Counts of what models scored, by month and bin. They follow from the log, and prove nothing."""

    def counted(self) -> int:
        """The first leaf of the log that was not counted."""

    def watched(self, model: Id) -> tuple[Watch, ...]:
        """What is watched of a model, in its order; empty before the first of its decisions is counted."""

    def add(self, first: int, beyond: int, watches: Sequence[Watch], cells: Sequence[Cell]) -> bool:
        """Add what leaves from `first` on told, all of it or nothing; False where somebody else counted them meanwhile."""

    def cells(self, model: Id) -> Sequence[Cell]:
        """All counts of a model."""

    def clear(self) -> None:
        """Forget every count: the log is counted from its beginning again."""
