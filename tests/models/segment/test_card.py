"""The card of models of segments says what was tried, how, and what was not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.models.segment.farmland import cases, fitted
from tests.models.segment.test_validate import NEW, validated

from farthing.domain.model_card import ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.naming import digest
from farthing.models.segment.card import Developed, write_card

MADE = Developed("Farms", "a world", dt.date(2026, 1, 1), True, Accountable("周明华", "—"), "CN-FARMS", cases(), fitted(), validated())


def test_a_card_is_of_its_artefact_and_names_the_worst_and_the_newest() -> None:
    card = write_card(MADE)
    assert (card.id, card.artefact, card.model_class, card.status) == (
        fitted().name,
        digest(fitted()),
        ModelClass.RATING,
        ModelStatus.DRAFT,
    )
    told = {one.name: one for one in card.measures}
    assert validated().worst is not None
    assert validated().worst.name in told["worst_segment_error"].method  # type: ignore[union-attr]  # there is one, as just said
    assert NEW in told["newest_share"].method
    assert "came later" in told["auc"].method
    assert not any("out of time" in one or "newest segment would do" in one for one in card.cannot_support)


def test_what_was_not_tried_is_said() -> None:
    card = write_card(replace(MADE, validation=replace(validated(), out_of_time=False, newest=None)))
    assert sum("No test out of time" in one or "was not tested: none is known" in one for one in card.cannot_support) == 2
    assert not any(one.name.startswith("newest_") for one in card.measures)
