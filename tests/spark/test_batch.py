"""One definition, two engines: the features of a cluster are those of polars, bit for bit, for the whole catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest
from tests.features.rows import DAYS, START, rows_of

from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import FEATURES
from farthing.features.daily import daily
from farthing.features.records import RECORDS
from farthing.world.economy import Plan
from farthing.world.told import tell

pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
KINDS = tuple(RECORDS)
ACROSS = tuple(feature for feature in FEATURES if feature.beside)
Cluster = Callable[[pl.DataFrame], Any]


def same(frames: Mapping[EvidenceKind, pl.DataFrame], as_of: dt.date, features: tuple[Any, ...], on_cluster: Cluster) -> int:
    """Parties whose features were computed on both sides and found equal."""
    here = batch(frames, as_of, features)
    there = batch({kind: on_cluster(frame) for kind, frame in frames.items()}, as_of, features)
    unlike = [name for name in here.columns if not here[name].equals(there[name], null_equal=True)]
    assert unlike == []
    return here.height


def test_every_feature_is_of_one_kind_or_across_kinds() -> None:
    assert sum(len(of_kind(kind)) for kind in KINDS) + len(ACROSS) == len(FEATURES)


def of_kind(kind: EvidenceKind) -> tuple[Any, ...]:
    """Features that read this kind alone."""
    return tuple(feature for feature in FEATURES if tuple(feature.sources) == (kind,))


@pytest.mark.parametrize("kind", KINDS)
def test_random_evidence_of_each_kind(kind: EvidenceKind, on_cluster: Cluster) -> None:
    frame = daily(kind, rows_of(kind, 300, 8, ["p", "q", "r"]))
    assert same({kind: frame}, START + dt.timedelta(DAYS - 60), of_kind(kind), on_cluster) == 3


def test_random_evidence_across_kinds(on_cluster: Cluster) -> None:
    frames = {kind: daily(kind, rows_of(kind, 60, 4, "pq" if place % 3 else "p")) for place, kind in enumerate(KINDS)}
    assert same(frames, START + dt.timedelta(DAYS - 60), ACROSS, on_cluster) == 2


@pytest.mark.parametrize("as_of", [dt.date(2024, 2, 29), dt.date(2023, 12, 31), dt.date(2000, 3, 1)])
def test_days_and_months_around_leap_days_and_ends(as_of: dt.date, on_cluster: Cluster) -> None:
    days = [as_of - dt.timedelta(back) for back in (0, 1, 28, 29, 30, 31, 59, 60, 61, 365, 366, 730, 1461)]
    rows = pl.DataFrame(
        {
            "party": "p", "side": "sale", "issued_on": days, "known_on": days, "counterparty": "ant", "net_fen": range(1, 14),
            "tax_fen": 0, "gross_fen": range(1, 14), "status": "valid",
        }
    )  # fmt: skip
    assert same({EvidenceKind.INVOICE: daily(EvidenceKind.INVOICE, rows)}, as_of, of_kind(EvidenceKind.INVOICE), on_cluster) == 1


def test_sums_beyond_what_a_float_holds_are_divided_exactly(on_cluster: Cluster) -> None:
    """A cluster divides as floats; the amounts of partners here are beyond 2**53."""
    kind, as_of = EvidenceKind.INVOICE, START + dt.timedelta(30)
    frame = daily(kind, rows_of(kind, 40, 2, "p")).with_columns(
        day=pl.lit(as_of), known_on=pl.lit(as_of), amount=(pl.int_range(pl.len()) % 7 + 1) * (10**16 + 1) - 1
    )
    shares = tuple(
        feature for feature in of_kind(kind) if any(text.split()[0] in ("hhi", "base", "top1", "top5") for text in feature.primitives)
    )
    assert len(shares) > 5
    assert same({kind: frame}, as_of, shares, on_cluster) == 1


def test_the_world(on_cluster: Cluster) -> None:
    """Merchants as they are told of: two kinds with partners, one with newest rows, one across."""
    plan = Plan(seed=7, merchants=12)
    told = tell(plan, every=True).tables
    kinds = (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION, EvidenceKind.BUREAU_ACCOUNT)
    features = tuple(feature for feature in FEATURES if set(kinds).issuperset(feature.sources))
    assert same({kind: daily(kind, told[kind]) for kind in kinds}, plan.end, features, on_cluster) > 5
