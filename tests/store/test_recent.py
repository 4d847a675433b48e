"""What was used last is kept, by weight."""

from __future__ import annotations

from farthing.store.recent import Recent


def test_what_was_used_longest_ago_goes_first() -> None:
    kept: Recent[str, int] = Recent(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_weight_counts_and_what_is_too_heavy_is_not_kept() -> None:
    kept: Recent[str, int] = Recent(10)
    kept.keep("a", 1, weight=6)
    kept.keep("b", 2, weight=6)
    kept.keep("c", 3, weight=11)
    assert [kept.get(key) for key in "abc"] == [None, 2, None]


def test_keeping_anew_replaces_and_forgetting_frees() -> None:
    kept: Recent[str, int] = Recent(10)
    kept.keep("a", 1, weight=9)
    kept.keep("a", 2, weight=5)
    kept.keep("b", 3, weight=5)
    assert (kept.get("a"), kept.get("b")) == (2, 3)
    kept.forget("a")
    kept.forget("nothing")
    kept.keep("c", 4, weight=5)
    assert [kept.get(key) for key in "abc"] == [None, 3, 4]
