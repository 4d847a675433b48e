"""Models and policies: the newest approved, the one in force, and no content twice under one name."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import text
from tests.people_fixture import People

from farthing.domain.errors import Conflict, Invalid, NotFound
from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.policy import AccessRule, LimitCap, Outcome, Policy, PricePart
from farthing.domain.staff import Accountable
from farthing.store.registry import insert_model, insert_policy

ARTEFACT = b'{"points":600}'
CARD = ModelCard(
    "mdl_one", "评分卡", ModelClass.RATING, hashlib.sha256(ARTEFACT).hexdigest(), "cumcm2020c", "d" * 64, 82, 27, dt.date(2020, 1, 1),
    ("turnover_12m",),
    (Measure("auc", "0.81", "0.70", "0.90", "5x5 folds"),), ("ranking",), ("calibrated PD",), Accountable("周建模", "吴风控"),
    ModelStatus.DRAFT, synthetic=False,
)  # fmt: skip
POLICY = Policy(
    "pol_term", 1, "term", dt.date(2020, 1, 1), Accountable("周建模", "吴风控"),
    (AccessRule("thin", "months_active < 3", Outcome.REFER, Outcome.REFER, "THIN_FILE"),), (LimitCap("cap", "1000", 0, "CAP"),),
    (PricePart("floor", "100", Outcome.REFER), PricePart("extra", "1", 0)), "a" * 64,
)  # fmt: skip


def save(people: People, *cards: ModelCard, artefact: bytes = ARTEFACT) -> None:
    for card in cards:
        with people.engine.begin() as connection:
            insert_model(connection, card, artefact)


def publish(people: People, *policies: Policy) -> None:
    for one in policies:
        with people.engine.begin() as connection:
            insert_policy(connection, one, f"# {one.id} {one.version}")


def test_the_newest_approved_model_counts_and_a_retired_one_no_longer(people: People) -> None:
    assert people.registry.model() is None
    approved = replace(CARD, status=ModelStatus.APPROVED)
    second = replace(approved, id="mdl_two")
    save(people, CARD)
    assert people.registry.model() is None
    assert people.registry.model("mdl_one") == (CARD, ARTEFACT)
    save(people, approved, second)
    assert people.registry.model() == (second, ARTEFACT)
    save(people, replace(second, status=ModelStatus.RETIRED))
    assert people.registry.model() == (approved, ARTEFACT)
    assert [card.id for card in people.registry.models()] == ["mdl_two", "mdl_one"]
    assert people.registry.model("mdl_none") is None


def test_an_equal_card_adds_nothing(people: People) -> None:
    save(people, CARD, CARD)
    with people.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM model")) == 1


def test_a_card_must_describe_its_artefact_and_an_id_one_model(people: People) -> None:
    with pytest.raises(Invalid, match="describes"):
        save(people, CARD, artefact=b"another")
    save(people, CARD)
    other = replace(CARD, artefact=hashlib.sha256(b"another").hexdigest())
    with pytest.raises(Conflict, match="another model"):
        save(people, other, artefact=b"another")


def test_the_policy_in_force_is_the_last_to_take_effect(people: People) -> None:
    later = replace(POLICY, version=2, effective_from=dt.date(2021, 1, 1), digest="b" * 64)
    publish(people, POLICY, later, POLICY)
    on = people.registry.policy
    assert on("term", dt.date(2019, 12, 31)) is None
    assert on("term", dt.date(2020, 12, 31)) == POLICY
    assert on("term", dt.date(2021, 1, 1)) == later
    assert on("other", dt.date(2021, 1, 1)) is None
    assert people.registry.policies() == [later, POLICY]
    assert people.registry.policy_text("b" * 64) == "# pol_term 2"


def test_a_published_version_never_changes(people: People) -> None:
    publish(people, POLICY)
    with pytest.raises(Conflict, match="other content"):
        publish(people, replace(POLICY, digest="c" * 64))
    with pytest.raises(NotFound):
        people.registry.policy_by_digest("c" * 64)
    assert people.registry.policy_by_digest(POLICY.digest) == POLICY
