"""The card of levels: what moved, how forecasts did, and silence where none came true."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from farthing.domain.model_card import ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.capacity.describe import describe
from farthing.models.capacity.levels import WORLD

DAY, PEOPLE = dt.date(2026, 3, 31), Accountable("周风险", "—")


def test_a_card_tells_what_moved_and_how_forecasts_did() -> None:
    plain = describe(WORLD, DAY, "d" * 64, PEOPLE)
    assert plain.data_digest == "d" * 64 != plain.artefact
    assert plain.status is ModelStatus.DRAFT
    assert [float(one.value) for one in plain.measures] == [row[0] / 1e6 for row in WORLD.mean_ppm]
    assert plain.supports == ()
    learnt = describe(replace(WORLD, foretold=400, under_ppm=97_500), DAY, "e" * 64, PEOPLE)
    assert learnt.id != plain.id
    assert learnt.measures[-1].value == "0.098"
    assert "9.8 %" in learnt.supports[0] or "9.7 %" in learnt.supports[0]
