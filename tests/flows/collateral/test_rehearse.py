"""What a person is shown before consent is what will happen, and nothing of it happened."""

from __future__ import annotations

import pytest
from tests.flows.bank import OFFICER, RISK
from tests.flows.collateral.owners import appraised, owner, raised, registered

from farthing.domain.errors import Conflict
from farthing.flows.collateral.lien import ReleaseRequest, release_lien
from farthing.flows.collateral.raise_limit import RaiseRequest, ResolveRaiseRequest, propose_raise, resolve_raise
from farthing.flows.collateral.rehearse import foresee_house
from farthing.flows.ports import House


def test_agreeing_shows_the_line_on_both_sides_of_it(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    propose_raise(house, OFFICER, RaiseRequest(of, 30_000_000), "p")
    before = house.journal.events(stream=of)
    shown = foresee_house(house, RISK, resolve_raise, ResolveRaiseRequest(of, agree=True))
    assert shown.line is not None
    assert (shown.line.before.limit_fen, shown.line.after.limit_fen) == (10_000_000, 40_000_000)
    assert (shown.before.secured_fen, shown.after.secured_fen) == (0, 30_000_000)
    assert house.journal.events(stream=of) == before
    assert house.collateral.houses.get(of).secured_fen == 0


def test_a_refusal_comes_before_consent(house: House) -> None:
    of = registered(house, owner(house))
    raised(house, of, 30_000_000)
    shown = foresee_house(house, RISK, release_lien, ReleaseRequest(of, "paid_off"))
    assert shown.line is not None
    assert (shown.line.before.limit_fen, shown.line.after.limit_fen) == (40_000_000, 10_000_000)
    appraised(house, of, (1_000_000, 2_000_000, 3_000_000), "little")
    with pytest.raises(Conflict):
        foresee_house(house, OFFICER, propose_raise, RaiseRequest(of, 1_000_000))
