"""The bank's own keys on disk: master keys, which wrap every party's key, and the index key, by which parties are found.

    secrets/master.key   one key a line in hexadecimal, the newest first; older ones only unwrap
    secrets/index.key    one key in hexadecimal; it never changes, or nobody would be found again

Whoever holds both files and the database reads everything. Without `master.key` the personal data is gone for good: keep a
copy of it apart from the copies of the database.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from farthing.domain.errors import Broken, Unavailable
from farthing.flows.ports import Entropy

KEY_BYTES = 32
MASTER, INDEX = "master.key", "index.key"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Master keys by id, the newest first, and the index key. Never printed."""

    masters: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    @property
    def newest(self) -> str:
        """The id of the key that wraps."""
        return next(iter(self.masters))

    @property
    def index_id(self) -> str:
        """The id of the index key."""
        return key_id(self.index)


def key_id(key: bytes) -> str:
    """A name for a key that says nothing about it."""
    return hashlib.sha256(b"farthing key id\x00" + key).hexdigest()[:16]


def make(secrets: Path, entropy: Entropy) -> Keyring:
    """Make the keys that are missing (at set-up only: a new master key opens nothing that an old one closed) and read them."""
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (MASTER, INDEX):
        if not (secrets / name).exists():
            _write(secrets / name, [entropy.draw(KEY_BYTES)])
    return read(secrets)


def read(secrets: Path) -> Keyring:
    """The keys; `Unavailable` if a file is missing, `Broken` if others may read it or it holds no keys."""
    masters = _read(secrets / MASTER)
    return Keyring({key_id(key): key for key in masters}, _read(secrets / INDEX)[0])


def add_master(secrets: Path, entropy: Entropy) -> str:
    """Put a new master key first; the id of the new key. Then re-wrap (`vault.rotate`), then `drop_old`."""
    _write(secrets / MASTER, [entropy.draw(KEY_BYTES), *_read(secrets / MASTER)])
    return read(secrets).newest


def drop_old(secrets: Path) -> None:
    """Forget all master keys but the newest: what is still wrapped by them, erased keys in old backups too, is gone for good."""
    _write(secrets / MASTER, _read(secrets / MASTER)[:1])


def _read(path: Path) -> list[bytes]:
    try:
        loose = path.stat().st_mode & 0o077
        keys = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
    except FileNotFoundError:
        raise Unavailable("key_missing", f"There is no {path}.", "Restore it from its backup; on a new bank, run the set-up.") from None
    except ValueError:
        keys, loose = [], 0
    if loose:
        raise Broken("key_readable", f"{path} may be read by other accounts.", f"Run: chmod 600 {path}")
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise Broken("key_damaged", f"{path} does not hold keys of {KEY_BYTES} bytes.", "Restore it from its backup.")
    return keys


def _write(path: Path, keys: list[bytes]) -> None:
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write("".join(f"{key.hex()}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
