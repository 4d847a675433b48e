"""The demonstration's bills: by the end of any life some are over, some open, one falls due and one has just come."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.domain.calendar import add_months
from farthing.flows.demo import DAYS_LIVED
from farthing.sources.catalogue import packaged_bill_product
from farthing.world.paper import Fate, papers


@pytest.mark.parametrize("days", [60, 75, DAYS_LIVED])
def test_every_fate_is_met_within_the_days(days: int) -> None:
    drawn = papers(days)
    assert {paper.fate for paper in drawn} == set(Fate)
    assert all(0 <= paper.drawn < days for paper in drawn)
    assert [paper.number for paper in drawn if paper.drawn + paper.term == days] == [4], "one falls due on the last day"
    over = [paper for paper in drawn if paper.drawn + paper.term < days]
    assert {paper.fate for paper in over} == {Fate.HELD, Fate.UNPAID, Fate.PART}


def test_every_bill_is_one_that_the_desk_takes_up() -> None:
    product, day = packaged_bill_product(), dt.date(2026, 1, 5)
    for paper in papers(DAYS_LIVED):
        assert product.face_min_fen <= paper.face_fen <= product.second_person_fen, "one person may buy it"
        assert day + dt.timedelta(days=paper.term) <= add_months(day, product.most_months)
