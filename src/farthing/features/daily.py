"""Daily aggregates: one subject's evidence by day, side and partner. The one intermediate that batch and live both read.

`partner` numbers the counterparties of one subject from 1 (0: not named), so that no name leaves the evidence. `known_on`
stays in the key: what was learned late is left out of any earlier date.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.features.primitives import MAX_ROW_FEN

KEY = ("subject", "known_on", "day", "side", "partner")
SUMS: Mapping[EvidenceKind, tuple[str, ...]] = {
    EvidenceKind.INVOICE: (
        "count", "amount", "net", "tax", "returns", "returned", "voids", "voided", "small", "large", "weekend",
    ),
    EvidenceKind.TRANSACTION: ("count", "amount", "named", "small", "large", "weekend"),
}  # fmt: skip
EXTREMES: Mapping[EvidenceKind, tuple[str, ...]] = {
    EvidenceKind.INVOICE: ("largest",),
    EvidenceKind.TRANSACTION: ("largest", "low"),
}
SIDES: Mapping[EvidenceKind, tuple[str, str]] = {
    EvidenceKind.INVOICE: ("sale", "purchase"),
    EvidenceKind.TRANSACTION: ("credit", "debit"),
}
SMALL_FEN = 1_000_00  # under 1,000 yuan
LARGE_FEN = 100_000_00  # 100,000 yuan and more: the face limit of many paper invoices


def daily(kind: EvidenceKind, rows: pl.DataFrame) -> pl.DataFrame:
    """Aggregates of evidence rows (canonical columns, `subject` or `party` as the owner), sorted by subject, side and day.

    `count`, `amount`, `net`, `tax`: valid rows, returns netted in the sums but not counted. `returns`, `returned`: number and
    value of red-letter invoices. `voids`, `voided`: number and value of void ones. `small`, `large`, `weekend`: counts.
    `largest`: the largest valid row (0 if none). `low`: the lowest balance of the day (null if none is given).
    Raises `Invalid` on an amount beyond `MAX_ROW_FEN`, which intake should have quarantined.
    """
    if "subject" not in rows.columns:
        rows = rows.rename({"party": "subject"})
    marked = _invoices(rows) if kind is EvidenceKind.INVOICE else _flows(rows)
    _check(marked)
    sums = [pl.col(name).sum() for name in SUMS[kind]]
    extremes = [pl.col("largest").max()] + [pl.col(name).min() for name in EXTREMES[kind][1:]]
    numbered = marked.with_columns(
        pl.col("partner").replace("", None).rank("dense").over("subject").fill_null(0).cast(pl.Int32),
        weekend=pl.when(pl.col("day").dt.weekday() >= 6).then(pl.col("count")).otherwise(0),
    )
    return numbered.group_by(KEY).agg(*sums, *extremes).sort("subject", "side", "day", "known_on", "partner")


def daily_by_subject(kind: EvidenceKind, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The same, one frame a subject, as the live path keeps them."""
    parts = daily(kind, rows).partition_by("subject", as_dict=True, maintain_order=True)
    return {str(key[0]): frame for key, frame in parts.items()}


def _check(marked: pl.DataFrame) -> None:
    money = [name for name in ("amount", "net", "tax", "voided") if name in marked.columns]
    beyond = marked.filter(pl.max_horizontal(pl.col(money).abs()) > MAX_ROW_FEN)
    if beyond.height:
        subject = beyond["subject"][0]
        raise Invalid("amount_out_of_range", f"A row of {subject} is above 10 billion yuan.", "Quarantine it at intake.", field="amount")


def _invoices(rows: pl.DataFrame) -> pl.DataFrame:
    valid, gross = pl.col("status") == "valid", pl.col("gross_fen")
    bought = valid & (gross >= 0)
    back = valid & (gross < 0)
    return rows.select(
        "subject", "known_on", "side", day="issued_on", partner="counterparty",
        count=bought.cast(pl.Int64),
        amount=_where(valid, gross), net=_where(valid, pl.col("net_fen")), tax=_where(valid, pl.col("tax_fen")),
        returns=back.cast(pl.Int64), returned=_where(back, -gross),
        voids=(~valid).cast(pl.Int64), voided=_where(~valid, gross.abs()),
        small=(bought & (gross < SMALL_FEN)).cast(pl.Int64), large=(bought & (gross >= LARGE_FEN)).cast(pl.Int64),
        largest=_where(bought, gross),
    )  # fmt: skip


def _flows(rows: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("amount_fen")
    return rows.select(
        "subject", "known_on", side="direction", day="booked_on", partner="counterparty",
        count=pl.lit(1, pl.Int64), amount=amount, named=_where(pl.col("counterparty").fill_null("") != "", amount),
        small=(amount < SMALL_FEN).cast(pl.Int64), large=(amount >= LARGE_FEN).cast(pl.Int64),
        largest=amount, low=pl.col("balance_fen"),
    )  # fmt: skip


def _where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value).otherwise(pl.lit(0, pl.Int64))
