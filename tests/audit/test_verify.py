"""A record is checked against what was signed, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from farthing.audit.merkle import Frontier, grow, leaf_hash
from farthing.audit.signed import head_text, key_id, receipt_text
from farthing.audit.verify import KEPT, LogCheck, Record, check_log
from farthing.domain.journal import Receipt, SignedHead

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
NAME = key_id(PUBLIC)
AT = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
DONE = b"d" * 32


def record(size: int, cuts: tuple[int, ...]) -> Record:
    """Events one receipt each, with heads at the cuts and the end."""
    data = [f"event {number}".encode() for number in range(size)]
    leaves = [leaf_hash(one) for one in data]
    heads, nodes = [], list[tuple[int, int, bytes]]()
    grow(Frontier(), leaves, lambda node, hash_: nodes.append((*node, hash_)) if node[0] >= KEPT else None)
    for cut in sorted({*cuts, size}):
        root = grow(Frontier(), leaves[:cut]).root()
        heads.append(SignedHead(cut, root, AT, NAME, KEY.sign(head_text(cut, root, AT, NAME))))
    receipts = [Receipt("", (leaf,), DONE, AT, NAME, KEY.sign(receipt_text((leaf,), DONE, AT, NAME))) for leaf in leaves]
    return Record(list(enumerate(data)), heads, receipts, AT, nodes)


def items(check: LogCheck) -> set[str]:
    return {finding.item for finding in check.findings}


sizes = st.integers(2, 30)


@given(sizes, st.data())
def test_an_honest_record_has_no_findings(size: int, data: st.DataObject) -> None:
    cuts = tuple(data.draw(st.lists(st.integers(1, size), max_size=4)))
    told: list[int] = []
    check = check_log(record(size, cuts), PUBLIC, told.append)
    assert check.findings == ()
    assert (check.events, check.heads, check.receipts) == (size, len({*cuts, size}), size)
    assert told == [0]


@given(sizes, st.data())
def test_a_changed_leaf_is_named(size: int, data: st.DataObject) -> None:
    honest = record(size, ())
    place = data.draw(st.integers(0, size - 1))
    events = [(index, b"forged" if index == place else bytes_) for index, bytes_ in honest.events]
    assert f"leaf {place}" in items(check_log(replace(honest, events=events), PUBLIC))


@given(sizes, st.data())
def test_a_lost_leaf_is_named(size: int, data: st.DataObject) -> None:
    honest = record(size, ())
    place = data.draw(st.integers(0, size - 2))
    events = [pair for pair in honest.events if pair[0] != place]
    assert f"leaf {place}" in items(check_log(replace(honest, events=events), PUBLIC))


@given(sizes, st.data())
def test_two_swapped_leaves_do_not_come_to_their_head(size: int, data: st.DataObject) -> None:
    honest = record(size, (size // 2,))
    one, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    stored = dict(honest.events)
    stored[one], stored[other] = stored[other], stored[one]
    found = check_log(replace(honest, events=sorted(stored.items())), PUBLIC).findings
    assert "leaves come to their head" in {finding.check for finding in found}


@given(sizes)
def test_an_extra_leaf_is_named(size: int) -> None:
    honest = record(size, ())
    found = items(check_log(replace(honest, events=[*honest.events, (size, b"forged")]), PUBLIC))
    assert f"leaf {size}" in found
    assert f"leaves {size} to {size}" in found


def test_a_signature_by_another_key_or_over_other_words_is_named() -> None:
    honest = record(4, (2,))
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    heads = [replace(honest.heads[0], signature=other.sign(b"x")), replace(honest.heads[1], key_id="another")]
    assert {"head of 2 leaves", "head of 4 leaves"} <= items(check_log(replace(honest, heads=heads), PUBLIC))
    receipts = [replace(next(iter(honest.receipts)), at=AT + dt.timedelta(seconds=1))]
    assert "receipt is signed" in {finding.check for finding in check_log(replace(honest, receipts=receipts), PUBLIC).findings}


def test_a_promise_that_is_not_due_yet_may_wait() -> None:
    honest = record(3, ())
    late = (leaf_hash(b"to come"),)
    then = AT + dt.timedelta(seconds=1)
    waiting = Receipt("", late, DONE, then, NAME, KEY.sign(receipt_text(late, DONE, then, NAME)))
    receipts = [*honest.receipts, waiting]
    assert check_log(replace(honest, receipts=receipts), PUBLIC).findings == ()
    due = check_log(replace(honest, receipts=receipts, due=waiting.at), PUBLIC).findings
    assert [finding.check for finding in due] == ["promised leaf is there"]


def test_kept_nodes_are_what_their_leaves_come_to_and_none_is_missing() -> None:
    honest = record(1030, (300, 700))
    assert [node[:2] for node in honest.nodes] == [(8, 0), (8, 1), (9, 0), (8, 2), (8, 3), (9, 1), (10, 0)]
    assert check_log(honest, PUBLIC).findings == ()
    (eight, *rest), forged = honest.nodes, (8, 0, b"f" * 32)
    assert items(check_log(replace(honest, nodes=[forged, *rest]), PUBLIC)) == {"node 0 of level 8"}
    assert items(check_log(replace(honest, nodes=[*honest.nodes, (8, 4, b"f" * 32)]), PUBLIC)) == {"node 4 of level 8"}
    (missing,) = check_log(replace(honest, nodes=rest), PUBLIC).findings
    assert (missing.item, missing.expected, missing.found) == ("node 0 of level 8", eight[2].hex(), "none")


def test_a_lost_leaf_is_no_finding_about_every_node_behind_it() -> None:
    honest = record(600, ())
    events = [event for event in honest.events if event[0] != 3]
    assert "kept node is what its leaves come to" not in {one.check for one in check_log(replace(honest, events=events), PUBLIC).findings}
