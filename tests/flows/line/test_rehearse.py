"""An act rehearsed shows what it would do and leaves nothing; the answers that pages give before consent."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import AUDITOR, OFFICER, OPENED, RISK, SYSTEM, opened, organisation
from tests.flows.line.conftest import to
from tests.flows.line.test_relief import FLOOD, merchants

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import ReliefPlanned
from farthing.domain.facility import LineStatus
from farthing.domain.line_event import Sold, Waived, WrittenOff
from farthing.flows.line.agree import AssessRequest, CouponRequest, assess, grant_coupon
from farthing.flows.line.correct import MoveRequest, ReverseRequest, move, reverse
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.freeze import FreezeRequest, freeze
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.rehearse import foresee, rehearse
from farthing.flows.line.relief import carry_out
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries import lines, products, reliefs
from farthing.flows.queries.proposals import proposal_views
from farthing.flows.quote import quote_repayment


def drawn(house: House, number: int = 1) -> str:
    """A line with ¥10,000 drawn."""
    line = opened(house, number).line
    draw(house, SYSTEM, DrawRequest(line, 1_000_000), f"draw:{number}")
    return line


def test_a_rehearsal_shows_both_sides_and_leaves_nothing(house: House) -> None:
    line = drawn(house)
    before = house.lines.get(line)
    (found,) = rehearse(house, OFFICER, freeze, FreezeRequest(line, "suspected_fraud"), (line,))
    assert (found.before.status, found.after.status) == (LineStatus.ACTIVE, LineStatus.FROZEN)
    assert found.after.headroom_fen == 0 < found.before.headroom_fen
    assert house.lines.get(line) == before
    assert [event.kind for event in house.journal.events(line)] == ["Opened", "Drawn"]
    assert rehearse(house, OFFICER, freeze, FreezeRequest(line, "suspected_fraud"), (line,)) == (found,), "the key is free again"


def test_a_rehearsal_is_refused_as_the_act_would_be(house: House) -> None:
    line = drawn(house)
    with pytest.raises(Forbidden):
        rehearse(house, OFFICER, assess, AssessRequest(line, LoanClass.LOSS, "RC-05"), (line,))
    with pytest.raises(NotFound):
        rehearse(house, RISK, reverse, ReverseRequest(line, "evt_nothing", "booked_twice"), (line,))


def test_a_coupon_shows_the_interest_it_spares(house: House) -> None:
    line = drawn(house)
    request = CouponRequest(line, "C1", OPENED, OPENED + dt.timedelta(days=10), 1_000_000)
    (found,) = rehearse(house, RISK, grant_coupon, request, (line,))
    assert found.before.to_come_fen - found.after.to_come_fen == 10 * 300


def test_both_lines_of_a_move_are_shown(house: House) -> None:
    one, two = drawn(house, 1), drawn(house, 2)
    paid = repay(house, SYSTEM, RepayRequest(one, 50_000), "pay")
    here, there = rehearse(house, OFFICER, move, MoveRequest(one, paid.event, two), (one, two))
    assert (here.line, there.line) == (one, two)
    assert here.after.owed_fen > here.before.owed_fen
    assert there.after.owed_fen < there.before.owed_fen


def test_what_a_second_person_must_agree_to_is_foreseen_with_its_cost(house: House) -> None:
    line = drawn(house)
    to(house, OPENED + dt.timedelta(days=20))
    assert foresee(house, OFFICER, Waived(line, 1_000, 0, "goodwill")).cost_fen == 1_000
    found = foresee(house, AUDITOR, Sold(line, organisation(house), 900_000))
    assert (found.after.owed_fen, found.after.status) == (0, LineStatus.SOLD)
    with pytest.raises(Conflict):
        foresee(house, OFFICER, WrittenOff(line, "no_recovery"))


def test_what_if_equals_the_payment_that_follows(house: House) -> None:
    line = drawn(house)
    to(house, OPENED + dt.timedelta(days=20))
    asked = quote_repayment(house, OFFICER, line, 100_000, house.clock.today())
    made = repay(house, SYSTEM, RepayRequest(line, 100_000), "pay")
    assert (asked.split.interest_fen, asked.split.principal_fen, asked.split.surplus_fen) == (
        made.interest_fen, made.principal_fen, made.surplus_fen,
    )  # fmt: skip
    assert asked.owed_after_fen == made.owed_fen
    with pytest.raises(Invalid):
        quote_repayment(house, OFFICER, line, 0, house.clock.today())
    with pytest.raises(Invalid):
        quote_repayment(house, OFFICER, line, 100, OPENED)


def test_the_line_tells_since_when_it_is_non_performing_and_when_it_may_rise(house: House) -> None:
    line = drawn(house)
    to(house, OPENED + dt.timedelta(days=130))
    late = lines.line(house, OFFICER, line)
    assert late.memory.impaired_on is not None
    assert late.memory.upgrade_on is None, "the six months have not begun"
    repay(house, SYSTEM, RepayRequest(line, late.standing.overdue_fen), "all arrears")
    paid = lines.line(house, OFFICER, line)
    assert paid.standing.loan_class is LoanClass.SUBSTANDARD
    assert paid.memory.impaired_on == late.memory.impaired_on
    assert paid.memory.upgrade_on is not None
    assert paid.memory.upgrade_on > house.clock.today()


def test_a_second_person_reads_who_asked_and_whether_it_can_still_be_done(house: House) -> None:
    line = drawn(house)
    to(house, OPENED + dt.timedelta(days=20))
    made = propose(house, OFFICER, Waived(line, 1_000, 0, "goodwill"), "waive")
    (waiting,) = proposal_views(house, RISK)
    assert waiting.foreseen is not None
    assert waiting.foreseen.cost_fen == 1_000
    repay(house, SYSTEM, RepayRequest(line, lines.line(house, OFFICER, line).payoff.total_fen), "all of it")
    (late,) = proposal_views(house, AUDITOR)
    assert late.trouble is not None
    assert late.trouble.code == "waived_above_owed"
    resolve(house, RISK, ResolveRequest(made.id, agree=False), "no")
    (done,) = proposal_views(house, OFFICER)
    assert (done.proposal.agreed, done.resolved_by, done.foreseen) == (False, RISK.id, None)


def test_counties_and_the_progress_of_a_relief(house: House) -> None:
    merchants(house)
    assert [(one.name, one.lines) for one in reliefs.counties(house, OFFICER)] == [("平江县", 2), ("临江县", 1)]
    made = propose(house, OFFICER, ReliefPlanned(FLOOD), "flood")
    (waiting,) = proposal_views(house, RISK)
    assert (waiting.foreseen, waiting.trouble) == (None, None)
    resolve(house, RISK, ResolveRequest(made.id, agree=True), "yes")
    assert reliefs.relieved(house, RISK, FLOOD.relief) == 0
    carry_out(house, RISK, FLOOD)
    assert reliefs.relieved(house, RISK, FLOOD.relief) == 1


def test_a_product_tells_its_whole_cost(house: House) -> None:
    views = {view.product.code: view for view in products.products(house, AUDITOR)}
    farm = views["farm"]
    assert farm.lowest.cost.interest_fen < farm.highest.cost.interest_fen
    assert farm.highest.all_in_ppm <= farm.product.all_in_cap_ppm
    assert [one.method for one in farm.methods] == list(farm.product.repayments)
    assert products.product(house, SYSTEM, "farm").product == farm.product
    with pytest.raises(NotFound):
        products.product(house, SYSTEM, "gold")
