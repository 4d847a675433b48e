"""Law: the text that is hashed is JSON of the plain value, however it was written."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

from hypothesis import given
from hypothesis import strategies as st

from farthing.domain import canon


class Word(StrEnum):
    PLAIN = "plain"
    ODD = 'a "quoted" \\ 禾\n'


class Number(IntEnum):
    ONE = 1


class Kind(Enum):
    OF_TEXT = "text"
    OF_NUMBER = 7


@dataclass(frozen=True, slots=True)
class One:
    only: object


@dataclass(frozen=True)
class Empty:
    pass


@dataclass(frozen=True)
class Record:
    b: object
    a: object
    ten: object = None


@dataclass(frozen=True)
class Kept:
    name: str
    on: dt.date


canon.remember(Kept, most=3)

ZONES = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=8)), dt.timezone(dt.timedelta(hours=-3, minutes=-30))])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.datetimes(min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis asks for naive bounds
    | st.binary(max_size=9)
    | st.sampled_from([*Word, *Number, *Kind, Empty()])
    | st.builds(Kept, st.text(max_size=3), st.dates())
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4) | st.integers() | st.sampled_from(list(Word)), inner, max_size=4)
        | st.builds(One, inner)
        | st.builds(Record, inner, inner)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_the_quick_text_is_the_slow_one(value: object) -> None:
    slow = json.dumps(canon.plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    assert canon.encode(value) == slow.encode()
    assert canon.encode(value) == slow.encode(), "what was remembered is the same"
    assert min(slow) >= " ", "it holds no control character, so one may stand between two of them"
