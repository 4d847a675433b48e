"""The dimensions of a score: what each looks at, what must have been allowed, and the weight it is given before any data is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from farthing.domain.errors import Invalid
from farthing.domain.evidence import ConsentPurpose, EvidenceKind
from farthing.domain.feature import Feature
from farthing.models.table import Column

PPM = 1_000_000
WITH_WHOM = frozenset(
    {"partners", "top1", "top5", "hhi", "base", "new", "lost", "kept", "kept_amount", "repeat", "steady", "tenure", "oldest"}
)
"""Reductions that look at each counterparty apart: what makes a feature one of a network."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A named part of a score. `prior_ppm` is its stated share of the total's spread; `asked` ones stay off unless consented to by name."""

    code: str
    zh: str
    en: str
    purposes: tuple[ConsentPurpose, ...]
    prior_ppm: int
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Features about any of these kinds belong to the dimension; with `whom` only those that look at each counterparty apart."""

    dimension: str
    kinds: frozenset[EvidenceKind]
    whom: bool = False

    def holds(self, feature: Feature) -> bool:
        """Is it one of them?"""
        apart = any(text.split(" ", 1)[0] in WITH_WHOM for text in feature.primitives)
        return bool(self.kinds & set(feature.sources)) and (apart or not self.whom)


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension with the columns it may choose from, each with its direction.

    `silence`: what a missing value of a column stands for, where saying nothing is saying something: who stands in no court register
    has no case. Only those columns; elsewhere missing is missing.
    """

    dimension: Dimension
    columns: tuple[Column, ...]
    silence: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns by name."""
        return tuple(column.name for column in self.columns)


def dimension_of(feature: Feature, rules: Sequence[Rule]) -> str | None:
    """The dimension of a feature by the first rule that holds; None where the score does not look at such evidence."""
    return next((rule.dimension for rule in rules if rule.holds(feature)), None)


def require_shares(dimensions: Sequence[Dimension]) -> None:
    """`Invalid` unless stated shares are positive and come to one."""
    shares = [one.prior_ppm for one in dimensions]
    if min(shares, default=0) <= 0 or sum(shares) != PPM:
        raise Invalid("bad_shares", f"The stated shares come to {sum(shares)} millionths.", "Let them be positive and come to 1,000,000.")
