"""What is signed, to the byte, and whether a signature holds (Ed25519, RFC 8032).

A head promises a tree; a receipt promises, before there is a head, that the leaves of one commit will be in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

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


def receipt_text(leaves: Sequence[bytes], at: dt.datetime, key: str) -> bytes:
    """What the signature of a receipt covers: every leaf of the commit. The command's name stands inside its events."""
    return b"farthing receipt 1\n" + canon.encode({"leaves": tuple(leaves), "at": at, "key_id": key})


def head_holds(head: SignedHead, public_key: bytes) -> bool:
    """Did the holder of this key sign this head?"""
    return head.key_id == key_id(public_key) and _holds(public_key, head.signature, head_text(head.size, head.root, head.at, head.key_id))


def receipt_holds(receipt: Receipt, public_key: bytes) -> bool:
    """Did the holder of this key sign this receipt?"""
    text = receipt_text(receipt.leaves, receipt.at, receipt.key_id)
    return receipt.key_id == key_id(public_key) and _holds(public_key, receipt.signature, text)


def _holds(public_key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except InvalidSignature:
        return False
    return True
