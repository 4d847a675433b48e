"""Laws of features: batch equals live bit for bit, and no feature sees the future."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import FEATURES
from farthing.features.daily import daily, daily_by_subject
from farthing.features.live import live

INVOICE, TRANSACTION = EvidenceKind.INVOICE, EvidenceKind.TRANSACTION
MINE = tuple(feature for feature in FEATURES if {INVOICE, TRANSACTION}.issuperset(feature.sources))
"""What invoices and account flows tell; the other kinds have laws of their own (`test_features_of_every_kind.py`)."""
START = dt.date(2017, 11, 15)
DAYS = st.integers(0, 900).map(lambda days: START + dt.timedelta(days))
PARTNERS = st.sampled_from(["ant", "bee", "cat", "dog", "elk", "fox", "gnu"])

INVOICES = st.lists(
    st.tuples(
        st.sampled_from("pq"), st.sampled_from(["sale", "purchase"]), DAYS, st.integers(0, 60), PARTNERS,
        st.integers(-(10**8), 10**9), st.integers(0, 10**6), st.sampled_from(["valid", "valid", "valid", "void"]),
    ),
    min_size=1, max_size=60,
)  # fmt: skip
FLOWS = st.lists(
    st.tuples(
        st.sampled_from("pq"), st.sampled_from(["credit", "debit"]), DAYS, st.integers(0, 60), st.none() | PARTNERS,
        st.integers(1, 10**9), st.none() | st.integers(-(10**9), 10**9),
    ),
    max_size=60,
)  # fmt: skip


def invoice_frame(rows: list[tuple]) -> pl.DataFrame:
    return pl.DataFrame(
        [(p, side, on, on + dt.timedelta(lag), who, gross - tax, tax, gross, state) for p, side, on, lag, who, gross, tax, state in rows],
        schema={
            "party": pl.String, "side": pl.String, "issued_on": pl.Date, "known_on": pl.Date, "counterparty": pl.String,
            "net_fen": pl.Int64, "tax_fen": pl.Int64, "gross_fen": pl.Int64, "status": pl.String,
        },
        orient="row",
    )  # fmt: skip


def flow_frame(rows: list[tuple]) -> pl.DataFrame:
    return pl.DataFrame(
        [(p, side, day, day + dt.timedelta(lag), who, amount, balance) for p, side, day, lag, who, amount, balance in rows],
        schema={
            "party": pl.String, "direction": pl.String, "booked_on": pl.Date, "known_on": pl.Date, "counterparty": pl.String,
            "amount_fen": pl.Int64, "balance_fen": pl.Int64,
        },
        orient="row",
    )  # fmt: skip


def vectors(frames: dict[EvidenceKind, pl.DataFrame], as_of: dt.date) -> dict[str, dict[str, int | None]]:
    """Every party's live vector."""
    parts = {kind: daily_by_subject(kind, frame) for kind, frame in frames.items()}
    subjects = sorted({subject for part in parts.values() for subject in part})
    return {subject: live({kind: part.get(subject) for kind, part in parts.items()}, as_of, MINE) for subject in subjects}


def check_equal(frames: dict[EvidenceKind, pl.DataFrame], as_of: dt.date) -> None:
    columns = batch({kind: daily(kind, frame) for kind, frame in frames.items()}, as_of, MINE)
    together = {row.pop("subject"): row for row in columns.to_dicts()}
    for subject, alone in vectors(frames, as_of).items():
        assert alone == together.get(subject, dict.fromkeys(alone)), subject


@settings(max_examples=8, deadline=None)
@given(INVOICES, FLOWS, DAYS)
def test_batch_equals_live(invoices: list[tuple], flows: list[tuple], as_of: dt.date) -> None:
    check_equal({INVOICE: invoice_frame(invoices), TRANSACTION: flow_frame(flows)}, as_of)


@settings(max_examples=8, deadline=None)
@given(INVOICES, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(invoices: list[tuple], as_of: dt.date, random) -> None:
    shuffled = list(invoices)
    random.shuffle(shuffled)
    assert vectors({INVOICE: invoice_frame(invoices)}, as_of) == vectors({INVOICE: invoice_frame(shuffled)}, as_of)
    aggregates = daily(INVOICE, invoice_frame(invoices))
    for subject, part in daily_by_subject(INVOICE, invoice_frame(invoices)).items():
        mixed = aggregates.filter(pl.col("subject") == subject).sample(fraction=1.0, shuffle=True, seed=7)
        assert live({INVOICE: mixed}, as_of, MINE) == live({INVOICE: part}, as_of, MINE)


@settings(max_examples=5, deadline=None)
@given(INVOICES, DAYS)
def test_no_feature_sees_the_future(invoices: list[tuple], as_of: dt.date) -> None:
    """What is not yet known might as well not exist."""
    frame = invoice_frame(invoices)
    known = frame.filter((pl.col("known_on") <= as_of) & (pl.col("issued_on") <= as_of))
    now = vectors({INVOICE: frame}, as_of)
    then = vectors({INVOICE: known}, as_of) if known.height else {}
    for subject, values in now.items():
        assert values == then.get(subject, dict.fromkeys(values))
    together = batch({INVOICE: daily(INVOICE, frame)}, as_of, MINE)
    assert together.equals(batch({INVOICE: daily(INVOICE, known)}, as_of, MINE))


BASE = [
    ("p", "sale", dt.date(2019, 5, 10), 0, "ant", 10_000, 500, "valid"),
    ("p", "purchase", dt.date(2019, 5, 9), 0, "bee", 7_000, 300, "valid"),
]
AS_OF = dt.date(2019, 6, 1)


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(("p", "sale", dt.date(2019, 6, 2), 0, "cat", 10**9, 10**8, "valid"), id="happens tomorrow"),
        pytest.param(("p", "sale", dt.date(2019, 5, 20), 13, "cat", 10**9, 10**8, "valid"), id="happened, known tomorrow"),
        pytest.param(("p", "purchase", dt.date(2018, 1, 1), 900, "bee", 10**9, 10**8, "void"), id="long ago, known far later"),
    ],
)
def test_a_planted_row_is_not_seen(planted: tuple) -> None:
    clean, dirty = ({INVOICE: invoice_frame(rows)} for rows in (BASE, [*BASE, planted]))
    assert vectors(dirty, AS_OF) == vectors(clean, AS_OF)
    assert batch({INVOICE: daily(INVOICE, dirty[INVOICE])}, AS_OF, MINE).equals(
        batch({INVOICE: daily(INVOICE, clean[INVOICE])}, AS_OF, MINE)
    )
    later = AS_OF + dt.timedelta(days=400)
    assert vectors(dirty, later) != vectors(clean, later), "and it is seen once it is known"


@pytest.mark.real
def test_batch_equals_live_on_real_account_flows(public_data: Callable[[str], Path]) -> None:
    folder = public_data("berka_pkdd99")
    raw = pl.read_csv(
        folder / "trans_preloan_354.csv.gz", schema_overrides={"date": pl.String, "partner_account": pl.String, "bank": pl.String}
    )
    frame = raw.head(15_000).select(
        party=pl.col("account_id").cast(pl.String),
        direction=pl.when(pl.col("type") == "credit").then(pl.lit("credit")).otherwise(pl.lit("debit")),
        booked_on=pl.col("date").str.to_date("%y%m%d"), known_on=pl.col("date").str.to_date("%y%m%d") + dt.timedelta(days=1),
        counterparty=pl.col("partner_account"), amount_fen=(pl.col("amount") * 100).round().cast(pl.Int64),
        balance_fen=(pl.col("balance") * 100).round().cast(pl.Int64),
    )  # fmt: skip
    check_equal({TRANSACTION: frame}, dt.date(1998, 5, 31))


@pytest.mark.real
def test_batch_equals_live_on_real_invoices(public_data: Callable[[str], Path]) -> None:
    folder = public_data("cumcm2020c")
    raw = pl.read_parquet(folder / "invoices_annex1.parquet").with_columns(
        pl.col("enterprise_id", "side", "counterparty_id", "status").cast(pl.String)
    )
    fen = {name: (pl.col(column) * 100).round().cast(pl.Int64) for name, column in
           (("net_fen", "amount_ex_tax"), ("tax_fen", "tax"), ("gross_fen", "amount_incl_tax"))}  # fmt: skip
    frame = raw.select(
        party="enterprise_id", side=pl.when(pl.col("side") == "out").then(pl.lit("sale")).otherwise(pl.lit("purchase")),
        issued_on=pl.col("issue_date").cast(pl.Date), known_on=pl.col("issue_date").cast(pl.Date) + dt.timedelta(days=1),
        counterparty="counterparty_id", status="status", **fen,
    )  # fmt: skip
    for as_of in (dt.date(2018, 3, 31), dt.date(2019, 2, 28), dt.date(2020, 2, 21)):
        check_equal({INVOICE: frame}, as_of)
