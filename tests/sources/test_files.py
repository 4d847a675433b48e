from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import polars as pl
import pytest
from tests.sources.books import book

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.evidence import EvidenceKind, KnownLag
from farthing.evidence.mapping import FieldMap, FileMap
from farthing.sources.files import file_digest, read_file, read_mapping_file, read_parquet, read_text

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
MAP = FileMap(EvidenceKind.OUTCOME, (("party", FieldMap("a")), ("defaulted", FieldMap("b"))), KnownLag(0, assumed=True))


def test_a_file_is_read_by_its_type_with_the_digest_of_its_bytes(tmp_path: Path) -> None:
    rows = pl.DataFrame({"a": ["M1", "M2"], "b": ["1", "0"]})
    rows.write_csv(tmp_path / "o.csv")
    rows.write_parquet(tmp_path / "o.parquet")
    (tmp_path / "o.csv.gz").write_bytes(gzip.compress((tmp_path / "o.csv").read_bytes()))
    book(tmp_path / "o.xlsx", [["a", "b"], ["M1", 1], ["M2", 0]])
    for name in ("o.csv", "o.parquet", "o.csv.gz", "o.xlsx"):
        table = read_file(tmp_path / name, MAP)
        assert table.frame.rows() == [("M1", "1"), ("M2", "0")], name
        assert table.source == f"outcome{Path(name).suffix}"
        assert table.digest == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == file_digest(tmp_path / name)


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    for name in ("o.parquet", "o.xlsx", "o.csv.gz"):
        (tmp_path / name).write_bytes(b"not what it says")
        with pytest.raises(Invalid, match=r"damaged") as damaged:
            read_file(tmp_path / name, MAP)
        assert damaged.value.remedy
    with pytest.raises(NotFound, match="no file"):
        read_file(tmp_path / "nowhere.csv", MAP)
    (tmp_path / "o.pdf").write_bytes(b"%PDF")
    with pytest.raises(Invalid, match="none of the file types"):
        read_file(tmp_path / "o.pdf", MAP)
    with pytest.raises(Invalid, match="cannot be read"):
        read_file(tmp_path, MAP)
    pl.DataFrame({"a": []}).write_parquet(tmp_path / "empty.parquet")
    with pytest.raises(Invalid, match="has no rows"):
        read_parquet(tmp_path / "empty.parquet")
    with pytest.raises(Invalid, match=r"no sheet '二月'") as sheet:
        read_file(book(tmp_path / "b.xlsx", [["a", "b"], ["M1", 1]]), FileMap(MAP.kind, MAP.fields, MAP.lag, sheet="二月"))
    assert "一月" in sheet.value.remedy


def test_a_published_table_with_a_damaged_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3\n")
    with pytest.raises(Invalid, match="line 3 has 1 cells"):
        read_text(tmp_path / "t.csv")


def test_a_mapping_file_is_a_yaml_document(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("fields: {party: a\n defaulted: ]\n")
    with pytest.raises(Invalid, match="not a YAML document near line 2"):
        read_mapping_file(tmp_path / "m.yaml", EvidenceKind.OUTCOME)
    (tmp_path / "m.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="not a YAML document"):
        read_mapping_file(tmp_path / "m.yaml", EvidenceKind.OUTCOME)
    for text in ("a: 2020-99-99", "{" * 5_000, "[" * 9_000, "a: !!bool x", "a: !!timestamp x"):
        (tmp_path / "m.yaml").write_text(text)
        with pytest.raises(Invalid, match="not a YAML document"):
            read_mapping_file(tmp_path / "m.yaml", EvidenceKind.OUTCOME)
    with pytest.raises(NotFound):
        read_mapping_file(tmp_path / "none.yaml", EvidenceKind.OUTCOME)


def test_a_file_that_is_named_after_a_customer_does_not_hand_the_name_on(tmp_path: Path) -> None:
    (tmp_path / "陈大妹流水.csv").write_text("a,b\n1,2\n")
    assert read_file(tmp_path / "陈大妹流水.csv", MAP).source == f"{MAP.kind.value}.csv"


def test_the_documented_example_reads_as_documented() -> None:
    read = read_file(EXAMPLES / "invoices.csv", read_mapping_file(EXAMPLES / "invoices.yaml", EvidenceKind.INVOICE))
    assert read.frame.height == 8
    assert read.source == "示例销项发票(虚构)"
