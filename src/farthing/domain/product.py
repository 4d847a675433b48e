"""Products, as the catalogue file states them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.errors import Invalid
from farthing.domain.rate import Basis, Rate


class RepaymentMethod(StrEnum):
    """How what is drawn falls due."""

    INTEREST_MONTHLY = "interest_monthly"  # 先息后本: interest on each monthly due day, principal at the draw's maturity
    AT_MATURITY = "at_maturity"  # 随借随还: any amount any day, the rest with its interest at the draw's maturity
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金: the same principal and the interest to date on each monthly due day
    EQUAL_INSTALMENT = "equal_instalment"  # 等额本息: the same sum of principal and interest on each monthly due day

    @property
    def monthly(self) -> bool:
        """Does something fall due each month?"""
        return self is not RepaymentMethod.AT_MATURITY

    @property
    def instalments(self) -> bool:
        """Does principal fall due each month?"""
        return self in (RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.EQUAL_INSTALMENT)


class Claim(StrEnum):
    """What a borrower may owe."""

    PENALTY = "penalty"  # 罚息
    INTEREST = "interest"
    PRINCIPAL = "principal"


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
