"""Relief after a disaster, as one governed act over many lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Invalid
from farthing.domain.ids import Id


@dataclass(frozen=True, slots=True)
class ReliefPlan:
    """Whom it reaches and what it gives.

    It reaches lines on which something is owed, of borrowers in `counties`, of `products` (none: all), at most `worst_dpd` days past
    due. It gives a payment holiday until a day, maturities so many months later, and an interest-free coupon until a day on principal
    up to `coupon_up_to_fen`; what is None or 0 is not given. It takes effect on `from_on`, the day
    of the disaster, or when it is carried out.
    """

    relief: Id
    name: str
    counties: tuple[str, ...]
    products: tuple[str, ...]
    worst_dpd: int
    holiday_until: dt.date | None
    later_months: int
    coupon_until: dt.date | None
    coupon_up_to_fen: int
    from_on: dt.date | None = None

    def __post_init__(self) -> None:
        gives = self.holiday_until is not None or self.later_months > 0 or self.coupon_until is not None
        if not self.name.strip() or not self.counties or not gives:
            raise Invalid("empty_relief", "A relief has a name, at least one county, and gives something.", "Fill in what is missing.")
        if not 0 <= self.later_months <= 24 or self.worst_dpd < 0 or (self.coupon_until is not None) is not (self.coupon_up_to_fen > 0):
            told = "A relief extends by at most 24 months, and a coupon has both a last day and an amount."
            raise Invalid("bad_relief", told, "Mend the plan.")
