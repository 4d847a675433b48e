"""The personal score as a fact: of persons, by the model in use, of what may be looked at on the day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, known
from tests.flows.bank import open_bank
from tests.flows.dimension_models import use_dimensions
from tests.store_fixture import Database

from farthing.domain.model_card import ModelStatus
from farthing.domain.party import PartyKind
from farthing.flows.estimate.dimensions import as_facts, decoded
from farthing.flows.ports import House
from farthing.models.dimension.card import ScoreKind


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path / "home", DAY) as made:
        yield made


def test_it_is_of_persons_and_by_the_model_in_use(house: House) -> None:
    person = known(house, "p", kind=PartyKind.PERSON)
    use_dimensions(house, ScoreKind.PERSONAL, ModelStatus.DRAFT)
    assert as_facts(house, person, DAY) == (None, {"personal_score": None}), "nobody agreed to a draft"
    use_dimensions(house, ScoreKind.ENTERPRISE)
    assert as_facts(house, person, DAY) == (None, {"personal_score": None}), "of another kind"


def test_without_consents_everything_is_neutral(house: House) -> None:
    model = use_dimensions(house, ScoreKind.PERSONAL).id
    found = house.registry.model(model)
    assert found is not None
    silent = known(house, "s", kind=PartyKind.PERSON, consent=False)
    assert as_facts(house, silent, DAY) == (model, {"personal_score": decoded(found[1]).base_points})
