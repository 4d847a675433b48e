"""What may happen to a house: past participles, each a body of an event in the house's own stream (sales stand in their file's)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain.collateral.house import Lien, LienTask, Premises, Valuation
from farthing.domain.ids import Id


@dataclass(frozen=True, slots=True)
class SalesBrought:
    """A file of sales of houses was taken in, to value houses by; it is kept under the digest of its bytes."""

    sales: Id
    content_digest: str
    accepted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class HouseOffered:
    """A customer offered a house. The number of its deed stands in no event: the store finds it by a keyed index."""

    house: Id
    party: Id
    premises: Premises


@dataclass(frozen=True, slots=True)
class HouseValued:
    """A house was valued before a lien on it was agreed."""

    house: Id
    valuation: Valuation


@dataclass(frozen=True, slots=True)
class HouseRevalued:
    """A house on which a lien runs was valued anew."""

    house: Id
    valuation: Valuation


@dataclass(frozen=True, slots=True)
class HouseWithdrawn:
    """The customer took the offer back, or the bank did not want the house, before any lien was agreed."""

    house: Id
    ground: str


@dataclass(frozen=True, slots=True)
class LienAgreed:
    """The owner agreed that the house secures a line; the offline tasks begin."""

    house: Id
    lien: Lien


@dataclass(frozen=True, slots=True)
class LienTaskDone:
    """A named person completed an offline task, on a day, with a document."""

    house: Id
    task: LienTask
    done_on: dt.date
    evidence: Id


@dataclass(frozen=True, slots=True)
class LienRegistered:
    """All tasks are done and the lien stands in the register: from now on the house may carry part of a limit."""

    house: Id
    certificate: Id


@dataclass(frozen=True, slots=True)
class RaiseProposed:
    """A person asked that the line's limit rise by so much, on this house."""

    house: Id
    by_fen: int


@dataclass(frozen=True, slots=True)
class RaiseTurnedDown:
    """The second person did not agree; nothing changed."""

    house: Id


@dataclass(frozen=True, slots=True)
class LimitRaised:
    """The second person agreed: the line's limit rose, by the variation `varied` in its own stream."""

    house: Id
    by_fen: int
    varied: Id


@dataclass(frozen=True, slots=True)
class LimitLowered:
    """Less of the line's limit rests on the house; what is drawn stays drawn."""

    house: Id
    by_fen: int
    varied: Id
    ground: str


@dataclass(frozen=True, slots=True)
class LienReleased:
    """The bank let go of the house: nothing of the limit rests on it any more, and it secures nothing."""

    house: Id
    ground: str


HouseBody: TypeAlias = (
    SalesBrought
    | HouseOffered
    | HouseValued
    | HouseRevalued
    | HouseWithdrawn
    | LienAgreed
    | LienTaskDone
    | LienRegistered
    | RaiseProposed
    | RaiseTurnedDown
    | LimitRaised
    | LimitLowered
    | LienReleased
)
