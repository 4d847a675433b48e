"""What is signed, to the byte: whoever writes a verifier of their own begins here."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from farthing.audit.signed import commands_digest, head_holds, head_text, key_id, receipt_holds, receipt_text
from farthing.domain.journal import Receipt, SignedHead

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
AT = dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
DONE = b"d" * 32


def test_the_texts_are_these() -> None:
    assert head_text(3, b"\xab" * 2, AT, "k") == (
        b'farthing head 1\n{"at":"2025-01-02T03:04:05.000000+00:00","key_id":"k","root":"abab","size":3}'
    )
    assert receipt_text((b"\x01", b"\x02"), b"\x03", AT, "k") == (
        b'farthing receipt 2\n{"at":"2025-01-02T03:04:05.000000+00:00","commands":"03","key_id":"k","leaves":["01","02"]}'
    )


def test_the_digest_of_commands_is_this_whatever_their_order() -> None:
    one, other = ("a", "draw", b"\x01", b"\x02", AT), ("b", "repay", b"\x03", b"\x04", AT)
    written = b'[["a","draw","01","02","2025-01-02T03:04:05.000000+00:00"],["b","repay","03","04","2025-01-02T03:04:05.000000+00:00"]]'
    assert commands_digest((one, other)) == commands_digest((other, one)) == hashlib.sha256(written).digest()


def test_a_head_holds_for_its_key_and_words_only() -> None:
    name = key_id(PUBLIC)
    head = SignedHead(3, b"r" * 32, AT, name, KEY.sign(head_text(3, b"r" * 32, AT, name)))
    assert head_holds(head, PUBLIC)
    assert not head_holds(replace(head, size=4), PUBLIC)
    assert not head_holds(replace(head, key_id="other"), PUBLIC)
    assert not head_holds(head, Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key().public_bytes_raw())


def test_a_receipt_holds_whatever_command_it_is_shown_for() -> None:
    name = key_id(PUBLIC)
    receipt = Receipt("a", (b"l" * 32,), DONE, AT, name, KEY.sign(receipt_text((b"l" * 32,), DONE, AT, name)))
    assert receipt_holds(receipt, PUBLIC)
    assert receipt_holds(replace(receipt, command="b"), PUBLIC)
    assert not receipt_holds(replace(receipt, leaves=(b"m" * 32,)), PUBLIC)
    assert not receipt_holds(replace(receipt, commands=b"e" * 32), PUBLIC)
