"""From an application to an open line, through the real store: decided once, sealed, replayable, and answered for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from tests.flows.applicants import DAY, known, ready, related
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain import canon
from farthing.domain.decision import Decision
from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid
from farthing.domain.event import Decided, Event
from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Drawn
from farthing.domain.party import Relation, RelationKind
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role
from farthing.flows import ports
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.decide import exposure_fen, redecide
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.queries.decisions import Page, counts, decision, decisions_of, queue, waiting
from farthing.flows.review import ReviewRequest, review
from farthing.ledger.facility import apply_event

YUAN = 100


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def ask(house: House, party: Id, product: str = "sme_term", yuan: int = 400_000, key: str = "a") -> Decision:
    return apply(house, SYSTEM, ApplyRequest(party, product, yuan * YUAN), f"{key}/{party}")


def again(house: House, made: Decision) -> Decision:
    found = house.decisions.get(made.id)
    assert found is not None
    return redecide(house, found[0], found[1], found[2])


def refused(code: str) -> pytest.RaisesExc[FarthingError]:
    return pytest.raises(FarthingError, check=lambda error: error.code == code)


def test_a_sound_merchant_is_approved_and_the_record_is_complete(house: House) -> None:
    ready(house)
    party = known(house, "E1")
    made = ask(house, party.id)
    assert (made.outcome, made.limit_fen) == (Outcome.APPROVE, 400_000 * YUAN)
    assert made.score is not None
    assert (made.model, made.score.pd_ppm) == ("mdl_test", 40_000)
    assert (made.related.hit, made.related.ground) == (False, "none")
    assert made.accountable != made.approver
    events = house.journal.events(made.application)
    assert [event.kind for event in events] == ["Applied", "Decided"]
    body = events[1].body
    assert (body.outcome, body.limit_fen, body.decision) == (made.outcome, made.limit_fen, made.id)  # type: ignore[union-attr]
    assert canon.encode(again(house, made)) == canon.encode(made), "replay is byte-identical"


def test_the_same_key_decides_once_and_another_amount_under_it_is_a_conflict(house: House) -> None:
    ready(house)
    party = known(house, "E1")
    assert ask(house, party.id) == ask(house, party.id)
    assert house.decisions.count() == 1
    with pytest.raises(Conflict):
        ask(house, party.id, yuan=300_000)


def test_without_consent_nothing_is_looked_at(house: House) -> None:
    ready(house)
    with refused("no_consent"):
        ask(house, known(house, "E1", consent=False).id)
    assert house.decisions.count() == 0


def test_what_cannot_be_asked_for(house: House) -> None:
    party = known(house, "E1")
    with refused("no_policy"):
        ask(house, party.id)
    ready(house)
    with refused("amount_out_of_range"):
        ask(house, party.id, yuan=99_999)
    with refused("no_product"):
        ask(house, party.id, product="gold")
    with refused("not_yours"):
        apply(house, Actor("stf_x", "别人", Role.BORROWER, "pty_other"), ApplyRequest(party.id, "sme_term", 200_000 * YUAN), "b")
    with pytest.raises(Forbidden):
        apply(house, AUDITOR, ApplyRequest(party.id, "sme_term", 200_000 * YUAN), "b")


FORBIDDEN_USES = ("home_purchase", "mortgage_repayment", "shares", "bonds", "futures", "derivatives", "fixed_assets", "equity", "")


def test_il_04_no_home_no_securities_and_no_equity_is_financed(house: House) -> None:
    party = known(house, "E1")
    ready(house)
    for use in FORBIDDEN_USES:
        with refused("bad_purpose"):
            apply(house, SYSTEM, ApplyRequest(party.id, "sme_term", 200_000 * YUAN, use), use or "nothing")


def test_rp_01_an_applicant_hidden_two_hops_away_is_declined_by_law(house: House) -> None:
    ready(house)
    party, bank = known(house, "E1"), known(house, "BANK", months=0)
    related(
        house,
        Relation("pty_wang", bank.id, RelationKind.DIRECTOR),
        Relation("pty_li", "pty_wang", RelationKind.SPOUSE),
        Relation("pty_li", party.id, RelationKind.HOLDS, 600_000),
    )
    made = ask(house, party.id)
    assert made.outcome is Outcome.DECLINE
    assert made.related.path == (party.id, "held_by", "pty_li", "spouse", "pty_wang")
    assert [reason.code for reason in made.reasons] == ["RELATED_PARTY"]
    assert canon.encode(again(house, made)) == canon.encode(made)


def test_a_decision_without_a_model_is_referred_and_replays(house: House) -> None:
    ready(house, model=False)
    made = ask(house, known(house, "E1").id)
    assert (made.outcome, made.model, made.rate) == (Outcome.REFER, None, None)
    assert canon.encode(again(house, made)) == canon.encode(made)


def test_the_borrower_accepts_once_and_the_line_opens(house: House) -> None:
    ready(house)
    party = known(house, "E1")
    borrower = Actor("stf_b", "商户E1", Role.BORROWER, party.id)
    made = ask(house, party.id)
    terms = accept(house, borrower, AcceptRequest(made.id), "yes")
    assert accept(house, borrower, AcceptRequest(made.id), "yes") == terms
    assert (terms.limit_fen, terms.rate, terms.opened_on) == (made.limit_fen, made.rate, DAY)
    state = house.lines.get(terms.line)
    assert (state.status, state.headroom_fen) == (LineStatus.ACTIVE, made.limit_fen)
    with refused("opened_already"):
        accept(house, borrower, AcceptRequest(made.id), "yes again")
    with refused("not_yours"):
        accept(house, Actor("stf_x", "别人", Role.BORROWER, "pty_other"), AcceptRequest(made.id), "mine")
    second = ask(house, party.id, key="second")
    with refused("line_running"):
        accept(house, borrower, AcceptRequest(second.id), "both")
    caps = {cap.name: cap.amount_fen for cap in decision(house, OFFICER, second.id).caps}
    assert caps["exposure"] == 1_000_000 * YUAN - made.limit_fen, "what is promised already counts"


def test_what_may_not_be_accepted(house: House) -> None:
    ready(house)
    doubtful, sound = known(house, "E1", buyers=3), known(house, "E2")
    referred, approved = ask(house, doubtful.id), ask(house, sound.id)
    assert referred.outcome is Outcome.REFER
    with refused("not_approved"):
        accept(house, SYSTEM, AcceptRequest(referred.id), "a")
    house.clock.open_day(DAY + dt.timedelta(days=31))
    with refused("offer_lapsed"):
        accept(house, SYSTEM, AcceptRequest(approved.id), "b")


def test_rp_01_a_party_that_became_related_may_not_open_its_line(house: House) -> None:
    ready(house)
    party, bank = known(house, "E1"), known(house, "BANK", months=0)
    made = ask(house, party.id)
    related(house, Relation("pty_wang", bank.id, RelationKind.MANAGER), Relation("pty_wang", party.id, RelationKind.CONTROLS))
    with refused("related_party"):
        accept(house, SYSTEM, AcceptRequest(made.id), "a")


def test_il_10_an_officer_decides_a_referred_case_and_it_replays(house: House) -> None:
    ready(house)
    referred = ask(house, known(house, "E1", buyers=3).id)
    assert [row.decision for row in waiting(house, OFFICER)] == [referred.id]
    made = review(house, OFFICER, ReviewRequest(referred.id, True, 200_000 * YUAN, "看过合同，客户稳定"), "r")
    assert review(house, OFFICER, ReviewRequest(referred.id, True, 200_000 * YUAN, "看过合同，客户稳定"), "r") == made
    assert (made.outcome, made.limit_fen, made.overrides) == (Outcome.APPROVE, 200_000 * YUAN, referred.id)
    assert (made.accountable, made.approver) == ("李审批 (stf_officer)", "李审批 (stf_officer)"), "only who acted is named"
    assert waiting(house, OFFICER) == ()
    with refused("reviewed_already"):
        review(house, RISK, ReviewRequest(referred.id, False, 0, "再看"), "r2")
    with refused("not_referred"):
        review(house, OFFICER, ReviewRequest(made.id, False, 0, "再看"), "r3")
    assert canon.encode(again(house, made)) == canon.encode(made)
    assert accept(house, SYSTEM, AcceptRequest(made.id), "a").limit_fen == 200_000 * YUAN


def test_of_two_who_decide_a_case_at_once_one_does(house: House) -> None:
    """The other one decides after this one looked whether anybody had, and as soon as the bank lets them."""
    ready(house)
    referred = ask(house, known(house, "E1", buyers=3).id)

    def decline() -> str:
        try:
            return review(house, RISK, ReviewRequest(referred.id, False, 0, "不做"), "the other").outcome
        except Conflict as late:
            return late.code

    with ThreadPoolExecutor(1) as hands:

        class Between:
            """A transaction during whose look at the application another person reviews it."""

            others = list[Future[str]]()

            def __init__(self, transaction: Transaction) -> None:
                self.transaction = transaction

            def __getattr__(self, name: str) -> object:
                return getattr(self.transaction, name)

            def events(self, stream: Id) -> tuple[Event, ...]:
                found = self.transaction.events(stream)
                self.others += [] if self.others else [hands.submit(decline)]
                wait(self.others, 2)
                return found

        class Commands:
            def run(self, command: Command, think: Callable[[Transaction], object], result: type) -> object:
                return house.commands.run(command, lambda transaction: think(cast(Transaction, Between(transaction))), result)

        here = replace(house, commands=cast(ports.Commands, Commands()))
        made = review(here, OFFICER, ReviewRequest(referred.id, True, 200_000 * YUAN, "看过"), "this one")
        assert [other.result() for other in Between.others] == ["reviewed_already"]
    decided = [event.body for event in house.journal.events(referred.application) if isinstance(event.body, Decided)]
    assert [one.decision for one in decided] == [referred.id, made.id]


def test_above_the_amount_a_second_person_decides(house: House) -> None:
    ready(house)
    referred = ask(house, known(house, "E1", buyers=3).id, yuan=1_000_000)
    proposed = review(house, RISK, ReviewRequest(referred.id, True, 600_000 * YUAN, "抵押充足"), "r")
    assert (proposed.outcome, proposed.limit_fen, proposed.approver) == (Outcome.REFER, 600_000 * YUAN, ""), "nobody approved it yet"
    with refused("not_approved"):
        accept(house, SYSTEM, AcceptRequest(proposed.id), "a")
    with refused("second_person"):
        review(house, RISK, ReviewRequest(proposed.id, True, 600_000 * YUAN, "自己再批"), "r2")
    with refused("second_person"):
        review(house, OFFICER, ReviewRequest(proposed.id, True, 600_000 * YUAN, "权限不足"), "r3")
    with refused("second_person"):
        review(
            house, Actor("stf_other", " 周风险 ", Role.RISK_MANAGER), ReviewRequest(proposed.id, True, 600_000 * YUAN, "另一登录"), "r3b"
        )
    second = Actor("stf_risk2", "吴风险", Role.RISK_MANAGER)
    with refused("above_proposal"):
        review(house, second, ReviewRequest(proposed.id, True, 700_000 * YUAN, "更多"), "r4")
    made = review(house, second, ReviewRequest(proposed.id, True, 550_000 * YUAN, "同意"), "r5")
    assert (made.outcome, made.accountable, made.approver) == (Outcome.APPROVE, "周风险 (stf_risk)", "吴风险 (stf_risk2)")
    assert canon.encode(again(house, made)) == canon.encode(made)


def test_a_review_needs_a_note_and_a_limit_within_the_product(house: House) -> None:
    ready(house)
    referred = ask(house, known(house, "E1", buyers=3).id)
    with refused("bad_note"):
        review(house, OFFICER, ReviewRequest(referred.id, True, 200_000 * YUAN, " "), "r")
    with refused("limit_out_of_range"):
        review(house, OFFICER, ReviewRequest(referred.id, True, 1 * YUAN, "好"), "r")
    with pytest.raises(Forbidden):
        review(house, SYSTEM, ReviewRequest(referred.id, True, 200_000 * YUAN, "自动"), "r")


def test_nobody_is_given_more_than_they_asked_for(house: House) -> None:
    ready(house)
    referred = ask(house, known(house, "E1", buyers=3).id)
    with refused("above_request"):
        review(house, OFFICER, ReviewRequest(referred.id, True, 400_001 * YUAN, "好"), "r")


def test_above_the_caps_a_second_person_decides(house: House) -> None:
    ready(house)
    referred = ask(house, known(house, "E1", months=2).id)
    assert referred.outcome is Outcome.REFER
    assert referred.limit_fen < 400_000 * YUAN, "a cap binds, not the request"
    proposed = review(house, OFFICER, ReviewRequest(referred.id, True, 400_000 * YUAN, "合同充足"), "r")
    assert proposed.outcome is Outcome.REFER
    made = review(house, RISK, ReviewRequest(proposed.id, True, 400_000 * YUAN, "同意"), "r2")
    assert (made.outcome, made.limit_fen) == (Outcome.APPROVE, 400_000 * YUAN)
    assert canon.encode(again(house, made)) == canon.encode(made)


def test_nothing_is_approved_on_aged_facts_but_it_may_be_declined(house: House) -> None:
    ready(house)
    referred = ask(house, known(house, "E1", buyers=3).id, yuan=1_000_000)
    house.clock.open_day(DAY + dt.timedelta(days=30))
    proposed = review(house, OFFICER, ReviewRequest(referred.id, True, 600_000 * YUAN, "及时"), "r")
    house.clock.open_day(DAY + dt.timedelta(days=31))
    with refused("facts_aged"):
        review(house, RISK, ReviewRequest(proposed.id, True, 600_000 * YUAN, "太迟"), "r2")
    assert review(house, RISK, ReviewRequest(proposed.id, False, 0, "太迟"), "r3").outcome is Outcome.DECLINE


def test_who_applied_does_not_review_it_under_any_login(house: House) -> None:
    ready(house)
    applicant = house.staff.add("one", "郑经办", Role.CREDIT_OFFICER, "a long enough password")
    other = house.staff.add("two", "郑经办 (风险)", Role.RISK_MANAGER, "a long enough password")
    asked = ApplyRequest(known(house, "E1", buyers=3).id, "sme_term", 400_000 * YUAN)
    referred = apply(house, applicant, asked, "a")
    for who in (applicant, other):
        with refused("own_application"):
            review(house, who, ReviewRequest(referred.id, True, 200_000 * YUAN, "自己的"), "r")
    assert review(house, OFFICER, ReviewRequest(referred.id, True, 200_000 * YUAN, "好"), "r").outcome is Outcome.APPROVE


def test_an_expired_line_counts_only_what_is_owed_today(house: House) -> None:
    party = known(house, "E1")
    limit = 500_000 * YUAN
    unused = opened(house, 1, party=party.id, limit_fen=limit, expires_on=DAY + dt.timedelta(days=30))
    drawn = opened(house, 2, party=party.id, limit_fen=limit, expires_on=DAY + dt.timedelta(days=60))
    lend(house, drawn.line, limit)
    assert exposure_fen(house, party.id) == 2 * limit
    house.clock.open_day(DAY + dt.timedelta(days=20))
    grown = exposure_fen(house, party.id) - unused.limit_fen
    assert grown > limit, "interest to today counts"
    house.clock.open_day(DAY + dt.timedelta(days=30))
    assert exposure_fen(house, party.id) < 2 * limit, "what may no longer be drawn does not count"
    assert exposure_fen(house, party.id) > grown


def lend(house: House, line: Id, amount_fen: int) -> None:
    def think(transaction: Transaction) -> Drawn:
        body = Drawn(line, 1, amount_fen)
        event = transaction.append(line, house.clock.today(), body)
        transaction.save_line(apply_event(house.lines.get(line), event))
        return body

    house.commands.run(Command(f"lend/{line}", "draw", SYSTEM, amount_fen), think, Drawn)


def test_the_view_draws_the_trace(house: House) -> None:
    ready(house)
    party = known(house, "E1")
    made = ask(house, party.id, yuan=1_000_000)
    view = decision(house, OFFICER, made.id)
    assert view.name == "商户E1"
    assert [rule.state for rule in view.access] == ["clear"] * len(view.access)
    assert [cap.name for cap in view.caps if cap.binds] == ["turnover"]
    assert max(cap.share_ppm for cap in view.caps) == 1_000_000
    assert view.rate is not None
    assert made.rate is not None
    assert sum(part.units or 0 for part in view.price) == made.rate.units
    turnover = next(fact for fact in view.facts if fact.name == "turnover_12m")
    assert (turnover.known, turnover.source, turnover.window_days) == (True, "invoice", 365)
    assert view.related.ground_zh
    assert view.contributions[0].feature == "buyers_12m"
    assert view.features["buyers_12m"][0]
    borrower = Actor("stf_b", "商户E1", Role.BORROWER, party.id)
    assert decision(house, borrower, made.id).decision == made
    assert [row.decision for row in decisions_of(house, borrower, party.id)] == [made.id]
    with refused("not_yours"):
        decision(house, Actor("stf_x", "别人", Role.BORROWER, "pty_other"), made.id)
    assert [row.name for row in queue(house, OFFICER, Page())] == ["商户E1"]
    assert counts(house, OFFICER)[Outcome.APPROVE] == 1


def test_an_erased_record_says_so(house: House) -> None:
    ready(house)
    party = known(house, "E1")
    made = ask(house, party.id)
    house.parties.erase(party.id)
    with refused("erased"):
        decision(house, OFFICER, made.id)
    with refused("party_closed"):
        ask(house, party.id, key="again")


def test_the_product_is_checked_before_anything_else(house: House) -> None:
    with pytest.raises(Invalid):
        ask(house, "pty_nobody", yuan=1)
