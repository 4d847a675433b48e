"""A sheet of a spreadsheet, every cell as text: a column of mixed cells would otherwise lose those that do not fit its first rows.

What a sheet cannot tell is told of: a number of more than fifteen digits has lost some, and an error (#REF!) is no empty cell.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from farthing.domain.errors import Invalid, Unavailable
from farthing.evidence.intake import QUARANTINE
from farthing.evidence.reasons import LOST_DIGITS, SHEET_ERROR
from farthing.sources.delimited import header_of

PACKED = {".xlsx", ".xlsm"}
LONG_NUMBER = r"^-?[0-9]{16,}$"  # a sheet keeps fifteen digits of a number
ERROR = r"^#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|GETTING_DATA|UNKNOWN!)$"


def read_sheet(path: Path, sheet: str | None, used: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sheet's rows (the first sheet's, without a name), and which of them cannot be read in the `used` columns and why."""
    if importlib.util.find_spec("fastexcel") is None:
        raise Unavailable("no_sheet_reader", "Reading spreadsheets needs the package fastexcel.", "pip install fastexcel, or save as csv.")
    import fastexcel

    def load(kind: Literal["string", "boolean"]) -> pl.DataFrame:
        loaded: pl.DataFrame = book.load_sheet(name, header_row=None, dtypes=kind, skip_whitespace_tail_rows=True).to_polars()
        return loaded

    try:
        book = fastexcel.read_excel(_with_errors_as_text(path))
        name = sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            raise Invalid("no_such_sheet", f"{path.name} has no sheet {name!r}.", f"It has: {', '.join(book.sheet_names)}.", field="sheet")
        cells = load("string")
        long = cells.slice(1).select(pl.all().str.contains(LONG_NUMBER).fill_null(value=False))
        if any(column.any() for column in long):  # a truth value is made of numbers only, not of text
            long = pl.DataFrame([column & load("boolean").slice(1)[column.name].is_not_null() for column in long])
    except fastexcel.FastExcelError:
        raise Invalid("unreadable_file", f"{path.name} is not a spreadsheet, or is damaged.", "Save it again, or as csv.") from None
    if cells.height < 2:
        raise Invalid("no_rows", f"{path.name} has no rows.", "Export it again with its rows.")
    header = header_of([cell or "" for cell in cells.row(0)], path.name)
    frame, long = (part.rename(dict(zip(part.columns, header, strict=True))) for part in (cells.slice(1), long))
    return frame, pl.concat([pl.DataFrame(schema=QUARANTINE), *_unreadable(frame, long, [one for one in used if one in header])])


def _unreadable(frame: pl.DataFrame, long: pl.DataFrame, used: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Each fault with its row, in columns of the quarantine."""
    rows = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("row")
    for name in used:
        errors = frame[name].str.contains(ERROR).fill_null(value=False)
        lost, wrong = frame.select(rows, value=name).filter(long[name]), frame.select(rows, value=name).filter(errors)
        yield lost.select("row", field=pl.lit(name), value=pl.lit("(withheld)"), reason=pl.lit(LOST_DIGITS()))
        yield wrong.select("row", field=pl.lit(name), value="value", reason=pl.lit(SHEET_ERROR()))


def _with_errors_as_text(path: Path) -> Path | bytes:
    """The book with the words of its error cells as text, which the reader would leave empty; as it stands where it has none."""
    if path.suffix.lower() not in PACKED:
        return path
    try:
        with zipfile.ZipFile(path) as book:
            sheets = {name: book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")}
            wrong = {name: data for name, data in sheets.items() if b' t="e"' in data}
            if not wrong:
                return path
            told = io.BytesIO()
            with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
                for name in dict.fromkeys(book.namelist()):
                    copy.writestr(name, wrong[name].replace(b' t="e"', b' t="str"') if name in wrong else book.read(name))
            return told.getvalue()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError):  # the reader will say so
        return path
