"""The ratios of the book (rulebook, sections D and O). Exact fractions; None where the denominator is zero: no book has no ratio.

Identity: provisions over loans = NPL ratio × coverage ratio, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from farthing.domain.errors import Invalid
from farthing.domain.rate import PPM

NPL_YARDSTICK = Fraction(159, 10_000)
"""1.59 %: commercial banks, end of 2023. The 1.62 % sometimes quoted is of all banking institutions, another universe."""


LOANS_PPM, COVERAGE_PPM = (15_000, 25_000), (1_200_000, 1_500_000)
"""PV-03: the supervisor sets each bank's standard within 1.5 to 2.5 % of loans and 120 to 150 % of non-performing ones."""


@dataclass(frozen=True, slots=True)
class ProvisionStandard:
    """What a bank's loss provisions are held to, in parts per million of loans and of non-performing loans (PV-02; PV-03)."""

    loans_ppm: int = LOANS_PPM[1]
    coverage_ppm: int = COVERAGE_PPM[1]

    def __post_init__(self) -> None:
        within = LOANS_PPM[0] <= self.loans_ppm <= LOANS_PPM[1] and COVERAGE_PPM[0] <= self.coverage_ppm <= COVERAGE_PPM[1]
        if not within:
            told = f"{self.loans_ppm} and {self.coverage_ppm} ppm are no standard of provisions (PV-03)."
            raise Invalid("bad_standard", told, "It lies within 1.5 to 2.5 % of loans and 120 to 150 % of non-performing ones.")

    def required_fen(self, loans_fen: int, non_performing_fen: int) -> int:
        """The higher of the two amounts, rounded up to a whole fen (PV-02)."""
        return max(-(-loans_fen * self.loans_ppm // PPM), -(-non_performing_fen * self.coverage_ppm // PPM))


def ratio(part: int, whole: int) -> Fraction | None:
    """`part / whole`; None when there is no whole."""
    return Fraction(part, whole) if whole else None


def npl_ratio(non_performing_fen: int, loans_fen: int) -> Fraction | None:
    """Substandard, doubtful and loss over all loans."""
    return ratio(non_performing_fen, loans_fen)


def special_mention_ratio(special_mention_fen: int, loans_fen: int) -> Fraction | None:
    """Special mention over all loans."""
    return ratio(special_mention_fen, loans_fen)


def coverage_ratio(provisions_fen: int, non_performing_fen: int) -> Fraction | None:
    """Provisions over non-performing loans (PV-01)."""
    return ratio(provisions_fen, non_performing_fen)


def provision_ratio(provisions_fen: int, loans_fen: int) -> Fraction | None:
    """Provisions over all loans (PV-01)."""
    return ratio(provisions_fen, loans_fen)


def scissors_ratio(overdue_90_fen: int, non_performing_fen: int) -> Fraction | None:
    """Loans more than 90 days past due over non-performing loans: above one, loans are classed too kindly."""
    return ratio(overdue_90_fen, non_performing_fen)


def capital_adequacy(capital_fen: int, deductions_fen: int, risk_weighted_fen: int) -> Fraction | None:
    """(CET1 + AT1 + T2 - deductions) over risk-weighted assets; the first two with their own deductions give tier 1 and CET1."""
    return ratio(capital_fen - deductions_fen, risk_weighted_fen)


def ppm(value: Fraction | None) -> int | None:
    """A ratio in parts per million for display, half to even."""
    return None if value is None else round(value * PPM)
