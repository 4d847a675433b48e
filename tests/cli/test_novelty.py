"""`farthing model novelty` as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.desk import typed
from tests.cli.village_desk import at_desk
from tests.flows.village import DAY, USUAL, Village, gate

ON = ("--as-of", DAY.isoformat())


@pytest.fixture
def risk(village: Village) -> Iterator[str]:
    with at_desk(village) as staff:
        yield staff


def test_a_gate_is_trained_as_a_draft_and_says_what_comes_next(risk: str) -> None:
    told = typed("model", "novelty", "train", "--by", risk, "--as-of", "2024-07-01").out
    assert "called_new" in told
    assert "farthing model appoint mdl_" in told
    draft = typed("model", "novelty", "train", "--by", risk, "--as-of", "2024-07-01", "--json").json
    assert (draft["card"]["status"], draft["card"]["model_class"], draft["kind"]) == ("draft", "approval", "novelty")


def test_a_party_is_shown_at_the_gate_in_use(village: Village, risk: str) -> None:
    card = gate(village)
    told = typed("model", "novelty", "show", USUAL, *ON).out
    assert "见过 known" in told
    assert "segment young/" in told
    found = typed("model", "novelty", "show", USUAL, *ON, "--json").json
    assert (found["model"], found["found"]["known"], found["file"]["thickness"] >= 2) == (card.id, True, True)
