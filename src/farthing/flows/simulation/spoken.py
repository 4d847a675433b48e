"""What a bank in another process says of its day, a line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from farthing.domain import canon
from farthing.flows.simulation.message import Answer
from farthing.flows.simulation.ports import Struck

RESTED = '{"kind":"Rested"}\n'
"""Said when a day and its night are done."""
_KINDS: Mapping[str, type[Answer | Struck]] = MappingProxyType({"Answer": Answer, "Struck": Struck})


def said(told: Answer | Struck) -> str:
    """The line by which something is told."""
    return canon.encode({"kind": type(told).__name__, "body": told}).decode() + "\n"


def heard(line: str) -> Answer | Struck | None:
    """What a line tells; None when the day is done."""
    if line == RESTED:
        return None
    raw = json.loads(line)
    told: Answer | Struck = canon.restore(_KINDS[raw["kind"]], raw["body"])
    return told
