"""Lives after the decision: offers taken up over four weeks, each act a command, each refusal counted, one life as its seed says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.decision import Decision
from farthing.domain.errors import Forbidden
from farthing.domain.line_event import Opened
from farthing.domain.policy import Outcome
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.line.freeze import FreezeRequest, freeze
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.simulate import ACCEPTED_WITHIN, SimulateRequest, simulate
from farthing.ledger.facility import fold

MERCHANTS = 3
UNTIL = DAY + dt.timedelta(days=40)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


@pytest.fixture
def approved(house: House) -> list[Decision]:
    """Approvals of the day."""
    made = [apply(house, SYSTEM, ApplyRequest(known(house, f"E{n}").id, "sme_term", 40_000_000), f"apply {n}") for n in range(MERCHANTS)]
    assert {decision.outcome for decision in made} == {Outcome.APPROVE}
    return made


def asked(approved: list[Decision], until: dt.date = UNTIL, seed: int = 7) -> SimulateRequest:
    return SimulateRequest(tuple(decision.id for decision in approved), until, seed)


def test_offers_are_taken_up_over_four_weeks(house: House, approved: list[Decision]) -> None:
    days: list[dt.date] = []
    lived = simulate(house, SYSTEM, asked(approved), "life", days.append)
    lines = [house.lines.of_party(decision.party)[0].terms for decision in approved]
    assert [line.opened_on for line in lines] == [DAY + dt.timedelta(days=place % ACCEPTED_WITHIN) for place in range(MERCHANTS)]
    assert lived.opened == MERCHANTS
    assert lived.draws >= MERCHANTS
    assert days == list(house.lines.days()) == [DAY + dt.timedelta(days=n) for n in range(40)]
    assert house.clock.today() == UNTIL


def test_every_act_is_in_the_journal_and_marked(house: House, approved: list[Decision]) -> None:
    lived = simulate(house, SYSTEM, asked(approved), "life")
    events = [event for line in house.lines.ids() for event in house.journal.events(line)]
    count = {kind: sum(event.kind == kind for event in events) for kind in ("Opened", "Drawn", "Repaid")}
    assert count == {"Opened": lived.opened, "Drawn": lived.draws, "Repaid": lived.repayments}
    assert all(event.synthetic for event in events)
    assert all(event.body.terms.synthetic for event in events if isinstance(event.body, Opened))
    for line in house.lines.ids():
        assert house.lines.get(line) == fold(house.journal.events(line))


def test_a_life_interrupted_is_the_life_in_one_go(house: House, approved: list[Decision]) -> None:
    half = DAY + dt.timedelta(days=17)
    first = simulate(house, SYSTEM, asked(approved, half), "life")
    rest = simulate(house, SYSTEM, asked(approved), "life")
    assert (first.days, rest.days) == (17, 23)
    assert first.opened + rest.opened == MERCHANTS
    nothing = simulate(house, SYSTEM, asked(approved), "life")
    assert (nothing.days, nothing.opened, nothing.draws, nothing.repayments) == (0, 0, 0, 0)


class KilledError(Exception):
    """The process died here."""


def test_a_life_killed_before_a_night_plays_the_acts_of_the_day_as_they_were(house: House, approved: list[Decision]) -> None:
    drawn_on = list[dt.date]()

    class Mortal:
        """Commands of a bank that dies on the evening of the first draw."""

        batch = house.commands.batch
        done = house.commands.done

        def run(self, command: Command, think: Callable[[Transaction], object], result: type) -> object:
            if command.name == "day_end" and (drawn := house.journal.events(kind="Drawn", limit=100)):
                drawn_on.extend(event.effective_on for event in drawn)
                raise KilledError
            return house.commands.run(command, think, result)

    with pytest.raises(KilledError):
        simulate(replace(house, commands=Mortal()), SYSTEM, asked(approved), "life")  # type: ignore[arg-type]
    lived = simulate(house, SYSTEM, asked(approved), "life")
    events = [event for line in house.lines.ids() for event in house.journal.events(line)]
    assert drawn_on
    assert lived.draws == sum(event.kind == "Drawn" for event in events), "the draws of that day are answered, not refused"
    assert lived.refused == 0


def test_what_the_ledger_refuses_is_counted_and_the_day_goes_on(house: House, approved: list[Decision]) -> None:
    term = accept(house, OFFICER, AcceptRequest(approved[0].id, synthetic=True), "accept")
    freeze(house, RISK, FreezeRequest(term.line, "check"), "freeze")
    lived = simulate(house, SYSTEM, asked(approved), "life")
    assert lived.refused >= 1
    assert lived.days == 40
    assert [event.kind for event in house.journal.events(term.line)] == ["Opened", "Frozen"]


def test_only_the_system_lives(house: House) -> None:
    with pytest.raises(Forbidden):
        simulate(house, OFFICER, asked([]), "life")
