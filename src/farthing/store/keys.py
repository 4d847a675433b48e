"""The key that signs heads and receipts. It lies in the bank's home, never in the database: who edits the one lacks the other.

    secrets/journal.key   32 bytes in hexadecimal, mode 0600
    secrets/journal.pub   the public half, for whoever checks

Who holds `journal.key` and the database could write a new past; heads given to others beforehand would still contradict it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from farthing.audit.signed import key_id
from farthing.domain.errors import Broken, Unavailable
from farthing.flows.ports import Entropy

PRIVATE, PUBLIC = "journal.key", "journal.pub"
_SEED = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs; `public_key` is 32 raw bytes, `key_id` its short name."""

    public_key: bytes
    key_id: str
    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, seed: bytes) -> Signer:
        """The signer with this 32-byte seed."""
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public = key.public_key().public_bytes_raw()
        return cls(public, key_id(public), key)

    def sign(self, text: bytes) -> bytes:
        """The 64-byte signature."""
        return self._key.sign(text)


def make(secrets: Path, entropy: Entropy) -> Signer:
    """The signer kept in `secrets`, made if there is none (at set-up only)."""
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (secrets / PRIVATE).exists():
        seed = entropy.draw(_SEED)
        _write(secrets / PUBLIC, Signer.of(seed).public_key, 0o644)
        _write(secrets / PRIVATE, seed, 0o600)
    return read(secrets)


def read(secrets: Path) -> Signer:
    """The signer kept in `secrets`; `Unavailable` if there is none, `Broken` if others may read it or it holds no key."""
    path = secrets / PRIVATE
    try:
        loose, seed = path.stat().st_mode & 0o077, bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise Unavailable("key_missing", f"There is no {path}.", "Restore it from its backup; on a new bank, run the set-up.") from None
    except ValueError:
        loose, seed = 0, b""
    if loose:
        raise Broken("key_readable", f"{path} may be read by other accounts.", f"Run: chmod 600 {path}")
    if len(seed) != _SEED:
        raise Broken("key_damaged", f"{path} does not hold a key of {_SEED} bytes.", "Restore it from its backup.")
    return Signer.of(seed)


def _write(path: Path, key: bytes, mode: int) -> None:
    half = path.with_suffix(f"{path.suffix}.half")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as file:
        file.write(f"{key.hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
