"""How much is lent against a house, by its use and by how long: the bank's own table, as its file states it."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.collateral.house import HouseKind
from farthing.domain.errors import Invalid
from farthing.domain.rate import PPM


@dataclass(frozen=True, slots=True)
class LtvRow:
    """Up to `months` of term, `ltv_ppm` of the lending value of a house of this kind may be lent."""

    kind: HouseKind
    months: int
    ltv_ppm: int


@dataclass(frozen=True, slots=True)
class LendingGrid:
    """The table; a house is valued anew every `revalue_months` at the latest, and for a raise its value is no older than `fresh_months`."""

    rows: tuple[LtvRow, ...]
    revalue_months: int
    fresh_months: int

    def __post_init__(self) -> None:
        for kind in HouseKind:
            shares = [row.ltv_ppm for row in sorted(self.rows, key=lambda row: row.months) if row.kind is kind]
            if not shares or shares != sorted(shares, reverse=True) or not 0 < shares[-1] <= shares[0] < PPM:
                told = f"The shares lent against {kind.value} do not fall with the term from below one, or there are none."
                raise Invalid("bad_grid", told, "Mend the file of the lending grid.", field=kind.value)
        if not 0 < self.fresh_months <= self.revalue_months <= 12:
            told = f"A house valued every {self.revalue_months} months, fresh for {self.fresh_months}, is valued too rarely (IL-03)."
            raise Invalid("bad_grid", told, "Value it at least every twelve months.", field="revalue_months")

    def ltv_ppm(self, kind: HouseKind, months: int) -> int:
        """The share for a term of so many months, 0 beyond the longest: nothing is lent for longer."""
        fits = [row for row in self.rows if row.kind is kind and row.months >= months]
        return min(fits, key=lambda row: row.months).ltv_ppm if fits else 0
