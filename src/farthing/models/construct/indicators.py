"""Which features tell of which construct, and which way: decided before any data is seen.

Nothing here is age, sex, origin or whom somebody knows, and no outcome: a construct is measured, not fitted to who failed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    """A feature that tells of a construct; `rising`: more of it is more of the construct."""

    feature: str
    rising: bool = True


@dataclass(frozen=True, slots=True)
class Construct:
    """Something that is not seen itself, and its indicators."""

    name: str
    zh: str
    en: str
    indicators: tuple[Indicator, ...]


CONSTRUCTS: tuple[Construct, ...] = (
    Construct("experience", "从业经验", "Experience of the owner", (
        Indicator("owner_trade_months"), Indicator("owner_business_months"), Indicator("owner_address_months"),
    )),
    Construct("management", "经营管理", "Management", (
        Indicator("owner_keeps_books"), Indicator("owner_separate_account"), Indicator("owner_plans_ahead"),
        Indicator("vat_late_days_12m", rising=False), Indicator("app_night_share_12m", rising=False),
    )),
    Construct("qualification", "专业资质", "Qualification", (
        Indicator("owner_schooling"), Indicator("owner_certified"), Indicator("owner_training_days"),
    )),
)  # fmt: skip
"""The three of the issue; a bank that asks its owners more adds a row here."""
FEATURES: tuple[str, ...] = tuple(indicator.feature for construct in CONSTRUCTS for indicator in construct.indicators)
