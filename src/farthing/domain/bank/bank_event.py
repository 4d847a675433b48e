"""What may happen to the bank as a whole: bodies of events outside any line, each agreed to by a second person where it governs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain.bank.listener import ListenerAdded, ListenerRemoved
from farthing.domain.bank.month import MonthClosed
from farthing.domain.evidence import Reliability
from farthing.domain.ids import Id


@dataclass(frozen=True, slots=True)
class CapitalStated:
    """The bank's capital on a reporting date: what concentration is measured against from then on (IL-07)."""

    reported_on: dt.date
    net_capital_fen: int
    net_tier1_fen: int


@dataclass(frozen=True, slots=True)
class PartnerListed:
    """A registered organisation may lend jointly with the bank from now on (IL-14)."""

    partner: Id
    ground: str


@dataclass(frozen=True, slots=True)
class PartnerDelisted:
    """No new joint loans with this partner; what is owed is owed as before."""

    partner: Id
    ground: str


@dataclass(frozen=True, slots=True)
class CostShown:
    """A borrower was shown the whole cost of an offer (PR-03). `digest` binds the terms and the figures that were shown."""

    decision: Id
    digest: str


@dataclass(frozen=True, slots=True)
class SourcesWatched:
    """The monitors looked at every source: how far each kind that has evidence can be relied on, in decisions from now on."""

    figures: tuple[Reliability, ...]


BankBody: TypeAlias = (
    CapitalStated | PartnerListed | PartnerDelisted | CostShown | SourcesWatched | MonthClosed | ListenerAdded | ListenerRemoved
)
