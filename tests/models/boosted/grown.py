"""A forest to test on, grown once on the made-up enterprises."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import strategies as st
from tests.models.enterprises import made_up

from farthing.models.boosted.fit import STUMPS, Growth, grow, hold_out
from farthing.models.boosted.trees import Forest, Tree
from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample

SMALL = Growth(trees=60, rate=0.1)


@cache
def sample() -> Sample:
    return made_up(1500)


@cache
def grown(growth: Growth = SMALL) -> Forest:
    return grow(sample(), CANDIDATES, growth, hold_out(sample(), 0.25, 3))


@cache
def stumps() -> Forest:
    return grown(STUMPS)


def rows_of(forest: Forest, cases: int) -> list[list[int | None]]:
    columns = [sample().columns[name] for name in forest.features]
    return [[None if missing[case] else int(value[case]) for value, missing in columns] for case in range(cases)]


@st.composite
def trees(draw: st.DrawFn, features: int = 3, depth: int = 3) -> Tree:
    """Any tree that hangs together, thresholds at the edges of the values drawn for it."""
    splits: list[list[int]] = []
    leaves: list[tuple[int, int]] = []

    def node(left: int) -> tuple[int, int]:
        if left == 0 or draw(st.integers(0, 3)) == 0:
            leaves.append((draw(st.integers(-(10**15), 10**15)), draw(st.integers(1, 40))))
            return -len(leaves), leaves[-1][1]
        place = len(splits)
        splits.append([draw(st.integers(0, features - 1)), draw(st.integers(-5, 5)), draw(st.integers(0, 1)), 0, 0, 0])
        (one, seen), (other, too) = node(left - 1), node(left - 1)
        splits[place][3:] = [one, other, seen + too]
        return place, seen + too

    node(depth)
    columns = list(zip(*splits, strict=True)) or [()] * 6
    return Tree(
        columns[0], columns[1], tuple(map(bool, columns[2])), columns[3], columns[4], columns[5],
        tuple(value for value, _ in leaves), tuple(cover for _, cover in leaves),
    )  # fmt: skip


FORESTS = st.lists(trees(), min_size=1, max_size=4).map(lambda made: Forest(("a", "b", "c"), (0, 0, 0), tuple(made)))
ROW = st.lists(st.none() | st.integers(-7, 7), min_size=3, max_size=3)


def columns_of(rows: list[list[int | None]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([[value or 0 for value in row] for row in rows], dtype=np.int64).T.copy(), np.array(
        [[value is None for value in row] for row in rows], dtype=np.bool_
    ).T.copy()
