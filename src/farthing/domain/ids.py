"""Opaque identifiers with a readable prefix: `pty_`, `app_`, `dec_`, `lin_`, `evt_` ..."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TypeAlias

from farthing.domain.errors import Invalid

Id: TypeAlias = str


class Prefix(StrEnum):
    """The kinds of thing that carry an id."""

    PARTY = "pty"
    STAFF = "stf"
    EVIDENCE = "evd"
    APPLICATION = "app"
    DECISION = "dec"
    LINE = "lin"
    BILL = "bil"
    EVENT = "evt"
    POLICY = "pol"
    MODEL = "mdl"
    PROPOSAL = "prp"
    RELIEF = "rlf"
    HOUSE = "hse"
    LISTENER = "lsn"


_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


def _encode(raw: bytes) -> str:
    """At most 15 bytes in base 32 (RFC 4648) without padding, in a third of the time that `base64` takes."""
    number = int.from_bytes(raw.ljust(15, b"\0"), "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(110, -1, -10)])[: (len(raw) * 8 + 4) // 5]


def new_id(prefix: Prefix, entropy: bytes) -> Id:
    """An id from at least 10 random bytes handed in by the caller (rooms have no chance of their own)."""
    assert len(entropy) >= 10, "an id needs 80 random bits"
    return f"{prefix.value}_{_encode(entropy[:15])}"


def derived_id(prefix: Prefix, *parts: str) -> Id:
    """The id that follows from its parts, so that a repeated command names the same thing. Parts must not be guessable secrets."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8")).digest()
    return f"{prefix.value}_{_encode(digest[:15])}"


def require_prefix(value: str, prefix: Prefix) -> Id:
    """`value` if it looks like an id of that kind, else `Invalid`."""
    if not value.startswith(f"{prefix.value}_") or len(value) > 40 or not value.isascii():
        raise Invalid("bad_id", f"{value[:60]!r} is not an id that starts with {prefix.value}_.", "Copy the id from where it was shown.")
    return value
