"""The catalogue of invariants: enough of them, each told in a sentence; what they find is told a few items a check."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from farthing.flows.simulation import check_classes, check_desk, check_money, check_proof, check_record
from farthing.flows.simulation.evening import Evening, Wrong
from farthing.flows.simulation.invariants import INVARIANTS, MOST_A_CHECK, judged


def test_there_are_many_each_is_catalogued_and_says_what_it_holds() -> None:
    assert len(INVARIANTS) >= 47
    for module in (check_classes, check_desk, check_money, check_proof, check_record):
        made = {
            name for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__ and not name.startswith("_")
        }
        assert made == {check.__name__ for check in module.CHECKS}
    assert all(check.__doc__ for check in INVARIANTS.values())


def test_a_check_tells_a_few_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(_: Evening) -> list[Wrong]:
        return [(f"item {number}", "none", "some") for number in range(50)]

    monkeypatch.setattr("farthing.flows.simulation.invariants.INVARIANTS", {})
    found = list(judged(cast(Evening, SimpleNamespace()), (too_many,)))
    assert [(one.check, one.item) for one in found] == [("too_many", f"item {number}") for number in range(MOST_A_CHECK)]
