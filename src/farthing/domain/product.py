"""Products, as the catalogue file states them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.errors import Invalid
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET
from farthing.domain.party import PartyKind
from farthing.domain.rate import PPM, Basis, Rate

YEAR_DAYS = 365
MOST_BULLET_MONTHS = 12
"""IL-02: where what is lent for consumption is repaid at the end, the line runs for a year at most."""
MOST_MONTHS, MOST_MONTHS_LONG = 60, 120
"""PL-01: a loan runs for five years at most; for business for ten where the cash flow is long, which a person judges."""
LEAST_SHARE_PPM = 300_000
"""IL-06: of each joint loan it is the partners who bear at least so much."""


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
class Harvest:
    """A crop and the day of the year by which its harvest is sold."""

    crop: str
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's part of a joint loan, in parts per million of every amount (IL-06). The partner is a registered party."""

    partner: Id
    ppm: int


@dataclass(frozen=True, slots=True)
class Product:
    """One row of the catalogue. Amounts in fen; rate bounds in units of `rate_basis`; tenors in months.

    `repayments` are what a borrower may choose from, the usual one first. `same_day_days` is the least number of interest days
    on money repaid the day it was drawn (0: none). `penalty_ppm` of the line's rate comes on top of it on principal overdue for more
    than `grace_days`, as far as the all-in cap leaves room. `consumption_cap_fen` bounds what is owed for
    consumption (IL-01; 0: none of it). Where `harvests` stand, a line ends with one. `shares` are the partners of joint loans.
    A line of a `secured` product opens with nothing to draw: its limit is what registered liens on houses carry. Where `long_months`
    stand, the term is chosen, up to so many months where the cash flow is long (PL-01). Only models validated for its `market` score.
    """

    code: str
    name_zh: str
    name_en: str
    parties: tuple[PartyKind, ...]
    limit_min_fen: int
    limit_max_fen: int
    draw_min_fen: int
    rate_basis: Basis
    rate_min_units: int
    rate_max_units: int
    tenor_months: int
    line_months: int
    repayments: tuple[RepaymentMethod, ...]
    due_day: int
    business_days: bool
    same_day_days: int
    grace_days: int
    waterfall: tuple[Claim, ...]
    prepayment_fee_fen: int
    penalty_ppm: int
    all_in_cap_ppm: int
    consumption_cap_fen: int
    revolving: bool
    harvests: tuple[Harvest, ...] = ()
    shares: tuple[Share, ...] = ()
    secured: bool = False
    long_months: int = 0
    market: str = HOME_MARKET

    def __post_init__(self) -> None:
        amounts = 0 < self.draw_min_fen <= self.limit_min_fen <= self.limit_max_fen
        rates = 0 <= self.rate_min_units <= self.rate_max_units
        days = 1 <= self.due_day <= 28 and self.tenor_months > 0 and self.line_months > 0 and self.grace_days >= 0
        if not (amounts and rates and days):
            raise Invalid("bad_product", f"Product {self.code} has bounds that contradict each other.", "Mend the catalogue file.")
        if not self.repayments or not self.parties or set(self.waterfall) != set(Claim) or len(self.waterfall) != len(Claim):
            told = f"Product {self.code} lacks a repayment method, a kind of borrower, or a claim in its waterfall."
            raise Invalid("bad_product", told, "Mend the catalogue file.")
        if self.consumption_cap_fen and self.tenor_months > MOST_BULLET_MONTHS and not self.repayments[0].instalments:
            told = f"Product {self.code} would lend for consumption for {self.tenor_months} months and be repaid at the end (IL-02)."
            raise Invalid("bad_product", told, "Shorten it to twelve months, or have it repaid in instalments.")
        business = not self.consumption_cap_fen
        if self.tenor_months > MOST_MONTHS or self.long_months > (MOST_MONTHS_LONG if business else MOST_MONTHS):
            told = f"Product {self.code} would run for longer than five years, or ten for business whose cash flow is long (PL-01)."
            raise Invalid("bad_product", told, "Shorten it.")
        if self.shares and not LEAST_SHARE_PPM <= sum(share.ppm for share in self.shares) < PPM:
            told = f"Product {self.code} is joint, and its partners bear less than 30 % of each loan (IL-06), or all of it."
            raise Invalid("bad_product", told, "Raise their share, or lend alone.")

    def clamp(self, units: int) -> Rate:
        """The rate of the product's band nearest to `units`."""
        return Rate(min(max(units, self.rate_min_units), self.rate_max_units), self.rate_basis)

    def consumption_fen(self, method: RepaymentMethod) -> int:
        """What may be owed for consumption on a line that is repaid like this; nothing where it would run for too long (IL-02)."""
        bullet = not method.instalments and self.line_months > MOST_BULLET_MONTHS
        return 0 if bullet else self.consumption_cap_fen

    def penalty_units(self, rate: Rate) -> int:
        """Units of penalty on top of a rate: interest and penalty together never pass the cap (IL-15, PR-04; simple, 365 days)."""
        cap = self.all_in_cap_ppm * rate.denominator // (YEAR_DAYS * PPM)
        return max(min(rate.units * self.penalty_ppm // PPM, cap - rate.units), 0)
