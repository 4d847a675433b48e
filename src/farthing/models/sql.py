"""A card as one SQL query: PostgreSQL's dialect, which duckdb reads too.

The query compares the same whole numbers and strings as Python does, so that it cannot round otherwise: columns hold numbers at the
feature's scale (`models.table.whole_frame`), a category is text, and NULL is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from farthing.domain.errors import Invalid
from farthing.models.scorecard import Attribute, Crossing, Scorecard


def to_sql(card: Scorecard, table: str, keep: Sequence[str] = ()) -> str:
    """Points and PDs of every row of `table`, beside the columns to `keep`.

    >>> from farthing.models.scorecard import Attribute, Bin, Scorecard
    >>> young, old, unknown = Bin("< 30", -4, 0, 1, 1), Bin(">= 30", 3, 0, 1, 1), Bin("missing", -4, 0, 1, 1)
    >>> age = Attribute("age", 0, "years", "年龄", "age", (30,), (young, old), unknown, 3)
    >>> pds = tuple(range(60_000, 52_000, -1_000))
    >>> print(to_sql(Scorecard("", 600, (age,), 596, pds, pds, pds, 50_000, 50_000, 20), "applicants", keep=["id"]))
    SELECT "id", points,
      (ARRAY[60000,59000,58000,57000,56000,55000,54000,53000])[points - 595] AS pd_ppm,
      (ARRAY[60000,59000,58000,57000,56000,55000,54000,53000])[points - 595] AS low_pd_ppm,
      (ARRAY[60000,59000,58000,57000,56000,55000,54000,53000])[points - 595] AS high_pd_ppm
    FROM (
      SELECT "id", 600
        + CASE WHEN "age" IS NULL THEN -4 WHEN "age" < 30 THEN -4 ELSE 3 END
        AS points
      FROM "applicants"
    ) AS scored
    """
    kept = "".join(f"{_name(name)}, " for name in keep)
    parts = "\n".join(f"    + {one}" for one in (*map(_case, card.attributes), *map(_cell, card.crossings)))
    tables = {"pd_ppm": card.pd_ppm, "low_pd_ppm": card.low_ppm, "high_pd_ppm": card.high_ppm}
    found = ",\n".join(f"  (ARRAY[{','.join(map(str, one))}])[points - {card.table_from - 1}] AS {name}" for name, one in tables.items())
    inner = f"  SELECT {kept}{card.base_points}\n{parts}\n    AS points\n  FROM {_name(table)}"  # noqa: S608 - names are quoted
    return f"SELECT {kept}points,\n{found}\nFROM (\n{inner}\n) AS scored"


def _case(attribute: Attribute) -> str:
    column = _name(attribute.feature)
    whens = [f"WHEN {column} IS NULL THEN {attribute.missing.points}"]
    whens += [f"WHEN {_among(column, special.codes)} THEN {special.bin.points}" for special in attribute.specials if special.codes]
    if attribute.other is None:
        whens += [f"WHEN {column} < {cut} THEN {one.points}" for cut, one in zip(attribute.cuts, attribute.bins, strict=False)]
        last = attribute.bins[-1]
    else:
        groups = zip(attribute.groups, attribute.bins, strict=True)
        whens += [f"WHEN {_among(column, group)} THEN {one.points}" for group, one in groups if group]
        last = attribute.other
    return f"CASE {' '.join(whens)} ELSE {last.points} END"


def _cell(crossing: Crossing) -> str:
    """The cells lie row by row, from 1 on."""
    points = ",".join(str(cell.points) for cell in crossing.cells)
    return f"(ARRAY[{points}])[{crossing.width} * ({_case(crossing.first)}) + ({_case(crossing.second)}) + 1]"


def _among(column: str, codes: Sequence[int | str]) -> str:
    return f"{column} IN ({', '.join(map(_literal, codes))})"


def _name(name: str) -> str:
    """A quoted name."""
    return '"' + _clean(name).replace('"', '""') + '"'


def _literal(code: int | str) -> str:
    return str(code) if isinstance(code, int) else "'" + _clean(code).replace("'", "''") + "'"


def _clean(text: str) -> str:
    if "\0" in text:
        raise Invalid("bad_name", f"{text!r} holds a NUL, which no SQL text can.", "Rename it before the card is fitted.")
    return text
