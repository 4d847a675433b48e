"""Personal data under lock: each party has a key and a salt of its own, wrapped by the bank's master key.

AES-256-GCM seals (NIST SP 800-38D, random 96-bit nonces); what is sealed is bound to its place (owner, table, column, row), so
that a ciphertext moved elsewhere does not open. Parties are found by a blind index: HMAC-SHA256 of the normalised value under
the index key. Events carry commitments: HMAC-SHA256 of a digest under the party's salt. Erasing a party deletes its wrapped
key and salt; nothing sealed by it can be opened again and no commitment can be checked by guessing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from farthing.domain.errors import Broken, Unavailable
from farthing.domain.ids import Id
from farthing.domain.party import normalised
from farthing.flows.ports import Entropy
from farthing.store import keyring
from farthing.store.engine import driver
from farthing.store.people_tables import bank_key, subject_key
from farthing.store.recent import Recent

_VERSION = b"\x01"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext lives; it opens nowhere else."""

    owner: Id
    table: str
    column: str
    row: str = ""

    @property
    def bound(self) -> bytes:
        """The associated data."""
        return f"farthing\x1f{self.owner}\x1f{self.table}\x1f{self.column}\x1f{self.row}".encode()


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """One owner's key and salt, in the clear: never stored, never printed."""

    owner: Id
    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def open(self, place: Place, sealed: bytes) -> bytes:
        """The plain bytes; `Broken` if they were changed or belong elsewhere."""
        return _open(self.key, place.bound, sealed, f"{place.table}.{place.column} of {self.owner}")

    def commit(self, digest: bytes) -> str:
        """The salted commitment to a digest, in hexadecimal."""
        return hmac.new(self.salt, digest, hashlib.sha256).hexdigest()


class Vault:
    """Opens and closes; `secrets` is the folder of the bank's own keys."""

    def __init__(self, secrets: Path, entropy: Entropy, *, kept: int = 10_000) -> None:
        self._secrets = secrets
        self._entropy = entropy
        self._ring = keyring.read(secrets)
        self._opened: Recent[Id, tuple[bytes, SubjectKey]] = Recent(kept)

    def enrol(self, connection: Connection) -> None:
        """Record the ids of the bank's keys once; `Broken` or `Unavailable` if the database was sealed with others."""
        known = {row.id: row.use for row in connection.execute(select(bank_key.c.id, bank_key.c.use))}
        if any(use == "index" and key != self._ring.index_id for key, use in known.items()):
            raise Broken("other_index_key", "The index key is not the one this database was filled with.", "Restore index.key.")
        lost = set(connection.scalars(select(subject_key.c.key_id).distinct())) - set(self._ring.masters)
        if lost:
            raise Unavailable("master_key_lost", f"Master key {min(lost)} is not in master.key.", "Restore master.key from its backup.")
        wanted = {**dict.fromkeys(self._ring.masters, "master"), self._ring.index_id: "index"}
        fresh = [{"id": key, "use": use} for key, use in wanted.items() if key not in known]
        if fresh:
            connection.execute(insert(bank_key), fresh)

    def draw(self, count: int) -> bytes:
        """Random bytes."""
        return self._entropy.draw(count)

    def fresh(self, owner: Id) -> SubjectKey:
        """A new key and salt."""
        drawn = self._entropy.draw(2 * keyring.KEY_BYTES)
        return SubjectKey(owner, drawn[: keyring.KEY_BYTES], drawn[keyring.KEY_BYTES :])

    def seal(self, key: SubjectKey, place: Place, plain: bytes) -> bytes:
        """Version, nonce, ciphertext and tag."""
        return _seal(key.key, place.bound, plain, self._entropy.draw(_NONCE))

    def wrap(self, key: SubjectKey) -> dict[str, object]:
        """A row of `subject_key`, under the newest master key."""
        master = self._ring.newest
        wrapped = _seal(self._ring.masters[master], _wrap_bound(key.owner, master), key.key + key.salt, self._entropy.draw(_NONCE))
        return {"owner": key.owner, "wrapped": wrapped, "key_id": master}

    def unwrap(self, owner: Id, wrapped: bytes, key_id: str) -> SubjectKey:
        """The owner's key. Remembered by its wrapped form, so that a row that is gone opens nothing."""
        remembered = self._opened.get(owner)
        if remembered is not None and remembered[0] == wrapped:
            return remembered[1]
        plain = _open(self._master(key_id), _wrap_bound(owner, key_id), wrapped, f"the key of {owner}")
        key = SubjectKey(owner, plain[: keyring.KEY_BYTES], plain[keyring.KEY_BYTES :])
        self._opened.keep(owner, (wrapped, key))
        return key

    def forget(self, owner: Id) -> None:
        """Drop the owner's key from memory."""
        self._opened.forget(owner)

    def blind(self, field_name: str, value: str | None) -> bytes | None:
        """The blind index of a value: equal values of one field, spelled in any case, width or spacing at the ends, are equal."""
        if value is None or not (text := normalised(value)):
            return None
        return hmac.digest(self._ring.index, f"{field_name}\x1f{text}".encode(), "sha256")

    def reload(self) -> str:
        """Read the key files again; the id of the newest master key."""
        self._ring = keyring.read(self._secrets)
        return self._ring.newest

    def _master(self, key_id: str) -> bytes:
        if key_id not in self._ring.masters:
            self.reload()  # another process rotated the keys
        if key_id not in self._ring.masters:
            raise Unavailable("master_key_lost", f"Master key {key_id} is not in master.key.", "Restore master.key from its backup.")
        return self._ring.masters[key_id]


def insert_keys(connection: Connection, vault: Vault, keys: Sequence[SubjectKey]) -> None:
    """Store the owners' keys, wrapped."""
    connection.execute(insert(subject_key), [vault.wrap(key) for key in keys])


def key_of(connection: Connection, vault: Vault, owner: Id) -> SubjectKey | None:
    """The owner's key, or None once it was destroyed."""
    row = driver(connection).execute("SELECT wrapped, key_id FROM subject_key WHERE owner = %s", (owner,), binary=True).fetchone()
    return None if row is None else vault.unwrap(owner, *row)


def keys_of(connection: Connection, vault: Vault, owners: Sequence[Id]) -> Mapping[Id, SubjectKey]:
    """The keys of those owners that still have one."""
    rows = connection.execute(select(subject_key).where(subject_key.c.owner.in_(owners)))
    return {row.owner: vault.unwrap(row.owner, row.wrapped, row.key_id) for row in rows}


def destroy_key(connection: Connection, vault: Vault, owner: Id) -> bool:
    """Delete the owner's key and salt; whether there was one."""
    vault.forget(owner)
    return connection.execute(delete(subject_key).where(subject_key.c.owner == owner)).rowcount > 0


def rotate(connection: Connection, vault: Vault, *, batch: int = 1000) -> int:
    """Wrap up to `batch` keys anew under the newest master key; how many. Nothing sealed is touched and nobody waits.

    Call `keyring.add_master`, then this, a transaction a batch, until it answers 0, then `keyring.drop_old`.
    """
    newest = vault.reload()
    vault.enrol(connection)
    stale = select(subject_key).where(subject_key.c.key_id != newest).limit(batch).with_for_update(skip_locked=True)
    fresh = [vault.wrap(vault.unwrap(row.owner, row.wrapped, row.key_id)) for row in connection.execute(stale).all()]
    if fresh:
        named = [{"at": row["owner"], "now": row["wrapped"], "by": row["key_id"]} for row in fresh]
        change = update(subject_key).where(subject_key.c.owner == bindparam("at"))
        connection.execute(change.values(wrapped=bindparam("now"), key_id=bindparam("by")), named)
    return len(fresh)


def _wrap_bound(owner: Id, key_id: str) -> bytes:
    return Place(owner, "subject_key", "wrapped", key_id).bound


def _seal(key: bytes, bound: bytes, plain: bytes, nonce: bytes) -> bytes:
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _open(key: bytes, bound: bytes, sealed: bytes, what: str) -> bytes:
    start = len(_VERSION) + _NONCE
    try:
        if sealed[:1] != _VERSION:
            raise InvalidTag
        return AESGCM(key).decrypt(sealed[1:start], sealed[start:], bound)
    except (InvalidTag, ValueError):
        raise Broken(
            "sealed_data_changed", f"What is sealed as {what} was changed or moved.", "Restore it from a backup; find out who."
        ) from None
