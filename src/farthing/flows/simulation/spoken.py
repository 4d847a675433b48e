"""What a bank in another process says of its day, and what those outside note of it: a line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from farthing.domain import canon
from farthing.flows.simulation.message import Answer, Morning
from farthing.flows.simulation.ports import Begun, Struck

RESTED = '{"kind":"Rested"}\n'
"""Said when a day and its night are done."""
Line: TypeAlias = Answer | Struck | Morning | Begun
_KINDS: Mapping[str, type[Line]] = MappingProxyType({kind.__name__: kind for kind in (Answer, Struck, Morning, Begun)})


def said(told: Line) -> str:
    """The line by which something is told."""
    return canon.encode({"kind": type(told).__name__, "body": told}).decode() + "\n"


def heard(line: str) -> Line:
    """What a line tells."""
    raw = json.loads(line)
    told: Line = canon.restore(_KINDS[raw["kind"]], raw["body"])
    return told
