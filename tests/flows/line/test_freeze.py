"""A line whose claim has ended is neither frozen nor unfrozen: nothing would come of it, and an event would say otherwise."""

from __future__ import annotations

import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, opened, organisation

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict
from farthing.domain.line_event import Sold, WrittenOff
from farthing.flows.line.agree import AssessRequest, assess
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.ports import House


@pytest.mark.parametrize(
    "end",
    [lambda house, line: WrittenOff(line, "hopeless"), lambda house, line: Sold(line, organisation(house), 5)],
    ids=["written off", "sold"],
)
def test_an_ended_claim_is_not_frozen(end: object, house: House) -> None:
    line = opened(house).line
    draw(house, BORROWER, DrawRequest(line, 1_000_000), "d")
    assess(house, RISK, AssessRequest(line, LoanClass.LOSS, "RC-05"), "a")
    asked = propose(house, OFFICER, end(house, line), "p")  # type: ignore[operator]
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    before = house.lines.get(line)
    for number, act in enumerate((freeze, unfreeze)):
        with pytest.raises(Conflict) as refused:
            act(house, RISK, FreezeRequest(line, "test_ground"), f"f{number}")
        assert refused.value.code == "line_ended"
    assert house.lines.get(line) == before
