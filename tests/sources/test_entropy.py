"""Chance gives as much as was asked, and never the same twice."""

from __future__ import annotations

from farthing.sources.entropy import SystemEntropy


def test_draws_are_as_long_as_asked_and_differ() -> None:
    entropy = SystemEntropy()
    assert [len(entropy.draw(count)) for count in (0, 1, 32)] == [0, 1, 32]
    assert entropy.draw(16) != entropy.draw(16)
