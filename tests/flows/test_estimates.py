"""Facts that other models give: each by one estimator, within its bounds, recorded with the model that gave it, and replayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import AUDITOR, OFFICER, RISK, open_bank
from tests.flows.dimension_models import use_dimensions
from tests.store_fixture import Database

from farthing.decision.facts import ESTIMATED
from farthing.domain.facts import Facts
from farthing.domain.party import PartyKind
from farthing.flows import estimates
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.estimate.capacity import OF_THE_WORLD
from farthing.flows.estimates import ESTIMATORS, MEASURES
from farthing.flows.ports import House
from farthing.flows.prove import replay
from farthing.flows.publish import PublishRequest, publish_policy
from farthing.models.dimension.card import ScoreKind
from farthing.sources.catalogue import packaged_policies

RULES = """access:
  - {name: person, when: "personal_score < 351", missing: approve, outcome: refer, reason: RISK_UNCERTAIN}
  - {name: new, when: "segment_known = FALSE OR file_thickness < 1", missing: approve, outcome: refer, reason: RISK_UNCERTAIN}
  - {name: owner, when: "experience_low < 1.0 OR segment_pd > 0.9", missing: approve, outcome: refer, reason: RISK_UNCERTAIN}
  - {name: cover, when: "dscr_12m < 1 OR capacity_monthly_fen < 1", missing: approve, outcome: refer, reason: RISK_UNCERTAIN}
"""


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path / "home", DAY) as made:
        ready(made)
        text = next(text for text in packaged_policies() if "product: revolving" in text)
        head, rest = text.replace("version: 1", "version: 2").split("access:", 1)
        publish_policy(made, RISK, PublishRequest(head + RULES + rest.split("\n", 1)[1]), "v2")
        yield made


def test_every_fact_of_another_model_has_one_estimator() -> None:
    given = Counter(spec.name for one in ESTIMATORS for spec in one.facts)
    assert given == Counter(spec.name for spec in (*ESTIMATED, *MEASURES))


def test_a_person_is_scored_by_the_personal_model_in_use_and_an_enterprise_is_not(house: House) -> None:
    model = use_dimensions(house, ScoreKind.PERSONAL).id
    person, firm = known(house, "p", kind=PartyKind.PERSON), known(house, "f")
    facts, given = _applied(house, person.id)
    assert 350 <= facts.values["personal_score"] <= 950  # type: ignore[operator]  # an int, or this fails
    assert given == {model: ("personal_score",), OF_THE_WORLD: ("capacity_monthly_fen", "dscr_12m")}
    assert estimates.dimensions.as_facts(house, firm, DAY) == (None, {"personal_score": None})
    replayed = replay(house, AUDITOR)
    assert (replayed.same, replayed.findings) == (1, ())


def test_without_a_model_the_score_is_missing(house: House) -> None:
    facts, given = _applied(house, known(house, "p", kind=PartyKind.PERSON).id)
    assert facts.values["personal_score"] is None
    assert list(given) == [OF_THE_WORLD]


def _applied(house: House, party: str) -> tuple[Facts, dict[str, tuple[str, ...]]]:
    made = apply(house, OFFICER, ApplyRequest(party, "revolving", 1_000_000), "ask")
    recorded = house.decisions.get(made.id)
    assert recorded is not None
    return recorded[2], {one.model: one.facts for one in made.estimated}
