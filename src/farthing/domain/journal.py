"""The proof of the past: leaves, signed heads, receipts (RFC 6962)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The tree of the first `size` leaves, signed (Ed25519) at `at` by the key named `key_id`."""

    size: int
    root: bytes
    at: dt.datetime
    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that a leaf stands at `index` in the tree of `size` leaves."""

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """Proof that the tree of the first `old` leaves is the beginning of the tree of the first `new`."""

    old: int
    new: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A promise, signed at once, that these events will be sealed: digests of their canonical bytes in order.

    `commands` is the digest of what the commit's commands were and answered (`audit.signed.commands_digest`).
    """

    command: str
    leaves: tuple[bytes, ...]
    commands: bytes
    at: dt.datetime
    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found wrong: which check, which item, what was expected and what was there."""

    check: str
    item: str
    expected: str
    found: str
