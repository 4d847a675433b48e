"""Features: a whole book as of a date, and one applicant now, by the same definitions."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl
from tests.features.rows import DAYS, START, rows_of

from bench.figure import Context, Figure
from farthing.decision.facts import bounded, specs_of
from farthing.domain import canon
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import Facts
from farthing.domain.feature import Feature
from farthing.evidence.intake import take_in
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE, CORE, FEATURES
from farthing.features.daily import daily, daily_by_subject
from farthing.features.live import live
from farthing.features.records import RECORDS
from farthing.sources import cumcm2020c

INVOICE = EvidenceKind.INVOICE
AS_OF = dt.date(2020, 2, 21)
ROUNDS = 5
CALLS = 400
PARTIES, ROWS_A_KIND = 30, 400  # of the made-up parties that have every kind of evidence
OFTEN = frozenset({EvidenceKind.TRANSACTION, EvidenceKind.ORDER, EvidenceKind.RECEIPT})  # kinds with twenty times as many
Frames = Mapping[EvidenceKind, pl.DataFrame]


def figures(context: Context) -> Iterable[Figure]:
    """Parties with every kind of evidence, then the published enterprises with their invoices."""
    yield from _every_kind(context)
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
        vectors = batch({INVOICE: aggregates}, AS_OF, CORE)
        for _ in range(ROUNDS - 1):
            vectors = batch({INVOICE: aggregates}, AS_OF, CORE)
    invoice = [feature for feature in CORE if feature.source is INVOICE]
    told = f"{len(invoice)} core features of {vectors.height} parties, {aggregates.height:,} daily rows"
    yield Figure("features.parties_per_s", ROUNDS * vectors.height / spent.wall_s, "parties/s", cpu_s=spent.cpu_s, note=told)
    with context.measured() as spent:
        whole = batch({INVOICE: aggregates}, AS_OF, FEATURES)
    told = f"all {len(FEATURES):,} features, invoices only"
    yield Figure("features.whole_parties_per_s", whole.height / spent.wall_s, "parties/s", cpu_s=spent.cpu_s, note=told)
    parts = daily_by_subject(INVOICE, rows)
    differences = sum(_differs({INVOICE: parts[row.pop("subject")]}, AS_OF, row) for row in whole.to_dicts())
    yield Figure(
        "features.live_differences", differences, "values", goal=0, better="lower", note=f"live against batch, {whole.height} parties"
    )
    yield from _live({INVOICE: max(parts.values(), key=len)}, AS_OF, CORE, "largest")
    yield from _live({INVOICE: sorted(parts.values(), key=len)[len(parts) // 2]}, AS_OF, CORE, "median")


def _every_kind(context: Context) -> Iterable[Figure]:
    """The whole catalogue for parties that have everything."""
    context.say(f"features: {PARTIES} made-up parties with {len(RECORDS)} kinds of evidence")
    subjects, as_of = [f"s{number}" for number in range(PARTIES)], START + dt.timedelta(DAYS)
    raw = {kind: rows_of(kind, PARTIES * ROWS_A_KIND * (20 if kind in OFTEN else 1) // 4, 1, subjects) for kind in RECORDS}
    with context.measured() as spent:
        frames = {kind: daily(kind, rows) for kind, rows in raw.items()}
    rows = sum(frame.height for frame in raw.values())
    yield Figure("features.kinds_daily_rows_per_s", rows / spent.wall_s, "rows/s", cpu_s=spent.cpu_s, note=f"{rows:,} rows of every kind")
    with context.measured() as spent:
        vectors = batch(frames, as_of, FEATURES)
    told = f"{len(FEATURES):,} features of {vectors.height} parties with every kind"
    yield Figure("features.kinds_parties_per_s", vectors.height / spent.wall_s, "parties/s", cpu_s=spent.cpu_s, note=told)
    parts = {kind: daily_by_subject(kind, rows) for kind, rows in raw.items()}
    of_one = {who: {kind: part[who] for kind, part in parts.items() if who in part} for who in subjects}
    differences = sum(_differs(of_one[row.pop("subject")], as_of, row) for row in vectors.to_dicts())
    yield Figure("features.kinds_differences", differences, "values", goal=0, better="lower", note="live against batch, every kind")
    largest = max(of_one.values(), key=lambda held: sum(frame.height for frame in held.values()))
    yield from _live(largest, as_of, FEATURES, "")
    yield from _records(largest, as_of)


def _records(held: Frames, as_of: dt.date) -> Iterable[Figure]:
    """What recording the core costs a decision beside recording everything: computed, bounded, checked and encoded."""
    for name, features in (("core", CORE), ("whole", FEATURES)):
        specs = {name: spec for name, spec in specs_of(features).items() if name in CATALOGUE}
        taken, size = [], 0
        for _ in range(CALLS // 2):
            start = time.perf_counter()
            facts = Facts(as_of, dict(bounded(live(held, as_of, features), specs))).checked(specs)
            size = len(canon.encode(facts))
            taken.append((time.perf_counter() - start) * 1000)
        note = f"{len(features):,} features computed, checked and encoded: {size:,} bytes"
        yield Figure(f"features.record_{name}_ms", float(np.median(taken)), "ms", better="lower", note=note)


def _differs(held: Frames, as_of: dt.date, together: dict[str, int | None]) -> int:
    alone = live(held, as_of, FEATURES)
    return sum(alone[name] != value for name, value in together.items())


def _live(held: Frames, as_of: dt.date, features: Sequence[Feature], which: str) -> Iterable[Figure]:
    """Wall clock of one whole vector, aggregates in hand; the plan, made once a process for a catalogue, is made before."""
    taken = []
    for _ in range(CALLS):
        start = time.perf_counter()
        live(held, as_of, features)
        taken.append((time.perf_counter() - start) * 1000)
    p50, p99 = np.percentile(taken[20:], [50, 99])
    rows = sum(frame.height for frame in held.values())
    note = f"{len(features):,} features of one party, {rows:,} daily rows of {len(held)} kinds, plan made before"
    stem = f"features.live_{which}" if which else "features.live"
    yield Figure(f"{stem}_p50_ms", float(p50), "ms", goal=5, better="lower", note=note)
    yield Figure(f"{stem}_p99_ms", float(p99), "ms", goal=10, better="lower", note=note)
