"""What is signed, to the byte, and whether a signature holds (Ed25519, RFC 8032).

A head promises a tree; a receipt promises, before there is a head, that the leaves of one commit will be in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from farthing.domain import canon
from farthing.domain.journal import Receipt, SignedHead


def key_id(public_key: bytes) -> str:
    """The short name of a signing key: 16 hexadecimal digits of its digest."""
    return hashlib.sha256(b"farthing signing key\x00" + public_key).hexdigest()[:16]


def head_text(size: int, root: bytes, at: dt.datetime, key: str) -> bytes:
    """What the signature of a head covers."""
    return b"farthing head 1\n" + canon.encode({"size": size, "root": root, "at": at, "key_id": key})


def commands_digest(commands: Iterable[tuple[str, str, bytes, bytes, dt.datetime]]) -> bytes:
    """The digest of a commit's commands, in any order: each its key, its name, the digests of its inputs and its answer, its instant."""
    return canon.digest(tuple(sorted(commands)))


def receipt_text(leaves: Sequence[bytes], commands: bytes, at: dt.datetime, key: str) -> bytes:
    """What the signature of a receipt covers: every leaf of the commit, and what its commands answered."""
    return b"farthing receipt 2\n" + canon.encode({"leaves": tuple(leaves), "commands": commands, "at": at, "key_id": key})


def head_holds(head: SignedHead, public_key: bytes) -> bool:
    """Did the holder of this key sign this head?"""
    return head.key_id == key_id(public_key) and _holds(public_key, head.signature, head_text(head.size, head.root, head.at, head.key_id))


def receipt_holds(receipt: Receipt, public_key: bytes) -> bool:
    """Did the holder of this key sign this receipt?"""
    text = receipt_text(receipt.leaves, receipt.commands, receipt.at, receipt.key_id)
    return receipt.key_id == key_id(public_key) and _holds(public_key, receipt.signature, text)


def _holds(public_key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except InvalidSignature:
        return False
    return True
