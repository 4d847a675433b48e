"""Every invariant of an evening, by name, and how they are all looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from farthing.domain.journal import Finding
from farthing.flows.simulation import check_classes, check_desk, check_money, check_proof, check_record
from farthing.flows.simulation.evening import Evening, Wrong

Check: TypeAlias = Callable[[Evening], Iterable[Wrong]]
INVARIANTS: Mapping[str, Check] = MappingProxyType(
    {check.__name__: check for room in (check_money, check_record, check_classes, check_desk, check_proof) for check in room.CHECKS}
)
MOST_A_CHECK = 5


def judged(evening: Evening, more: Sequence[Check] = ()) -> Iterator[Finding]:
    """What is wrong this evening, a few items a check; `more` are checks of whoever asks."""
    for name, check in {**INVARIANTS, **{check.__name__: check for check in more}}.items():
        for found, wrong in enumerate(check(evening)):
            if found >= MOST_A_CHECK:
                break
            yield Finding(name, *wrong)
