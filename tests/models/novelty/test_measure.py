"""Measuring a gate: the same cases give the same one, and too few or nothing told give none."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.novelty.crowd import CASES, crowd, gate

from farthing.domain.errors import Invalid
from farthing.models.artefact import decode, encode
from farthing.models.novelty.measure import measure_gate


def test_the_same_cases_give_the_same_gate() -> None:
    assert measure_gate(crowd(), "a crowd", 1, synthetic=True) == gate()
    assert len(gate().distances) == CASES
    assert decode(encode(gate())) == gate()
    assert measure_gate(crowd(), "a crowd", 2, synthetic=True).name != gate().name


def test_too_few_cases_or_nothing_told_make_no_gate() -> None:
    with pytest.raises(Invalid, match="99 cases"):
        measure_gate(crowd(99), "few", 1, synthetic=True)
    nothing = {name: (value, np.ones(CASES, np.bool_)) for name, (value, _) in crowd().items()}
    with pytest.raises(Invalid, match="No feature"):
        measure_gate(nothing, "nothing", 1, synthetic=True)


def test_many_distances_are_kept_as_two_thousand() -> None:
    assert len(measure_gate(crowd(2_500), "many", 1, synthetic=True).distances) == 2_000
