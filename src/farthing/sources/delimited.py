"""Text tables as people have them: any of the usual encodings and delimiters, lines that do not fit, quotes left open.

Every record under the header becomes a row of the frame, in order. One that cannot be split into the header's columns is an
empty row there and is told of in `unreadable`; none is dropped.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from farthing.domain.errors import Invalid
from farthing.evidence.reasons import QUOTE_INSIDE, QUOTE_OPEN, RAGGED, Why

DELIMITERS = (",", ";", "\t", "|")
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
QUOTE = '"'


@dataclass(frozen=True, slots=True)
class Delimited:
    """A text table: all columns text, every record a row; `unreadable` (row, field, value, reason) names those left empty."""

    frame: pl.DataFrame
    unreadable: pl.DataFrame
    encoding: str
    delimiter: str


def read_delimited(data: bytes, name: str, *, encoding: str | None = None, delimiter: str | None = None) -> Delimited:
    """The table in `data`; raises `Invalid` when it is empty, has no rows, or has no usable header."""
    used = encoding or detect_encoding(data, name)
    lines = list(io.StringIO(decode(data, used), newline=""))
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise Invalid("empty_file", f"{name} is empty.", "Export it again, with a header line and its rows.")
    separator = delimiter or detect_delimiter(lines[start])
    header = header_of(_cells(lines[start], separator), name)
    records = _records(lines, start + 1, len(header), separator)
    if records.is_empty():
        raise Invalid("no_rows", f"{name} has a header and no rows.", "Export it again with its rows.")
    return Delimited(*_columns(records, header), used, separator)


# ---- letters ---------------------------------------------------------------------------------------------------------


def detect_encoding(data: bytes, name: str) -> str:
    """The byte order mark's encoding, else UTF-8 or GB18030: whichever more of the lines beyond ASCII are written in."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if b"\x00" in data[:65536]:
        raise Invalid(
            "unknown_encoding", f"{name} holds zero bytes: it is UTF-16 without a mark, or no text table.",
            "Save it as UTF-8, or name its encoding in the mapping (encoding: utf-16-le).", field="encoding",
        )  # fmt: skip
    if _is_text(data, "utf-8"):
        return "utf-8"
    beyond = [line for line in data.split(b"\n") if not line.isascii()]
    in_utf8 = sum(_is_text(line, "utf-8") for line in beyond)
    return "utf-8" if 2 * in_utf8 >= len(beyond) else "gb18030"


def decode(data: bytes, encoding: str) -> str:
    """The text, with U+FFFD in place of what cannot be read; raises `Invalid` on an encoding nobody knows."""
    try:
        return data.decode(encoding, errors="replace")
    except (LookupError, ValueError):  # some of Python's codecs are for other things than files, and raise what they like
        raise Invalid(
            "unknown_encoding",
            f"There is no encoding {encoding[:40]!r} of text files.",
            "Usual ones: utf-8, gb18030, utf-16.",
            field="encoding",
        ) from None


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# ---- lines -----------------------------------------------------------------------------------------------------------


class _Record(NamedTuple):
    """One quoted record: it starts at `line` (0-based) and ends before `end`; `cells` None when it could not be split, for `reason`."""

    line: int
    end: int
    cells: list[str] | None
    reason: Why | None = None


def detect_delimiter(header: str) -> str:
    """The usual delimiter that splits the header line into most columns."""
    return max(DELIMITERS, key=lambda separator: len(_cells(header, separator)))


def _cells(line: str, separator: str) -> list[str]:
    """A line's cells; none when one of them is longer than a cell may be."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _records(lines: list[str], start: int, width: int, separator: str) -> pl.DataFrame:
    """Every record from line `start` on, in order: `line`, `cells` (null where it could not be split), `reason`.

    Lines without a quote are split all at once; only the others need a reader that knows quotes.
    """
    texts = pl.Series("text", lines[start:], dtype=pl.String).str.strip_chars_end("\r\n")
    body = pl.DataFrame({"line": pl.int_range(start, len(lines), dtype=pl.Int64, eager=True), "text": texts})
    has_quote = texts.str.contains(QUOTE, literal=True)
    quoted = list(_quoted(lines, body.get_column("line").filter(has_quote), width, separator))
    inner = pl.Series([line for record in quoted for line in range(record.line + 1, record.end)], dtype=pl.Int64)
    plain = body.filter(~has_quote & (texts.str.strip_chars(" ") != "") & ~pl.col("line").is_in(inner.implode()))
    cells = plain.select("line", cells=pl.col("text").str.split(separator), reason=pl.lit(None, dtype=pl.String))
    rows = [(record.line, record.cells, record.reason) for record in quoted]
    return pl.concat([cells, pl.DataFrame(rows, schema=cells.schema, orient="row")]).sort("line")


def _quoted(lines: list[str], starts: Iterable[int], width: int, separator: str) -> Iterator[_Record]:
    """The record at each of the lines that hold a quote, unless an earlier record reaches over it.

    A quote left open would swallow the lines behind it: when one of them is a whole record by itself, the first line stands alone.
    """
    end = 0
    for line in starts:
        if line < end:
            continue
        reader = csv.reader((lines[i] for i in range(line, len(lines))), delimiter=separator, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            yield _Record(line, line + 1, None, QUOTE_INSIDE())
            continue
        end = line + reader.line_num
        if width > 1 and any(inner.count(separator) >= width - 1 for inner in lines[line + 1 : end]):
            end = line + 1
            yield _Record(line, end, None, QUOTE_OPEN())
        else:
            yield _Record(line, end, cells)


# ---- columns ---------------------------------------------------------------------------------------------------------


def header_of(cells: Sequence[str], name: str) -> tuple[str, ...]:
    """A name for every column of a header line; raises `Invalid` when two are the same."""
    names = tuple(cell.strip() or f"column {i}" for i, cell in enumerate(cells, start=1))
    twice = sorted(column for column, times in Counter(names).items() if times > 1)
    if not names or twice:
        told = (
            f"{name} names a column twice: {', '.join(each[:40] for each in twice[:5])}."
            if twice
            else f"The first line of {name} is no header."
        )
        raise Invalid("bad_header", told, "Give every column its own name in the first line.")
    return names


def _columns(records: pl.DataFrame, header: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records under the header's names, and those that do not fit it."""
    width, found = len(header), pl.col("cells").list.len()
    ragged = pl.format(RAGGED(found="{}", width=width), found)
    judged = records.with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        reason=pl.when(found != width).then(ragged).otherwise(pl.col("reason")),
    )
    unreadable = judged.filter(pl.col("reason").is_not_null()).select(
        "row", field=pl.lit("(whole row)"), value=pl.format("line {}", pl.col("line") + 1), reason="reason"
    )
    cells = pl.when(pl.col("reason").is_null()).then(pl.col("cells"))
    return judged.select(cells.list.get(i, null_on_oob=True).alias(name) for i, name in enumerate(header)), unreadable
