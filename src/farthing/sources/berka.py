"""PKDD'99 Berka: accounts of a Czech bank, their flows before a loan was granted, and how the loan went. Amounts are CZK.

Only accounts that borrowed are taken in; the party is the account's owner. The set names disponents too, but no kind of relation
of ours says 'may sign for', so they are left where they are. Loans that still ran at the data's end count by their state then.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import FieldMap, FileMap
from farthing.sources.files import file_digest, read_text

NAME = "berka"
GROUND = "assumed: terms of the data set"
CURRENCY = "CZK"
ENDS_ON = dt.date(1998, 12, 31)  # the last day the published set speaks of
DAY = ("%y%m%d",)

TRANSACTION_MAP = FileMap(
    EvidenceKind.TRANSACTION,
    (
        ("party", FieldMap("party")),
        ("account", FieldMap("account_id")),
        ("reference", FieldMap("trans_id")),
        ("booked_on", FieldMap("date", formats=DAY)),
        ("direction", FieldMap("type", values=(("withdrawal", "debit"), ("withdrawal in cash", "debit")))),
        ("operation", FieldMap("told")),
        ("amount_fen", FieldMap("amount")),
        ("balance_fen", FieldMap("balance")),
        ("counterparty", FieldMap("partner")),
        ("purpose", FieldMap("k_symbol")),
    ),
    KnownLag(0, assumed=True),
    currency=CURRENCY,
    repeats=Repeats.KEEP,
)
ENTERPRISE_MAP = FileMap(
    EvidenceKind.ENTERPRISE,
    (
        ("party", FieldMap("party")),
        ("name", FieldMap("name")),
        ("kind", FieldMap(constant="person")),
        ("county", FieldMap("A2")),
        ("known_on", FieldMap("date", formats=DAY)),
    ),
    KnownLag(0, assumed=True),
    currency=CURRENCY,
    repeats=Repeats.KEEP,
)
OUTCOME_MAP = FileMap(
    EvidenceKind.OUTCOME,
    (
        ("party", FieldMap("party")),
        ("defaulted", FieldMap("status", values=(("A", "false"), ("B", "true"), ("C", "false"), ("D", "true")))),
        ("known_on", FieldMap("ended_on")),
    ),
    KnownLag(0, assumed=True),
    currency=CURRENCY,
    repeats=Repeats.KEEP,
)
COLUMNS = {
    "account.csv": {"account_id", "district_id", "date"},
    "disp.csv": {"client_id", "account_id", "type"},
    "district.csv": {"A1", "A2"},
    "loan.csv": {"account_id", "date", "duration", "status"},
    "trans_preloan_354.csv.gz": {"trans_id", "account_id", "type", "operation", "k_symbol", "bank", "partner_account"},
}


def read(directory: Path) -> tuple[SourceTable, ...]:
    """Borrowers, how their loans went, and their account flows, dated by the data's own end."""
    frames = {name: _frame(directory / name, columns) for name, columns in COLUMNS.items()}
    loans, flows = frames["loan.csv"], frames["trans_preloan_354.csv.gz"]
    return (
        _table(directory, "account.csv", _borrowers(frames), ENTERPRISE_MAP),
        _table(directory, "loan.csv", _outcomes(loans), OUTCOME_MAP),
        _table(directory, "trans_preloan_354.csv.gz", _flows(flows), TRANSACTION_MAP),
    )


def _frame(path: Path, columns: set[str]) -> pl.DataFrame:
    frame = read_text(path)
    missing = sorted(columns - set(frame.columns))
    if missing:
        found = ", ".join(frame.columns)
        raise Invalid("missing_columns", f"{path.name} has no column {', '.join(missing)}.", f"It has: {found}. Is this the Berka set?")
    return frame.with_row_index("row", offset=1)


def _table(directory: Path, name: str, frame: pl.DataFrame, told: FileMap) -> SourceTable:
    digest = file_digest(directory / name)
    return SourceTable(f"{NAME}/{name}", frame.drop("row"), digest, told, numbers=frame.get_column("row"), ends_on=ENDS_ON, ground=GROUND)


def _party() -> pl.Expr:
    return pl.format("berka-{}", pl.col("account_id")).alias("party")


def _borrowers(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    owners = frames["disp.csv"].filter(pl.col("type") == "OWNER").unique("account_id", keep="first", maintain_order=True)
    named = owners.select("account_id", name=pl.format("client {}", pl.col("client_id")))
    districts = frames["district.csv"].select(pl.col("A1").alias("district_id"), "A2")
    borrowed = frames["account.csv"].join(
        frames["loan.csv"].select("account_id").unique(), on="account_id", how="semi", maintain_order="left"
    )
    joined = borrowed.join(named, on="account_id", how="left", maintain_order="left")
    return joined.join(districts, on="district_id", how="left", maintain_order="left").with_columns(_party())


def _outcomes(loans: pl.DataFrame) -> pl.DataFrame:
    """A finished loan's outcome was known when it ended, a running one's at the data's end."""
    granted = pl.col("date").str.to_date("%y%m%d", strict=False)
    months = pl.col("duration").cast(pl.Int64, strict=False)
    due = granted.dt.offset_by(pl.format("{}mo", months))
    ended = pl.when(pl.col("status").is_in(["A", "B"])).then(pl.min_horizontal(due, pl.lit(ENDS_ON))).otherwise(pl.lit(ENDS_ON))
    return loans.with_columns(_party(), ended_on=ended)


def _flows(flows: pl.DataFrame) -> pl.DataFrame:
    """The operation is empty where the symbol says it all (interest credited); a partner is a bank with an account."""
    word = [pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in ("operation", "k_symbol", "type")]
    partner = pl.when(pl.col("partner_account").str.strip_chars() != "").then(pl.format("{} {}", pl.col("bank"), pl.col("partner_account")))
    return flows.with_columns(_party(), told=pl.coalesce(word), partner=partner)
