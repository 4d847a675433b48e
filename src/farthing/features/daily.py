"""Daily aggregates: one subject's evidence by day, side and partner. The one intermediate that batch and live both read.

`partner` numbers the counterparties of one subject from 1 (0: not named), so that no name leaves the evidence. `known_on`
stays in the key: what was learned late is left out of any earlier date. Where a later row tells the same thing anew (an order that was
completed, a case that was closed), the earlier one is taken back on the day the later is known: sums stay true on every date.
"""

from __future__ import annotations

import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.features.primitives import MAX_ROW_FEN
from farthing.features.records import RECORDS, Entry, Record

KEY = ("subject", "known_on", "day", "side", "partner")


def daily(kind: EvidenceKind, rows: pl.DataFrame) -> pl.DataFrame:
    """Aggregates of evidence rows (canonical columns, `subject` or `party` as the owner), sorted by subject, side and day.

    The columns are those of the kind's record, `largest` (the largest row that counts, 0 if none), `low` where the record has one (the
    day's lowest, null if none is given). Of invoices, returns are netted in the sums and not counted.
    Raises `Invalid` on an amount beyond `MAX_ROW_FEN`, which intake should have quarantined.
    """
    record = RECORDS[kind]
    if "subject" not in rows.columns:
        rows = rows.rename({"party": "subject"})
    told = _told(record, rows)
    marked = pl.concat([_marked(record, entry, told, first=place == 0) for place, entry in enumerate(record.entries)])
    _check(marked)
    extremes = [pl.col(name).max() for name in ("largest", *record.tops)] + ([pl.col("low").min()] if record.low else [])
    numbered = marked.with_columns(pl.col("partner").replace("", None).rank("dense").over("subject").fill_null(0).cast(pl.Int32))
    return (
        numbered.group_by(KEY)
        .agg(*(pl.col(name).sum() for name in record.sums), *extremes)
        .sort("subject", "side", "day", "known_on", "partner")
    )


def daily_by_subject(kind: EvidenceKind, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The same, one frame a subject, as the live path keeps them."""
    parts = daily(kind, rows).partition_by("subject", as_dict=True, maintain_order=True)
    return {str(key[0]): frame for key, frame in parts.items()}


def _told(record: Record, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `sign` 1; of a key told again, the earlier row once more with -1, known when the later one is."""
    rows = rows.with_columns(sign=pl.lit(1, pl.Int64))
    if not record.key:
        return rows
    key = ["subject", *record.key]
    again = rows.filter(pl.struct(key).is_duplicated())
    if again.is_empty():
        return rows
    order = [name for name in rows.columns if name not in (*key, "known_on", "sign")]
    earlier = again.sort(*key, "known_on", *order).with_columns(known_on=pl.col("known_on").shift(-1).over(key), sign=pl.lit(-1, pl.Int64))
    return pl.concat([rows, earlier.filter(pl.col("known_on").is_not_null())])


def _marked(record: Record, entry: Entry, rows: pl.DataFrame, *, first: bool) -> pl.DataFrame:
    """The rows of one entry: who, when, on which side, with whom, and what they add."""
    partner = pl.col(record.partner) if record.partner else pl.lit(None, pl.String)
    absent = [name for name in record.sums if name not in entry.sums and name != "rows"]
    counted = rows.select(
        "subject", "known_on", "sign", side=entry.side, day=pl.col(entry.day), partner=partner,
        **{name: expression.cast(pl.Int64).fill_null(0) for name, expression in entry.sums.items()},
        **dict.fromkeys(absent, pl.lit(0, pl.Int64)),
        **record.tops,
        **({"low": pl.col(record.low)} if record.low else {}),
    ).filter(pl.col("side").is_not_null() & pl.col("day").is_not_null())  # fmt: skip
    bounded = [name for name in record.sums if name in entry.sums and not _is_money(record.kind)]
    shaped = counted.with_columns(pl.col(bounded).clip(-MAX_ROW_FEN, MAX_ROW_FEN)) if bounded else counted
    stands = pl.col("sign") == 1
    shaped = shaped.with_columns(
        *(pl.col(name) * pl.col("sign") for name in record.sums if name != "rows"),
        largest=pl.when(stands & (pl.col("count") > 0)).then(pl.col(record.largest)).otherwise(pl.lit(0, pl.Int64)),
        **({"rows": stands.cast(pl.Int64) if first else pl.lit(0, pl.Int64)} if "rows" in record.sums else {}),
    )
    low = ["low"] if record.low else []
    return shaped.select("subject", "known_on", "side", "day", "partner", *record.sums, "largest", *record.tops, *low)


def _is_money(kind: EvidenceKind) -> bool:
    """Whose every amount is money, which intake bounds; counts of other kinds are read as the bound where they are beyond it."""
    return kind in (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION)


def _check(marked: pl.DataFrame) -> None:
    money = [name for name in ("amount", "net", "tax", "voided") if name in marked.columns]
    beyond = marked.filter(pl.max_horizontal(pl.col(money).abs()) > MAX_ROW_FEN)
    if beyond.height:
        subject = beyond["subject"][0]
        raise Invalid("amount_out_of_range", f"A row of {subject} is above 10 billion yuan.", "Quarantine it at intake.", field="amount")
