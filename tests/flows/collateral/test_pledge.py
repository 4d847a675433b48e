"""One change of one house: refused without a trace, done once for its key, shown as it stands after."""

from __future__ import annotations

import pytest
from tests.flows.bank import OFFICER, SYSTEM
from tests.flows.collateral.owners import appraised, offered, owner

from farthing.domain.collateral.event import HouseWithdrawn
from farthing.domain.collateral.house import HouseStage
from farthing.domain.errors import Conflict, NotFound
from farthing.flows.collateral.offer import WithdrawRequest, withdraw_house
from farthing.flows.collateral.pledge import pledge
from farthing.flows.ports import Command, House
from farthing.ledger.lien import Move


def test_a_move_that_the_house_does_not_allow_leaves_no_trace(house: House) -> None:
    of = offered(house, owner(house).party)
    command = Command("k", "try", SYSTEM, of)
    with pytest.raises(Conflict) as refused:
        pledge(house, command, of, Move.AGREE, lambda _, state: HouseWithdrawn(state.house, "never"))
    assert refused.value.code == "house_stage"
    done = pledge(house, command, of, Move.WITHDRAW, lambda _, state: HouseWithdrawn(state.house, "same_key"))
    assert (done.stage, len(house.journal.events(stream=of))) == (HouseStage.WITHDRAWN, 2)


def test_the_same_key_acts_once_and_an_unknown_house_is_not_found(house: House) -> None:
    of = offered(house, owner(house).party)
    appraised(house, of)
    first = withdraw_house(house, OFFICER, WithdrawRequest(of, "not_worth_it"), "w")
    assert withdraw_house(house, OFFICER, WithdrawRequest(of, "not_worth_it"), "w") == first
    assert first.lending_fen == 100_000_000
    with pytest.raises(NotFound):
        withdraw_house(house, OFFICER, WithdrawRequest("hse_bbbbbbbbbbbbbbbb", "not_worth_it"), "x")
