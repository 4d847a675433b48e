"""What lending against houses needs of the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from farthing.domain.collateral.grid import LendingGrid
from farthing.domain.collateral.house import HouseStage, HouseState
from farthing.domain.ids import Id


class Houses(Protocol):
    """Houses as they stand, for pages and for what looks at all liens of a line."""

    def get(self, house: Id) -> HouseState:
        """`NotFound` if there is none."""

    def ids(self) -> Sequence[Id]: ...
    def count(self) -> int: ...
    def repeats(self, house: Id) -> bool:
        """Whether the columns by which houses are found say what the house's state says."""

    def list(self, *, stage: HouseStage | None = None, limit: int = 50, offset: int = 0) -> Sequence[HouseState]:
        """A page of houses, the newest first."""

    def of_line(self, line: Id) -> Sequence[HouseState]:
        """Houses whose lien is, or was, for this line."""

    def of_party(self, party: Id) -> Sequence[HouseState]: ...
    def valued_before(self, day: dt.date) -> Sequence[HouseState]:
        """Houses that secure something and whose newest value is of before `day`, the oldest value first."""

    def waiting(self) -> Sequence[HouseState]:
        """Houses with a raise that waits for its second person."""


class SalesShelf(Protocol):
    """Files of sales, each kept under the digest of its bytes."""

    def keep(self, data: bytes) -> str:
        """The digest (SHA-256, hex); the same bytes twice are one file."""

    def read(self, digest: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows as text, and which could not be split (row, field, value, reason). `NotFound` if the file is gone, `Broken` if it is
        no longer what it was."""


@dataclass(frozen=True, slots=True)
class Collateral:
    """Houses, the sales they are valued by, and how much is lent against them."""

    houses: Houses
    sales: SalesShelf
    grid: LendingGrid
