"""Each kind of evidence: its terms, its table, and a file of it that the documentation shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from farthing.domain.evidence import TERMS, ConsentPurpose, EvidenceKind
from farthing.evidence.bureau import CODES, MONTHS
from farthing.evidence.intake import Intake, take_in
from farthing.evidence.kinds import TABLES
from farthing.evidence.table import FieldType
from farthing.sources.files import read_file, read_mapping_file

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "kinds"
AS_OF = dt.date(2024, 7, 31)
SHOWN = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def example(kind: str, **spoilt: str) -> Intake:
    """The documentation's file of `kind`, with some cells of its first row replaced."""
    told = read_mapping_file(EXAMPLES / f"{kind}.yaml", EvidenceKind(kind))
    source = read_file(EXAMPLES / f"{kind}.csv", told)
    columns = {field: how.column for field, how in told.fields}
    for field, cell in spoilt.items():
        first = pl.int_range(pl.len()) == 0
        column = str(columns[field])
        source.frame.replace_column(
            source.frame.get_column_index(column),
            source.frame.select(pl.when(first).then(pl.lit(cell)).otherwise(column).alias(column)).to_series(),
        )
    return take_in(source, AS_OF)


def test_every_kind_has_a_table_and_terms() -> None:
    assert set(TABLES) == set(TERMS) == set(EvidenceKind)
    assert {kind for kind in EvidenceKind if TERMS[kind].live} == {EvidenceKind.BUREAU_ACCOUNT, EvidenceKind.BUREAU_ENQUIRY}
    assert {terms.purpose for terms in TERMS.values()} == set(ConsentPurpose)


def test_tables_are_of_one_make() -> None:
    for kind, table in TABLES.items():
        names = [field.name for field in table.fields]
        assert names[0] == "party"
        assert len(names) == len(set(names))
        assert all(field.name.endswith("_fen") for field in table.fields if field.type is FieldType.AMOUNT)
        assert not set(table.key) - set(names)
        dated = table.field(table.effective or "")
        assert table.effective is None or (dated is not None and dated.type is FieldType.DATE and dated.required and not dated.ahead), kind
        for field in table.fields:
            assert {choice for _, choice in field.synonyms} <= set(field.choices), f"{kind}.{field.name}"


def test_the_documentation_shows_a_file_of_each_kind_that_came_later() -> None:
    assert set(SHOWN) == set(list(EvidenceKind)[5:])


@pytest.mark.parametrize("kind", SHOWN)
def test_the_documented_files_are_read_whole(kind: str) -> None:
    taken = example(kind)
    assert taken.quarantined.rows() == []
    assert taken.accepted.height == taken.rows > 0
    mapped = {name for name, _ in read_mapping_file(EXAMPLES / f"{kind}.yaml", EvidenceKind(kind)).fields}
    assert mapped | {"counterparty"} >= {field.name for field in TABLES[EvidenceKind(kind)].fields}, "an example shows every field"


@pytest.mark.parametrize(
    ("kind", "field", "cell", "reason"),
    [
        ("registry_entry", "capital_fen", "-1", "below zero"),
        ("tax_filing", "late_days", "-3", "below zero"),
        ("order", "stars", "6", "outside 1 to 5"),
        ("refund", "reason", "whim", "not one of"),
        ("receipt", "hour", "24", "outside 0 to 23"),
        ("receipt", "amount_fen", "0", "not above zero"),
        ("bureau_account", "status_24m", "NNN", "not 24 of the codes"),
        ("bureau_account", "status_24m", "N" * 23 + "8", "not 24 of the codes"),
        ("bureau_account", "opened_on", "2024-04-03", "before opened_on"),
        ("bureau_enquiry", "enquired_on", "2024-08-01", "a date after 2024-07-31"),
        ("court_case", "amount_fen", "-5", "below zero"),
        ("parcel", "area_m2", "0", "not above zero"),
        ("parcel", "ends_on", "2014-01-01", "before confirmed_on"),
        ("land_transfer", "direction", "sideways", "not one of"),
        ("insurance_policy", "ends_on", "2199-01-01", "a date after"),
        ("insurance_claim", "paid_fen", "-1", "below zero"),
        ("shipment", "weight_g", "-1", "below zero"),
        ("stock_move", "quantity", "0", "not above zero"),
        ("meter_reading", "peak_wh", "1284001", "above used_wh"),
        ("owner_profile", "birth_year", "1899", "outside 1900 to 2020"),
        ("app_usage", "night_sessions", "4", "above sessions"),
        ("device", "times", "0", "not above zero"),
        ("contact_point", "channel", "pigeon", "not one of"),
    ],
)
def test_a_wrong_cell_is_quarantined_under_its_field(kind: str, field: str, cell: str, reason: str) -> None:
    taken = example(kind, **{field: cell})
    ((row, _, why),) = {(row, where, why) for row, where, _, why in taken.quarantined.rows() if where == field or reason in why}
    assert row == 1
    assert why.startswith(reason)
    assert taken.quarantined_rows == 1


def test_a_second_row_that_says_otherwise_of_the_same_thing_is_quarantined() -> None:
    taken = example("order", order_no="T20240302001")
    assert taken.quarantined.select("row", "field", "reason").rows() == [
        (3, "order_no", "an earlier row says otherwise of the same order_no")
    ]
    assert example("meter_reading", read_on="2024-04-30").quarantined["reason"].to_list() == [
        "an earlier row says otherwise of the same meter and read_on"
    ]


def test_what_ends_later_than_today_is_no_fault_and_what_began_later_is() -> None:
    assert example("parcel", ends_on="2060-01-01").quarantined_rows == 0
    assert example("parcel", confirmed_on="2024-08-01").quarantined["reason"].to_list() == ["a date after 2024-07-31"]


def test_marks_of_people_stand_in_no_report() -> None:
    for kind, field in (("device", "device"), ("contact_point", "point"), ("court_case", "docket"), ("parcel", "parcel")):
        taken = example(kind, **{field: "x" * 201})
        assert taken.quarantined["value"].to_list() == ["(withheld)"], kind


def test_the_documentation_lists_every_kind_with_its_terms_and_fields() -> None:
    text = (EXAMPLES.parents[1] / "import.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    terms = {row[0]: row[1:] for row in rows if len(row) == 6}
    fields = {row[0]: row[1] for row in rows if len(row) == 2}
    for kind, table in TABLES.items():
        days = TERMS[kind].stale_days
        assert terms[kind][3:] == [TERMS[kind].purpose.replace("_", " "), "never" if days is None else f"{days} days"], kind
        for field in table.fields:
            choices = ("yes", "no") if field.type is FieldType.FLAG else field.choices
            shown = f"`{field.name}`" + (f" ({', '.join(choices)})" if kind in SHOWN and choices else "")
            assert shown + ("" if field.required else "*") in fields[kind], f"{kind}.{field.name}"


def test_cr_07_the_codes_of_a_report_are_those_we_report_by() -> None:
    assert set("/*NM1234567BGC") < set(CODES)
    assert len(CODES) == len(set(CODES)) == 18
    assert example("bureau_account", status_24m=CODES.ljust(MONTHS, "N")).quarantined_rows == 0
