"""Evidence: hand a file in with its mapping, see what became of every row."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import Field

from farthing import wiring
from farthing.api.fields import Answer, Cursor, Key, Limit, Listed, offset, onward, told
from farthing.api.security import By
from farthing.domain.errors import Invalid
from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind, IntakeReport, Repeats
from farthing.domain.staff import Role
from farthing.flows.access import require
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.queries import evidence as reading

routes = APIRouter(tags=["evidence"])

ENDINGS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
SHOWN = 1000
"""Faults listed in an answer; all are counted."""
UNPACKED = 512 * 1024 * 1024


class FaultAnswer(Answer):
    """One row that was not accepted."""

    row: int
    field: str
    value: str
    reason: str
    reason_zh: str


class FaultCountAnswer(Answer):
    """How many rows have this fault in this field."""

    field: str
    reason: str
    reason_zh: str
    rows: int


class IntakeAnswer(Answer):
    """What became of every row: `rows == accepted + quarantined_rows + repeated_dropped`, always."""

    kind: EvidenceKind
    source: str
    evidence: str | None = Field(description="null when no row was accepted")
    rows: int
    accepted: int
    quarantined_rows: int
    repeated: int
    repeated_dropped: int
    repeats: Repeats
    currency: str = Field(description=f"rows in another than {CURRENCY} are kept and shown, and enter no feature")
    already_known: bool = Field(description="the same file came before, read as now: nothing was changed")
    faults: list[FaultCountAnswer]
    quarantined: list[FaultAnswer] = Field(description=f"the first {SHOWN}")


class EvidenceAnswer(Answer):
    """Rows of one kind taken in at once."""

    id: str
    kind: EvidenceKind
    source: str
    content_digest: str
    object_digest: str
    currency: str
    lag_days: int = Field(description="a row was known so many days after its date")
    lag_assumed: bool
    rows: int
    first_on: dt.date | None
    last_on: dt.date | None
    synthetic: bool


@routes.post("/evidence", status_code=201, response_model=list[IntakeAnswer])
def take_in_file(
    by: By,
    key: Key,
    file: Annotated[UploadFile, File(description="csv, tsv, parquet or xlsx")],
    mapping: Annotated[
        str, Form(max_length=20_000, pattern=r"^[^\x00]+$", description="the mapping document (YAML or JSON), as in docs/import.md")
    ],
    kind: Annotated[EvidenceKind, Form()],
    repeats: Annotated[
        Repeats | None, Form(description="rows that repeat an earlier one: keep or drop; asked for when there are any")
    ] = None,
) -> Response:
    """Take a file in (staff). Each row is accepted or quarantined with its reason; the same file twice changes nothing.

    A known file with another mapping is refused (409, `file_known`): what was taken in stays as it was read.
    """
    require(by.actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    with TemporaryDirectory(prefix="farthing-upload-") as folder:
        path, told_how = Path(folder) / f"{kind.value}{_ending(file)}", Path(folder) / "mapping.yaml"
        with path.open("wb") as kept:
            while part := file.file.read(1 << 20):
                kept.write(part)
        told_how.write_text(mapping, encoding="utf-8")
        _refuse_bomb(path)
        tables = wiring.own_file(kind, path, told_how)
        reports = intake(by.house, by.actor, IntakeRequest(tables, repeats=repeats), by.key(key))
    body = "[" + ",".join(_report(report).model_dump_json() for report in reports) + "]"
    return Response(body, 201, media_type="application/json")


@routes.get("/evidence", response_model=Listed[EvidenceAnswer])
def list_evidence(by: By, kind: Annotated[EvidenceKind | None, Query()] = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What evidence the bank holds, the newest first (staff)."""
    start = offset("evidence", cursor)
    items = [_manifest(one) for one in reading.manifests(by.house, by.actor, kind)[start : start + limit]]
    return told(Listed[EvidenceAnswer](items=items, next=onward("evidence", start, len(items), limit)))


def _ending(file: UploadFile) -> str:
    """The file's ending: all that is kept of its name, which may name somebody."""
    ending = PurePath(file.filename or "").suffix.lower()
    if ending not in ENDINGS:
        raise Invalid("unknown_file_type", "That is none of the file types we read.", f"Send one of {', '.join(ENDINGS)}.", field="file")
    return ending


def _refuse_bomb(path: Path) -> None:
    """A sheet is a zip archive, which may unpack to far more than was sent."""
    if path.suffix != ".xlsx":
        return
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Invalid("unreadable_file", "That is not a spreadsheet, or is damaged.", "Save it again, or as csv.", field="file") from None
    if size > UNPACKED:
        raise Invalid("too_large", "That sheet unpacks to more than we read.", "Send it in parts, or as csv.", field="file")


def _report(report: IntakeReport) -> IntakeAnswer:
    return IntakeAnswer(
        kind=report.kind, source=report.source, evidence=report.evidence, rows=report.rows, accepted=report.accepted,
        quarantined_rows=report.quarantined_rows, repeated=report.repeated, repeated_dropped=report.repeated_dropped,
        repeats=report.repeats, currency=report.currency, already_known=report.already_known,
        faults=[
            FaultCountAnswer(field=one.field, reason=one.reason, reason_zh=reading.reason(one.reason)[0], rows=one.rows)
            for one in report.faults
        ],
        quarantined=[
            FaultAnswer(row=one.row, field=one.field, value=one.value, reason=one.reason, reason_zh=reading.reason(one.reason)[0])
            for one in report.quarantined[:SHOWN]
        ],
    )  # fmt: skip


def _manifest(one: Evidence) -> EvidenceAnswer:
    told_by = one.provenance
    return EvidenceAnswer(
        id=one.id, kind=one.kind, source=told_by.source, content_digest=told_by.content_digest, object_digest=one.object_digest,
        currency=told_by.currency, lag_days=told_by.known_lag.days, lag_assumed=told_by.known_lag.assumed, rows=one.rows,
        first_on=one.first_on, last_on=one.last_on, synthetic=told_by.synthetic,
    )  # fmt: skip
