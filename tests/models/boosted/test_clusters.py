"""Kinds of risk: planted kinds are found, numbered from safe to risky, and told by what sets them apart."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.models.boosted import clusters
from farthing.models.boosted.clusters import kinds, table_of

CENTRES = np.array([[-1.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.2, 0.0, 2.0]])


def planted(cases: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    which = rng.integers(0, 3, cases)
    return CENTRES[which] + rng.normal(0, 0.05, (cases, 3)), which


@pytest.mark.parametrize("most_joined", [2_000, 50])
def test_planted_kinds_are_found_from_safe_to_risky(most_joined: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "MOST_JOINED", most_joined)
    contributions, which = planted(300)
    assert (kinds(contributions, 3, seed=1) == which).all()


def test_a_table_tells_each_kind() -> None:
    contributions, which = planted(300)
    bad = (which == 2) & (np.arange(300) % 2 == 0)
    told = table_of(contributions, which, bad, ("growth", "swing", "overdrawn"), leading=1)
    assert [one.number for one in told] == [1, 2, 3]
    assert [one.cases for one in told] == np.bincount(which).tolist()
    assert [one.leading[0][0] for one in told] == ["growth", "overdrawn", "overdrawn"]
    assert told[0].leading[0][1] < 0 < told[2].leading[0][1]
    assert (told[0].rate, told[2].rate) == (0.0, pytest.approx(0.5, abs=0.1))
    assert told[2].eta == pytest.approx(2.2, abs=0.05)


def test_one_case_is_one_kind() -> None:
    assert kinds(np.zeros((1, 3)), 5, seed=1).tolist() == [0]
    assert kinds(np.zeros((4, 3)), 2, seed=1).tolist() == [0, 0, 0, 0]
