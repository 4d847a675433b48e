"""A card says where and until when its model may be used."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.flows.applicants import CARD, DAY

from farthing.domain import canon
from farthing.domain.model_card import ModelCard, ModelClass

END = DAY + dt.timedelta(days=30)


@pytest.mark.parametrize(("market", "on", "usable"), [
    ("CN", DAY, True), ("CN", END, True), ("CN", END + dt.timedelta(days=1), False), ("KE", DAY, False),
])  # fmt: skip
def test_a_model_is_usable_in_its_market_until_its_last_day(market: str, on: dt.date, usable: bool) -> None:
    assert replace(CARD, valid_until=END).usable(market, on) is usable


def test_without_an_end_it_has_none() -> None:
    assert CARD.usable("CN", dt.date(9999, 12, 31))


def test_a_card_written_before_markets_reads_as_of_the_home_market() -> None:
    old = {name: value for name, value in canon.plain(CARD).items() if name not in ("market", "valid_until", "reviewed_on")}
    assert canon.restore(ModelCard, old) == CARD
    assert CARD.model_class is ModelClass.RATING
