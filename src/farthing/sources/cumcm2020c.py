"""CUMCM 2020 problem C: VAT invoices of small enterprises, of which some have a credit record (annex 1).

Names are masked by the publisher. The rating in the file is given by a bank's people: it is kept with the outcome and is
never a feature. The set says nothing of when anything was known, so every lag here is assumed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl

from farthing.domain.errors import NotFound
from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import FieldMap, FileMap
from farthing.sources.delimited import read_delimited
from farthing.sources.files import file_digest, read_parquet

NAME = "cumcm2020c"
GROUND = "assumed: terms of the data set"
INVOICES = ("invoices_annex1.parquet", "invoices_annex2.parquet")

INVOICE_MAP = FileMap(
    EvidenceKind.INVOICE,
    (
        ("party", FieldMap("enterprise_id")),
        ("side", FieldMap("side")),
        ("invoice_no", FieldMap("invoice_no")),
        ("issued_on", FieldMap("issue_date")),
        ("counterparty", FieldMap("counterparty_id")),
        ("net_fen", FieldMap("amount_ex_tax")),
        ("tax_fen", FieldMap("tax")),
        ("gross_fen", FieldMap("amount_incl_tax")),
        ("status", FieldMap("status")),
    ),
    KnownLag(1, assumed=True),
    repeats=Repeats.KEEP,  # as published; an importer may say otherwise
)
ENTERPRISE_MAP = FileMap(
    EvidenceKind.ENTERPRISE,
    (("party", FieldMap("enterprise_id")), ("name", FieldMap("name_masked_zh")), ("kind", FieldMap(constant="enterprise"))),
    KnownLag(0, assumed=True),
    repeats=Repeats.KEEP,
)
OUTCOME_MAP = FileMap(
    EvidenceKind.OUTCOME,
    (("party", FieldMap("enterprise_id")), ("defaulted", FieldMap("default")), ("rating", FieldMap("rating"))),
    KnownLag(0, assumed=True),
    repeats=Repeats.KEEP,
)


def read(directory: Path) -> tuple[SourceTable, ...]:
    """Enterprises, the outcomes of annex 1, and the invoices of both annexes, dated by the data's own end."""
    path = directory / "enterprises.csv"
    listed = read_delimited(path.read_bytes(), path.name) if path.exists() else None
    if listed is None:
        raise NotFound("no_such_file", f"There is no {path}.", "Name the folder that holds enterprises.csv and the two invoice files.")
    numbered = listed.frame.with_row_index("row", offset=1)
    judged = numbered.filter(pl.col("default").fill_null("") != "") if "default" in numbered.columns else numbered.clear()
    tables = (
        replace(_table(path, listed.frame, ENTERPRISE_MAP), unreadable=listed.unreadable),
        replace(_table(path, judged.drop("row"), OUTCOME_MAP), numbers=judged.get_column("row")),
        *(_table(directory / name, read_parquet(directory / name), INVOICE_MAP) for name in INVOICES),
    )
    ends_on = max(_last_day(table.frame) for table in tables)
    return tuple(replace(table, ends_on=ends_on) for table in tables)


def _last_day(frame: pl.DataFrame) -> dt.date:
    day = frame.get_column("issue_date").cast(pl.Date).max() if "issue_date" in frame.columns else None
    return day if isinstance(day, dt.date) else dt.date.min


def _table(path: Path, frame: pl.DataFrame, told: FileMap) -> SourceTable:
    return SourceTable(f"{NAME}/{path.name}", frame, file_digest(path), told, ground=GROUND)
