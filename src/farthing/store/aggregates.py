"""Aggregates: one small sealed frame per subject and kind, for the live path; rebuilt from the lake at will."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl
from sqlalchemy import Connection, Engine, select

from farthing.domain.evidence import EvidenceKind
from farthing.store.engine import driver, reading, single, writing
from farthing.store.people_tables import party, subject_key
from farthing.store.recent import Recent
from farthing.store.vault import Place, SubjectKey, Vault

_GET = """
    SELECT a.version, k.owner, k.wrapped, k.key_id, CASE WHEN a.version = %s THEN NULL ELSE a.blob END
    FROM aggregate a JOIN party p ON p.subject = a.subject JOIN subject_key k ON k.owner = p.id
    WHERE a.subject = %s AND a.kind = %s
"""
_PUT = """
    INSERT INTO aggregate AS old (subject, kind, version, blob) VALUES (%s, %s, 1, %b)
    ON CONFLICT (subject, kind) DO UPDATE SET version = old.version + 1, blob = EXCLUDED.blob
"""


class Aggregates:
    """Frames by (kind, subject) (`flows.ports.Aggregates`); `kept_bytes` of decoded ones are remembered by version."""

    def __init__(self, engine: Engine, vault: Vault, *, kept_bytes: int = 256 * 1024 * 1024) -> None:
        self._engine = engine
        self._reader = single(engine)
        self._vault = vault
        self._decoded: Recent[tuple[str, str], tuple[int, pl.DataFrame]] = Recent(kept_bytes)

    def put(self, kind: EvidenceKind, frames: Mapping[str, pl.DataFrame]) -> None:
        """Replace the subjects' frames at once. A subject whose party was erased is left out: nobody may read it."""
        if not frames:
            return
        with writing(self._engine) as connection:
            keys = self._keys(connection, list(frames))
            rows = (
                (subject, kind.value, self._vault.seal(key, _place(key.owner, kind, subject), _pack(frames[subject])))
                for subject, key in sorted(keys.items())  # in one order, so that two writers never wait for each other
            )
            with driver(connection).cursor() as cursor:
                cursor.executemany(_PUT, rows)

    def get(self, kind: EvidenceKind, subject: str) -> pl.DataFrame | None:
        """One round trip; the frame itself travels only if it is newer than the one remembered."""
        at = (kind.value, subject)
        remembered = self._decoded.get(at)
        with reading(self._reader) as connection, driver(connection).cursor(binary=True) as cursor:
            row = cursor.execute(_GET, (remembered[0] if remembered else 0, subject, kind.value)).fetchone()
        if row is None:
            self._decoded.forget(at)
            return None
        version, owner, wrapped, key_id, blob = row
        if blob is None:
            assert remembered is not None, "the frame is left out only if it is remembered"
            return remembered[1]
        key = self._vault.unwrap(owner, wrapped, key_id)
        frame = pl.read_parquet(io.BytesIO(key.open(_place(owner, kind, subject), blob)))
        self._decoded.keep(at, (version, frame), weight=int(frame.estimated_size()) + 1024)
        return frame

    def _keys(self, connection: Connection, subjects: list[str]) -> Mapping[str, SubjectKey]:
        joined = select(party.c.subject, subject_key).join(subject_key, subject_key.c.owner == party.c.id)
        rows = connection.execute(joined.where(party.c.subject.in_(subjects)))
        return {row.subject: self._vault.unwrap(row.owner, row.wrapped, row.key_id) for row in rows}


def _place(owner: str, kind: EvidenceKind, subject: str) -> Place:
    return Place(owner, "aggregate", "blob", f"{subject}/{kind.value}")


def _pack(frame: pl.DataFrame) -> bytes:
    """As parquet: of the formats polars reads it is the quickest to open for frames of many small numbers."""
    packed = io.BytesIO()
    frame.write_parquet(packed, compression="lz4", statistics=False)
    return packed.getvalue()
