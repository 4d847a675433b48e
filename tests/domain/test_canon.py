from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain import canon
from farthing.domain.policy import Outcome


@dataclass(frozen=True)
class Leaf:
    name: str
    on: dt.date | None
    count: int


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    outcome: Outcome
    at: dt.datetime
    raw: bytes
    pair: tuple[str, int]
    mixed: int | bool | str | dt.date | None


LEAVES = st.builds(Leaf, st.text(max_size=8), st.none() | st.dates(), st.integers())
TREES = st.builds(
    Tree,
    st.lists(LEAVES, max_size=4).map(tuple),
    st.sampled_from(list(Outcome)),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.binary(max_size=16),
    st.tuples(st.text(max_size=4), st.integers()),
    st.none() | st.integers() | st.booleans(),
)


@given(TREES)
def test_decoding_is_the_inverse_of_encoding(tree: Tree) -> None:
    assert canon.decode(Tree, canon.encode(tree)) == tree


@given(TREES)
def test_equal_values_have_equal_bytes(tree: Tree) -> None:
    again = canon.decode(Tree, canon.encode(tree))
    assert canon.digest(again) == canon.digest(tree)


def test_the_form_is_fixed() -> None:
    """A change of this text would break every seal: it must never change."""
    tree = Tree((Leaf("禾", dt.date(2024, 2, 29), -1),), Outcome.REFER, dt.datetime(2024, 1, 1, tzinfo=dt.UTC), b"\x01", ("a", 2), True)
    assert canon.encode(tree).decode() == (
        '{"at":"2024-01-01T00:00:00.000000+00:00","leaves":[{"count":-1,"name":"禾","on":"2024-02-29"}],'
        '"mixed":true,"outcome":"refer","pair":["a",2],"raw":"01"}'
    )


def test_floats_and_strangers_have_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        canon.encode({"rate": 0.1})
    with pytest.raises(TypeError):
        canon.encode(object())


def test_order_of_keys_does_not_matter() -> None:
    assert canon.encode({"b": 1, "a": 2}) == canon.encode({"a": 2, "b": 1})


def test_a_date_among_plain_values_stays_a_date() -> None:
    tree = Tree((), Outcome.REFER, dt.datetime(2024, 1, 1, tzinfo=dt.UTC), b"", ("", 0), dt.date(2024, 2, 29))
    assert canon.decode(Tree, canon.encode(tree)) == tree
