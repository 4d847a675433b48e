"""What is said in a line is heard as it was."""

from __future__ import annotations

import pytest

from farthing.flows.simulation.message import Answer
from farthing.flows.simulation.ports import Begun, Struck
from farthing.flows.simulation.spoken import RESTED, heard, said
from farthing.world.misfortune import Fault, Moment, Strike


@pytest.mark.parametrize("told", [
    Answer("k", '{"a":"\\n"}'), Answer("k", refused="no_line"), Struck(Strike(Fault.CLOCK, "k", Moment.BEFORE, -5)), Begun("{}"),
])  # fmt: skip
def test_a_line_is_heard_as_it_was_said(told: Answer | Struck | Begun) -> None:
    line = said(told)
    assert line.count("\n") == 1
    assert heard(line) == told
    assert line != RESTED
