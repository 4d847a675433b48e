"""Acts that need a second person: shown with their effect, carried out once, by another, and only while the line still allows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, SYSTEM, opened, organisation
from tests.flows.line.conftest import to

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.bank.bank_event import PartnerListed
from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid, NotFound
from farthing.domain.event import Event
from farthing.domain.facility import LineStatus
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.party import PartyKind
from farthing.domain.posting import Account
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.queries import proposals as listing
from farthing.flows.queries.proposals import proposal_view, proposal_views, proposals
from farthing.flows.staff import add_staff


def late(house: House, days: int) -> str:
    """A line of 10,000 yuan whose first bill is so many days past due."""
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d")
    to(house, dt.date(2024, 1, 20) + dt.timedelta(days=days))
    return of.line


def eased(line: str, **changes: object) -> Restructured:
    terms: dict[str, object] = {
        "line": line, "difficulty": Difficulty.CASH_FLOW, "concessions": (Concession.EXTENSION,), "matures_on": dt.date(2025, 6, 1),
        "holiday_until": None, "rate": None, "waived_principal_fen": 0, "waived_interest_fen": 0, "waived_penalty_fen": 0,
    }  # fmt: skip
    return Restructured(**{**terms, **changes})  # type: ignore[arg-type]


def test_a_restructuring_shows_its_effect_and_waits_for_a_second_person(house: House) -> None:
    line = late(house, 30)
    body = eased(line, concessions=(Concession.EXTENSION, Concession.FORGIVENESS), waived_interest_fen=1_000)
    asked = propose(house, OFFICER, body, "p")
    assert asked.effect is not None
    assert (asked.effect.cost_fen, asked.effect.class_before, asked.effect.class_after) == (
        1_000, LoanClass.SPECIAL_MENTION, LoanClass.SPECIAL_MENTION,
    )  # fmt: skip
    assert [one.id for one in proposals(house, RISK, waiting=True)] == [asked.id]
    assert len(house.journal.events(line)) == 2, "nothing has happened to the line"
    done = resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    assert done.agreed is True
    state = house.lines.get(line)
    assert (state.obligations, state.conduct.restructured) == ((), 1)
    assert proposals(house, RISK, waiting=True) == ()
    assert [one.agreed for one in proposals(house, RISK)] == [True]


def test_nobody_agrees_to_their_own_proposal_under_any_login(house: House) -> None:
    line = late(house, 30)
    one = add_staff(house, SYSTEM, NewStaff("zhou", "周 风险", Role.RISK_MANAGER, "a long pass phrase"))
    asked = propose(house, one, eased(line), "p")
    again = Actor("stf_other", "周风险 (second login)", Role.RISK_MANAGER)
    for who in (one, again):
        with pytest.raises(Forbidden) as refused:
            resolve(house, who, ResolveRequest(asked.id, agree=True), f"r{who.id}")
        assert refused.value.code == "second_person"
    with pytest.raises(Forbidden):
        resolve(house, OFFICER, ResolveRequest(asked.id, agree=True), "officer")


def test_a_proposal_is_resolved_once_and_turning_down_changes_nothing(house: House) -> None:
    line = late(house, 30)
    asked = propose(house, OFFICER, eased(line), "p")
    assert resolve(house, RISK, ResolveRequest(asked.id, agree=False), "no").agreed is False
    assert len(house.journal.events(line)) == 2
    with pytest.raises(Conflict):
        resolve(house, RISK, ResolveRequest(asked.id, agree=True), "yes")


def test_what_the_line_no_longer_allows_is_not_carried_out(house: House) -> None:
    line = late(house, 30)
    asked = propose(house, OFFICER, Waived(line, 9_000, 0, "our_mistake"), "p")
    repay(house, BORROWER, RepayRequest(line, 5_000), "paid meanwhile")
    with pytest.raises(Invalid):
        resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    assert proposals(house, RISK, waiting=True)[0].effect is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"matures_on": dt.date(2024, 1, 1)}, "bad_maturity"),
        ({"waived_principal_fen": 1_000_001}, "waived_above_owed"),
        ({"waived_interest_fen": 1}, "bad_concessions"),
        ({"concessions": ()}, "bad_concessions"),
        ({"holiday_until": dt.date(2026, 1, 1)}, "bad_holiday"),
    ],
)
def test_terms_that_contradict_each_other_are_not_even_proposed(house: House, changes: dict[str, object], code: str) -> None:
    line = late(house, 30)
    with pytest.raises(FarthingError) as refused:
        propose(house, OFFICER, eased(line, **changes), "p")
    assert refused.value.code == code


def test_a_loss_is_written_off_and_what_comes_later_lessens_the_loss(house: House) -> None:
    line = late(house, 30)
    with pytest.raises(Conflict):
        propose(house, OFFICER, WrittenOff(line, "hopeless"), "early")
    to(house, dt.date(2024, 1, 20) + dt.timedelta(days=361))
    asked = propose(house, OFFICER, WrittenOff(line, "hopeless"), "p")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    state, day = house.lines.get(line), house.clock.today()
    assert (state.status, state.principal_fen) == (LineStatus.WRITTEN_OFF, 1_000_000)
    day_end(house, RISK, DayEndRequest(day), "night")
    stands = house.lines.balances(day)
    assert (stands[Account.LOANS], stands[Account.LOSS_ALLOWANCE], stands[Account.WRITTEN_OFF]) == (0, 0, 1_000_000)
    assert stands[Account.IMPAIRMENT_LOSS] == 1_000_000
    owed = repay(house, BORROWER, RepayRequest(line, 1_200_000), "found").owed_fen
    assert owed < 1_000_000
    day_end(house, RISK, DayEndRequest(house.clock.today()), "night 2")
    later = house.lines.balances(day + dt.timedelta(days=1))
    assert later[Account.IMPAIRMENT_LOSS] == house.lines.get(line).principal_fen
    assert sum(later.values()) == 0


def test_a_claim_is_sold_for_a_price_and_the_loss_is_the_banks(house: House) -> None:
    line = late(house, 100)
    asked = propose(house, OFFICER, Sold(line, organisation(house), 300_000), "p")
    assert asked.effect is not None
    assert asked.effect.owed_after_fen == 0
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "r")
    day = house.clock.today()
    day_end(house, RISK, DayEndRequest(day), "night")
    stands = house.lines.balances(day)
    assert (stands[Account.LOANS], stands[Account.IMPAIRMENT_LOSS], stands[Account.CASH]) == (0, 700_000, -700_000)
    assert sum(stands.values()) == 0


def test_no_persons_name_can_stand_where_a_buyer_does(house: House) -> None:
    line = late(house, 100)
    for buyer in ("王五", "pty_王五", organisation(house, "王五", PartyKind.PERSON)):
        with pytest.raises(Invalid):
            propose(house, OFFICER, Sold(line, buyer, 300_000), f"p {buyer}")
    with pytest.raises(NotFound):
        propose(house, OFFICER, Sold(line, "pty_nobodyweknow", 300_000), "p")


def test_what_waits_is_listed_however_old_and_what_was_resolved_never_as_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SHOWN", 1)
    partners = [organisation(house, f"合作银行{number}") for number in range(3)]
    asked = [propose(house, OFFICER, PartnerListed(partner, "tender_won"), f"p {partner}").id for partner in partners]
    assert [one.id for one in proposals(house, RISK)] == list(reversed(asked)), "two of them are older than what is shown, and wait"
    assert [one.proposal.id for one in proposal_views(house, RISK)] == list(reversed(asked))
    for proposal in (asked[2], asked[1]):  # the newest resolution is not of the newest proposal
        resolve(house, RISK, ResolveRequest(proposal, agree=True), f"r {proposal}")
    assert [(one.id, one.agreed) for one in proposals(house, RISK)] == [(asked[2], True), (asked[0], None)]
    assert [one.proposal.agreed for one in proposal_views(house, RISK)] == [True, None]
    assert [one.id for one in proposals(house, RISK, waiting=True)] == [asked[0]]


def test_of_two_who_agree_at_once_one_carries_it_out(house: House) -> None:
    """The other answered while this one had already looked whether anybody had: what is let go of is let go of once."""
    line = late(house, 30)
    asked = propose(house, OFFICER, Waived(line, 1_000, 0, "our_mistake"), "p").id
    other = replace(RISK, id="stf_other", name="吴风险")

    class Between:
        """A transaction during whose first look at the proposal another person agrees to it."""

        def __init__(self, transaction: Transaction) -> None:
            self.transaction = transaction

        def __getattr__(self, name: str) -> object:
            return getattr(self.transaction, name)

        def append(self, stream: str, *told: object, **more: object) -> Event:
            made = self.transaction.append(stream, *told, **more)  # type: ignore[arg-type]
            self._answer(stream)
            return made

        def events(self, stream: str) -> tuple[Event, ...]:
            found = self.transaction.events(stream)
            self._answer(stream)
            return found

        def _answer(self, stream: str) -> None:
            if stream == asked and not [event for event in house.journal.events(asked) if event.kind == "Resolved"]:
                resolve(house, other, ResolveRequest(asked, agree=True), "the other")

    class Commands:
        def run(self, command: Command, think: Callable[[Transaction], object], result: type) -> object:
            return house.commands.run(command, lambda transaction: think(cast(Transaction, Between(transaction))), result)

    with pytest.raises(Conflict) as refused:
        resolve(replace(house, commands=Commands()), RISK, ResolveRequest(asked, agree=True), "this one")  # type: ignore[arg-type]
    assert refused.value.code == "resolved_already"
    assert [event.kind for event in house.journal.events(line)].count("Waived") == 1
    assert [event.actor for event in house.journal.events(asked)] == [OFFICER.id, other.id]


def test_what_waits_is_shown_however_much_was_proposed_since(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    line = late(house, 30)
    first, second, third = (propose(house, OFFICER, Waived(line, 100, 0, f"ground_{number}"), f"p{number}") for number in range(3))
    resolve(house, RISK, ResolveRequest(third.id, agree=False), "r3")
    resolve(house, RISK, ResolveRequest(second.id, agree=False), "r2")
    monkeypatch.setattr(listing, "SHOWN", 1)
    assert [one.id for one in proposals(house, RISK, waiting=True)] == [first.id]
    assert [(one.id, one.agreed) for one in proposals(house, RISK)] == [(third.id, False), (first.id, None)]
    assert [one.proposal.id for one in proposal_views(house, RISK)] == [third.id, first.id]
    one = proposal_view(house, RISK, second.id)
    assert (one.proposal.agreed, one.resolved_by, one.body) == (False, RISK.id, Waived(line, 100, 0, "ground_1"))
    with pytest.raises(NotFound):
        proposal_view(house, RISK, "prp_nothing")
