"""`farthing model construct` as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.desk import typed
from tests.cli.village_desk import at_desk
from tests.flows.village import DAY, Village, constructs

ON = ("--as-of", DAY.isoformat())


@pytest.fixture
def risk(village: Village) -> Iterator[str]:
    with at_desk(village) as staff:
        yield staff


def test_scales_are_trained_shown_and_checked(village: Village, risk: str) -> None:
    card = constructs(village)
    assert typed("model", "construct", "train", "--by", risk, *ON, "--json").json["card"]["id"] == card.id
    assert "从业经验 Experience" in typed("model", "construct", "scales").out
    assert typed("model", "construct", "scales", "--json").json["status"] == "approved"
    told = typed("model", "construct", "show", "S005", *ON).out
    assert "90 % 区间 bar" in told
    readings = typed("model", "construct", "show", "S000", *ON, "--json").json["readings"]
    assert readings[0]["missing"] == ["owner_address_months"]
    assert "checked" in typed("model", "construct", "check", *ON).out
    assert {"feature", "grade"} <= set(typed("model", "construct", "check", *ON, "--json").json[0])
