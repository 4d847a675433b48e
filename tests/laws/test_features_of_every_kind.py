"""The laws of features hold for every kind of evidence: batch equals live bit for bit, no feature sees the future, none repeats another."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.features.rows import DAYS, START, rows_of

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.features.batch import batch
from farthing.features.catalogue import FEATURES
from farthing.features.daily import daily, daily_by_subject
from farthing.features.live import live
from farthing.features.records import RECORDS

KINDS = tuple(RECORDS)
ASKED = {kind: tuple(one for one in FEATURES if kind in one.sources) for kind in KINDS}
ACROSS = tuple(one for one in FEATURES if one.beside)
AS_OF = START + dt.timedelta(DAYS - 60)
Frames = dict[EvidenceKind, pl.DataFrame]
Vectors = dict[str, dict[str, int | None]]


def both(frames: Frames, as_of: dt.date, features: tuple[Feature, ...]) -> tuple[Vectors, Vectors]:
    """Vectors by subject: all at once, and each alone."""
    together = {row.pop("subject"): row for row in batch({k: daily(k, f) for k, f in frames.items()}, as_of, features).to_dicts()}
    parts = {kind: daily_by_subject(kind, frame) for kind, frame in frames.items()}
    return together, {who: live({kind: part.get(who) for kind, part in parts.items()}, as_of, features) for who in together}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 40), st.integers(0, 10**6), st.integers(30, DAYS))
def test_batch_equals_live_whatever_the_kind(kind: EvidenceKind, count: int, seed: int, day: int) -> None:
    together, alone = both({kind: rows_of(kind, count, seed)}, START + dt.timedelta(day), ASKED[kind])
    assert together == alone


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6))
def test_batch_equals_live_across_kinds(seed: int) -> None:
    """Somebody of whom a kind says nothing is missing what compares with it, and nothing else."""
    frames = {kind: rows_of(kind, 40, seed, "pq" if place % 3 else "p") for place, kind in enumerate(KINDS)}
    together, alone = both(frames, AS_OF, ACROSS)
    assert together == alone
    silent = [one.name for one in ACROSS if any(place % 3 == 0 and kind in one.sources for place, kind in enumerate(KINDS))]
    assert silent
    assert all(alone["q"][name] is None for name in silent)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10**6), st.integers(100, DAYS - 100))
def test_no_feature_sees_the_future(kind: EvidenceKind, seed: int, day: int) -> None:
    """What was not yet known, a correction of what was included, might as well not exist."""
    as_of, rows = START + dt.timedelta(day), rows_of(kind, 40, seed)
    known = rows.filter(pl.col("known_on") <= as_of)
    later, then = (batch({kind: daily(kind, frame)}, as_of, ASKED[kind]) for frame in (rows, known))
    assert later.equals(then)


def test_what_is_told_again_is_counted_once() -> None:
    """A case filed in May as open and told closed in June: open in between, closed after, and one case all along."""
    told = {
        "party": "p", "docket": "d", "filed_on": dt.date(2022, 5, 1), "role": "defendant", "cause": "loan", "amount_fen": 100,
        "counterparty": None,
    }  # fmt: skip
    rows = [
        {**told, "state": "open", "known_on": dt.date(2022, 5, 2), "row": 1},
        {**told, "state": "closed", "known_on": dt.date(2022, 6, 2), "row": 2},
    ]
    kind = EvidenceKind.COURT_CASE
    frame = pl.DataFrame(rows, schema=rows_of(kind, 1, 1).schema)

    def seen(as_of: dt.date) -> tuple[object, object]:
        vector = both({kind: frame}, as_of, ASKED[kind])[1]["p"]
        return vector["sued_cases_all"], vector["sued_running"]

    assert seen(dt.date(2022, 5, 20)) == (1, 1)
    assert seen(dt.date(2022, 6, 20)) == (1, 0)


@pytest.fixture(scope="module")
def crowd() -> pl.DataFrame:
    """Two dozen busy parties, on two dates, and as many quiet ones."""
    subjects = [f"s{number}" for number in range(24)]
    busy, quiet = ({kind: daily(kind, rows_of(kind, rows, 3, subjects)) for kind in KINDS} for rows in (6000, 600))
    days = ((busy, START + dt.timedelta(420)), (busy, START + dt.timedelta(DAYS)), (quiet, START + dt.timedelta(DAYS)))
    return pl.concat([batch(frames, day, FEATURES) for frames, day in days])


def test_no_two_features_are_one(crowd: pl.DataFrame) -> None:
    alike = defaultdict(list)
    for one in FEATURES:
        alike[tuple(crowd[one.name].to_list())].append(one.name)
    assert [names for names in alike.values() if len(names) > 1] == []


def test_every_feature_says_something_of_somebody(crowd: pl.DataFrame) -> None:
    assert [one.name for one in FEATURES if crowd[one.name].n_unique() < 2] == []
