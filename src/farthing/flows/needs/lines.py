"""What pages, reviews and nights need to read of lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import polars as pl

from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind
from farthing.domain.posting import Posting


class Lines(Protocol):
    """Projections of lines, for pages and the night."""

    def get(self, line: Id) -> LineState: ...
    def repeats(self, line: Id) -> bool:
        """Whether the columns by which lines are found and summed say what the line's state says."""

    def of_party(self, party: Id) -> Sequence[LineState]: ...
    def list(self, *, limit: int = 50, offset: int = 0, sort: str = "-opened_on") -> Sequence[LineState]: ...
    def ids(self) -> Sequence[Id]: ...
    def count(self) -> int: ...
    def states(self, partition: int, partitions: int) -> Iterator[LineState]:
        """Every line of one partition, streamed."""

    def by_county(self, counties: Sequence[str] | None = None) -> Iterator[tuple[LineState, str]]:
        """Every line whose borrower is registered in one of these counties (none named: in any), with the county, streamed."""

    def debtors(self, lines: Sequence[Id], kind: PartyKind) -> Sequence[Id]:
        """The parties of this kind that these lines are of, each once, in order of their ids."""

    def principal_by_product(self) -> Mapping[str, int]:
        """Principal on the balance sheet as of each line's last event, summed per product in fen."""

    def standings(self, day: dt.date) -> pl.DataFrame:
        """The closed day's standings.

        Columns: line, product, opened_on, dpd, loan_class, overdue_fen, principal_fen, interest_owed_fen, synthetic.
        """

    def days(self) -> Sequence[dt.date]:
        """Closed days, oldest first."""

    def balances(self, day: dt.date) -> Mapping[str, int]:
        """Account code to balance in fen at the close of `day`."""

    def posted(self, before: dt.date) -> Sequence[Posting]:
        """Everything booked before a day, summed per product and account; `booked_on` is the last day booked."""
