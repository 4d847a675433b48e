"""Document numbers: forms, check digits, regions and birth dates. The numbers are of nobody: made-up regions, or the standards' own."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.models.identity.documents import Document, DocumentKind, age_on, read
from farthing.world.people import person_number

STANDARD = "11010519491231002X"
"""The example of GB 11643-1999."""


def test_the_example_of_the_standard_reads() -> None:
    assert read(STANDARD) == Document(DocumentKind.RESIDENT, check_digit=True, region_known=True, born_on=dt.date(1949, 12, 31))
    assert read(" 110105-19491231-002x ") == read(STANDARD)


def test_a_credit_code_reads() -> None:
    assert read("91350100M000100Y43") == Document(DocumentKind.CREDIT_CODE, check_digit=True)
    assert not read("91350100M000100Y44").check_digit


@given(st.integers(0, 2**32 - 1))
def test_made_up_numbers_are_sound_and_of_nobody(seed: int) -> None:
    told = read(person_number(np.random.default_rng(seed)))
    assert told.kind is DocumentKind.RESIDENT
    assert told.check_digit
    assert told.made_up
    assert told.region_known is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(place: int, more: int) -> None:
    digit = (int(STANDARD[place]) + more) % 10
    assert not read(f"{STANDARD[:place]}{digit}{STANDARD[place + 1 :]}").check_digit


def test_impossible_days_and_regions_are_seen() -> None:
    assert read("110105194902300021").born_on is None
    assert read("880105194912310028").region_known is False


@pytest.mark.parametrize("told", ["", "12345", "ABCDEFGHIJKLMNOPQR", "1101051949123100", "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X"])
def test_what_has_no_form_is_unknown(told: str) -> None:
    assert read(told) == Document(DocumentKind.UNKNOWN, check_digit=False)


def test_age_counts_whole_years() -> None:
    born = dt.date(2000, 3, 1)
    assert [age_on(born, day) for day in (dt.date(2018, 2, 28), dt.date(2018, 3, 1), dt.date(1999, 1, 1))] == [17, 18, -2]
