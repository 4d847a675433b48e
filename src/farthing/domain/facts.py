"""Facts: the frozen, typed inputs of one decision. No floats: numbers carry a declared scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from farthing.domain.errors import Invalid

FactValue: TypeAlias = int | bool | str | dt.date | None


class FactType(StrEnum):
    """The closed set of types a policy may read."""

    INT = "int"
    BOOL = "bool"
    ENUM = "enum"
    DATE = "date"
    NUMBER = "number"  # an integer count of 10**-scale


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact a policy may name. `scale` is the number of decimals a NUMBER carries: 6 means stored × 1,000,000.

    `low` and `high` bound the stored integer; the policy compiler proves that no expression overflows 64 bits within them.
    """

    name: str
    type: FactType
    unit: str
    zh: str
    en: str
    scale: int = 0
    low: int = -(10**15)
    high: int = 10**15
    values: tuple[str, ...] = ()


_HELD_AS: Mapping[FactType, type] = MappingProxyType({
    FactType.INT: int, FactType.NUMBER: int, FactType.BOOL: bool, FactType.ENUM: str, FactType.DATE: dt.date,
})  # fmt: skip


def _check(spec: FactSpec, value: FactValue) -> None:
    if value is None:
        return
    kind = type(value)
    if kind is not _HELD_AS[spec.type] or (kind is str and value not in spec.values):
        raise Invalid("bad_fact", f"Fact {spec.name} cannot be {value!r}.", f"It is a {spec.type.value}.", field=spec.name)
    if isinstance(value, int) and kind is int and not spec.low <= value <= spec.high:
        raise Invalid("fact_out_of_range", f"Fact {spec.name} = {value} is outside {spec.low}..{spec.high}.", field=spec.name)


@dataclass(frozen=True, slots=True)
class Facts:
    """Name to value, checked against the specs once; missing is None and must be present as such."""

    as_of: dt.date
    values: Mapping[str, FactValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(sorted(self.values.items()))))

    def checked(self, specs: Mapping[str, FactSpec]) -> Facts:
        """These facts with every spec present and of the right type; `Invalid` names the first that is not."""
        unknown = sorted(set(self.values) - set(specs))
        if unknown:
            raise Invalid("unknown_fact", f"No such fact: {unknown[0]}.", "Add it to the fact specs or drop it.", field=unknown[0])
        for name, spec in specs.items():
            _check(spec, self.values.get(name))
        return Facts(self.as_of, {name: self.values.get(name) for name in specs})
