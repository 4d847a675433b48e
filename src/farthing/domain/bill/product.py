"""The bill business as the catalogue states it: bounds, rates, caps, and above what a second person decides."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.bill.bill import BillKind
from farthing.domain.errors import Invalid
from farthing.domain.rate import Basis, Rate


@dataclass(frozen=True, slots=True)
class BillProduct:
    """Amounts in fen; rate bounds in units of `rate_basis`.

    It is no `Product`: a bill has no line, no tenor of its own, no instalments, no due day and no waterfall, and its price is taken
    off at once. The caps bound what one party may owe the bank in all, as the seller or as the acceptor, lines included.
    """

    code: str
    name_zh: str
    name_en: str
    face_min_fen: int
    face_max_fen: int
    rate_basis: Basis
    rate_min_units: int
    rate_max_units: int
    recourse_units: int
    most_months: int
    second_person_fen: int
    seller_cap_fen: int
    acceptor_cap_fen: int
    bank_cap_fen: int

    def __post_init__(self) -> None:
        amounts = 0 < self.face_min_fen <= self.face_max_fen <= min(self.seller_cap_fen, self.acceptor_cap_fen, self.bank_cap_fen)
        rates = 0 <= self.rate_min_units <= self.rate_max_units and self.recourse_units >= 0
        days = self.most_months > 0 and self.second_person_fen > 0
        if not (amounts and rates and days):
            told = f"Product {self.code} has bounds that contradict each other, or a cap below its largest bill."
            raise Invalid("bad_product", told, "Mend the catalogue file.")

    @property
    def recourse_rate(self) -> Rate:
        """What an unpaid claim bears."""
        return Rate(self.recourse_units, self.rate_basis)

    def cap_fen(self, kind: BillKind) -> int:
        """The most that an acceptor of bills of this kind may owe."""
        return self.bank_cap_fen if kind is BillKind.BANK else self.acceptor_cap_fen
