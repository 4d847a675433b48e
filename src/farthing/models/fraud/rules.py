"""A rule from a handful of confirmed cases: what a bank can put before applicants on the day a new pattern is seen, long before a model.

A rule is one sign or two, each at least some value, that a person can read and put into a policy. Of all such rules that catch half of
the cases or more, the one is taken whose precision is surest: the lower end of its 95 % interval (E. B. Wilson, JASA 22, 1927). The search
is over the values that the cases themselves have, so it takes a second and needs no extra library.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.fraud.signs import SHARES, SIGNS
from farthing.models.reasons import Candidate
from farthing.models.sample import Sample
from farthing.quant.binning import Bools
from farthing.quant.discrimination import wilson

LEAST_CASES = 3
KEPT = 40
"""Conditions that are tried in pairs: the surest alone."""
CUTS = 8
CAUGHT = 0.5
MOST_RULES = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """A sign of at least this value, in the sign's own whole numbers."""

    sign: str
    at_least: int

    @property
    def expression(self) -> str:
        """As a policy says it."""
        told = Decimal(self.at_least).scaleb(-6).normalize() if self.sign in SHARES else self.at_least
        return f"{self.sign} >= {told:f}" if isinstance(told, Decimal) else f"{self.sign} >= {told}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must all hold; how many of the cases it caught and how many honest it would bother, on the sample it is from.

    `low` and `high` bound its precision there. Where frauds are rarer than in the sample, so is its precision: its false alarms stay.
    """

    conditions: tuple[Condition, ...]
    caught: int
    cases: int
    bothered: int
    honest: int
    low: float
    high: float

    @property
    def expression(self) -> str:
        """The condition of a policy's rule."""
        return " AND ".join(one.expression for one in self.conditions)

    @property
    def false_alarms(self) -> tuple[float, float]:
        """95 % interval of the share of the honest that it would bother."""
        return wilson(self.bothered, self.honest)


@dataclass(frozen=True, eq=False)
class _Tried:
    conditions: tuple[Condition, ...]
    holds: Bools


def induce(sample: Sample, signs: Sequence[Candidate] = SIGNS) -> tuple[Rule, ...]:
    """At most three rules, each surest among the cases that those before it left uncaught. `Invalid` with fewer than three cases."""
    cases = int(sample.bad.sum())
    if cases < LEAST_CASES or cases == len(sample.bad):
        raise Invalid(
            "too_few_cases", f"{cases} confirmed cases of {len(sample.bad)}.", f"Bring {LEAST_CASES} cases, and honest ones beside."
        )
    found: list[Rule] = []
    left = sample.bad.copy()
    while len(found) < MOST_RULES and int(left.sum()) >= LEAST_CASES:
        tried = _surest(sample, left, signs)
        if tried is None:
            break
        found.append(_rule(tried, sample.bad))
        left &= ~tried.holds
    return tuple(found)


def holds(rule: Rule, sample: Sample) -> Bools:
    """Which cases a rule speaks against; a missing sign never does."""
    every = np.ones(len(sample.bad), dtype=np.bool_)
    for one in rule.conditions:
        value, missing = sample.columns[one.sign]
        every &= (value >= one.at_least) & ~missing
    return every


def _surest(sample: Sample, left: Bools, signs: Sequence[Candidate]) -> _Tried | None:
    alone = sorted(_alone(sample, left, signs), key=lambda one: _rank(one, sample.bad, left))[:KEPT]
    pairs = (
        _Tried((*one.conditions, *other.conditions), one.holds & other.holds)
        for one, other in itertools.combinations(alone, 2)
        if one.conditions[0].sign != other.conditions[0].sign
    )
    enough = CAUGHT * int(left.sum())
    able = [one for one in (*alone, *pairs) if int((one.holds & left).sum()) >= enough]
    return min(able, key=lambda one: _rank(one, sample.bad, left), default=None)


def _alone(sample: Sample, left: Bools, signs: Sequence[Candidate]) -> Iterator[_Tried]:
    """Each sign at values that some of the cases left have, if half of them reach it."""
    for sign in signs:
        if sign.feature not in sample.columns:
            continue
        value, missing = sample.columns[sign.feature]
        theirs = np.unique(value[left & ~missing])
        for cut in theirs[np.unique(np.linspace(0, len(theirs) - 1, CUTS).astype(np.int64))] if len(theirs) else ():
            reached = (value >= cut) & ~missing
            if int((reached & left).sum()) >= CAUGHT * int(left.sum()) and not reached.all():
                yield _Tried((Condition(sign.feature, int(cut)),), reached)


def _rank(tried: _Tried, bad: Bools, left: Bools) -> tuple[float, int, int, tuple[str, ...]]:
    """Surest first; of the equally sure the one that catches more, then the plainer."""
    caught = int((tried.holds & left).sum())
    told = int((tried.holds & ~bad).sum()) + caught
    sure = wilson(caught, told)[0] if told else 0.0
    return (-sure, -caught, len(tried.conditions), tuple(one.expression for one in tried.conditions))


def _rule(tried: _Tried, bad: Bools) -> Rule:
    caught, bothered = int((tried.holds & bad).sum()), int((tried.holds & ~bad).sum())
    low, high = wilson(caught, caught + bothered)
    return Rule(tried.conditions, caught, int(bad.sum()), bothered, int((~bad).sum()), low, high)
