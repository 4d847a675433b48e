"""Aggregates: one small sealed frame per subject and kind, for the live path; rebuilt from the lake at will."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, select

from farthing.domain.evidence import EvidenceKind
from farthing.store.engine import driver, ready, writing
from farthing.store.people_tables import party, subject_key
from farthing.store.recent import Recent
from farthing.store.vault import Place, SubjectKey, Vault

_GET = """
    SELECT a.kind, a.version, k.owner, k.wrapped, k.key_id, CASE WHEN a.version = asked.version THEN NULL ELSE a.blob END AS blob
    FROM unnest(%s::text[], %s::bigint[]) AS asked (kind, version) JOIN aggregate a ON a.subject = %s AND a.kind = asked.kind
    JOIN party p ON p.subject = a.subject JOIN subject_key k ON k.owner = p.id
"""
_PUT = """
    INSERT INTO aggregate AS old (subject, kind, version, blob) VALUES (%s, %s, 1, %b)
    ON CONFLICT (subject, kind) DO UPDATE SET version = old.version + 1, blob = EXCLUDED.blob
"""


class Aggregates:
    """Frames by (kind, subject) (`flows.ports.Aggregates`); `kept_bytes` of decoded ones are remembered by version."""

    def __init__(self, engine: Engine, vault: Vault, *, kept_bytes: int = 256 * 1024 * 1024) -> None:
        self._engine = engine
        self._ready = ready(engine)
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
        """One frame, or None where there is none."""
        return self.of(subject, (kind,)).get(kind)

    def of(self, subject: str, kinds: Collection[EvidenceKind]) -> dict[EvidenceKind, pl.DataFrame]:
        """The frames of these kinds that there are, in one round trip; a frame travels only if it is newer than the one remembered."""
        remembered = {kind: self._decoded.get((kind.value, subject)) for kind in kinds}
        versions = [known[0] if known else 0 for known in remembered.values()]
        frames = dict[EvidenceKind, pl.DataFrame]()
        for row in self._ready.fetch(_GET, [kind.value for kind in remembered], versions, subject, binary=True):
            kind = EvidenceKind(row.kind)
            known = remembered[kind]
            frames[kind] = known[1] if row.blob is None and known else self._opened(row, subject)
        for kind in remembered.keys() - frames.keys():
            self._decoded.forget((kind.value, subject))
        return frames

    def _opened(self, row: Any, subject: str) -> pl.DataFrame:
        key = self._vault.unwrap(row.owner, row.wrapped, row.key_id)
        frame = pl.read_parquet(io.BytesIO(key.open(_place(row.owner, EvidenceKind(row.kind), subject), row.blob)))
        self._decoded.keep((row.kind, subject), (row.version, frame), weight=int(frame.estimated_size()) + 1024)
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
