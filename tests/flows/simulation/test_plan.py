"""A deed of the script becomes a message by the line as it stands in the morning, or none where there is nothing to ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.ledger.lives import life, terms

from farthing.domain.facility import LineState
from farthing.flows.line.propose import ResolveRequest
from farthing.flows.line.repay import RepayRequest
from farthing.flows.simulation.message import Ask, request_of
from farthing.flows.simulation.notebook import Notebook
from farthing.flows.simulation.opening import Opening
from farthing.flows.simulation.plan import View, key_of, line_of, message, relief_messages
from farthing.ledger.facility import advance, fold
from farthing.sources.catalogue import packaged_products
from farthing.world.year import COUNTIES, Borrower, Deed, Disaster, Doing, Temper

DAY = dt.date(2024, 3, 1)
OF = terms()
SOMEBODY = Borrower(3, Temper.PROMPT, COUNTIES[0], 1, 500_000, 0, 0, ())
NEXT = "lin_bbbbbbbbbbbbbbbb"


def _deed(doing: Doing, roll: int = 500_000, about: int = -1) -> Deed:
    return Deed(7, DAY, doing, roll, about)


def _view(state: LineState | None) -> View:
    return View(DAY, OF.line, state, NEXT, packaged_products(), Notebook())


def _state(*script: tuple[int, str, int]) -> LineState:
    return advance(fold(life(OF, list(script))), DAY)


def test_nothing_is_asked_of_a_line_that_is_not_open_but_to_open_it() -> None:
    asked = message(SOMEBODY, _deed(Doing.OPEN), _view(None))
    assert asked is not None
    assert (asked.key, asked.ask, asked.line) == (key_of(3, 7), Ask.OPEN, OF.line)
    opening = request_of(asked)
    assert isinstance(opening, Opening)
    assert opening.county == COUNTIES[0]
    for doing in set(Doing) - {Doing.OPEN}:
        assert message(SOMEBODY, _deed(doing), _view(None)) is None


def test_what_is_due_is_paid_and_nothing_of_nothing() -> None:
    assert message(SOMEBODY, _deed(Doing.PAY_DUE), _view(_state())) is None
    state = _state((1, "draw", 1_000_000))
    asked = message(SOMEBODY, _deed(Doing.PAY_DUE), _view(state))
    assert asked is not None
    assert request_of(asked) == RepayRequest(OF.line, sum(item.unpaid_fen for item in state.obligations) + state.penalty_owed_fen)


def test_a_payment_on_the_wrong_line_speaks_of_that_line() -> None:
    asked = message(SOMEBODY, _deed(Doing.PAY_WRONG), _view(_state((1, "draw", 1_000_000))))
    assert asked is not None
    assert (asked.line, request_of(asked).line) == (NEXT, NEXT)


@pytest.mark.parametrize(("doing", "actor", "agree"), [
    (Doing.CONSENT, "second", True), (Doing.TURN_DOWN, "second", False), (Doing.OWN_CONSENT, "risk", True)
])  # fmt: skip
def test_a_second_person_speaks_to_what_was_proposed(doing: Doing, actor: str, *, agree: bool) -> None:
    view = _view(_state((1, "draw", 1_000_000)))
    assert message(SOMEBODY, _deed(doing, about=4), view) is None
    view.notebook.made[key_of(3, 4)] = "prp_x"
    asked = message(SOMEBODY, _deed(doing, about=4), view)
    assert asked is not None
    assert (asked.actor, request_of(asked)) == (actor, ResolveRequest("prp_x", agree))


def test_every_deed_can_be_asked_for_whatever_the_dice_say() -> None:
    state = _state((1, "draw", 1_000_000), (2, "repay", 1_000), (3, "draw", 5_000))
    view = _view(replace(state, surplus_fen=5))
    for about in (7, 4):
        view.notebook.made[key_of(3, about)] = "prp_x"
    for doing in Doing:
        for roll in range(0, 1_000_000, 50_021):
            asked = message(SOMEBODY, _deed(doing, roll, about=4), view)
            assert asked is None or asked.key == key_of(3, 7)
            assert asked is not None or doing is Doing.REVERSE  # nothing is noted that could be taken back


def test_a_disaster_is_planned_agreed_to_and_carried_out_on_three_days() -> None:
    struck, book = Disaster(DAY, COUNTIES[1], 123_456), Notebook()
    (asked,) = relief_messages(1, struck, DAY, book)
    assert asked.ask is Ask.PLAN_RELIEF
    assert relief_messages(1, struck, DAY + dt.timedelta(days=1), book) == []
    book.made[asked.key] = "prp_x"
    days = [relief_messages(1, struck, DAY + dt.timedelta(days=number), book) for number in range(4)]
    assert [[one.ask for one in day] for day in days] == [[Ask.PLAN_RELIEF], [Ask.RESOLVE], [Ask.RELIEVE], []]


def test_a_line_is_named_by_seed_and_number() -> None:
    assert line_of(1, 2) == line_of(1, 2)
    assert len({line_of(1, 2), line_of(1, 3), line_of(2, 2)}) == 3
