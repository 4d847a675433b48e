"""What goes wrong around a bank, and when: by a seed, so that a day that broke it can be lived again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

PPM = 1_000_000


class Fault(StrEnum):
    """What may go wrong."""

    KILL = "kill"  # the bank's process dies at once
    DATABASE = "database"  # its database does
    LOST = "lost"  # a command is carried out and its answer lost: who asked asks again
    DOUBLE = "double"  # a command comes twice at the same time
    LATE = "late"  # a copy of it comes again days later
    SLOW = "slow"  # the disk, and with it the database, stands still for a while
    FULL = "full"  # the disk is full until somebody makes room
    CLOCK = "clock"  # the computer's clock is put forward or back


class Moment(StrEnum):
    """When, as seen from a command."""

    BEFORE = "before"
    INSIDE = "inside"  # thought through and not committed
    AFTER = "after"  # committed and not answered


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault at one command. `size`: days of a late copy, milliseconds of a slow disk, seconds of a clock's step."""

    fault: Fault
    key: str
    moment: Moment
    size: int


EACH_COMMAND: Mapping[Fault, int] = MappingProxyType({Fault.LOST: 20_000, Fault.DOUBLE: 20_000, Fault.LATE: 10_000})
"""Parts per million of the commands."""
EACH_DAY: Mapping[Fault, int] = MappingProxyType(
    {Fault.KILL: 90_000, Fault.DATABASE: 90_000, Fault.SLOW: 150_000, Fault.FULL: 120_000, Fault.CLOCK: 250_000}
)
"""Parts per million of the days; each of them hits one command of its day, the night among them."""
MOMENTS: Mapping[Fault, tuple[Moment, ...]] = MappingProxyType({
    Fault.KILL: (Moment.INSIDE, Moment.AFTER), Fault.DATABASE: (Moment.INSIDE, Moment.INSIDE, Moment.AFTER), Fault.LOST: (Moment.AFTER,),
    Fault.DOUBLE: (Moment.BEFORE,), Fault.LATE: (Moment.AFTER,), Fault.SLOW: (Moment.BEFORE,), Fault.FULL: (Moment.BEFORE,),
    Fault.CLOCK: (Moment.BEFORE,),
})  # fmt: skip
SIZES: Mapping[Fault, tuple[int, int]] = MappingProxyType(
    {Fault.LATE: (1, 15), Fault.SLOW: (50, 400), Fault.CLOCK: (-2 * 86_400, 2 * 86_400)}
)


def strikes(seed: int, day: dt.date, keys: Sequence[str], wanted: Collection[str]) -> tuple[Strike, ...]:
    """The faults of a day, at most one a command; `keys` are its commands in order, the night's last.

    Whether a command's message is lost or doubled follows from the seed and its key alone, so it does not change with the others.
    """
    rng = np.random.default_rng([seed, 3, day.toordinal()])
    found: dict[str, Strike] = {}
    for fault, ppm in EACH_DAY.items():
        strikes_today, place, moment, size = (int(roll) for roll in rng.integers(0, PPM, 4))
        if fault in wanted and strikes_today < ppm and keys:
            key = keys[place % len(keys)] if place % 4 else keys[-1]
            found.setdefault(key, _strike(fault, key, moment, size))
    for key in keys:
        for fault, ppm in EACH_COMMAND.items():
            roll, size = _rolls(seed, fault, key)
            if fault in wanted and roll < ppm:
                found.setdefault(key, _strike(fault, key, 0, size))
    return tuple(found.values())


def _strike(fault: Fault, key: str, moment: int, size: int) -> Strike:
    least, below = SIZES.get(fault, (0, 1))
    return Strike(fault, key, MOMENTS[fault][moment % len(MOMENTS[fault])], least + size % (below - least))


def _rolls(seed: int, fault: Fault, key: str) -> tuple[int, int]:
    digest = hashlib.sha256(f"{seed}:{fault.value}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % PPM, int.from_bytes(digest[8:16], "big") % PPM
