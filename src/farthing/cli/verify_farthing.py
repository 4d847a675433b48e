"""Check a journal that `farthing audit export` wrote, trusting nothing but the bank's public key. Needs Python and `cryptography`.

    python -I verify_farthing.py FOLDER [--key HEX] [--head KEPT.json ...] [--proof PROOF.json ...]
    exit code 0: all of it holds; 1: something is wrong, each on a line that names it; 2: it could not be checked

The folder holds one item a line. Line 1 of events.jsonl is event 0 (where there is a start.json: event `size`); leaves.txt has their
hashes, heads.jsonl the signed roots, receipts.jsonl what each commit promised, in log order. Give --key if you know it from elsewhere,
and every head you were given: they catch a bank that rewrote or shortened its whole past. Tree: RFC 6962; signatures: RFC 8032.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

wrong: list[str] = []


def say(item: str, what: str) -> None:
    """Tell and remember what is wrong with an item."""
    wrong.append(item)
    print(f"WRONG  {item}: {what}")


def node_hash(left: bytes, right: bytes) -> bytes:
    """How two subtrees make a larger one."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The full subtrees that the leaves so far make, largest first; a new leaf joins those that have become equally large."""

    def __init__(self, size: int, roots: list[bytes]) -> None:
        self.size, self.roots = size, roots

    def add(self, leaf: bytes) -> None:
        level = 0
        while self.size >> level & 1:
            leaf = node_hash(self.roots.pop(), leaf)
            level += 1
        self.roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        hash_ = self.roots[-1] if self.roots else hashlib.sha256(b"").digest()
        for left in self.roots[-2::-1]:
            hash_ = node_hash(left, hash_)
        return hash_


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Does the path lead from the leaf at `index` to the root of `size` leaves (RFC 9162, 2.1.3.2)?"""
    here, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node_hash(sibling, leaf)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        here, last = here >> 1, last >> 1
    return 0 <= index < size and last == 0 and leaf == root


def records(kind: bytes, name: str, lines: Iterable[bytes], key: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """The records, one a line, that the key's holder signed: all but the signature, as canonical JSON. The others are told."""
    for number, line in enumerate(lines, 1):
        item, record = f"{name} {number}", dict[str, Any]()
        try:
            record = json.loads(line)
            signature = bytes.fromhex(record.pop("signature"))
            record.pop("public_key", None)  # as the API tells a head
            text = kind + b"\n" + json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            if record["key_id"] == hashlib.sha256(b"farthing signing key\x00" + key).hexdigest()[:16]:
                Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
                yield item, record
            else:
                say(item, f"is signed by another key, {record['key_id']}")
        except InvalidSignature:
            say(item, f"was changed: its signature does not hold (size {record.get('size')}, at {record.get('at')})")
        except (ValueError, KeyError, TypeError, AttributeError):
            say(item, "cannot be read")


def event_hash(data: bytes) -> bytes:
    """The leaf of an event."""
    return hashlib.sha256(b"\x00" + data.removesuffix(b"\n")).digest()


def check_event(index: int, data: bytes, leaf: bytes, promised: dict[bytes, str], present: set[bytes]) -> tuple[bytes, bool]:
    """The true leaf at `index`, and whether `data` is the event that stands there, right or wrong: else it belongs behind a lost one.

    Where an event and its leaf part, the receipts tell which of the two was changed.
    """
    made, id_ = event_hash(data), re.search(rb'"id":"(evt_[a-z0-9]+)"', data)
    name = f"event {index} ({id_[1].decode()})" if id_ else f"event {index}"
    if made == leaf:
        if leaf not in promised:
            say(name, "was promised by no receipt: changed with its leaf, or added, or its receipt is gone or wrong")
    elif made in promised and leaf not in promised:
        say(f"leaf {index}", f"is not the hash of {name}")
        return made, True
    elif len(data) < 2 or (made in promised and leaf not in present):
        say(f"event {index}", "is lost")
        return leaf, len(data) < 2
    else:
        say(name, "stands in the wrong place" if made in promised else "was changed: it does not come to its leaf")
    return leaf, True


def check_events(folder: Path, tree: Tree, promised: dict[bytes, str], sizes: set[int]) -> dict[int, bytes]:
    """Grow the tree event by event; its roots at these sizes. Every leaf was promised, and every promise has its leaf."""
    roots, missing, present = {tree.size: tree.root()}, promised.copy(), set(map(event_hash, (folder / "events.jsonl").open("rb")))
    with (folder / "events.jsonl").open("rb") as events, (folder / "leaves.txt").open("rb") as leaves:
        event = next(events, b"")
        for line in leaves:
            stored = bytes.fromhex(line.decode()) if re.fullmatch(rb"[0-9a-f]{64}\n", line) else b""
            leaf, here = check_event(tree.size, event, stored, promised, present)
            event = next(events, b"") if here else event
            missing.pop(leaf, None)
            tree.add(leaf)
            if tree.size in sizes:
                roots[tree.size] = tree.root()
        if event:
            say(f"event {tree.size}", "and what follows it have no leaf")
    for leaf, receipt in missing.items():
        say(receipt, f"promised the leaf {leaf.hex()}, which is not there")
    return roots


def check_heads(kind: str, heads: dict[int, bytes], roots: dict[int, bytes], size: int) -> None:
    """Each root is that of the first so many events: so each head is the beginning of all that follow it."""
    first = held = min(roots)
    for of, root in sorted(heads.items()):
        if of > size:
            say(f"{kind} of {of} events", f"the journal has only {size}: its end was cut off")
        elif of < first:
            say(f"{kind} of {of} events", f"is older than this export, which starts at {first}: export everything")
        elif roots[of] != root:
            say(f"{kind} of {of} events", f"events {held} to {of - 1}, or earlier ones, do not come to its root")
        else:
            held = of


def check_proof(path: Path, heads: dict[int, bytes]) -> None:
    """A proof of one event against the head of its size."""
    proof = json.loads(path.read_bytes())
    leaf, packed, size = base64.b64decode(proof["leaf"]), base64.b64decode(proof["path"]), proof["size"]
    steps = [packed[at : at + 32] for at in range(0, len(packed), 32)]
    if size not in heads or not included(leaf, proof["index"], size, steps, heads[size]):
        say(f"proof {path.name} of {proof['event']}", f"does not lead to a head of {size} events that holds")


def main() -> int:
    """Key, heads, receipts, then every event and the tree over them, heads that were kept, proofs."""
    asked = argparse.ArgumentParser(description="Check an exported Farthing journal.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--key", help="the bank's public key in hex, known from elsewhere")
    asked.add_argument("--head", type=Path, action="append", default=[], help="a head you kept")
    asked.add_argument("--proof", type=Path, action="append", default=[], help="a proof of one event")
    given = asked.parse_args()
    folder, key = given.folder, bytes.fromhex(given.key or (given.folder / "journal.pub").read_text())
    told = [*records(b"farthing head 1", "head", (folder / "heads.jsonl").open("rb"), key)]
    heads = {head["size"]: bytes.fromhex(head["root"]) for _, head in told}
    told = [one for path in given.head for one in records(b"farthing head 1", f"kept head {path.name}", [path.read_bytes()], key)]
    kept = {head["size"]: bytes.fromhex(head["root"]) for _, head in told}
    receipts = records(b"farthing receipt 2", "receipt", (folder / "receipts.jsonl").open("rb"), key)
    promised = {bytes.fromhex(leaf): f"{name} of {one['at']}" for name, one in receipts for leaf in one["leaves"]}
    since = folder / "start.json"
    start: dict[str, Any] = json.loads(since.read_bytes()) if since.exists() else {"size": 0, "roots": []}
    tree = Tree(start["size"], [bytes.fromhex(root) for root in start["roots"]])
    roots = check_events(folder, tree, promised, {*heads, *kept})
    check_heads("head", heads, roots, tree.size)
    check_heads("kept head", kept, roots, tree.size)
    if tree.size > max(heads, default=0):
        say(f"events {max(heads, default=0)} to {tree.size - 1}", "are under no head that holds")
    for path in given.proof:
        check_proof(path, kept | heads)
    print(f"{len(wrong)} WRONG:" if wrong else "OK:", f"{tree.size - start['size']} events, {len(heads)} heads, {len(kept)} heads kept")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, TypeError) as stopped:
        print(f"cannot be checked: {type(stopped).__name__}: {stopped}", file=sys.stderr)
        sys.exit(2)
