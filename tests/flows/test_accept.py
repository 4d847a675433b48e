"""Acceptances that meet each other, or an erasure: one line of a product, and none for a party that is gone."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.flows import applicants
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import OFFICER, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind
from farthing.domain.product import RepaymentMethod
from farthing.domain.staff import Actor, Role
from farthing.flows.accept import READ_S, AcceptRequest, accept, terms_of
from farthing.flows.apply import ApplyRequest, apply, recorded
from farthing.flows.bank.disclose import show_cost
from farthing.flows.consent import WithdrawRequest, withdraw
from farthing.flows.erase import EraseRequest, Fate, erase
from farthing.flows.needs.lines import Lines
from farthing.flows.ports import House
from farthing.flows.queries.offer import choices
from farthing.sources.catalogue import packaged_products


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


def offer(house: House, party: Id, key: str) -> AcceptRequest:
    return AcceptRequest(apply(house, SYSTEM, ApplyRequest(party, "sme_term", 20_000_000), f"{key}/{party}").id)


def at_once(wishes: list[Callable[[], object]]) -> list[str]:
    """What each came to, in order of the alphabet: `done` or the code of the refusal."""
    meet = threading.Barrier(len(wishes))

    def hand(wish: Callable[[], object]) -> str:
        meet.wait()
        try:
            wish()
        except FarthingError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(wishes)) as hands:
        return sorted(hands.map(hand, wishes))


@dataclass(frozen=True)
class SlowLines:
    """The real lines, told late: what was read is old by the time it is used, as on a busy server."""

    lines: Lines

    def of_party(self, party: Id) -> Sequence[LineState]:
        found = self.lines.of_party(party)
        time.sleep(0.1)
        return found


def accepting(house: House, request: AcceptRequest, key: str) -> Callable[[], object]:
    return lambda: accept(house, SYSTEM, request, key)


def test_of_the_offers_of_one_party_one_line_opens(house: House) -> None:
    party = known(house, "E1").id
    offers = [offer(house, party, f"{number}") for number in range(4)]
    slow = replace(house, lines=SlowLines(house.lines))  # type: ignore[arg-type]
    told = at_once([accepting(slow, request, f"yes {number}") for number, request in enumerate(offers)])
    assert told == ["done", "line_running", "line_running", "line_running"]
    assert len(house.lines.of_party(party)) == 1


def test_an_erasure_and_an_acceptance_take_turns(house: House) -> None:
    parties = [known(house, f"E{number}").id for number in range(4)]
    for party in parties:
        request = offer(house, party, "a")

        def forget(party: Id = party) -> None:
            assert erase(house, SYSTEM, EraseRequest(party, "customer_request"), f"erase {party}").fate is Fate.ERASED

        told = at_once([accepting(house, request, f"yes {party}"), forget])
        assert told in (["done", "line_open"], ["done", "erased"], ["done", "party_closed"])
        assert bool(house.lines.of_party(party)) is not house.parties.get(party).erased


def test_the_first_answer_stands_when_the_world_has_moved_on(house: House) -> None:
    party = known(house, "E1").id
    asked = ApplyRequest(party, "sme_term", 20_000_000)
    made = apply(house, SYSTEM, asked, "ask")
    terms = accept(house, SYSTEM, AcceptRequest(made.id), "yes")
    withdraw(house, SYSTEM, WithdrawRequest(party, (EvidenceKind.INVOICE,), "told_by_phone"), "w")
    with pytest.raises(Forbidden):
        apply(house, SYSTEM, asked, "another")
    assert apply(house, SYSTEM, asked, "ask") == made
    with pytest.raises(Conflict, match="other inputs"):
        apply(house, SYSTEM, replace(asked, requested_fen=30_000_000), "ask")
    house.clock.open_day(DAY + dt.timedelta(days=31))
    assert accept(house, SYSTEM, AcceptRequest(made.id), "yes") == terms


def test_an_offer_lapses_when_another_line_took_its_room(house: House) -> None:
    """Two approvals, each within the caps alone; the second is decided again beside the line that opened meanwhile."""
    party = known(house, "grown").id
    first = offer(house, party, "first")
    second = AcceptRequest(apply(house, SYSTEM, ApplyRequest(party, "revolving", 20_000_000), "second").id)
    accept(house, SYSTEM, first, "accept first")
    with pytest.raises(Conflict) as refused:
        accept(house, SYSTEM, second, "accept second")
    assert refused.value.code == "exposure_grew"
    again = AcceptRequest(apply(house, SYSTEM, ApplyRequest(party, "revolving", 20_000_000), "again").id)
    assert accept(house, SYSTEM, again, "accept again").limit_fen <= 20_000_000


def test_each_way_to_repay_is_told_with_its_cost_before_an_offer_is_accepted(house: House) -> None:
    request = offer(house, known(house, "E1").id, "apply")
    offered = choices(house, SYSTEM, request.decision)
    assert [one.method for one in offered] == list(house.products["sme_term"].repayments)
    monthly, equal = offered[0], offered[1]
    assert monthly.first.principal_fen == 0 < equal.first.principal_fen
    assert equal.interest_fen < monthly.interest_fen
    terms = accept(house, SYSTEM, replace(request, repayment=equal.method), "accept")
    assert (terms.repayment, terms.expires_on) == (equal.method, equal.expires_on)


def test_il_02_a_line_of_two_years_repaid_at_the_end_opens_for_business_only(house: House) -> None:
    decision = recorded(house, offer(house, known(house, "E1").id, "a").decision)
    product = packaged_products()["revolving"]

    def cap_fen(method: RepaymentMethod | None) -> int:
        return terms_of(decision, product, AcceptRequest(decision.id, repayment=method), DAY, synthetic=False).consumption_cap_fen

    assert (cap_fen(None), cap_fen(RepaymentMethod.AT_MATURITY)) == (0, 0)
    assert cap_fen(RepaymentMethod.EQUAL_INSTALMENT) == product.consumption_cap_fen == 20_000_000


def test_a_farm_loan_ends_with_the_harvest_of_its_crop(house: House) -> None:
    farm = known(house, "farm", kind=PartyKind.FARM).id
    offered = apply(house, SYSTEM, ApplyRequest(farm, "farm", 5_000_000), "farm")
    with pytest.raises(Invalid) as refused:
        accept(house, SYSTEM, AcceptRequest(offered.id), "no crop")
    assert refused.value.code == "no_harvest"
    with pytest.raises(Invalid):
        accept(house, SYSTEM, AcceptRequest(offered.id, crop="rice", repayment=RepaymentMethod.EQUAL_PRINCIPAL), "not a method of it")
    terms = accept(house, SYSTEM, AcceptRequest(offered.id, crop="rice"), "rice")
    assert (terms.expires_on, terms.repayment) == (dt.date(2020, 11, 15), RepaymentMethod.AT_MATURITY)


def test_a_product_is_for_whom_it_says(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        apply(house, SYSTEM, ApplyRequest(known(house, "firm").id, "farm", 5_000_000), "firm")
    assert refused.value.code == "not_eligible"


@dataclass(frozen=True)
class Later:
    """The bank's clock, so many seconds on."""

    house: House
    seconds: float

    def today(self) -> dt.date:
        return self.house.clock.today()

    def now(self) -> dt.datetime:
        return self.house.clock.now() + dt.timedelta(seconds=self.seconds)

    def open_day(self, day: dt.date) -> None:
        self.house.clock.open_day(day)


def later(house: House, seconds: float) -> House:
    return replace(house, clock=Later(house, seconds))


@dataclass(frozen=True)
class Offered:
    """A bank on a day, a borrower, and what they may accept."""

    house: House
    who: Actor
    request: AcceptRequest


@pytest.fixture
def offered_on(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Offered]]:
    """`offered_on(day, kind)`: an approval of a revolving line to one borrower, on a fresh bank."""
    with ExitStack() as stack:

        def made(day: dt.date, kind: PartyKind = PartyKind.PERSON) -> Offered:
            monkeypatch.setattr(applicants, "DAY", day)
            house = stack.enter_context(open_bank(database, tmp_path, day))
            ready(house)
            party = known(house, "E1", kind=kind).id
            decided = apply(house, SYSTEM, ApplyRequest(party, "revolving", 5_000_000), "apply")
            return Offered(house, Actor("stf_chen", "陈借款", Role.BORROWER, party), AcceptRequest(decided.id))

        yield made


def refusal(house: House, who: Actor, request: AcceptRequest) -> str:
    with pytest.raises(Conflict) as refused:
        accept(house, who, request, "accept")
    return refused.value.code


IN_FORCE = dt.date(2026, 8, 1)


def test_pr_03_a_person_accepts_online_only_what_was_shown_and_could_be_read(offered_on: Callable[..., Offered]) -> None:
    bank = offered_on(IN_FORCE)
    house, who, request = bank.house, bank.who, bank.request
    show_cost(house, OFFICER, request)
    assert refusal(later(house, READ_S), who, request) == "cost_not_shown", "another person saw it"
    shown = show_cost(house, who, request)
    assert 0 < shown.left_s <= READ_S
    assert shown.cost.received_fen == shown.terms.limit_fen
    assert refusal(house, who, request) == "read_on"
    other = replace(request, repayment=RepaymentMethod.EQUAL_PRINCIPAL)
    assert refusal(later(house, READ_S), who, other) == "cost_not_shown", "these are not the terms that were shown"
    assert show_cost(later(house, READ_S), who, request).left_s == 0
    assert len(house.journal.events(stream=request.decision)) == 2, "looking again is not a second time"
    assert accept(later(house, READ_S), who, request, "accept") == shown.terms


def test_pr_03_holds_from_its_day_on_for_persons_and_online(offered_on: Callable[..., Offered]) -> None:
    bank = offered_on(IN_FORCE - dt.timedelta(days=1))
    assert show_cost(bank.house, bank.who, bank.request).left_s == 0
    yesterday = accept(bank.house, bank.who, bank.request, "accept")
    assert yesterday.opened_on < IN_FORCE


def test_pr_03_what_was_shown_yesterday_is_shown_again(offered_on: Callable[..., Offered]) -> None:
    bank = offered_on(IN_FORCE)
    show_cost(bank.house, bank.who, bank.request)
    bank.house.clock.open_day(IN_FORCE + dt.timedelta(days=1))
    assert refusal(later(bank.house, READ_S), bank.who, bank.request) == "cost_not_shown"


def test_pr_03_at_the_counter_the_table_is_signed_on_paper(offered_on: Callable[..., Offered]) -> None:
    bank = offered_on(IN_FORCE)
    with pytest.raises(Forbidden):
        show_cost(bank.house, replace(bank.who, party="pty_other"), bank.request)
    assert accept(bank.house, OFFICER, bank.request, "accept").opened_on == IN_FORCE


def test_pr_03_an_enterprise_signs_as_before(offered_on: Callable[..., Offered]) -> None:
    bank = offered_on(IN_FORCE, PartyKind.ENTERPRISE)
    assert show_cost(bank.house, bank.who, bank.request).left_s == 0
    assert accept(bank.house, bank.who, bank.request, "accept").opened_on == IN_FORCE
