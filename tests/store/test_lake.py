"""The lake holds each object once, whole, checked, and without names."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import suppress
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.people_fixture import TODAY, People, invoices, provenance, report

from farthing.domain.errors import Broken, Invalid, Unavailable
from farthing.domain.evidence import EvidenceKind, Quarantined
from farthing.domain.journal import Finding
from farthing.store.lake import COLUMNS, Lake, insert_evidence, pseudonym

INVOICE = EvidenceKind.INVOICE


def test_what_is_committed_is_what_is_read_with_names_of_others_as_pseudonyms(people: People) -> None:
    people.take_in(invoices("sub_a"), report(3))
    read = people.lake.subject(INVOICE, "sub_a")
    named = pseudonym(people.vault, "external_key", "王记粮油行")
    expected = invoices("sub_a").with_columns(pl.lit(named).alias("counterparty")).sort("issued_on")
    assert_frame_equal(read, expected.select(read.columns))
    assert named.startswith("cp_")


def test_equal_counterparties_stay_equal_and_nulls_stay_null(people: People) -> None:
    rows = invoices("sub_a", 4).with_columns(pl.Series("counterparty", ["Ａ厂", "a厂 ", "乙", None]))
    people.take_in(rows, report(4))
    read = people.lake.subject(INVOICE, "sub_a").sort("row")["counterparty"].to_list()
    assert read[0] == read[1] != read[2]
    assert read[3] is None


def test_the_same_rows_in_any_order_are_one_object(people: People) -> None:
    rows = pl.concat([invoices("sub_b", 50), invoices("sub_a", 50)])
    first = people.lake.put(INVOICE, rows, provenance("a.csv"))
    again = people.lake.put(INVOICE, rows.reverse(), provenance("a.csv"))
    assert first == again
    assert (first.rows, first.first_on, first.last_on) == (100, TODAY - dt.timedelta(days=49), TODAY)
    assert len(list((people.home / "lake" / "invoice").iterdir())) == 1


def test_one_object_given_by_two_files_counts_once(people: People) -> None:
    for source in ("a.csv", "b.csv", "a.csv"):
        people.take_in(invoices("sub_a"), report(3, source))
    assert people.lake.scan(INVOICE).collect().height == 3
    assert [one.provenance.source for one in people.lake.manifests(INVOICE)] == ["a.csv", "b.csv"]
    assert people.lake.manifests(EvidenceKind.OUTCOME) == []


def test_an_object_without_a_manifest_is_an_orphan_that_nobody_reads(people: People) -> None:
    people.take_in(invoices("sub_a"), report(3))
    people.lake.put(INVOICE, invoices("sub_b"), provenance("killed.csv"))
    assert people.lake.scan(INVOICE).collect()["subject"].unique().to_list() == ["sub_a"]
    written = dt.datetime.now(dt.UTC).date()
    assert people.lake.sweep(written + dt.timedelta(days=1)) == []
    later = written + dt.timedelta(days=3)
    (orphan,) = people.lake.sweep(later)
    assert orphan.exists()
    assert people.lake.sweep(later, remove=True) == [orphan]
    assert people.lake.sweep(later) == []
    assert people.lake.scan(INVOICE).collect().height == 3


def test_one_intake_at_a_time_in_whatever_process(people: People) -> None:
    here, there = (Lake(people.engine, people.vault, people.home / "lake", patience_s=0.2) for _ in range(2))
    for other in (here, there):
        with here.turn(), pytest.raises(Unavailable) as refused, other.turn():
            raise AssertionError("two at once")
        assert (refused.value.code, refused.value.retryable) == ("busy", True)
    with suppress(RuntimeError), here.turn():
        raise RuntimeError("it went wrong")
    with there.turn():
        assert there.manifests() == []


def test_a_file_s_rows_are_committed_once(people: People) -> None:
    stored = people.lake.put(INVOICE, invoices("sub_a"), provenance("a.csv"))
    for first in (True, False):
        with people.engine.begin() as connection:
            assert insert_evidence(connection, people.vault, stored, report(3)) is first


def test_rows_the_lake_holds_are_known_by_all_but_their_number_and_the_day_they_were_known(people: People) -> None:
    assert people.lake.repeated(INVOICE, invoices("sub_a"), "CNY").to_list() == []
    people.take_in(invoices("sub_a", 3), report(3))
    later = invoices("sub_a", 5).with_columns(pl.col("row") + 10, pl.col("known_on").dt.offset_by("1d"))
    assert people.lake.repeated(INVOICE, later.reverse(), "CNY").to_list() == [11, 12, 13]
    assert people.lake.repeated(INVOICE, later, "USD").to_list() == []
    for changed in ({"status": "void"}, {"counterparty": "别家"}, {"gross_fen": 10_301}, {"subject": "sub_b"}):
        other = later.with_columns(pl.lit(value).alias(name) for name, value in changed.items())
        assert people.lake.repeated(INVOICE, other.cast({"gross_fen": pl.Int64}), "CNY").to_list() == [], changed
    flows = pl.DataFrame({
        "subject": ["sub_a"], "account": ["1"], "reference": ["r"], "booked_on": [TODAY], "direction": ["credit"], "operation": ["cash"],
        "amount_fen": [100], "balance_fen": [None], "counterparty": [None], "purpose": [None], "known_on": [TODAY], "row": [1],
    }, schema=dict(COLUMNS[EvidenceKind.TRANSACTION]))  # fmt: skip
    people.take_in(flows, report(1, "flows.csv"), EvidenceKind.TRANSACTION)
    assert people.lake.repeated(EvidenceKind.TRANSACTION, flows, "CNY").to_list() == [1], "what is empty in both is equal"


def test_an_empty_lake_has_the_columns_of_its_kind(people: People) -> None:
    for kind, columns in COLUMNS.items():
        assert people.lake.scan(kind).collect_schema() == dict(columns)


def test_a_known_file_is_told_with_its_quarantined_rows(people: People) -> None:
    quarantined = (Quarantined(2, "gross_fen", "-", "not a number"),)
    told = replace(report(3), rows=4, quarantined=quarantined, quarantined_rows=1)
    people.take_in(invoices("sub_a"), told)
    known = people.another().lake.known("digest of invoices.csv", INVOICE)
    assert known is not None
    assert known.already_known
    assert (known.quarantined, known.accepted, known.evidence) == (quarantined, 3, people.lake.manifests()[0].id)
    assert people.lake.known("digest of invoices.csv", EvidenceKind.OUTCOME) is None


@pytest.mark.parametrize("at", [4, 200, -5])
def test_a_changed_byte_anywhere_is_found(people: People, at: int) -> None:
    digest = people.take_in(invoices("sub_a"), report(3))
    assert people.lake.verify() == []
    path = people.home / "lake" / "invoice" / f"{digest}.parquet"
    damaged = bytearray(path.read_bytes())
    damaged[at] ^= 1
    path.write_bytes(damaged)
    (finding,) = people.lake.verify()
    assert (finding.item, finding.expected) == (f"invoice/{digest}", digest)
    people.lake.put(INVOICE, invoices("sub_a"), provenance("again.csv"))
    assert people.lake.verify() == [], "the same rows mend it"


def test_a_lost_object_is_found_and_never_read_over(people: People) -> None:
    digest = people.take_in(invoices("sub_a"), report(3))
    os.unlink(people.home / "lake" / "invoice" / f"{digest}.parquet")
    assert people.lake.verify() == [Finding("lake", f"invoice/{digest}", digest, "missing")]
    with pytest.raises(Broken, match="gone"):
        people.lake.subject(INVOICE, "sub_a")


def test_rows_of_another_shape_are_refused_by_column(people: People) -> None:
    rows = invoices("sub_a")
    for bad, field in (
        (rows.drop("gross_fen"), "gross_fen"),
        (rows.with_columns(pl.col("net_fen").cast(pl.Float64)), "net_fen"),
        (rows.with_columns(pl.lit(1).alias("memo")), "memo"),
    ):
        with pytest.raises(Invalid) as refused:
            people.lake.put(INVOICE, bad, provenance("x.csv"))
        assert refused.value.field == field


def test_names_and_numbers_of_the_subject_stay_behind(people: People) -> None:
    rows = pl.DataFrame(
        {
            "subject": ["sub_a"], "party": ["E1"],
            "name": ["陈记"], "kind": ["enterprise"], "registered_on": [TODAY], "industry": ["retail"],
            "county": ["510722"], "id_number": ["5107"], "phone": ["138"], "channel": ["qr"], "known_on": [TODAY], "row": [1],
        }
    )  # fmt: skip
    stored = people.lake.put(EvidenceKind.ENTERPRISE, rows, provenance("e.csv"))
    path = people.home / "lake" / "enterprise" / f"{stored.object_digest}.parquet"
    assert pl.read_parquet(path).columns == ["subject", "kind", "registered_on", "industry", "county", "known_on", "row"]
