"""A borrower's year: seeded, within its days, the same whoever else there is, and wide enough to walk every join of the bank."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.world.year import PROPOSED, SECOND, TEMPERS, Doing, Span, borrower, disasters

SPAN = Span(dt.date(2025, 1, 6), 90)


def test_a_year_is_fixed_by_seed_and_number() -> None:
    assert borrower(1, 3, SPAN) == borrower(1, 3, SPAN)
    assert borrower(1, 3, SPAN) != borrower(2, 3, SPAN)
    assert borrower(1, 3, SPAN).deeds != borrower(1, 4, SPAN).deeds
    assert disasters(1, SPAN) == disasters(1, SPAN)
    assert disasters(1, SPAN) != disasters(2, SPAN)


@pytest.mark.parametrize("days", [1, 2, 25, 400])
def test_deeds_come_by_day_within_the_span_and_begin_with_the_opening(days: int) -> None:
    span = Span(SPAN.first, days)
    for number in range(30):
        deeds = borrower(5, number, span).deeds
        assert [deed.on for deed in deeds] == sorted(deed.on for deed in deeds)
        assert all(span.first <= deed.on <= span.last for deed in deeds)
        assert len({deed.number for deed in deeds}) == len(deeds)
        assert deeds[0].doing is Doing.OPEN
        assert deeds[0].number == 0


def test_every_deed_and_every_temper_comes_to_be() -> None:
    everybody = [borrower(1, number, SPAN) for number in range(400)]
    assert {deed.doing for one in everybody for deed in one.deeds} == set(Doing)
    assert {one.temper for one in everybody} == set(TEMPERS)
    assert {deed.doing for one in everybody for deed in one.deeds} >= {*PROPOSED, *SECOND}


def test_who_is_asked_to_agree_is_asked_about_what_was_proposed_before() -> None:
    for number in range(200):
        deeds = {deed.number: deed for deed in borrower(2, number, SPAN).deeds}
        for deed in deeds.values():
            if deed.doing in SECOND:
                assert deeds[deed.about].doing in PROPOSED
                assert deeds[deed.about].on < deed.on
