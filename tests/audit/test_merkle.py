"""The tree against the published vectors of Certificate Transparency and against the definition, word for word."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_spans,
    consistent,
    full_nodes,
    grow,
    included,
    inclusion_spans,
    leaf_hash,
    proof,
)

# The eight leaves and roots with which Certificate Transparency's own tests check its trees.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, as written."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2, as written."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def tree(leaves: list[bytes]) -> tuple[Frontier, dict[tuple[int, int], bytes]]:
    hashes = {(0, place): leaf_hash(leaf) for place, leaf in enumerate(leaves)}
    frontier = grow(Frontier(), list(hashes.values()), hashes.__setitem__)
    return frontier, hashes


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert tree(LEAVES[:size])[0].root().hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


sizes = st.integers(1, 70)


@given(sizes, st.data())
def test_growing_in_any_steps_comes_to_the_definition(size: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(size)]
    cut = data.draw(st.integers(0, size))
    grown = grow(grow(Frontier(), map(leaf_hash, leaves[:cut])), map(leaf_hash, leaves[cut:]))
    assert grown.root() == naive_root(leaves)
    assert grown.nodes() == tuple(full_nodes((0, size)))


@given(sizes, st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_convince(size: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(size)]
    index = data.draw(st.integers(0, size - 1))
    frontier, hashes = tree(leaves)
    path = proof(inclusion_spans(index, size), hashes)
    assert list(path) == naive_path(index, leaves)
    assert included(leaf_hash(leaves[index]), index, size, path, frontier.root())


@given(sizes, st.data())
def test_a_wrong_inclusion_proof_does_not_convince(size: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(size)]
    index = data.draw(st.integers(0, size - 1))
    frontier, hashes = tree(leaves)
    root, leaf = frontier.root(), leaf_hash(leaves[index])
    path = list(proof(inclusion_spans(index, size), hashes))
    assert not included(leaf_hash(b"other"), index, size, path, root)
    assert not included(leaf, size, size, path, root)
    assert not included(leaf, index, size, [*path, root], root)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        assert not included(leaf, index, size, path[:-1], root)
        assert not included(leaf, index, size, [*path[:place], leaf_hash(b"other"), *path[place + 1 :]], root)
        assert not included(leaf, index ^ 1, size, path, root)


@given(sizes, st.data())
def test_consistency_proofs_are_those_of_the_definition_and_convince(new: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(new)]
    old = data.draw(st.integers(1, new))
    _, hashes = tree(leaves)
    path = proof(consistency_spans(old, new), hashes)
    assert list(path) == naive_proof(old, leaves)
    assert consistent(old, naive_root(leaves[:old]), new, naive_root(leaves), path)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (1, 1, ()),
        (1, 8, (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        )),
        (6, 8, (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        )),
        (2, 5, (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        )),
    ],
)  # fmt: skip
def test_published_consistency_proofs(old: int, new: int, path: tuple[str, ...]) -> None:
    """Those with which Certificate Transparency's own tests check their eight leaves."""
    _, hashes = tree(LEAVES[:new])
    made = proof(consistency_spans(old, new), hashes)
    assert tuple(step.hex() for step in made) == path
    assert consistent(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), made)


@given(st.integers(2, 70), st.data())
def test_a_wrong_consistency_proof_does_not_convince(new: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(new)]
    old = data.draw(st.integers(1, new - 1))
    before, after = naive_root(leaves[:old]), naive_root(leaves)
    path = list(proof(consistency_spans(old, new), tree(leaves)[1]))
    place = data.draw(st.integers(0, len(path) - 1))
    assert not consistent(old, before, new, after, path[:-1])
    assert not consistent(old, before, new, after, [*path[:place], leaf_hash(b"other"), *path[place + 1 :]])
    assert not consistent(old, leaf_hash(b"other"), new, after, path)
    assert not consistent(old, before, new, leaf_hash(b"other"), path)
    assert not consistent(new, after, old, before, path)
    assert not consistent(0, EMPTY_ROOT, new, after, [])


@given(st.integers(2, 70), st.data())
def test_a_rewritten_past_is_not_consistent(new: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(new)]
    old = data.draw(st.integers(1, new - 1))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:place], b"other", *leaves[place + 1 :]]
    _, hashes = tree(rewritten)
    path = proof(consistency_spans(old, new), hashes)
    assert not consistent(old, naive_root(leaves[:old]), new, naive_root(rewritten), path)
    assert not consistent(old, naive_root(leaves[:old]), new, naive_root(leaves), [*path, b"x" * 32])
