"""The typed tree of a policy expression. Numbers are int64 counts of 10**-scale; nothing here is a float.

Every node carries its `Kind`, so the two compilers (`python`, `columns`) need not infer anything again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain.facts import FactType

NUMERIC = (FactType.INT, FactType.NUMBER)
INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Kind:
    """What an expression yields: its type, its scale and bounds if it is a number, its words if it is an enum.

    `unit` is None for a bare literal, which takes the unit of whatever it meets.
    """

    type: FactType
    scale: int = 0
    low: int = 0
    high: int = 0
    unit: str | None = None
    values: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether arithmetic applies."""
        return self.type in NUMERIC


BOOL = Kind(FactType.BOOL)
DATE = Kind(FactType.DATE)


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of a named fact."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; a number is already scaled. `name` is set when it is one of the policy's named numbers."""

    value: int | bool | str | dt.date
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rescale:
    """`of` times `factor` (a power of ten): the same quantity with more decimals."""

    of: Tree
    factor: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` is one of `< <= > >= = <>`; both sides have one scale. Unknown if either side is."""

    operator: str
    left: Tree
    right: Tree
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Junction:
    """AND or OR by Kleene: one FALSE decides an AND, one TRUE an OR, whatever is unknown. No items: their neutral value."""

    both: bool
    items: tuple[Tree, ...]
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Not:
    """NOT; unknown stays unknown."""

    of: Tree
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class IsNull:
    """IS NULL; never unknown."""

    of: Tree
    kind: Kind = BOOL


@dataclass(frozen=True, slots=True)
class Case:
    """The first WHEN that is TRUE gives the value; without ELSE the rest is unknown."""

    whens: tuple[tuple[Tree, Tree], ...]
    otherwise: Tree | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first item that is known."""

    items: tuple[Tree, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operator` is one of `+ - *`; unknown if either side is."""

    operator: str
    left: Tree
    right: Tree
    kind: Kind


@dataclass(frozen=True, slots=True)
class Extreme:
    """LEAST or GREATEST; unknown if any item is (PostgreSQL skips nulls; a cap must not vanish because a fact is missing)."""

    least: bool
    items: tuple[Tree, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Divide:
    """`numerator * factor / denominator` rounded half to even; unknown when the denominator is zero."""

    numerator: Tree
    denominator: Tree
    factor: int
    kind: Kind


Tree: TypeAlias = Fact | Literal | Rescale | Compare | Junction | Not | IsNull | Case | Coalesce | Arithmetic | Extreme | Divide


def children(node: Tree) -> tuple[Tree, ...]:
    """The direct operands of a node, left to right."""
    match node:
        case Fact() | Literal():
            return ()
        case Rescale(of=of) | Not(of=of) | IsNull(of=of):
            return (of,)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Junction(items=items) | Coalesce(items=items) | Extreme(items=items):
            return items
        case Case(whens=whens, otherwise=otherwise):
            pairs = tuple(item for when in whens for item in when)
            return pairs if otherwise is None else (*pairs, otherwise)
        case Divide(numerator=numerator, denominator=denominator):
            return (numerator, denominator)


def named(node: Tree) -> tuple[str, ...]:
    """The facts and named numbers an expression reads, each once, in the order they stand."""
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, Fact | Literal) and here.name:
            found.setdefault(here.name)
        stack.extend(reversed(children(here)))
    return tuple(found)
