"""What houses carry: how far a limit may rise on one, whether what is lent is still covered, and how much of a claim is.

Every amount is whole fen and rounds down. A shortfall is a value with what to do about it; what was drawn is never called back by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.collateral.grid import LendingGrid
from farthing.domain.collateral.house import HouseStage, HouseState
from farthing.domain.facility import LineState, LineStatus, LineTerms
from farthing.domain.money import format_yuan
from farthing.domain.product import Product
from farthing.domain.rate import PPM
from farthing.ledger.waterfall import Refusal


@dataclass(frozen=True, slots=True)
class RaiseCap:
    """One bound of a raise: at most `fen` more; below zero it is passed already. Its name answers 'why not more?'."""

    name: str
    fen: int


@dataclass(frozen=True, slots=True)
class Room:
    """How far a limit may rise on a house: the smallest cap, and never below nothing. The caps are the trace."""

    caps: tuple[RaiseCap, ...]

    @property
    def binding(self) -> RaiseCap:
        """The cap that decides, the first of the smallest."""
        return min(self.caps, key=lambda cap: cap.fen)

    @property
    def fen(self) -> int:
        """How much more."""
        return max(self.binding.fen, 0)


class MarginState(StrEnum):
    """Whether houses carry what rests on them."""

    ENOUGH = "enough"
    LIMIT_OVER = "limit_over"  # what could be drawn passes it: lower the limit
    SHORT = "short"  # what is owed passes it: another house, or a repayment; and no more draws meanwhile


@dataclass(frozen=True, slots=True)
class Margin:
    """A line against all houses it rests on.

    `carried_fen` is what they carry today, `secured_fen` what of the limit rests on them, `unsecured_fen` the rest of the limit, which
    the borrower's own standing carries. `over_fen` of the limit should go, `short_fen` of what is owed is not carried by either.
    """

    carried_fen: int
    secured_fen: int
    unsecured_fen: int
    owed_fen: int
    over_fen: int
    short_fen: int

    @property
    def state(self) -> MarginState:
        """The worse of the two counts."""
        if self.short_fen:
            return MarginState.SHORT
        return MarginState.LIMIT_OVER if self.over_fen else MarginState.ENOUGH


@dataclass(frozen=True, slots=True)
class Covered:
    """What of a claim a sale at the lending values would bring back, and what would stay: the exposure that a loss can be made on."""

    covered_fen: int
    net_fen: int


def carried_fen(state: HouseState, grid: LendingGrid, months: int) -> int:
    """What a house carries for a term: its share of the lending value, less the claims before the bank's; nothing unregistered."""
    if state.stage is not HouseStage.REGISTERED or state.lien is None or state.valuation is None:
        return 0
    share = grid.ltv_ppm(state.premises.kind, months)
    return max(min(state.valuation.lending_fen * share // PPM - state.lien.prior_fen, state.lien.secured_fen), 0)


def room(state: HouseState, terms: LineTerms, product: Product, grid: LendingGrid, decided_fen: int | None) -> Room:
    """How far the line's limit may rise on this house: a minimum of named caps.

    `decided_fen` is what the decision behind the line found the borrower able to carry: it bounds a line that rests on houses
    alone. None where the decision has nothing to say on it.
    """
    assert state.lien is not None, "a raise needs a lien"
    assert state.valuation is not None, "a lien needs a value"
    share = grid.ltv_ppm(state.premises.kind, terms.tenor_months)
    caps = [
        RaiseCap("ltv", state.valuation.lending_fen * share // PPM - state.lien.prior_fen - state.secured_fen),
        RaiseCap("registered", state.lien.secured_fen - state.secured_fen),
        RaiseCap("product_max", product.limit_max_fen - terms.limit_fen),
    ]
    if decided_fen is not None:
        caps.append(RaiseCap("decided", decided_fen - terms.limit_fen))
    if state.stage is not HouseStage.REGISTERED:
        caps.append(RaiseCap("not_registered", 0))
    return Room(tuple(caps))


def margin(line: LineState, houses: Sequence[HouseState], grid: LendingGrid) -> Margin:
    """A line as it stands against the houses whose liens are for it."""
    held = [state for state in houses if state.lien is not None and state.lien.line == line.terms.line]
    carried = sum(carried_fen(state, grid, line.terms.tenor_months) for state in held)
    secured = sum(state.secured_fen for state in held)
    unsecured = max(line.terms.limit_fen - secured, 0)
    return Margin(
        carried_fen=carried, secured_fen=secured, unsecured_fen=unsecured, owed_fen=line.owed_fen, over_fen=max(secured - carried, 0),
        short_fen=max(line.owed_fen - unsecured - carried, 0) if secured else 0,
    )  # fmt: skip


def covered(line: LineState, houses: Sequence[HouseState]) -> Covered:
    """What is owed, split by what registered liens would bring at the lending value, behind the claims before them."""
    found = sum(
        min(max(state.valuation.lending_fen - state.lien.prior_fen, 0), state.lien.secured_fen)
        for state in houses
        if state.stage is HouseStage.REGISTERED and state.lien is not None and state.lien.line == line.terms.line
        and state.valuation is not None
    )  # fmt: skip
    owed = max(line.owed_fen, 0)
    part = min(owed, found)
    return Covered(part, owed - part)


def loan_to_value_ppm(line: LineState, state: HouseState) -> int | None:
    """What is owed and what comes before it, in parts per million of the lending value, rounded up; None without a lien or a value."""
    if state.lien is None or state.valuation is None:
        return None
    claims = max(line.owed_fen, 0) + state.lien.prior_fen
    return -(-claims * PPM // state.valuation.lending_fen)


def release_refusal(state: HouseState, line: LineState) -> Refusal | None:
    """Why a lien may not be let go of: once registered it secures whatever its line owes, and goes with a claim that was sold."""
    if state.stage is not HouseStage.REGISTERED:
        return None
    if line.status is LineStatus.SOLD:
        told = f"The claim of line {line.terms.line} was sold, and its lien went with it."
        return Refusal("lien_sold", told, "The buyer releases it.")
    if line.owed_fen > 0:
        told = f"Line {line.terms.line} still owes {format_yuan(line.owed_fen)}."
        return Refusal("still_secured", told, "The house is released when nothing is owed.")
    return None
