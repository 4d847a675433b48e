from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.sources.delimited import detect_delimiter, detect_encoding, read_delimited

TABLE = "名称,数\n甲,1\n乙,2\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode("utf-8"), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8-sig"),
        (TABLE.encode("gb18030"), "gb18030"),
        (TABLE.encode("utf-16"), "utf-16"),
        (b"a,b\n1,2\n", "utf-8"),
    ],
)
def test_encodings_are_found(data: bytes, encoding: str) -> None:
    assert detect_encoding(data, "f.csv") == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
def test_a_table_reads_the_same_in_every_encoding(encoding: str) -> None:
    read = read_delimited(TABLE.encode(encoding), "f.csv")
    assert read.frame.rows() == [("甲", "1"), ("乙", "2")]
    assert read.frame.columns == ["名称", "数"]


def test_lines_in_another_encoding_are_marked_and_the_others_read() -> None:
    mixed = TABLE.encode("utf-8") + "丙,3\n".encode("gb18030") + "丁,4\n".encode()
    names = read_delimited(mixed, "f.csv").frame.get_column("名称").to_list()
    assert names[:2] + names[3:] == ["甲", "乙", "丁"]
    assert "\ufffd" in names[2]


def test_what_is_no_text_is_refused_with_what_to_do() -> None:
    for data in (b"", b"\n \n", b"a,b\n"):
        with pytest.raises(Invalid, match=r"is empty|has a header and no rows"):
            read_delimited(data, "f.csv")
    with pytest.raises(Invalid, match="zero bytes"):
        read_delimited(TABLE.encode("utf-16-le"), "f.csv")
    with pytest.raises(Invalid, match="no encoding 'klingon'"):
        read_delimited(b"a\n1\n", "f.csv", encoding="klingon")
    with pytest.raises(Invalid, match="names a column twice: a"):
        read_delimited(b"a,b,a\n1,2,3\n", "f.csv")
    for odd in ("idna", "undefined", "utf\0-8", "hex", "k" * 2_000):
        with pytest.raises(Invalid, match="no encoding"):
            read_delimited(b"a\n1\n" + "值".encode("gb18030"), "f.csv", encoding=odd)
    for line in (b"p" * 200_000 + b"\n", b"p" * 200_000 + b",b\n1,2\n"):
        with pytest.raises(Invalid, match="is no header"):
            read_delimited(line, "f.csv")
    with pytest.raises(Invalid, match="is no header"):
        read_delimited(b"p" * 200_000 + b",b\n1,2\n", "f.csv", delimiter=",")


def test_a_header_of_any_width_is_judged_in_one_pass() -> None:
    """Not a timing: comparing every name with every other would not finish inside the test's own limit."""
    names = ",".join(f"c{i % 299_999}" for i in range(300_000))
    with pytest.raises(Invalid, match=r"names a column twice: c0\."):
        read_delimited(f"{names}\n1\n".encode(), "f.csv")


def test_delimiters_are_found() -> None:
    assert [detect_delimiter(line) for line in ("a,b,c", "a;b,c;d", "a\tb", "a|b|c", "alone", '"a,b";c')] == [",", ";", "\t", "|", ",", ";"]
    assert read_delimited(b"a;b\n1,5;2\n", "f.csv").frame.rows() == [("1,5", "2")]
    assert read_delimited(b"a;b\n1;2\n", "f.csv", delimiter=",").frame.columns == ["a;b"]


def test_quotes_hold_delimiters_lines_and_quotes() -> None:
    read = read_delimited(b'a,b\n"1,2","x\ny"\n"say ""hi""",3\r\n\r\n,\n', "f.csv")
    assert read.frame.rows() == [("1,2", "x\ny"), ('say "hi"', "3"), ("", "")]
    assert read.unreadable.is_empty()


def test_a_line_that_does_not_fit_is_an_empty_row_with_its_reason() -> None:
    read = read_delimited(b"a,b\n1,2\n3\n4,5,6\n7,8\n", "f.csv")
    assert read.frame.rows() == [("1", "2"), (None, None), (None, None), ("7", "8")]
    assert read.unreadable.rows() == [
        (2, "(whole row)", "line 3", "1 cells where the header has 2"),
        (3, "(whole row)", "line 4", "3 cells where the header has 2"),
    ]


def test_a_quote_left_open_swallows_no_other_row() -> None:
    read = read_delimited(b'a,b,c\n1,2,"open\n3,4,5\n6,7,"open too\n8,9,10\n"last,11,12', "f.csv")
    assert read.frame.rows() == [(None,) * 3, ("3", "4", "5"), (None,) * 3, ("8", "9", "10"), (None,) * 3]
    assert read.unreadable.get_column("value").to_list() == ["line 2", "line 4", "line 6"]


LINES = st.lists(st.text(alphabet='ab,;"\r\n\té中\x00\u2028', max_size=12), max_size=12)


@given(LINES, st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_becomes_rows_or_one_refusal(lines: list[str], encoding: str) -> None:
    data = ("x,y\n1,2\n" + "\n".join(lines)).encode(encoding)
    read = read_delimited(data, "f.csv", encoding=encoding)
    assert read.frame.row(0) == ("1", "2")
    assert read.frame.width == 2
    assert set(read.unreadable.get_column("row")) <= set(range(1, read.frame.height + 1))


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=1, max_size=30))
def test_unquoted_rows_survive_any_open_quotes_around_them(rows: list[tuple[int, bool]]) -> None:
    text = "x,y\n" + "".join(f'{number},"open\n' if spoilt else f"{number},b\n" for number, spoilt in rows)
    read = read_delimited(text.encode(), "f.csv")
    assert [row[0] for row in read.frame.rows()] == [None if spoilt else str(number) for number, spoilt in rows]


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_it(data: bytes) -> None:
    try:
        rows = read_delimited(data, "f.csv").frame.height
    except Invalid as refused:
        rows = len(refused.remedy)  # whoever is refused is told what to do
    assert rows > 0
