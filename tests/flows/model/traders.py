"""Ninety made-up traders with five kinds of evidence, a third of whom failed: the failed mostly had less, and were up at night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind, KnownLag, Repeats
from farthing.evidence.intake import SourceTable
from farthing.evidence.mapping import canonical_map

END = dt.date(2024, 6, 30)
TRADERS = [f"T{number}" for number in range(90)]
Rows = list[dict[str, object]]


def table(kind: EvidenceKind, rows: Rows, digest: str) -> SourceTable:
    """Rows as a source brings them; nobody's data, so consent is the source's word."""
    frame, lag = pl.DataFrame(rows, infer_schema_length=None), canonical_map(kind, KnownLag(0, True), repeats=Repeats.KEEP)
    return SourceTable(f"traders/{kind.value}", frame, digest * 8, lag, ends_on=END, ground="made_up", synthetic=True)


def evidence() -> tuple[SourceTable, ...]:
    """Account flows, days in the app, contact points, cases in court, and how it ended."""
    rng = np.random.default_rng(11)
    rows: Mapping[EvidenceKind, Rows] = {kind: [] for kind in DIGESTS}
    for place, name in enumerate(TRADERS):
        bad = place % 3 == 0
        weak = bad if rng.random() < 0.85 else not bad
        rows[EvidenceKind.OUTCOME].append({"party": name, "defaulted": bad, "rating": None})
        for month in range(12):
            day = dt.date(2023 + (month + 6) // 12, (month + 6) % 12 + 1, int(rng.integers(1, 28)))
            rows[EvidenceKind.TRANSACTION] += flows(rng, name, day, weak)
            sessions = int(rng.integers(4, 9))
            rows[EvidenceKind.APP_USAGE].append({
                "party": name, "used_on": day.isoformat(), "sessions": sessions, "seconds": 60 * sessions, "actions": 5 * sessions,
                "night_sessions": int(rng.binomial(sessions, 0.4 if weak else 0.1)), "first_hour": 7, "last_hour": 22,
            })  # fmt: skip
        if weak and rng.random() < 0.4:
            rows[EvidenceKind.COURT_CASE].append(case(name, f"old-{name}", dt.date(2024, 1, 9)))
    return tuple(table(kind, rows[kind], digest) for kind, digest in DIGESTS.items())


DIGESTS = {
    EvidenceKind.OUTCOME: "0u7c0me5", EvidenceKind.TRANSACTION: "7a45ac71", EvidenceKind.APP_USAGE: "a99u5a9e",
    EvidenceKind.COURT_CASE: "c0u47ca5",
}  # fmt: skip


def flows(rng: np.random.Generator, name: str, day: dt.date, weak: bool) -> Rows:
    """A payment in and one out, and what is left."""
    paid, left = int(rng.integers(10_000, 300_000 if weak else 900_000)), int(rng.integers(-50_000 if weak else 1_000, 400_000))
    common = {"party": name, "account": name, "booked_on": day.isoformat(), "operation": "transfer",
              "counterparty": f"C{rng.integers(1, 9)}",
              "balance_fen": left}  # fmt: skip
    return [
        {**common, "direction": "credit", "amount_fen": paid, "reference": f"in-{name}-{day}"},
        {**common, "direction": "debit", "amount_fen": paid // 2 + 1, "reference": f"out-{name}-{day}"},
    ]


def case(name: str, docket: str, day: dt.date) -> dict[str, object]:
    """A case against somebody."""
    told = {"role": "defendant", "cause": "loan", "state": "open", "amount_fen": 5_000_00}
    return {"party": name, "docket": docket, "filed_on": day.isoformat(), "counterparty": None, **told}
