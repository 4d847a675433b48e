"""Payments taken back, moved and returned: both lines or neither, nothing rewritten, the books corrected on the open day."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, opened
from tests.flows.line.conftest import to

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.facility import LineStatus
from farthing.domain.line_event import Waived
from farthing.domain.posting import Account
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest, move, refund, reverse
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.propose import propose
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.ledger.facility import advance, fold


def test_a_payment_taken_back_leaves_the_line_as_if_it_had_never_come(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    before = house.lines.get(of.line)
    to(house, dt.date(2024, 1, 15))
    paid = repay(house, BORROWER, RepayRequest(of.line, 400_000), "r")
    to(house, dt.date(2024, 2, 25))
    reverse(house, RISK, ReverseRequest(of.line, paid.event, "returned_by_bank"), "back")
    state, today = house.lines.get(of.line), dt.date(2024, 2, 25)
    assert advance(state, today).owed_fen == advance(before, today).owed_fen
    assert state == fold(house.journal.events(of.line))
    day_end(house, RISK, DayEndRequest(today), "night")
    balances = house.lines.balances(today)
    assert balances[Account.LOANS] == 1_000_000
    assert sum(balances.values()) == 0


def test_only_a_standing_draw_or_repayment_of_the_line_is_taken_back_and_only_once(house: House) -> None:
    of, other = opened(house), opened(house, 2)
    made = draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    with pytest.raises(Forbidden):
        reverse(house, OFFICER, ReverseRequest(of.line, made.event, "never_paid_out"), "k1")
    with pytest.raises(NotFound):
        reverse(house, RISK, ReverseRequest(other.line, made.event, "never_paid_out"), "k2")
    with pytest.raises(Invalid):
        reverse(house, RISK, ReverseRequest(of.line, made.event, "It was Mr Chen's brother"), "k3")
    reverse(house, RISK, ReverseRequest(of.line, made.event, "never_paid_out"), "k4")
    with pytest.raises(Conflict) as refused:
        reverse(house, RISK, ReverseRequest(of.line, made.event, "never_paid_out"), "k5")
    assert refused.value.code == "taken_back_already"
    assert draw(house, BORROWER, DrawRequest(of.line, 10_000_000), "d2").headroom_fen == 0, "the room of the draw is free again"


def test_a_payment_to_the_wrong_line_moves_to_the_right_one_as_of_its_day(house: House) -> None:
    wrong, right = opened(house), opened(house, 2)
    for line, key in ((wrong.line, "a"), (right.line, "b")):
        draw(house, BORROWER, DrawRequest(line, 1_000_000), key)
    to(house, dt.date(2024, 1, 12))
    paid = repay(house, BORROWER, RepayRequest(wrong.line, 500_000), "r")
    to(house, dt.date(2024, 1, 18))
    moved = move(house, OFFICER, MoveRequest(wrong.line, paid.event, right.line), "m")
    assert (moved.from_line.line, moved.to_line.line) == (wrong.line, right.line)
    assert moved.from_line.owed_fen - moved.to_line.owed_fen == 500_000 + 899, "interest of six days on the principal that was repaid"
    with pytest.raises(Conflict):
        move(house, OFFICER, MoveRequest(wrong.line, paid.event, right.line), "again")


def test_a_payment_before_the_other_line_opened_stays_where_it_is(house: House) -> None:
    wrong = opened(house)
    draw(house, BORROWER, DrawRequest(wrong.line, 1_000_000), "a")
    paid = repay(house, BORROWER, RepayRequest(wrong.line, 5_000), "r")
    to(house, dt.date(2024, 1, 12))
    late = opened(house, 2)
    with pytest.raises(Conflict):
        move(house, OFFICER, MoveRequest(wrong.line, paid.event, late.line), "m")
    assert len(house.journal.events(wrong.line)) == 3
    with pytest.raises(Invalid):
        move(house, OFFICER, MoveRequest(wrong.line, paid.event, wrong.line), "self")


def test_a_surplus_is_returned_and_no_more(house: House) -> None:
    of = opened(house)
    repay(house, BORROWER, RepayRequest(of.line, 700), "r")
    with pytest.raises(Invalid):
        refund(house, OFFICER, RefundRequest(of.line, 701), "k1")
    refund(house, OFFICER, RefundRequest(of.line, 700), "k2")
    assert house.lines.get(of.line).surplus_fen == 0


def test_a_refund_of_money_that_turns_out_never_to_have_come_is_owed_back(house: House) -> None:
    of = opened(house)
    paid = repay(house, BORROWER, RepayRequest(of.line, 700), "r")
    refund(house, OFFICER, RefundRequest(of.line, 700), "k")
    assert reverse(house, RISK, ReverseRequest(of.line, paid.event, "cheque_returned"), "back").owed_fen == 700
    assert repay(house, BORROWER, RepayRequest(of.line, 700), "r2").owed_fen == 0


def test_a_payment_of_a_closed_line_that_bounces_is_owed_again_once_the_end_is_taken_back(house: House) -> None:
    of = opened(house, same_day_days=0)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    to(house, dt.date(2024, 1, 15))
    paid = repay(house, BORROWER, RepayRequest(of.line, 1_001_500), "r")
    ended = close_line(house, BORROWER, CloseRequest(of.line), "c")
    to(house, dt.date(2024, 1, 18))
    owes = reverse(house, RISK, ReverseRequest(of.line, paid.event, "returned_by_bank"), "back")
    assert (owes.status, owes.owed_fen) == (LineStatus.CLOSED, 1_002_400)
    open_again = reverse(house, RISK, ReverseRequest(of.line, ended.event, "paid_back_by_mistake"), "and its end")
    assert (open_again.status, open_again.owed_fen) == (LineStatus.ACTIVE, 1_002_400)
    to(house, dt.date(2024, 2, 25))
    assert propose(house, OFFICER, Waived(of.line, 100, 0, "goodwill"), "what is owed can be agreed on again").line == of.line
