"""The book on a day: balances by class, product and bucket, from the day's standings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from farthing.domain.arrears import Bucket, LoanClass
from farthing.domain.bill.bill import BILLS
from farthing.domain.ids import Id
from farthing.portfolio.ratios import npl_ratio, scissors_ratio, special_mention_ratio

NON_PERFORMING = [loan_class.value for loan_class in LoanClass if loan_class.non_performing]
AMOUNTS = ("principal_fen", "overdue_fen", "interest_owed_fen")


@dataclass(frozen=True, slots=True)
class Balance:
    """The book, or a slice of it, at the close of a day. `lines` counts all, `owing` those with principal outstanding; bills are no
    lines, and each of them owes its face.
    """

    lines: int
    bills: int
    owing: int
    principal_fen: int
    interest_owed_fen: int
    overdue_fen: int
    special_mention_fen: int
    non_performing_fen: int
    overdue_90_fen: int
    synthetic_lines: int

    @property
    def npl_ratio(self) -> Fraction | None:
        """Non-performing principal over principal."""
        return npl_ratio(self.non_performing_fen, self.principal_fen)

    @property
    def special_mention_ratio(self) -> Fraction | None:
        """Special-mention principal over principal."""
        return special_mention_ratio(self.special_mention_fen, self.principal_fen)

    @property
    def scissors_ratio(self) -> Fraction | None:
        """Principal more than 90 days past due over non-performing principal."""
        return scissors_ratio(self.overdue_90_fen, self.non_performing_fen)


def balance(standings: pl.DataFrame) -> Balance:
    """The balance of these standings. Sums are taken in 128 bits."""
    principal = pl.col("principal_fen").cast(pl.Int128)
    row = standings.select(
        lines=(pl.col("product") != BILLS).sum(),
        bills=(pl.col("product") == BILLS).sum(),
        owing=((pl.col("principal_fen") > 0) & (pl.col("product") != BILLS)).sum(),
        principal_fen=principal.sum(),
        interest_owed_fen=pl.col("interest_owed_fen").cast(pl.Int128).sum(),
        overdue_fen=pl.col("overdue_fen").cast(pl.Int128).sum(),
        special_mention_fen=principal.filter(pl.col("loan_class") == LoanClass.SPECIAL_MENTION.value).sum(),
        non_performing_fen=principal.filter(pl.col("loan_class").is_in(NON_PERFORMING)).sum(),
        overdue_90_fen=principal.filter(pl.col("dpd") > 90).sum(),
        synthetic_lines=pl.col("synthetic").sum(),
    ).row(0, named=True)
    return Balance(**{name: int(value) for name, value in row.items()})


def by(standings: pl.DataFrame, column: str) -> dict[str, Balance]:
    """A balance per value of a text column (`product`, `loan_class`, `bucket`), in order of the value."""
    return {str(key): balance(standings.filter(pl.col(column) == key)) for key in standings[column].unique().sort()}


def on_the_books(standings: pl.DataFrame, written_off: Collection[Id]) -> pl.DataFrame:
    """The standings of what is a loan of the bank's: a claim that was written off is owed as before, and no asset any more."""
    return standings.filter(~pl.col("line").is_in(list(written_off)))


def with_bucket(standings: pl.DataFrame) -> pl.DataFrame:
    """Standings with a `bucket` column (values of `domain.arrears.Bucket`)."""
    name = pl.lit(Bucket.CURRENT.value)
    for bucket in list(Bucket)[1:]:
        name = pl.when(pl.col("dpd") >= bucket.least).then(pl.lit(bucket.value)).otherwise(name)
    return standings.with_columns(bucket=name)
