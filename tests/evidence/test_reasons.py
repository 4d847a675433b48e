from __future__ import annotations

import datetime as dt
import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.evidence import EvidenceKind, KnownLag
from farthing.evidence.intake import SourceTable, take_in
from farthing.evidence.kinds import TABLES
from farthing.evidence.mapping import canonical_map
from farthing.evidence.reasons import NO_CHOICE, PART, REASONS, SAYS_OTHERWISE, in_chinese

HAN = re.compile(r"[\u4e00-\u9fff]")
CELLS = st.sampled_from(
    ["", None, "x", "-5", "0", "99", "2024-01-01", "2031-01-01", "1700-01-01", "1.005", "1e3", "\ufffd", "a\x01", "y" * 300]
)


def test_every_reason_is_told_in_both_languages_with_the_same_parts() -> None:
    assert len({one.en for one in REASONS}) == len({one.zh for one in REASONS}) == len(REASONS) > 0
    for one in REASONS:
        assert set(PART.findall(one.en)) == set(PART.findall(one.zh)), one.en
        assert HAN.search(one.zh), one.en


def test_a_report_s_words_are_found_again_whatever_they_are_filled_with() -> None:
    for one in REASONS:
        parts = {name: f"<{name} 7>" for name in PART.findall(one.en)}
        assert in_chinese(one(**parts)) == one.zh.format(**parts)


def test_what_differs_from_row_to_row_stays_as_it_is() -> None:
    assert in_chinese(NO_CHOICE(choices="sale, purchase")) == "不在下列取值中：sale, purchase"
    assert in_chinese(SAYS_OTHERWISE(what="meter and read_on")) == "前面的行对同一 meter and read_on 说法不同"
    assert in_chinese("a reason of another house") == "a reason of another house"


@given(kind=st.sampled_from(list(EvidenceKind)), data=st.data())
def test_whatever_a_file_holds_its_faults_are_told_in_chinese(kind: EvidenceKind, data: st.DataObject) -> None:
    columns = {field.name: pl.Series(data.draw(st.lists(CELLS, min_size=4, max_size=4)), dtype=pl.String) for field in TABLES[kind].fields}
    source = SourceTable("mess", pl.DataFrame(columns), "0" * 64, canonical_map(kind, KnownLag(0, assumed=True)))
    for why in take_in(source, dt.date(2024, 6, 30)).quarantined["reason"].unique():
        assert HAN.search(in_chinese(why)), why
