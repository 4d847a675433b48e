"""Drift is counted from the log: each leaf once, whoever counts and however often; counted anew it comes to the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.applicants import CARD, artefact, save_model
from tests.flows.bank import BORROWER, RISK, SYSTEM, open_bank
from tests.flows.model.test_develop import END, FIRMS, evidence, table
from tests.store_fixture import Database

from farthing.domain.consent import Consent
from farthing.domain.decision import Decision
from farthing.domain.errors import Forbidden, NotFound
from farthing.domain.event import ConsentGiven
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import Measure
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model.count import BAD, GOOD, PD_SUM, Progress, count_drift
from farthing.flows.needs.drift import BASE, Cell
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.publish import install_policies
from farthing.flows.queries.model.drift import all_alarms, drift_of
from farthing.flows.queries.models import inventory
from farthing.sources.catalogue import packaged_policies

KINDS = (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION)
FEATURES = {"pd_ppm", "buyers_12m"}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """Sixty firms with their invoices, and the test card made for them."""
    with open_bank(database, tmp_path, END) as made:
        intake(made, SYSTEM, IntakeRequest(evidence()), "import")
        install_policies(made, SYSTEM, packaged_policies())
        save_model(made, replace(CARD, as_of=END, measures=(Measure("auc", "0.900", "0.850", "0.950", "made up"),)), artefact())
        yield made


def decided(house: House, firm: str) -> Decision:
    party = house.parties.find(firm)
    assert party is not None

    def consent(transaction: Transaction) -> ConsentGiven:
        body = ConsentGiven(party.id, KINDS, None)
        transaction.append(party.id, END, body)
        transaction.add_consent(Consent(party.id, KINDS, END))
        return body

    house.commands.run(Command(f"consent {firm}", "consent", SYSTEM, firm), consent, ConsentGiven)
    return apply(house, SYSTEM, ApplyRequest(party.id, "revolving", 2_000_000), f"apply {firm}")


def kept(house: House, model: Id = CARD.id) -> list[Cell]:
    return list(house.drift.cells(model))


def outcomes(house: House, bad: dict[str, bool]) -> None:
    """A month later it is known what became of them."""
    house.clock.open_day(END + dt.timedelta(days=30))
    told = table(EvidenceKind.OUTCOME, [{"party": firm, "defaulted": one} for firm, one in bad.items()], "0u7c0me6")
    intake(house, SYSTEM, IntakeRequest((told,)), "outcomes")


def test_each_decision_is_counted_once_and_a_rerun_changes_nothing(house: House) -> None:
    assert count_drift(house).decisions == 0
    assert drift_of(house, RISK, CARD.id).movements == (), "nothing was decided yet"
    with pytest.raises(Forbidden):
        drift_of(house, BORROWER, CARD.id)
    with pytest.raises(NotFound):
        drift_of(house, RISK, "mdl_none")
    for firm in FIRMS[:4]:
        decided(house, firm)
        assert count_drift(house).decisions == 1, "only what is new is read"
        assert count_drift(house) == Progress(0, 0, 0)
    cells = kept(house)
    assert {one.feature for one in cells} == FEATURES
    assert sum(one.cases for one in cells if one.feature == "pd_ppm" and one.month != BASE) == 4
    assert sum(one.cases for one in cells if one.feature == "pd_ppm" and one.month == BASE) == len(FIRMS)
    assert not [one for one in cells if one.feature in (GOOD, BAD, PD_SUM)], "what was known before a decision says nothing of it"
    here = house.drift.counted()
    assert not house.drift.add(here - 1, here + 5, (), [Cell(CARD.id, 1, "pd_ppm", 0, 1)]), "another counted these leaves meanwhile"
    assert (house.drift.counted(), kept(house)) == (here, cells)


def test_counted_bit_by_bit_or_anew_comes_to_the_same(house: House) -> None:
    decisions = {firm: decided(house, firm) for firm in FIRMS[:3]}
    count_drift(house)
    decisions |= {firm: decided(house, firm) for firm in FIRMS[3:6]}
    outcomes(house, {firm: place % 2 == 0 for place, firm in enumerate(FIRMS[:6])})
    count_drift(house)
    before = kept(house)
    house.drift.clear()
    assert kept(house) == []
    count_drift(house)
    assert kept(house) == before
    sums = {name: sum(one.cases for one in before if one.feature == name) for name in (GOOD, BAD, PD_SUM)}
    assert sums == {GOOD: 3, BAD: 3, PD_SUM: sum(one.score.pd_ppm for one in decisions.values() if one.score)}


def test_alarms_say_what_moved_and_stand_in_the_inventory(house: House) -> None:
    """All who apply are those that sold to nobody: the bin of few buyers fills, and the PD with it."""
    few = [firm for place, firm in enumerate(FIRMS) if place % 3 == 0]
    for firm in few:
        decided(house, firm)
    outcomes(house, dict.fromkeys(few, True))
    count_drift(house)
    view = drift_of(house, RISK, CARD.id)
    assert {one.feature for one in view.movements} == FEATURES
    assert (view.performance[0].cases, view.performance[0].bads) == (len(few), len(few))
    found = {one.what: one for one in view.alarms}
    assert (found["bads"].value, found["bads"].shift) == (f"{len(few)}", None)
    moved = [one for one in view.alarms if one.what == "psi"]
    assert moved
    assert all(one.shift is not None and abs(one.shift.to_ppm - one.shift.from_ppm) > 100_000 for one in moved)
    assert all_alarms(house, RISK) == view.alarms
    (row,) = [row for _, rows in inventory(house, RISK).classes for row in rows if row.card.id == CARD.id]
    assert row.alarms == len(view.alarms)
