"""Features: a whole book as of a date, and one applicant now, by the same definitions."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable

import numpy as np

from bench.figure import Context, Figure
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import take_in
from farthing.features.batch import batch
from farthing.features.catalogue import FEATURES
from farthing.features.daily import daily, daily_by_subject
from farthing.features.live import live
from farthing.sources import cumcm2020c

INVOICE = EvidenceKind.INVOICE
AS_OF = dt.date(2020, 2, 21)
ROUNDS = 5
CALLS = 400


def figures(context: Context) -> Iterable[Figure]:
    """All parties from their daily aggregates, and the live vector of the party with most rows."""
    folder = context.data / cumcm2020c.NAME
    if not folder.is_dir():
        context.say(f"features: no public data in {folder}")
        return
    context.say("features: reading invoices")
    tables = [table for table in cumcm2020c.read(folder) if table.kind is INVOICE]
    frames = [take_in(table, AS_OF).accepted.rename({"party": "subject"}) for table in tables]
    rows = frames[0].vstack(frames[1])
    with context.measured() as spent:
        aggregates = daily(INVOICE, rows)
    yield Figure(
        "features.daily_rows_per_s", rows.height / spent.wall_s, "rows/s", cpu_s=spent.cpu_s, note="invoices into daily aggregates"
    )
    with context.measured() as spent:
        vectors = batch({INVOICE: aggregates}, AS_OF, FEATURES)
        for _ in range(ROUNDS - 1):
            vectors = batch({INVOICE: aggregates}, AS_OF, FEATURES)
    invoice = [feature for feature in FEATURES if feature.source is INVOICE]
    told = f"{len(invoice)} features of {vectors.height} parties, {aggregates.height:,} daily rows"
    yield Figure("features.parties_per_s", ROUNDS * vectors.height / spent.wall_s, "parties/s", cpu_s=spent.cpu_s, note=told)
    parts = daily_by_subject(INVOICE, rows)
    differences = sum(_differs(parts[row.pop("subject")], row) for row in vectors.to_dicts())
    yield Figure(
        "features.live_differences", differences, "values", goal=0, better="lower", note=f"live against batch, {vectors.height} parties"
    )
    yield from _live(max(parts.values(), key=len), "largest")
    yield from _live(sorted(parts.values(), key=len)[len(parts) // 2], "median")


def _differs(frame: object, together: dict[str, int | None]) -> int:
    alone = live({INVOICE: frame}, AS_OF, FEATURES)  # type: ignore[dict-item]
    return sum(alone[name] != value for name, value in together.items())


def _live(frame: object, which: str) -> Iterable[Figure]:
    """Wall clock of one whole vector, aggregates in hand."""
    taken = []
    for _ in range(CALLS):
        start = time.perf_counter()
        live({INVOICE: frame}, AS_OF, FEATURES)  # type: ignore[dict-item]
        taken.append((time.perf_counter() - start) * 1000)
    p50, p99 = np.percentile(taken[20:], [50, 99])
    note = f"all features of one party, {len(frame):,} daily rows"  # type: ignore[arg-type]
    yield Figure(f"features.live_{which}_p50_ms", float(p50), "ms", goal=5, better="lower", note=note)
    yield Figure(f"features.live_{which}_p99_ms", float(p99), "ms", goal=10, better="lower", note=note)
