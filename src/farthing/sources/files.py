"""A file of somebody's own data, read as it stands: csv (also .gz), parquet or xlsx, each row with its number."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import replace
from pathlib import Path

import polars as pl
import yaml

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import FileMap, read_mapping
from farthing.sources.delimited import read_delimited
from farthing.sources.sheets import read_sheet

TEXT = {".csv", ".tsv", ".txt", ".asc", ".gz"}
PARQUET = {".parquet", ".pq"}
SHEETS = {".xlsx", ".xlsm", ".xls", ".ods"}


def read_file(path: Path, told: FileMap) -> SourceTable:
    """The file's table, not yet believed; raises `NotFound` or `Invalid` when the file as a whole cannot be read."""
    digest = file_digest(path)
    suffix = path.suffix.lower()
    unreadable = None
    if suffix in PARQUET:
        frame = read_parquet(path)
    elif suffix in SHEETS:
        frame, unreadable = read_sheet(path, told.sheet, told.columns())
    elif suffix in TEXT:
        table = read_delimited(_bytes(path), path.name, encoding=told.encoding, delimiter=told.delimiter)
        frame, unreadable = table.frame, table.unreadable
    else:
        kinds = ", ".join(sorted(TEXT | PARQUET | SHEETS))
        raise Invalid("unknown_file_type", f"{path.name} is none of the file types we read.", f"Save it as one of {kinds}.")
    # A file's own name may name a customer, and the journal never forgets: only what the mapping calls it goes on.
    source = SourceTable(told.source or f"{told.kind.value}{suffix}", frame, digest, told, unreadable=unreadable, synthetic=told.synthetic)
    return replace(source, ground=told.consent, consented=True) if told.consent else source


def read_mapping_file(path: Path, kind: EvidenceKind) -> FileMap:
    """The mapping document at `path` for files of `kind`; `Invalid` says which entry is wrong."""
    return read_mapping(read_document(path, "docs/import.md"), kind)


def read_document(path: Path, guide: str = "docs/first-scorecard.md") -> object:
    """The YAML document at `path`; `Invalid` says near which line it is none. `guide` shows one that is."""
    text = _bytes(path)
    try:
        return yaml.safe_load(text.decode("utf-8-sig"))
    except Exception as wrong:  # noqa: BLE001 - beside its own, the reader raises what a date, a tag or a depth of brackets leads to
        where = getattr(wrong, "problem_mark", None)
        line = f" near line {where.line + 1}" if where is not None else ""
        raise Invalid("bad_mapping", f"{path.name} is not a YAML document{line}.", f"See {guide} for an example.") from None


def file_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, streamed."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as wrong:
        raise unreadable_path(path, wrong) from None


def read_text(path: Path) -> pl.DataFrame:
    """A text table of a published set, every column text; `Invalid` when a line does not fit its header."""
    table = read_delimited(_bytes(path), path.name)
    if table.unreadable.height:
        where, why = table.unreadable.row(0)[2:]
        raise Invalid("unreadable_file", f"{path.name} is damaged: {where} has {why}.", "Fetch the data set again.")
    return table.frame


def read_parquet(path: Path) -> pl.DataFrame:
    """A parquet file's rows; `Invalid` when it is damaged, or has none."""
    try:
        frame = pl.read_parquet(path)
    except OSError as wrong:
        raise unreadable_path(path, wrong) from None
    except pl.exceptions.PolarsError:
        raise Invalid("unreadable_file", f"{path.name} is not a parquet file, or is damaged.", "Copy or export it again.") from None
    return _with_rows(frame, path)


def unreadable_path(path: Path, wrong: OSError) -> NotFound | Invalid:
    """What to tell of a path that cannot be opened."""
    if isinstance(wrong, FileNotFoundError):
        return NotFound("no_such_file", f"There is no file {path}.", "Check the path.")
    return Invalid("unreadable_file", f"{path} cannot be read: {wrong.strerror or wrong}.", "Check that it is a file you may read.")


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Invalid("unreadable_file", f"{path.name} is not a gzip file, or is damaged.", "Copy or export it again.") from None
    except OSError as wrong:
        raise unreadable_path(path, wrong) from None


def _with_rows(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    if frame.is_empty():
        raise Invalid("no_rows", f"{path.name} has no rows.", "Export it again with its rows.")
    return frame
