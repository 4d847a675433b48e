"""One measured figure, what is measured with, and how both are told.

A file `bench/<room>.py` is part of the bench when it has `figures(context) -> Iterable[Figure]`. It yields each figure as soon as
it is known, so that a stopped bench still told something, and names them `<subject>.<what>`, like `ledger.day_end_million_s`.
`PREFIXES = ("ledger.",)` beside it says what its names begin with, where that is not the file's name and a dot.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, beside its goal and a peer's number on the same machine, where they exist."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    better: Literal["higher", "lower"] = "higher"
    peer: str | None = None
    peer_value: float | None = None
    cpu_s: float | None = None
    """CPU seconds of this process and the children that ended, beside the wall clock that `value` usually rests on."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure over the peer's: above 1 is more than the peer, whether more is better or not."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def met(self) -> bool | None:
        """Is the goal reached? None without a goal."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def as_dict(self) -> dict[str, str | float | bool | None]:
        """The figure for machines: a JSON object."""
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "goal": self.goal, "peer": self.peer, "peer_value": self.peer_value,
            "ratio": self.ratio, "better": self.better, "met": self.met, "cpu_s": self.cpu_s, "note": self.note,
        }  # fmt: skip

    def as_row(self) -> str:
        """One line for people."""
        goal = (
            ""
            if self.goal is None
            else f"{'>=' if self.better == 'higher' else '<='} {number(self.goal)} {'met' if self.met else 'MISSED'}"
        )
        peer = "" if self.peer is None or self.ratio is None else f"{self.ratio:.2f}x {self.peer}"
        cpu = "" if self.cpu_s is None else f"{self.cpu_s:.1f} cpu-s"
        told = f"{self.name:<36} {number(self.value):>14} {self.unit:<12} {goal:<22} {cpu:>12}  {peer}"
        return f"{told}  {self.note}".rstrip()


def number(value: float) -> str:
    """Thousands apart, and no more decimals than say something."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


@dataclass(slots=True)
class Spent:
    """What a measured block took; filled in when the block ends."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Context:
    """What a bench file may use: how far to go, a folder of its own on a real disk, and where the public data lies."""

    full: bool
    scratch: Path
    data: Path
    say: Callable[[str], None]
    """Tell progress to whoever waits; never part of the figures."""

    @contextmanager
    def measured(self) -> Iterator[Spent]:
        """`with context.measured() as spent: ...` and then `spent.wall_s`, `spent.cpu_s`."""
        spent = Spent()
        wall, cpu = time.perf_counter(), cpu_seconds()
        try:
            yield spent
        finally:
            spent.wall_s, spent.cpu_s = time.perf_counter() - wall, cpu_seconds() - cpu


def cpu_seconds() -> float:
    """CPU seconds, user and system, of this process and of its children that have ended."""
    return sum(u.ru_utime + u.ru_stime for u in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))
