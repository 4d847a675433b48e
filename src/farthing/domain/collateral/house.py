"""A house that may secure a line: what it is, what it is worth, who holds what on it. No address and no name: ids and codes only."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.errors import Invalid
from farthing.domain.ids import Id

DM2_PER_M2 = 100
SMALLEST_DM2, LARGEST_DM2 = 10 * DM2_PER_M2, 5_000 * DM2_PER_M2
OLDEST, LOWEST_FLOOR, HIGHEST_FLOOR = 1900, -3, 150
DISTRICT = re.compile(r"^[A-Za-z0-9_-]{1,20}$")
_M2 = re.compile(r"^(?P<m2>[0-9]{1,5})(?:\.(?P<dm2>[0-9]{1,2}))?$")
DOCUMENT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:-]{3,63}$")


class HouseKind(StrEnum):
    """What a house is used for; the more special, the less is lent on it."""

    RESIDENCE = "residence"
    SHOP = "shop"
    OFFICE = "office"
    WORKSHOP = "workshop"


class HouseStage(StrEnum):
    """How far a house has come; `ledger.lien` says what leads from one to the next."""

    OFFERED = "offered"
    VALUED = "valued"
    AGREED = "agreed"  # the owner agreed to the lien; the offline tasks run
    REGISTERED = "registered"  # only now does the house carry anything
    RELEASED = "released"  # the bank let go; registration and deed are still to be given back
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class LienTask(StrEnum):
    """What a person does away from the desk; each is done with a document and a day."""

    SURVEY = "survey"  # 实地勘察
    INSURANCE = "insurance"  # 财产保险, again at each renewal
    CUSTODY = "custody"  # 权证原件公证入库
    REGISTRATION = "registration"  # 抵押登记
    RELEASE = "release"  # 注销登记并归还权证


class ValuationMethod(StrEnum):
    """How a value was found."""

    COMPARABLES = "comparables"  # the bank's own interval from sales of houses like it
    APPRAISAL = "appraisal"  # an appraiser's report


@dataclass(frozen=True, slots=True)
class Premises:
    """A house as it is described: `area_dm2` in hundredths of a square metre, the year it was built, the floor (below zero: basement)."""

    kind: HouseKind
    district: str
    area_dm2: int
    built: int
    floor: int

    def __post_init__(self) -> None:
        inside = SMALLEST_DM2 <= self.area_dm2 <= LARGEST_DM2 and LOWEST_FLOOR <= self.floor <= HIGHEST_FLOOR and self.built >= OLDEST
        if not inside or not DISTRICT.match(self.district):
            told = (
                f"No house has {self.area_dm2 / DM2_PER_M2:g} m² on floor {self.floor}, built in {self.built}, in {self.district[:20]!r}."
            )
            raise Invalid("bad_house", told, "Give area, year and floor as the deed has them, and the district's code.", field="district")


@dataclass(frozen=True, slots=True)
class Valuation:
    """What a house is worth on a day, as an interval; the lending value is its lower end.

    `evidence` are the documents or the sales it rests on, `comparables` how many sales were weighed, `confidence_ppm` how often
    such an interval is meant to hold the price (0: the appraiser's own).
    """

    low_fen: int
    mid_fen: int
    high_fen: int
    method: ValuationMethod
    valued_on: dt.date
    evidence: tuple[Id, ...]
    comparables: int = 0
    confidence_ppm: int = 0
    synthetic: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.low_fen <= self.mid_fen <= self.high_fen or not self.evidence:
            told = f"{self.low_fen}, {self.mid_fen}, {self.high_fen} fen make no interval, or nothing stands behind it."
            raise Invalid("bad_valuation", told, "Give low, middle and high in this order, with the report's number.", field="low_fen")

    @property
    def lending_fen(self) -> int:
        """What may be lent against: the lower end."""
        return self.low_fen


@dataclass(frozen=True, slots=True)
class Lien:
    """The bank's claim on a house for what a line owes, up to `secured_fen`; behind claims of others of `prior_fen` in all."""

    line: Id
    rank: int
    secured_fen: int
    prior_fen: int

    def __post_init__(self) -> None:
        if self.secured_fen <= 0 or self.prior_fen < 0 or self.rank < 1 or (self.rank == 1) is not (self.prior_fen == 0):
            told = f"A lien of rank {self.rank} for {self.secured_fen} fen behind {self.prior_fen} fen cannot be."
            raise Invalid("bad_lien", told, "Rank 1 has nothing before it; any other rank names what comes before it.", field="rank")


@dataclass(frozen=True, slots=True)
class TaskDone:
    """An offline task that somebody completed, on which day, with which document."""

    task: LienTask
    by: Id
    done_on: dt.date
    evidence: Id


@dataclass(frozen=True, slots=True)
class Asked:
    """A raise that waits for its second person."""

    by_fen: int
    by: Id
    on: dt.date


@dataclass(frozen=True, slots=True)
class HouseState:
    """A house as it stands: a fold of its events, never edited. `secured_fen` of the line's limit rest on it."""

    house: Id
    party: Id
    premises: Premises
    stage: HouseStage
    offered_on: dt.date
    valuations: tuple[Valuation, ...] = ()
    lien: Lien | None = None
    tasks: tuple[TaskDone, ...] = ()
    secured_fen: int = 0
    asked: Asked | None = None
    events: int = 0

    @property
    def valuation(self) -> Valuation | None:
        """The newest one."""
        return self.valuations[-1] if self.valuations else None

    @property
    def synthetic(self) -> bool:
        """Does its newest value rest on sales that were made up?"""
        return self.valuation is not None and self.valuation.synthetic

    def done(self, task: LienTask) -> TaskDone | None:
        """The last time this task was done."""
        return next((one for one in reversed(self.tasks) if one.task is task), None)


def require_document(number: str) -> Id:
    """`number` if the archive could keep a document under it: an evidence id, or a number of letters and digits. Else `Invalid`."""
    if not DOCUMENT.match(number):
        told = f"{number[:40]!r} is not the number of a document."
        raise Invalid("bad_document", told, "Give an evidence id (evd_…) or the archive's number, like A-2026-0012.", field="evidence")
    return number


def parse_m2(text: str) -> int:
    """Hundredths of a square metre from `92.5`; `Invalid` on anything finer, or no number."""
    match = _M2.match(text.strip())
    if match is None:
        raise Invalid(
            "bad_area", f"{text[:20]!r} is not an area.", "Write square metres with at most two decimals, like 92.50.", field="area"
        )
    return int(match["m2"]) * DM2_PER_M2 + int((match["dm2"] or "0").ljust(2, "0"))
