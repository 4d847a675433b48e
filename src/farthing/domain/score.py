"""A score: an estimate with the parts it is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contribution:
    """How one feature moved the score: `points` against the reference, the bin it fell in, the value it had (None: missing)."""

    feature: str
    bin: str
    points: int
    reference_points: int
    value: int | str | None

    @property
    def shortfall(self) -> int:
        """Points below the reference: what a true reason is ranked by."""
        return self.reference_points - self.points


@dataclass(frozen=True, slots=True)
class Score:
    """Points on the card's scale and the PD they stand for, in parts per million over twelve months."""

    model: str
    points: int
    pd_ppm: int
    contributions: tuple[Contribution, ...]
    low_pd_ppm: int | None = None
    high_pd_ppm: int | None = None
