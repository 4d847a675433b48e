"""A decision comes back as it was made, its commitment can be checked, and it is gone with its party."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import text
from tests.people_fixture import People

from farthing.domain.decision import Application, Decision, Reason, Step, StepKind
from farthing.domain.errors import Broken, Invalid, NotFound
from farthing.domain.facts import Facts
from farthing.domain.party import PersonalData, RelatedFinding
from farthing.domain.policy import Outcome
from farthing.domain.rate import Basis, Rate
from farthing.domain.score import Contribution, Score
from farthing.store.decisions import Record, insert_decision

DAY = dt.date(2024, 5, 6)
FACTS = Facts(DAY, {"months_active": 26, "related_party_insider": False, "industry": "retail", "registered_on": DAY, "pd_12m": None})


def record(party: str, number: int = 1, outcome: Outcome = Outcome.APPROVE) -> Record:
    """A full record: every kind of fact, a score, a step that could not be answered."""
    application = Application(f"app_{number}", party, "term", 30_000_000 + number, DAY)
    steps = (
        Step(
            StepKind.ACCESS,
            "thin",
            "months_active < 3",
            0,
            decided=False,
            outcome=None,
            facts=(("months_active", 26), ("registered_on", DAY)),
        ),
        Step(StepKind.LIMIT, "turnover", "turnover", None, decided=True, outcome=None, facts=(("turnover", None), ("industry", "retail"))),
    )
    score = Score("mdl_one", 612, 21_000, (Contribution("months_active", "[24, inf)", 40, 30, 26),))
    finding = RelatedFinding(hit=False, path=(), ground="no path", relations_examined=12, graph_digest="e" * 64)
    decision = Decision(
        f"dec_{number}", application.id, party, "term", outcome, 20_000_000, Rate(60_000, Basis.YEAR_360),
        (Reason("CAP", "额度受营业额限制", "The limit follows turnover"),), steps, finding, score,
        "pol_term", "a" * 64, "mdl_one", "周建模", "吴风控", DAY,
    )  # fmt: skip
    return Record(application, decision, FACTS)


def store(people: People, *records: Record) -> list[str]:
    with people.engine.begin() as connection:
        return [insert_decision(connection, people.vault, one) for one in records]


def test_a_record_comes_back_equal_and_its_commitment_can_be_checked(people: People) -> None:
    made = record(people.add().id)
    (commitment,) = store(people, made)
    assert people.decisions.get("dec_1") == (made.application, made.decision, made.facts)
    assert people.decisions.commitment("dec_1") == commitment
    assert len(commitment) == 64


def test_the_same_record_of_another_party_has_another_commitment(people: People) -> None:
    one, other = people.add(), people.add(PersonalData("王小二"))
    first, second = store(people, record(one.id), record(other.id, 2))
    assert first != second


def test_an_erased_partys_record_is_none_and_takes_no_more(people: People) -> None:
    chen = people.add()
    store(people, record(chen.id))
    people.parties.erase(chen.id)
    assert people.decisions.get("dec_1") is None
    assert people.decisions.commitment("dec_1") is None
    assert [row["decision"] for row in people.decisions.list()] == ["dec_1"], "that there was a decision stays known"
    with pytest.raises(NotFound):
        store(people, record(chen.id, 2))


def test_an_unknown_decision_is_not_found(people: People) -> None:
    with pytest.raises(NotFound):
        people.decisions.get("dec_none")


def test_a_record_moved_to_another_decision_of_the_same_party_does_not_open(people: People) -> None:
    chen = people.add()
    store(people, record(chen.id))
    columns = "application, party, product, outcome, requested_fen, limit_fen, decided_on, overrides, sealed"
    with people.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO decision_record SELECT 'dec_9', {columns} FROM decision_record"))
    with pytest.raises(Broken):
        people.decisions.get("dec_9")


def test_the_queue_filters_sorts_pages_and_knows_what_was_reviewed(people: People) -> None:
    chen, wang = people.add(), people.add(PersonalData("王小二"))
    referred = record(chen.id, 1, Outcome.REFER)
    review = record(chen.id, 2)
    review = replace(review, decision=replace(review.decision, overrides="dec_1", decided_on=DAY + dt.timedelta(days=1)))
    store(people, referred, review, record(wang.id, 3, Outcome.DECLINE))
    assert [row["decision"] for row in people.decisions.list()] == ["dec_2", "dec_1", "dec_3"]
    assert [row["decision"] for row in people.decisions.list(sort="requested_fen", limit=1, offset=1)] == ["dec_2"]
    assert [row["decision"] for row in people.decisions.list(party=wang.id)] == ["dec_3"]
    (queued,) = people.decisions.list(outcome="refer")
    assert queued == {
        "decision": "dec_1", "application": "app_1", "party": chen.id, "product": "term", "outcome": "refer", "limit_fen": 20_000_000,
        "requested_fen": 30_000_001, "decided_on": DAY, "reviewed": True,
    }  # fmt: skip
    assert (people.decisions.count(), people.decisions.count(outcome="refer")) == (3, 1)
    assert list(people.decisions.every()) == ["dec_1", "dec_2", "dec_3"]


@pytest.mark.parametrize("sort", ["name", "sealed", "--decided_on", "decided_on; DROP TABLE party"])
def test_a_foreign_sort_is_refused(people: People, sort: str) -> None:
    with pytest.raises(Invalid, match="cannot be sorted"):
        people.decisions.list(sort=sort)
