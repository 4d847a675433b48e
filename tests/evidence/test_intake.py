from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind, IntakeReport, KnownLag, Repeats
from farthing.evidence.intake import Intake, SourceTable, refuse_parties, repeat_rows, report, take_in
from farthing.evidence.kinds import TABLES
from farthing.evidence.mapping import FieldMap, FileMap, canonical_map
from farthing.sources.files import read_file, read_mapping_file

GOLDEN = Path(__file__).parents[1] / "golden" / "intake"
AS_OF = dt.date(2024, 6, 30)
LAG = KnownLag(1, assumed=True)


def table(kind: EvidenceKind, rows: list[dict[str, object]], repeats: Repeats | None = Repeats.KEEP) -> SourceTable:
    """Rows as text under canonical names, amounts in fen."""
    names = [field.name for field in TABLES[kind].fields]
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in names}, strict=False)
    return SourceTable("a test", frame, "0" * 64, canonical_map(kind, LAG, repeats=repeats))


INVOICE: dict[str, object] = {
    "party": "M1", "side": "sale", "invoice_no": "1", "issued_on": "2024-03-01", "counterparty": "C1",
    "net_fen": "1000", "tax_fen": "130", "gross_fen": "1130", "status": "valid",
}  # fmt: skip


def told(one: IntakeReport) -> str:
    """A report as a person reads it."""
    lines = [
        f"rows {one.rows} = accepted {one.accepted} + quarantined {one.quarantined_rows} + repeated and dropped {one.repeated_dropped}",
        "",
        *(f"row {each.row:>2}  {each.field}: {each.value!r} {each.reason}" for each in one.quarantined),
    ]
    return "\n".join(lines) + "\n"


def test_a_messy_file_is_told_row_by_row() -> None:
    source = read_file(GOLDEN / "invoices.csv", read_mapping_file(GOLDEN / "invoices.yaml", EvidenceKind.INVOICE))
    taken = take_in(source, AS_OF)
    assert told(report(source, taken, None)) == (GOLDEN / "invoices.report.txt").read_text(encoding="utf-8")
    accepted = taken.accepted.select("row", "side", "issued_on", "gross_fen", "status", "known_on").rows()
    assert accepted == [
        (1, "sale", dt.date(2024, 3, 1), 113000, "valid", dt.date(2024, 3, 2)),
        (2, "sale", dt.date(2024, 3, 2), 113000, "valid", dt.date(2024, 3, 3)),
        (3, "sale", dt.date(2024, 3, 3), -5650, "valid", dt.date(2024, 3, 4)),
        (4, "purchase", dt.date(2024, 3, 4), 0, "void", dt.date(2024, 3, 5)),
        (20, "sale", dt.date(2024, 3, 19), 1130, "valid", dt.date(2024, 3, 20)),
    ]


def test_accepted_rows_have_the_canonical_columns() -> None:
    for kind in EvidenceKind:
        taken = take_in(table(kind, [{}]), AS_OF)
        assert dict(taken.accepted.schema) == TABLES[kind].schema()
        assert taken.quarantined_rows == 1, "a row of nothing is not evidence"


def test_repeated_rows_are_kept_or_dropped_as_said_and_a_question_otherwise() -> None:
    rows = [INVOICE, INVOICE, {**INVOICE, "invoice_no": "2"}, INVOICE]
    kept, dropped = (take_in(table(EvidenceKind.INVOICE, rows, repeats), AS_OF) for repeats in (Repeats.KEEP, Repeats.DROP))
    assert (kept.accepted.height, kept.repeated) == (4, 2)
    assert dropped.accepted.get_column("row").to_list() == [1, 3]
    with pytest.raises(Invalid, match=r"2 rows of a test repeat .* first is row 2") as asked:
        take_in(table(EvidenceKind.INVOICE, rows, None), AS_OF)
    assert "--repeats" in asked.value.remedy
    assert take_in(table(EvidenceKind.INVOICE, rows[2:], None), AS_OF).accepted.height == 2


def test_rows_of_earlier_files_are_repeats_too_and_each_counts_once() -> None:
    rows, earlier = [INVOICE, INVOICE, {**INVOICE, "invoice_no": "2"}, {**INVOICE, "invoice_no": "3"}], pl.Series("row", [1, 2, 3])
    kept, dropped = (table(EvidenceKind.INVOICE, rows, repeats) for repeats in (Repeats.KEEP, Repeats.DROP))
    taken = repeat_rows(kept, take_in(kept, AS_OF), earlier)
    assert (taken.accepted.height, taken.repeated, accounted(taken)) == (4, 3, True)
    taken = repeat_rows(dropped, take_in(dropped, AS_OF), pl.Series("row", [1, 3]))
    assert (taken.accepted.get_column("row").to_list(), taken.repeated, accounted(taken)) == ([4], 3, True)
    undecided = table(EvidenceKind.INVOICE, rows[1:], None)
    taken = take_in(undecided, AS_OF)
    assert repeat_rows(undecided, taken, pl.Series("row", [], pl.Int64)) is taken
    with pytest.raises(Invalid, match=r"2 rows of a test repeat a row of an earlier file .* first is row 2"):
        repeat_rows(undecided, taken, pl.Series("row", [2, 3]))


def test_days_that_nothing_can_print_are_told_as_too_early_or_too_late() -> None:
    rows = table(EvidenceKind.INVOICE, [INVOICE] * 3)
    days = pl.Series("issued_on", [-(10**9), 10**9, 19_800], dtype=pl.Int32).cast(pl.Date)
    taken = take_in(replace(rows, frame=rows.frame.with_columns(days)), AS_OF)
    assert taken.quarantined.get_column("reason").to_list() == ["a date before 1990-01-01", "a date after 2024-06-30"]
    assert taken.accepted.get_column("row").to_list() == [3]


def test_a_row_can_have_several_faults_and_counts_once() -> None:
    source = table(EvidenceKind.INVOICE, [{**INVOICE, "side": "up", "issued_on": "then", "net_fen": "much"}])
    taken = take_in(source, AS_OF)
    assert taken.quarantined.get_column("field").to_list() == ["side", "issued_on", "net_fen"]
    assert taken.quarantined_rows == 1


def test_a_missing_column_is_named_with_those_there_are() -> None:
    source = table(EvidenceKind.INVOICE, [INVOICE])
    broken = SourceTable("a test", source.frame.drop("tax_fen"), source.digest, source.map)
    with pytest.raises(Invalid, match="no column 'tax_fen'") as refused:
        take_in(broken, AS_OF)
    assert "invoice_no" in refused.value.remedy


def test_personal_data_does_not_stand_in_a_report() -> None:
    row: dict[str, object] = {"party": "M1", "name": "张" * 300, "kind": "person", "id_number": "3301\x001990"}
    faults = take_in(table(EvidenceKind.ENTERPRISE, [row]), AS_OF).quarantined
    assert dict(zip(faults.get_column("field"), faults.get_column("value"), strict=True)) == {
        "name": "(withheld)",
        "id_number": "(withheld)",
    }


def test_a_second_word_on_the_same_party_contradicts_the_first() -> None:
    first: dict[str, object] = {"party": "M1", "name": "One", "kind": "farm"}
    taken = take_in(table(EvidenceKind.ENTERPRISE, [first, first, {**first, "name": "Two"}]), AS_OF)
    assert taken.accepted.get_column("row").to_list() == [1, 2]
    assert taken.quarantined.get_column("reason").to_list() == ["an earlier row says otherwise of the same party"]


def test_known_on_is_the_source_s_own_where_it_says_so() -> None:
    said = table(EvidenceKind.INVOICE, [INVOICE, INVOICE, INVOICE])
    frame = said.frame.with_columns(known_on=pl.Series(["2024-04-01", None, "2024-02-01"]))
    taken = take_in(SourceTable("a test", frame, said.digest, said.map), AS_OF)
    assert taken.accepted.get_column("known_on").to_list() == [dt.date(2024, 4, 1), dt.date(2024, 3, 2)]
    assert taken.quarantined.rows() == [(3, "known_on", "2024-02-01", "known before it happened")]


def test_what_speaks_of_no_day_is_known_at_the_import() -> None:
    taken = take_in(table(EvidenceKind.OUTCOME, [{"party": "M1", "defaulted": "是"}]), AS_OF)
    assert taken.accepted.select("defaulted", "known_on").row(0) == (True, AS_OF)


def test_refused_parties_leave_with_every_row() -> None:
    taken = take_in(table(EvidenceKind.INVOICE, [INVOICE, {**INVOICE, "party": "M2"}, INVOICE]), AS_OF)
    after = refuse_parties(taken, ["M1"], "no such party is known")
    assert after.accepted.get_column("row").to_list() == [2]
    assert after.quarantined.rows() == [(1, "party", "M1", "no such party is known"), (3, "party", "M1", "no such party is known")]
    assert after.quarantined_rows == 2


def test_the_bank_s_own_key_and_a_blank_one_are_nobody_s() -> None:
    taken = take_in(table(EvidenceKind.INVOICE, [INVOICE, {**INVOICE, "party": "Bank"}, {**INVOICE, "party": "\u2003"}]), AS_OF)
    assert [row[1:] for row in taken.quarantined.rows()] == [
        ("party", "Bank", "BANK names the bank itself"), ("party", "\u2003", "blank"),
    ]  # fmt: skip
    ties: list[dict[str, object]] = [
        {"party": "P1", "other": "BANK", "relation": "director"}, {"party": "BANK", "other": "M1", "relation": "controls"},
        {"party": "BANK", "other": "M1", "relation": "director"}, {"party": "P1", "other": "\u2003", "relation": "spouse"},
    ]  # fmt: skip
    taken = take_in(table(EvidenceKind.RELATION, ties), AS_OF)
    assert taken.accepted.get_column("row").to_list() == [1, 2]


# ---- laws ------------------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["", "sale", "有效", "2024-01-31", "2024-02-30", "1e400", "nan", "-0.00", "1,234.50", "٣", "\ufffd", "\x00", "=1+1"]),
    st.integers(-(10**20), 10**20).map(str),
)
TYPED = st.sampled_from([
    [None, None, None, None],
    [1, -(2**63), 2**63 - 1, None],
    [0.1, float("nan"), float("-inf"), 1e300],
    [True, False, None, True],
    [dt.date(1, 1, 1), dt.date(9999, 12, 31), None, dt.date(2024, 1, 1)],
    [dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23), None, dt.datetime(2024, 1, 1)],  # noqa: DTZ001 - files hold naive ones
    pl.Series([-(10**9), 10**9, None, 20_000], dtype=pl.Int32).cast(pl.Date),
    pl.Series([-(2**62), 2**62, None, 0]).cast(pl.Datetime("ms")),
    pl.Series([-(2**62), 2**62, None, 0]).cast(pl.Datetime("us", "Asia/Shanghai")),
    pl.Series([-(2**63), 2**63 - 1, None, 0]).cast(pl.Datetime("ns")),
    pl.Series([0, 255, None, 1], dtype=pl.UInt8),
    pl.Series([-128, 127, None, 1], dtype=pl.Int8),
    pl.Series([0, 65535, None, 1], dtype=pl.UInt16),
    pl.Series([0, 2**64 - 1, None, 1], dtype=pl.UInt64),
    pl.Series([-(2**100), 2**100, None, 1], dtype=pl.Int128),
    [dt.time(1), None, dt.time(2), dt.time(3)],
    [dt.timedelta(days=1), None, dt.timedelta(0), dt.timedelta(0)],
    [b"\xff\x00", b"", None, b"1"],
    [[1, 2], [], None, [3]],
    [{"a": 1}, {"a": None}, None, {"a": 2}],
    [object(), object(), None, 1],
])  # fmt: skip


def accounted(taken: Intake) -> bool:
    dropped = taken.repeated if taken.repeats is Repeats.DROP else 0
    return taken.rows == taken.accepted.height + taken.quarantined_rows + dropped


@given(kind=st.sampled_from(list(EvidenceKind)), repeats=st.sampled_from(list(Repeats)), data=st.data())
def test_every_row_is_accounted_for_whatever_the_cells_hold(kind: EvidenceKind, repeats: Repeats, data: st.DataObject) -> None:
    names = [field.name for field in TABLES[kind].fields]
    columns = {name: pl.Series(data.draw(st.lists(CELLS, min_size=6, max_size=6)), dtype=pl.String) for name in names}
    taken = take_in(SourceTable("mess", pl.DataFrame(columns), "0" * 64, canonical_map(kind, LAG, repeats=repeats)), AS_OF)
    assert accounted(taken)
    assert set(taken.accepted.get_column("row")).isdisjoint(taken.quarantined.get_column("row"))


@given(kind=st.sampled_from(list(EvidenceKind)), data=st.data())
def test_no_type_of_column_stops_an_import(kind: EvidenceKind, data: st.DataObject) -> None:
    names = [field.name for field in TABLES[kind].fields] + ["known_on"]
    columns = {name: pl.Series(name, data.draw(TYPED), strict=False) for name in names}
    taken = take_in(SourceTable("mess", pl.DataFrame(columns), "0" * 64, canonical_map(kind, LAG)), AS_OF)
    assert taken.rows == 4
    assert accounted(taken)


@given(seed=st.integers(0, 10**6))
def test_good_rows_pass_whatever_stands_around_them(seed: int) -> None:
    dice = random.Random(seed)
    rows = [{**INVOICE, "invoice_no": str(i)} for i in range(30)]
    spoilt = {i for i in range(30) if dice.random() < 0.4}
    for i in spoilt:
        rows[i][dice.choice(list(INVOICE))] = dice.choice(["", "\ufffd", "x" * 201])
    taken = take_in(table(EvidenceKind.INVOICE, rows), AS_OF)
    assert taken.accepted.get_column("row").to_list() == [i + 1 for i in range(30) if i not in spoilt]


def test_a_million_rows_of_typed_columns_are_judged_by_column() -> None:
    """Not a timing: a row-by-row path would not finish inside the test's own limit."""
    frame = pl.DataFrame({name: [value] for name, value in INVOICE.items()}).select(pl.all().repeat_by(500_000).explode())
    told_fields = tuple((field.name, FieldMap(field.name)) for field in TABLES[EvidenceKind.INVOICE].fields)
    taken = take_in(SourceTable("many", frame, "0" * 64, FileMap(EvidenceKind.INVOICE, told_fields, LAG, repeats=Repeats.DROP)), AS_OF)
    assert (taken.accepted.height, taken.repeated) == (1, 499_999)
    assert taken.accepted.get_column("gross_fen").to_list() == [113000]
