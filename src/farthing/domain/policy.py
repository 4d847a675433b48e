"""A policy: versioned rules and numbers with accountable people. Decision as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.staff import Accountable


class Outcome(StrEnum):
    """What a decision comes to."""

    APPROVE = "approve"
    REFER = "refer"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class AccessRule:
    """The first that fires decides. `when` is an expression over facts; `missing` is its outcome when the answer is unknown."""

    name: str
    when: str
    missing: Outcome
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class LimitCap:
    """One named cap in fen; the smallest binds. `missing` is the cap (fen) when its facts are unknown."""

    name: str
    cap: str
    missing: int
    reason: str


@dataclass(frozen=True, slots=True)
class PricePart:
    """One named part of the rate, in units of the product's rate basis; parts add up. `missing` refers the case or is a number."""

    name: str
    part: str
    missing: Outcome | int


@dataclass(frozen=True, slots=True)
class PolicyNumber:
    """A constant a policy gives a name to: a loss share, a cut-off. `value` is an exact decimal string such as `0.45`."""

    name: str
    value: str
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document as published: immutable, dated, owned and approved by two different people.

    Limits are rounded down to a whole number of `step_fen`.
    """

    id: str
    version: int
    product: str
    effective_from: dt.date
    accountable: Accountable
    access: tuple[AccessRule, ...]
    limit: tuple[LimitCap, ...]
    price: tuple[PricePart, ...]
    digest: str
    numbers: tuple[PolicyNumber, ...] = ()
    step_fen: int = 10_000
