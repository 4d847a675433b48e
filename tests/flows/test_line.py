"""Drawing, repaying, freezing and quoting through the real store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, RISK, STRANGER, SYSTEM, open_bank, opened, organisation
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid, NotFound
from farthing.domain.facility import LineStatus
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries import lines
from farthing.flows.quote import quote_draw, quote_payoff
from farthing.ledger.facility import fold


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def refused(attempt: object, *arguments: object) -> str:
    with pytest.raises(FarthingError) as caught:
        attempt(*arguments)  # type: ignore[operator]
    return caught.value.code


def test_a_draw_is_recorded_and_shown(house: House) -> None:
    of = opened(house)
    made = draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
    assert (made.number, made.drawn_on, made.matures_on, made.headroom_fen) == (1, OPENED, dt.date(2025, 1, 10), 9_000_000)
    assert house.lines.get(of.line) == fold(house.journal.events(of.line))
    assert draw(house, BORROWER, DrawRequest(of.line, 500), "d2").number == 2


def test_a_repeated_key_acts_once_and_another_request_under_it_is_a_conflict(house: House) -> None:
    of = opened(house)
    first = draw(house, BORROWER, DrawRequest(of.line, 1_000), "same")
    assert draw(house, BORROWER, DrawRequest(of.line, 1_000), "same") == first
    assert house.lines.get(of.line).principal_fen == 1_000
    with pytest.raises(Conflict):
        draw(house, BORROWER, DrawRequest(of.line, 2_000), "same")


@pytest.mark.parametrize("amount", [10_000_001, 99, 0, -5, 10**18])
def test_an_amount_out_of_range_is_invalid_and_leaves_nothing(house: House, amount: int) -> None:
    of = opened(house)
    with pytest.raises(Invalid) as caught:
        draw(house, BORROWER, DrawRequest(of.line, amount), "d1")
    assert caught.value.field == "amount_fen"
    assert len(house.journal.events(of.line)) == 1


def test_two_draws_at_once_never_pass_the_limit(house: House) -> None:
    of = opened(house)

    def attempt(number: int) -> str:
        try:
            return draw(house, BORROWER, DrawRequest(of.line, 3_000_000), f"at-once-{number}").line
        except Invalid as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(attempt, range(6)))
    assert sorted(results) == ["draw_above_headroom"] * 3 + [of.line] * 3
    assert house.lines.get(of.line).headroom_fen == 1_000_000
    assert house.lines.get(of.line) == fold(house.journal.events(of.line))


def test_a_borrower_reaches_only_their_own_line(house: House) -> None:
    of = opened(house)
    assert refused(draw, house, STRANGER, DrawRequest(of.line, 1_000), "d1") == "not_yours"
    assert refused(repay, house, STRANGER, RepayRequest(of.line, 1_000), "r1") == "not_yours"
    assert refused(quote_draw, house, STRANGER, of.line, 1_000) == "not_yours"
    assert refused(quote_payoff, house, STRANGER, of.line, OPENED) == "not_yours"
    assert refused(lines.line, house, STRANGER, of.line) == "not_yours"
    assert refused(draw, house, AUDITOR, DrawRequest(of.line, 1_000), "d1") == "role"
    assert refused(lines.lines, house, BORROWER) == "role"


def test_an_unknown_line_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        draw(house, OFFICER, DrawRequest("lin_nowhere", 1_000), "d1")
    with pytest.raises(NotFound):
        quote_payoff(house, OFFICER, "lin_nowhere", OPENED)


def test_a_frozen_line_takes_money_but_gives_none(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000), "d1")
    assert freeze(house, OFFICER, FreezeRequest(of.line, "suspected_fraud"), "f1").status is LineStatus.FROZEN
    assert refused(draw, house, BORROWER, DrawRequest(of.line, 1_000), "d2") == "draw_frozen"
    assert repay(house, BORROWER, RepayRequest(of.line, 500), "r1").principal_fen == 500
    assert refused(freeze, house, OFFICER, FreezeRequest(of.line, "again_please"), "f2") == "line_status"
    assert refused(unfreeze, house, OFFICER, FreezeRequest(of.line, "cleared"), "u1") == "role"
    assert refused(freeze, house, OFFICER, FreezeRequest(of.line, "Mr Chen rang"), "f3") == "bad_ground"
    unfreeze(house, RISK, FreezeRequest(of.line, "cleared"), "u1")
    assert draw(house, BORROWER, DrawRequest(of.line, 1_000), "d2").number == 2  # a refusal does not use up its key


def test_a_repayment_splits_and_a_quote_settles(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
    quoted = quote_payoff(house, BORROWER, of.line, OPENED + dt.timedelta(days=10))
    house.clock.open_day(OPENED + dt.timedelta(days=10))
    assert quoted.total_fen == 1_003_000
    done = repay(house, BORROWER, RepayRequest(of.line, quoted.total_fen), "r1")
    assert (done.interest_fen, done.principal_fen, done.surplus_fen, done.owed_fen) == (3_000, 1_000_000, 0, 0)


def test_a_repayment_found_late_folds_again_and_tells_its_effect(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
    house.clock.open_day(OPENED + dt.timedelta(days=30))
    draw(house, BORROWER, DrawRequest(of.line, 1_000), "d2") if quote_draw(house, BORROWER, of.line, 1_000).refusal is None else None
    freeze(house, OFFICER, FreezeRequest(of.line, "late_payment"), "f1")
    late = repay(house, OFFICER, RepayRequest(of.line, 503_000, OPENED + dt.timedelta(days=10)), "r1")
    assert late.interest_fen + late.principal_fen + late.surplus_fen == 503_000
    assert (late.interest_fen, late.principal_fen) == (3_000, 500_000)
    assert late.owed_fen == 500_000 + 20 * 150
    assert house.lines.get(of.line) == fold(house.journal.events(of.line))
    assert refused(repay, house, BORROWER, RepayRequest(of.line, 1, OPENED), "r2") == "dated_back"
    assert refused(repay, house, OFFICER, RepayRequest(of.line, 1, OPENED - dt.timedelta(days=1)), "r3") == "before_opening"
    assert refused(repay, house, OFFICER, RepayRequest(of.line, 1, OPENED + dt.timedelta(days=31)), "r4") == "future_date"
    for amount in (0, -1, 10**15):
        assert refused(repay, house, OFFICER, RepayRequest(of.line, amount), f"r5{amount}") == "bad_repayment"


def test_a_repeated_repayment_is_answered_as_it_was_on_a_later_day(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
    paid = repay(house, BORROWER, RepayRequest(of.line, 500, OPENED), "r1")
    house.clock.open_day(OPENED + dt.timedelta(days=1))
    assert repay(house, BORROWER, RepayRequest(of.line, 500, OPENED), "r1") == paid
    assert house.lines.get(of.line).principal_fen == 999_500


def test_a_quote_says_when_the_draw_would_be_refused(house: House) -> None:
    of = opened(house, limit_fen=1_000_000)
    draw(house, BORROWER, DrawRequest(of.line, 900_000), "d1")
    quoted = quote_draw(house, BORROWER, of.line, 200_000)
    assert quoted.refusal is not None
    assert quoted.refusal.code == "draw_above_headroom"
    assert sum(due.principal_fen for due in quoted.cost.schedule) == 200_000
    assert refused(quote_draw, house, BORROWER, of.line, 0) == "bad_amount"
    assert refused(quote_payoff, house, BORROWER, of.line, OPENED - dt.timedelta(days=1)) == "bad_day"
    with pytest.raises(Forbidden):
        quote_draw(house, STRANGER, of.line, 100)


def test_the_page_of_a_line_tells_its_whole_story(house: House) -> None:
    of = opened(house, synthetic=True)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
    house.clock.open_day(OPENED + dt.timedelta(days=11))
    view = lines.line(house, AUDITOR, of.line)
    assert [entry.kind for entry in view.timeline] == ["Opened", "Drawn", "Billed"]
    assert (view.standing.dpd, view.bucket.value, view.synthetic) == (1, "1-30", True)
    assert view.payoff.total_fen == 1_003_300
    assert view.rate.annual_percent == "10.95"
    assert view.rate.effective_ppm == 115_702
    assert view.next_due == view.schedule[0]
    assert view.schedule[-1].left_fen == 0
    (row,) = lines.lines(house, SYSTEM)
    assert (row.line, row.dpd, row.overdue_fen, row.loan_class) == (of.line, 1, 3_000, "special_mention")
    assert lines.lines_of(house, BORROWER, of.party) == (row,)


def test_more_than_is_owed_and_the_limit_together_is_a_slip_and_a_smaller_excess_a_surplus(house: House) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    with pytest.raises(Invalid) as caught:
        repay(house, BORROWER, RepayRequest(of.line, 11_000_001), "slip")
    assert caught.value.field == "amount_fen"
    assert repay(house, BORROWER, RepayRequest(of.line, 11_000_000), "much").surplus_fen == 11_000_000 - 1_000_300


def test_staff_learn_whose_line_it_is_and_each_look_is_recorded(house: House) -> None:
    party = organisation(house, "平江县李记茶叶店")
    assert lines.borrowers(house, OFFICER, [party, party]) == {party: "平江县李记茶叶店"}
    assert lines.borrowers(house, AUDITOR, [party]) == {party: "平江县李记茶叶店"}
    assert refused(lines.borrowers, house, BORROWER, [party]) == "role"
    assert [(read["role"], read["purpose"], read["fields"]) for read in house.parties.reads(party)] == [
        ("auditor", "audit", ("name",)),
        ("credit_officer", "servicing", ("name",)),
    ]
