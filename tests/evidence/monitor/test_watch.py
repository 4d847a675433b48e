"""Source monitors: quiet on clean worlds, and every kind of injected fault is found where and when it was injected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import polars as pl
import pytest

from farthing.domain.evidence import Evidence, EvidenceKind, IntakeReport, KnownLag, Provenance, Repeats
from farthing.domain.ids import Prefix, derived_id
from farthing.evidence.kinds import TABLES
from farthing.evidence.monitor.contradict import GOODS, SALES, Contradictions, contradict, monthly
from farthing.evidence.monitor.profile import Profile, amount_of, profile
from farthing.evidence.monitor.watch import Severity, SourceFinding, Symptom, watch
from farthing.world.economy import Plan
from farthing.world.told import tell

PLAN = Plan(seed=23, merchants=240)
SINCE = dt.date(2025, 10, 1)
Tables = Mapping[EvidenceKind, pl.DataFrame]
Fault = Callable[[EvidenceKind, pl.DataFrame, pl.Series], pl.DataFrame]
"""Rows of a kind with what is wrong from `SINCE` on, where the column of yes and no says yes."""
K = EvidenceKind


@pytest.fixture(scope="module")
def tables() -> Tables:
    return tell(PLAN, every=True).tables


def manifest(kind: EvidenceKind, rows: pl.DataFrame, refused: int = 0) -> tuple[Evidence, IntakeReport]:
    day = TABLES[kind].effective or "known_on"
    told = Provenance("a test", "0" * 64, KnownLag(0, assumed=True))
    last = rows[day].max()
    assert isinstance(last, dt.date)
    one = Evidence(derived_id(Prefix.EVIDENCE, kind.value), kind, told, "0" * 64, rows.height, None, last)
    return one, IntakeReport(kind, "a test", one.id, rows.height + refused, rows.height, (), refused, 0, Repeats.KEEP)


@dataclass(frozen=True, slots=True)
class Looked:
    """What monitors made of some tables: profiles and months by kind, and the pairs of sales and goods."""

    today: dt.date
    manifests: Mapping[EvidenceKind, tuple[Evidence, IntakeReport]]
    profiles: Mapping[EvidenceKind, Profile | None]
    months: Mapping[EvidenceKind, pl.DataFrame]
    pairs: Mapping[tuple[EvidenceKind, EvidenceKind], Contradictions]

    def again(self, tables: Tables) -> Looked:
        """The same with other tables of these kinds; of the rest nothing is looked at again."""
        months = {**self.months, **{kind: monthly(kind, tables[kind].lazy(), self.today) for kind in (*SALES, *GOODS) if kind in tables}}
        pairs = {(s, g): contradict((s, months[s]), (g, months[g])) for s in SALES for g in GOODS if {s, g} & tables.keys()}
        return Looked(
            self.today,
            {**self.manifests, **{kind: manifest(kind, rows) for kind, rows in tables.items()}},
            {**self.profiles, **{kind: profile(kind, rows.lazy()) for kind, rows in tables.items()}},
            months,
            {**self.pairs, **pairs},
        )

    @property
    def found(self) -> tuple[SourceFinding, ...]:
        profiles = [one for one in self.profiles.values() if one is not None]
        return watch(self.today, list(self.manifests.values()), profiles, list(self.pairs.values()))


def looked(tables: Tables, today: dt.date = PLAN.end) -> Looked:
    return Looked(today, {}, {}, {}, {}).again(tables)


@pytest.fixture(scope="module")
def clean(tables: Tables) -> Looked:
    return looked(tables)


def stop(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    return rows.filter(~bad)


def come_late(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    return rows.with_columns(pl.when(bad).then(pl.col("known_on") + pl.duration(days=20)).otherwise("known_on").alias("known_on"))


def pause(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    day = str(TABLES[kind].effective)
    return rows.filter(~(bad & (rows[day] < SINCE + dt.timedelta(days=35))))


def thin(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    return rows.filter(~(bad & (pl.int_range(pl.len(), eager=False) % 3 > 0).pipe(rows.select).to_series()))


def double(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    return pl.concat([rows, rows.filter(bad)])


def lose_parties(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    return rows.filter(~(bad & (rows["party"].str.slice(5).cast(pl.Int64) % 2 == 0)))


def empty(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    name = next(f.name for f in TABLES[kind].fields if not f.required and rows[f.name].null_count() < rows.height // 2)
    return rows.with_columns(pl.when(~bad).then(name).alias(name))


def misread(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    name = str(amount_of(kind))
    return rows.with_columns(pl.when(bad).then(pl.col(name) * 100).otherwise(name).alias(name))


def freeze(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    name = str(amount_of(kind))
    return rows.with_columns(pl.when(bad).then(pl.lit(rows[name].median()).cast(pl.Int64)).otherwise(name).alias(name))


def change_mix(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    field = next(f for f in TABLES[kind].fields if f.choices and rows[f.name].n_unique() > 1)
    return rows.with_columns(pl.when(bad).then(pl.lit(field.choices[-1])).otherwise(field.name).alias(field.name))


def swap_owners(kind: EvidenceKind, rows: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    """From then on each party's goods are told of another's: what a join on the wrong key does."""
    names = rows["party"].unique().sort()
    other = rows["party"].replace_strict(names, names.reverse())
    return rows.with_columns(pl.when(bad).then(other).otherwise("party").alias("party"))


@dataclass(frozen=True, slots=True)
class Injected:
    """What is done to which kinds, and what is to be said of each."""

    fault: Fault
    kinds: tuple[EvidenceKind, ...]
    symptom: Symptom


INJECTED = (
    Injected(stop, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.STOCK_MOVE, K.METER_READING, K.APP_USAGE), Symptom.STALE),
    Injected(come_late, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.METER_READING, K.TAX_FILING), Symptom.LATE),
    Injected(pause, (K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.STOCK_MOVE, K.APP_USAGE), Symptom.GAP),
    Injected(thin, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT), Symptom.THIN),
    Injected(thin, (K.SHIPMENT,), Symptom.PARTIES_LOST),  # of a row a week, thinned, fewer parties are left
    Injected(double, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.METER_READING, K.APP_USAGE, K.DEVICE), Symptom.DOUBLED),
    Injected(lose_parties, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.METER_READING), Symptom.PARTIES_LOST),
    Injected(empty, (K.ORDER, K.RECEIPT, K.SHIPMENT, K.METER_READING, K.TRANSACTION), Symptom.EMPTIED),
    Injected(misread, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.METER_READING, K.TAX_FILING), Symptom.LEVEL),
    Injected(freeze, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.SHIPMENT, K.METER_READING), Symptom.FROZEN),
    Injected(change_mix, (K.INVOICE, K.TRANSACTION, K.ORDER, K.RECEIPT, K.DEVICE), Symptom.MIX),
    Injected(swap_owners, (K.METER_READING, K.SHIPMENT, K.STOCK_MOVE), Symptom.CONTRADICTS),
)


@pytest.mark.parametrize(("seed", "step"), [(23, 1), (29, 4)])
def test_a_clean_world_is_quiet_on_every_month_of_a_year(seed: int, step: int, tables: Tables) -> None:
    world = tables if seed == PLAN.seed else tell(Plan(seed=seed, merchants=240), every=True).tables
    for months in range(0, 12, step):
        today = PLAN.end - dt.timedelta(days=30 * months)
        seen = {kind: rows.filter(pl.col(TABLES[kind].effective or "known_on") <= today) for kind, rows in world.items()}
        found = looked({kind: rows for kind, rows in seen.items() if rows.height}, today).found
        assert [one for one in found if one.symptom is not Symptom.STALE] == [], today  # a report is half a year old by then


@pytest.mark.parametrize("injected", INJECTED, ids=lambda one: f"{one.fault.__name__}-{one.symptom.value}")
def test_an_injected_fault_is_found_in_every_kind_and_in_no_other(injected: Injected, tables: Tables, clean: Looked) -> None:
    for kind in injected.kinds:
        bad = tables[kind][str(TABLES[kind].effective)] >= SINCE
        found = clean.again({kind: injected.fault(kind, tables[kind], bad)}).found
        mine = [one for one in found if one.kind is kind and one.symptom is injected.symptom]
        assert mine, f"{kind}: {found}"
        assert SINCE - dt.timedelta(days=95) <= mine[0].since <= SINCE + dt.timedelta(days=60), kind
        others = [one for one in found if one.kind is not kind and one.symptom is not Symptom.CONTRADICTS]
        assert others == [], kind


def test_a_file_of_which_much_was_refused_is_told(tables: Tables, clean: Looked) -> None:
    half = manifest(K.ORDER, tables[K.ORDER], refused=tables[K.ORDER].height)
    (one,) = replace(clean, manifests={**clean.manifests, K.ORDER: half}).found
    assert (one.kind, one.symptom, one.severity, one.measured) == (K.ORDER, Symptom.REFUSED, Severity.ALARM, 500_000)


def test_findings_say_in_both_languages_what_is_wrong() -> None:
    for symptom in Symptom:
        one = SourceFinding(K.ORDER, symptom, Severity.WARNING, "stars", SINCE, 250_000, 10_000)
        zh, en = one.sentences
        assert zh != en
        assert "{" not in zh + en
    assert (
        SourceFinding(K.ORDER, Symptom.LEVEL, Severity.ALARM, "", SINCE, 10_000, 100).sentences[1] == "amounts are 100 times what they were"
    )


def test_a_later_file_that_was_believed_ends_the_word_about_the_one_before() -> None:
    day = PLAN.end
    rows = pl.DataFrame({"ordered_on": [day] * 200})
    bad, good = manifest(K.ORDER, rows, refused=100), manifest(K.ORDER, rows)
    assert [one.symptom for one in watch(day, [good, bad], [], [])] == [Symptom.REFUSED]
    assert watch(day, [bad, good], [], []) == ()
