"""The card of a gate, and how well a gate that never saw a group tells it from others."""

from __future__ import annotations

import datetime as dt

import numpy as np
from tests.models.novelty.crowd import CASES, crowd, gate

from farthing.domain.model_card import ModelClass
from farthing.domain.staff import Accountable
from farthing.models.naming import digest
from farthing.models.novelty.card import Developed, unlike, write_card


def test_a_group_that_is_elsewhere_is_told_and_one_like_the_others_is_not() -> None:
    columns = crowd()
    group = np.array(["far"] * 30 + ["near"] * 30 + ["rest"] * (CASES - 62) + ["few", ""])
    away = {name: (np.where(group == "far", value + 3_000, value), missing) for name, (value, missing) in columns.items()}
    found = unlike(away, group, "a crowd", 1)
    assert set(found) == {"far", "near"}, "of the rest too few are left, of the few too few are told, and of nobody nothing is known"
    assert found["far"].value > 0.95
    assert found["near"].low < 0.5 < found["near"].high


def test_a_card_has_cases_and_no_bads() -> None:
    made = Developed(dt.date(2026, 1, 1), Accountable("周明华", "—"), crowd(), gate(), {})
    card = write_card(made)
    assert (card.id, card.artefact, card.labels, card.bads) == (gate().name, digest(gate()), CASES, 0)
    assert (card.model_class, card.market, card.features) == (ModelClass.APPROVAL, "CN", ("first", "second", "third"))
    assert [one.name for one in card.measures] == ["called_new"]
