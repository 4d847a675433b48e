"""Products, as the catalogue file states them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.errors import Invalid
from farthing.domain.rate import Basis, Rate


class RepaymentMethod(StrEnum):
    """How what is drawn falls due."""

    INTEREST_MONTHLY = "interest_monthly"  # interest on each monthly due day, principal at the draw's maturity
    AT_MATURITY = "at_maturity"  # principal and interest at the draw's maturity


@dataclass(frozen=True, slots=True)
class Product:
    """One row of the catalogue. Amounts in fen; rate bounds in units of `rate_basis`; tenors in months.

    `same_day_days` is the least number of interest days on money repaid the day it was drawn (0: none).
    """

    code: str
    name_zh: str
    name_en: str
    limit_min_fen: int
    limit_max_fen: int
    draw_min_fen: int
    rate_basis: Basis
    rate_min_units: int
    rate_max_units: int
    tenor_months: int
    line_months: int
    repayment: RepaymentMethod
    due_day: int
    same_day_days: int
    prepayment_fee_fen: int
    penalty_ppm: int
    all_in_cap_ppm: int
    revolving: bool

    def __post_init__(self) -> None:
        amounts = 0 < self.draw_min_fen <= self.limit_min_fen <= self.limit_max_fen
        rates = 0 <= self.rate_min_units <= self.rate_max_units
        if not (amounts and rates and 1 <= self.due_day <= 28 and self.tenor_months > 0 and self.line_months > 0):
            raise Invalid("bad_product", f"Product {self.code} has bounds that contradict each other.", "Mend the catalogue file.")

    def clamp(self, units: int) -> Rate:
        """The rate of the product's band nearest to `units`."""
        return Rate(min(max(units, self.rate_min_units), self.rate_max_units), self.rate_basis)
