"""The demonstration: a whole life once through the house, the same from the same seed, whole after a second run and after kills."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.flows import small_demo
from tests.flows.bank import AUDITOR, OFFICER
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain.bill.bill import BillStatus
from farthing.domain.errors import Forbidden
from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.line_event import Drawn, Repaid
from farthing.domain.model_card import ModelClass
from farthing.domain.staff import Accountable
from farthing.flows.demo import DemoRequest, DemoResult, demo
from farthing.flows.demo_desk import HANDS
from farthing.flows.demonstration.models import APPROVER, OWNER
from farthing.flows.imagine import Imagined
from farthing.flows.needs.bills import Wanted
from farthing.flows.ports import House
from farthing.flows.prove import replay, verify
from farthing.flows.queries.bills import desk
from farthing.flows.queries.model.drift import drift_of
from farthing.ledger.facility import fold
from farthing.settings import Settings

ROOT = Path(__file__).parents[2]
KILLED_AT = ("world/invoice", "training: features", "deciding applications", "living 2026-01-05", "living 2026-02-10")
"""What the process has just told when its death is sent; it dies some milliseconds later, in the middle of something."""
Story = dict[str, list[tuple[str, ...]]]


@dataclass(frozen=True)
class Lived:
    """A bank in which the demonstration was run once, in one go."""

    house: House
    imagined: Imagined
    result: DemoResult


@contextmanager
def bank(database: Database, home: Path) -> Iterator[House]:
    with wiring.open_house(Settings(home=home, database_url=database.owner_url, host="", port=0)) as house:
        yield house


@pytest.fixture(scope="module")
def lived(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    imagined = small_demo.world()
    with bank(new_database(), tmp_path_factory.mktemp("lived")) as house:
        yield Lived(house, imagined, small_demo.run(house, imagined))


def lines(house: House) -> list[LineState]:
    return [house.lines.get(line) for line in house.lines.ids()]


def story(house: House, imagined: Imagined) -> Story:
    """What happened to each merchant's lines: by the world's own names, since ids are drawn anew in every bank."""
    known = house.parties.find_many(imagined.truth["party"].to_list())
    told: Story = {}
    for state in house.bills.list(Wanted(sort="drawn_on", limit=100)):
        told[state.bill.number] = [(event.kind, str(event.effective_on), "") for event in house.journal.events(state.bill.bill)]
    for of in house.collateral.houses.ids():
        pledged = house.collateral.houses.get(of)
        events = [(event.kind, str(event.effective_on), str(pledged.secured_fen)) for event in house.journal.events(of)]
        told[str(pledged.premises.area_dm2)] = events
    for key, party in known.items():
        events = [event for state in house.lines.of_party(party.id) for event in house.journal.events(state.terms.line)]
        told[key] = [(event.kind, str(event.effective_on), str(_amount(event))) for event in events]
    return told


def _amount(event: Event) -> int | None:
    return event.body.amount_fen if isinstance(event.body, Drawn | Repaid) else None


def books_are_whole(house: House) -> None:
    """Balances are the fold of events, postings sum to zero, the journal and the decisions prove themselves."""
    for state in lines(house):
        assert state == fold(house.journal.events(state.terms.line))
    balances = house.lines.balances(house.lines.days()[-1])
    assert any(balances.values())
    assert sum(balances.values()) == 0
    assert verify(house, AUDITOR).findings == ()
    assert replay(house, AUDITOR).findings == ()


def test_a_whole_life_was_lived(lived: Lived) -> None:
    result = lived.result
    assert all(report.quarantined_rows == 0 for report in result.reports)
    assert result.card.synthetic
    assert result.decided.failures == ()
    assert result.lived.days == len(lived.house.lines.days()) == small_demo.DAYS
    assert result.lived.opened == len(lines(lived.house)) > 5
    assert result.lived.draws > 5
    assert result.lived.repayments > 5
    books_are_whole(lived.house)


def test_applicants_of_two_months_were_scored_and_counted(lived: Lived) -> None:
    view = drift_of(lived.house, AUDITOR, lived.result.card.id)
    assert {one.month for one in view.movements} == {"2025-12", "2026-01"}
    assert sum(one.cases for one in view.movements if one.feature == "pd_ppm") == len(lived.result.decided.decisions)


def test_an_anti_fraud_model_is_in_use_as_two_people_agreed(lived: Lived) -> None:
    found = lived.house.registry.model_in_use(ModelClass.ANTI_FRAUD)
    assert found is not None
    assert found[0] in lived.result.beside
    assert found[0].valid_until == dt.date(2026, 12, 31)
    assert found[0].accountable == Accountable(OWNER.name, APPROVER.name)


def test_every_event_of_a_life_says_that_it_is_simulated(lived: Lived) -> None:
    events = [event for state in lines(lived.house) for event in lived.house.journal.events(state.terms.line)]
    assert {event.kind for event in events} >= {"Opened", "Drawn", "Repaid"}
    assert all(event.synthetic for event in events)
    assert all(state.terms.synthetic for state in lines(lived.house))
    assert lived.house.lines.standings(lived.house.lines.days()[-1])["synthetic"].all()


def test_the_bill_desk_and_the_houses_are_never_empty(lived: Lived) -> None:
    house = lived.house
    states = {state.status for state in house.bills.list(Wanted(limit=100))}
    assert states == {BillStatus.PAID, BillStatus.RECOURSE, BillStatus.DISHONOURED, BillStatus.DISCOUNTED, BillStatus.REDISCOUNTED,
                      BillStatus.DRAWN}  # fmt: skip
    shown = desk(house, OFFICER)
    assert min(shown.held_fen, shown.defaulted_fen, shown.sold_fen) > 0
    assert shown.due
    houses = [house.collateral.houses.get(of) for of in house.collateral.houses.ids()]
    assert [one.valuation is not None for one in houses] == [True] * 3
    assert sum(one.secured_fen > 0 for one in houses) == 1
    streams = [*house.bills.ids(), *(one.house for one in houses)]
    assert all(event.synthetic for stream in streams for event in house.journal.events(stream))
    assert all("模拟" in name and house.parties.find(f"demo-{role}") is not None for role, name in HANDS.items())


def test_a_second_run_changes_nothing(lived: Lived) -> None:
    house = lived.house
    before = (house.journal.seal(), lines(house), house.decisions.count())
    again = small_demo.run(house, lived.imagined)
    assert (house.journal.seal(), lines(house), house.decisions.count()) == before
    assert (again.lived.days, again.lived.opened, again.lived.draws) == (0, 0, 0)
    assert again.card == lived.result.card
    assert {made.id for made in again.decided.decisions} == {made.id for made in lived.result.decided.decisions}
    assert [report.accepted for report in again.reports] == [report.accepted for report in lived.result.reports]


def test_only_the_system_runs_it(lived: Lived) -> None:
    with pytest.raises(Forbidden):
        demo(lived.house, OFFICER, DemoRequest((), ()), "demo", lambda *_: None)


def test_killed_again_and_again_it_tells_the_same_story_in_another_bank(lived: Lived, database: Database, tmp_path: Path) -> None:
    for number, stage in enumerate(KILLED_AT):
        assert killed(tmp_path, database.owner_url, stage, 0.013 * number), f"it died at {stage}"
    with bank(database, tmp_path) as house:
        finished = small_demo.run(house, lived.imagined)
        assert finished.lived.days < small_demo.DAYS, "what was lived before it died was not lived again"
        assert len(house.lines.days()) == small_demo.DAYS
        assert finished.decided.failures == ()
        assert story(house, lived.imagined) == story(lived.house, lived.imagined)
        books_are_whole(house)


def killed(home: Path, url: str, stage: str, later: float) -> bool:
    """Run the demonstration as a process and kill it a moment after it told the stage; whether it died of that."""
    command = [sys.executable, "-m", "tests.flows.small_demo", str(home), url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(stage):
                time.sleep(later)
                process.kill()
                break
        process.stdout.close()
        return process.wait() < 0
