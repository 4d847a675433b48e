"""A rate is an integer and a basis, so that principal × rate × days stays in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from farthing.domain.errors import Invalid
from farthing.domain.money import round_half_even

PPM = 1_000_000


class Basis(StrEnum):
    """What one unit of a rate means."""

    DAY = "day"  # 1e-8 a day
    YEAR_360 = "year_360"  # 1e-6 a year of 360 days
    YEAR_365 = "year_365"  # 1e-6 a year of 365 days


_UNITS_PER_ONE_A_DAY = {Basis.DAY: 100_000_000, Basis.YEAR_360: 360 * PPM, Basis.YEAR_365: 365 * PPM}


@dataclass(frozen=True, slots=True, order=False)
class Rate:
    """`units` of the basis: `Rate(30_000, Basis.DAY)` is 0.0300 % a day, `Rate(60_000, Basis.YEAR_365)` 6 % a year.

    Interest on a principal for some days is `principal_fen * units * days / denominator`, all integers; the one division
    happens at posting (`farthing.ledger.accrual`).
    """

    units: int
    basis: Basis

    def __post_init__(self) -> None:
        if self.units < 0:
            raise Invalid("negative_rate", f"A rate of {self.units} units is below zero.", "Rates start at 0.")

    @property
    def denominator(self) -> int:
        """Units that make a rate of one (100 %) a day on this basis."""
        return _UNITS_PER_ONE_A_DAY[self.basis]

    def daily(self) -> Fraction:
        """The exact share of principal charged for one day."""
        return Fraction(self.units, self.denominator)

    def annual_simple(self) -> Fraction:
        """The simple annual rate: 365 days of `daily` (360 on a 360-day basis, as quoted)."""
        return self.daily() * (360 if self.basis is Basis.YEAR_360 else 365)

    def annual_compounded(self) -> float:
        """The effective annual rate with daily compounding, for disclosure only (PR-02); never used to charge."""
        return float((1.0 + float(self.daily())) ** 365 - 1.0)

    def daily_percent(self) -> Decimal:
        """Per cent a day at four decimals: `Decimal('0.0300')`."""
        return Decimal(round_half_even(self.units * PPM, self.denominator)).scaleb(-4)

    def annual_percent(self) -> Decimal:
        """Simple per cent a year at two decimals: `Decimal('10.95')`."""
        days = 360 if self.basis is Basis.YEAR_360 else 365
        return Decimal(round_half_even(self.units * days * 10_000, self.denominator)).scaleb(-2)

    def as_basis(self, basis: Basis) -> Rate:
        """The nearest rate on another basis (half to even)."""
        target = _UNITS_PER_ONE_A_DAY[basis]
        return Rate(round_half_even(self.units * target, self.denominator), basis)
