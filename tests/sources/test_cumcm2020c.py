from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from farthing.domain.errors import NotFound
from farthing.domain.evidence import EvidenceKind, Repeats
from farthing.evidence.intake import SourceTable, take_in
from farthing.evidence.mapping import with_repeats
from farthing.sources.cumcm2020c import read


def small(directory: Path) -> Path:
    (directory / "enterprises.csv").write_text(
        "enterprise_id,name_masked_zh,rating,annex,default\nE1,***公司,A,1,0.0\nE9,***厂,,2,\nE2,***店,D,1,1.0\n", encoding="utf-8"
    )
    rows = {
        "annex": [1], "enterprise_id": ["E1"], "side": ["out"], "invoice_no": [7], "issue_date": [dt.datetime.fromisoformat("2019-05-01")],
        "counterparty_id": ["B1"], "amount_ex_tax": [943.4], "tax": [56.6], "amount_incl_tax": [1000.0], "status": ["void"],
    }  # fmt: skip
    pl.DataFrame(rows).write_parquet(directory / "invoices_annex1.parquet")
    pl.DataFrame(rows).with_columns(pl.col("issue_date").dt.offset_by("1d")).write_parquet(directory / "invoices_annex2.parquet")
    return directory


def by_kind(tables: tuple[SourceTable, ...]) -> dict[EvidenceKind, list[SourceTable]]:
    return {kind: [table for table in tables if table.kind is kind] for kind in EvidenceKind}


def test_a_small_copy_is_read_with_its_own_end_and_row_numbers(tmp_path: Path) -> None:
    tables = by_kind(read(small(tmp_path)))
    end = dt.date(2019, 5, 2)
    assert {table.ends_on for kind in tables.values() for table in kind} == {end}
    outcomes = take_in(tables[EvidenceKind.OUTCOME][0], end).accepted
    assert outcomes.rows() == [("E1", False, "A", end, 1), ("E2", True, "D", end, 3)]
    assert take_in(tables[EvidenceKind.ENTERPRISE][0], end).accepted.get_column("party").to_list() == ["E1", "E9", "E2"]
    (first, _) = tables[EvidenceKind.INVOICE]
    row = take_in(first, end).accepted.row(0, named=True)
    assert (row["side"], row["status"], row["gross_fen"], row["known_on"], row["invoice_no"]) == ("sale", "void", 100000, end, "7")
    assert first.map.lag.assumed


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"enterprises\.csv"):
        read(tmp_path)
    (small(tmp_path) / "invoices_annex2.parquet").unlink()
    with pytest.raises(NotFound, match="invoices_annex2"):
        read(tmp_path)


@pytest.mark.real
def test_the_published_set_is_what_its_description_says(public_data: Callable[[str], Path]) -> None:
    """Rows are a part of the published ones, so shares and traps are checked, not totals."""
    tables = by_kind(read(public_data("cumcm2020c")))
    enterprises = take_in(tables[EvidenceKind.ENTERPRISE][0], dt.date(2020, 2, 21)).accepted
    outcomes = take_in(tables[EvidenceKind.OUTCOME][0], dt.date(2020, 2, 21)).accepted
    assert set(outcomes.get_column("rating")) <= {"A", "B", "C", "D"}
    assert 0 < outcomes.height < enterprises.height
    assert outcomes.filter(pl.col("rating") == "A").get_column("defaulted").sum() == 0
    assert outcomes.filter(pl.col("rating") == "D").get_column("defaulted").all()
    faults = 0
    for table in tables[EvidenceKind.INVOICE]:
        assert table.ends_on == dt.date(2020, 2, 21)
        kept = take_in(table, table.ends_on)
        dropped = take_in(with_only(table, Repeats.DROP), table.ends_on)
        assert kept.rows == kept.accepted.height + kept.quarantined_rows
        assert kept.accepted.height - dropped.accepted.height == kept.repeated > 0
        assert set(kept.accepted.get_column("party")) <= set(enterprises.get_column("party"))
        assert 0.03 < (kept.accepted.get_column("status") == "void").mean() < 0.09
        assert 0.005 < (kept.accepted.get_column("gross_fen") < 0).mean() < 0.06
        assert set(kept.quarantined.get_column("reason")) <= {"amount without tax and tax do not add up to the total"}
        cents = (table.frame.get_column("amount_incl_tax") * 100).round().cast(pl.Int64)
        assert kept.accepted.get_column("gross_fen").sum() == cents.gather(kept.accepted.get_column("row") - 1).sum()
        faults += kept.quarantined_rows
    assert faults <= 5, "the description knows five rows whose parts do not add up"


def with_only(table: SourceTable, repeats: Repeats) -> SourceTable:
    return SourceTable(table.source, table.frame, table.digest, with_repeats(table.map, repeats), ends_on=table.ends_on)
