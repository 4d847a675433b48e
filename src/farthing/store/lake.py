"""The lake: evidence as columns, named by content.

    home/lake/KIND/DIGEST.parquet     zstd, sorted by (subject, day), with statistics, so that one subject reads little

DIGEST is the SHA-256 of the file's own bytes: any tool can check it and no byte escapes it. Rows are put into one order
before they are written, so the same rows in any order are one object; a later writer version may name them anew, which
`known` (by the source file's digest) keeps from happening. A file is whole or not there: it is written aside, synced and
renamed. It counts once a manifest names it, in the transaction of its event; until then it is an orphan that nobody reads.

What identifies a party does not enter: rows carry its pseudonym, the enterprise table leaves name, number and phone behind,
and what may name others (counterparty, account, purpose, a device, a contact point, the other end of a relation) becomes a pseudonym
by the blind index: equal stays equal, and nobody reads it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import tempfile
import threading
import time
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError

from farthing.domain import canon
from farthing.domain.errors import Broken, Invalid, Unavailable
from farthing.domain.evidence import Evidence, EvidenceKind, IntakeReport, Provenance, Quarantined
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.journal import Finding
from farthing.evidence.kinds import TABLES
from farthing.evidence.table import KNOWN_ON
from farthing.store.engine import reading, single
from farthing.store.marks import mark
from farthing.store.people_tables import evidence, intake
from farthing.store.vault import Place, Vault, insert_keys, key_of

_ROWS_A_GROUP = 16_384
_TURN, _LOOK_AGAIN_S = 0x6661_696E, 0.05  # "fain": farthing intake
_TRY, _END = text("SELECT pg_try_advisory_lock(:key)"), text("SELECT pg_advisory_unlock(:key)")
_LEFT_BEHIND = {"party", "name", "id_number", "phone"}
_OF_THE_PARTY = {(EvidenceKind.ENTERPRISE, "channel")}
"""What stands in the party's own record, and came after rows of its kind were kept."""
_PSEUDONYMS = {
    "counterparty": "external_key", "other": "external_key", "account": "account", "purpose": "purpose", "docket": "docket",
    "parcel": "parcel", "policy_no": "policy_no", "meter": "meter", "device": "device", "network": "network", "point": "point",
}  # fmt: skip
COLUMNS: Mapping[EvidenceKind, Mapping[str, pl.DataType]] = {
    kind: {
        "subject": pl.String(),
        **{name: dtype for name, dtype in table.schema().items() if name not in _LEFT_BEHIND and (kind, name) not in _OF_THE_PARTY},
    }
    for kind, table in TABLES.items()
}


# ---- inside a command's transaction ----------------------------------------------------------------------------------


def insert_evidence(connection: Connection, vault: Vault, one: Evidence, report: IntakeReport) -> bool:
    """Commit the manifest of a lake object with the report of its intake; the rows not accepted are sealed under a key of its own.

    False when the same rows of the same file are known: then nothing is done.
    """
    row = {
        "id": one.id, "kind": one.kind.value, "content_digest": one.provenance.content_digest, "object_digest": one.object_digest,
        "manifest": canon.encode(one).decode(),
    }  # fmt: skip
    if not connection.scalars(
        upsert(evidence).on_conflict_do_nothing(index_elements=[evidence.c.id]).returning(evidence.c.id), [row]
    ).all():
        return False
    key = vault.fresh(one.id)
    insert_keys(connection, vault, [key])
    sealed = vault.seal(key, _quarantine(one.id), zlib.compress(canon.encode(report.quarantined)))
    told = canon.encode(dataclasses.replace(report, quarantined=())).decode()
    connection.execute(insert(intake).values(evidence=one.id, report=told, sealed=sealed, digest=hashlib.sha256(sealed).hexdigest()))
    return True


def _lost(path: Path) -> Broken:
    return Broken("object_lost", f"The lake object {path.name} is gone.", "Restore it from a backup, or take its file in again.")


def _quarantine(one: str) -> Place:
    return Place(one, "intake", "sealed")


# ---- the lake --------------------------------------------------------------------------------------------------------


class Lake:
    """Objects under `root`, manifests in the database (`flows.ports.Lake`)."""

    def __init__(self, engine: Engine, vault: Vault, root: Path, *, patience_s: float = 60.0) -> None:
        self._reader = single(engine)
        self._vault = vault
        self._root = root
        self._patience_s = patience_s
        self._here = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One intake at a time in the whole bank; `Unavailable` when the others take too long.

        The lock is a session's: it ends with the process, however that ends. No transaction is open meanwhile, and however many
        threads wait, one connection does.
        """
        until = time.monotonic() + self._patience_s
        if not self._here.acquire(timeout=self._patience_s):
            raise _busy()
        try:
            with reading(self._reader) as connection:
                while not connection.scalar(_TRY, {"key": _TURN}):
                    if time.monotonic() > until:
                        raise _busy()
                    time.sleep(_LOOK_AGAIN_S)
                try:
                    yield
                finally:
                    _let_go(connection)
        finally:
            self._here.release()

    def put(self, kind: EvidenceKind, frame: pl.DataFrame, provenance: Provenance) -> Evidence:
        """`Invalid` names the column that is missing, foreign or of another type than `COLUMNS` says."""
        day = _day(kind)
        rows = self._shaped(kind, frame).sort(["subject", day, *COLUMNS[kind]], maintain_order=True)
        digest = _write(self._root / kind.value, rows)
        first, last = rows.select(pl.col(day).min().alias("first"), pl.col(day).max().alias("last")).row(0)
        named = derived_id(Prefix.EVIDENCE, kind.value, provenance.content_digest, digest)
        return Evidence(named, kind, provenance, digest, rows.height, first, last)

    def repeated(self, kind: EvidenceKind, frame: pl.DataFrame, currency: str) -> pl.Series:
        told = [name for name in COLUMNS[kind] if name not in {KNOWN_ON.name, "row"}]
        mine = pl.col("subject").is_in(frame["subject"].unique().implode())
        held = self.scan(kind, currency).filter(mine).select(told).collect()
        if held.is_empty():
            return pl.Series("row", [], pl.Int64)
        return self._shaped(kind, frame).join(held, on=told, how="semi", nulls_equal=True)["row"].sort()

    def manifests(self, kind: EvidenceKind | None = None) -> Sequence[Evidence]:
        wanted = select(evidence.c.manifest).order_by(evidence.c.number)
        with reading(self._reader) as connection:
            stored = connection.scalars(wanted if kind is None else wanted.where(evidence.c.kind == kind.value)).all()
        return [canon.decode(Evidence, manifest.encode()) for manifest in stored]

    def known(self, content_digest: str, kind: EvidenceKind) -> IntakeReport | None:
        """With the rows it quarantined."""
        wanted = select(evidence.c.id, intake.c.report, intake.c.sealed).join(intake, intake.c.evidence == evidence.c.id)
        mine = wanted.where(evidence.c.content_digest == content_digest, evidence.c.kind == kind.value)
        with reading(self._reader) as connection:
            row = connection.execute(mine.order_by(evidence.c.number.desc()).limit(1)).one_or_none()
            key = key_of(connection, self._vault, row.id) if row is not None else None
        if row is None:
            return None
        report = canon.decode(IntakeReport, row.report.encode())
        if key is not None:
            rows = zlib.decompress(key.open(_quarantine(row.id), bytes(row.sealed)))
            report = dataclasses.replace(report, quarantined=canon.decode(tuple[Quarantined, ...], rows))
        return dataclasses.replace(report, already_known=True)

    def scan(self, kind: EvidenceKind, currency: str | None = None, files: Collection[Evidence] | None = None) -> pl.LazyFrame:
        known = self.manifests(kind) if files is None else [one for one in files if one.kind is kind]
        told = [one for one in known if currency in (None, one.provenance.currency)]
        paths = [self._path(kind, digest) for digest in dict.fromkeys(one.object_digest for one in told)]
        lost = next((path for path in paths if not path.exists()), None)
        if lost is not None:
            raise _lost(lost)
        if not paths:
            return pl.LazyFrame(schema=dict(COLUMNS[kind]))
        return pl.scan_parquet(paths)

    def rows_in(self, one: Evidence, subject: str | None = None) -> pl.DataFrame:
        path = self._path(one.kind, one.object_digest)
        if not path.exists():
            raise _lost(path)
        rows = pl.scan_parquet(path)
        return (rows if subject is None else rows.filter(pl.col("subject") == subject)).collect()

    def subject(self, kind: EvidenceKind, subject: str) -> pl.DataFrame:
        return self.scan(kind).filter(pl.col("subject") == subject).collect()

    # ---- keeping it sound ------------------------------------------------------------------------------------------

    def check(self, kind: EvidenceKind, digest: str) -> Finding | None:
        """What is wrong with one object, if anything."""
        path = self._path(kind, digest)
        if not path.exists():
            return Finding("lake", f"{kind.value}/{digest}", digest, "missing")
        found = _digest(path)
        return None if found == digest else Finding("lake", f"{kind.value}/{digest}", digest, found)

    def verify(self) -> Sequence[Finding]:
        """Every committed object that is damaged or missing."""
        every = ((kind, digest) for kind in EvidenceKind for digest in self._committed(kind))
        return [finding for kind, digest in every if (finding := self.check(kind, digest)) is not None]

    def sweep(self, today: dt.date, *, remove: bool = False) -> Sequence[Path]:
        """Files that no manifest names and that are older than a day; removed if so asked."""
        orphans = [path for path in self._orphans() if _written_on(path) < today - dt.timedelta(days=1)]
        for path in orphans if remove else ():
            path.unlink(missing_ok=True)
        return orphans

    def _orphans(self) -> Iterator[Path]:
        for kind in EvidenceKind:
            committed = {f"{digest}.parquet" for digest in self._committed(kind)}
            yield from sorted(path for path in (self._root / kind.value).glob("*") if path.name not in committed)

    def _committed(self, kind: EvidenceKind) -> list[str]:
        """Each object once, however many files gave it, in the order they came."""
        with reading(self._reader) as connection:
            digests = connection.scalars(select(evidence.c.object_digest).where(evidence.c.kind == kind.value).order_by(evidence.c.number))
            return list(dict.fromkeys(digests))

    def _path(self, kind: EvidenceKind, digest: str) -> Path:
        return self._root / kind.value / f"{digest}.parquet"

    def _shaped(self, kind: EvidenceKind, frame: pl.DataFrame) -> pl.DataFrame:
        """The kind's columns and no other, names of others as pseudonyms."""
        wanted = COLUMNS[kind]
        left = _LEFT_BEHIND | {name for of, name in _OF_THE_PARTY if of is kind}
        rows = frame.drop([name for name in left if name in frame.columns and name not in wanted])
        for name in [*wanted, *rows.columns]:
            found = rows.schema.get(name)
            if found != wanted.get(name):
                said = f"Column {name} of {kind.value} rows is {found or 'missing'}; it must be {wanted.get(name) or 'left out'}."
                raise Invalid("lake_column", said, "Shape the rows as the canonical table says.", field=name)
        for name in _PSEUDONYMS.keys() & wanted.keys():
            rows = rows.with_columns(self._pseudonyms(rows[name], _PSEUDONYMS[name]))
        return rows.select(list(wanted))

    def _pseudonyms(self, named: pl.Series, field: str) -> pl.Series:
        distinct = named.drop_nulls().unique()
        blind = pl.Series([pseudonym(self._vault, field, value) for value in distinct], dtype=pl.String)
        return named.replace_strict(distinct, blind, default=None, return_dtype=pl.String).alias(named.name)


def _let_go(connection: Connection) -> None:
    """End the turn, with the session if it cannot be done otherwise."""
    try:
        connection.execute(_END, {"key": _TURN})
    except DBAPIError:
        connection.invalidate()


def _busy() -> Unavailable:
    return Unavailable("busy", "Other files are being taken in; nothing of this one was kept.", "Send it again in a while.")


def _day(kind: EvidenceKind) -> str:
    return TABLES[kind].effective or KNOWN_ON.name


def pseudonym(vault: Vault, field: str, value: str) -> str:
    """What stands in the lake for a word that may name somebody; a blank stays empty."""
    index = vault.blind(field, value)
    return "" if index is None else mark(index)


# ---- files -----------------------------------------------------------------------------------------------------------


def _write(folder: Path, rows: pl.DataFrame) -> str:
    """Write the rows once under their digest: whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened, name = tempfile.mkstemp(suffix=".half", dir=folder)
    os.close(opened)
    half = Path(name)
    try:
        rows.write_parquet(half, compression="zstd", compression_level=3, statistics=True, row_group_size=_ROWS_A_GROUP)
        digest = _digest(half)
        target = folder / f"{digest}.parquet"
        if not target.exists() or _digest(target) != digest:  # a damaged one is mended by the same rows
            _sync(half)
            half.rename(target)
            _sync(folder)
        else:
            os.utime(target)  # asked for anew: no sweep may take it before its manifest is committed
    finally:
        half.unlink(missing_ok=True)
    return digest


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written_on(path: Path) -> dt.date:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC).date()
