"""The bank's day moves forward only, and only as somebody opens the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from farthing.domain.errors import Conflict
from farthing.sources.clock import SystemClock
from farthing.store.bank_day import BankClock
from farthing.store.engine import open_engine

DAY = dt.date(2020, 3, 2)


class Noon:
    def now(self) -> dt.datetime:
        return dt.datetime(2026, 1, 1, 17, tzinfo=dt.UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with open_engine(database_url) as made:
        yield made


def test_before_the_first_opening_it_is_the_day_in_china(engine: Engine) -> None:
    assert BankClock(engine, Noon()).today() == dt.date(2026, 1, 2)


def test_the_open_day_stays_until_the_next_is_opened(engine: Engine) -> None:
    clock = BankClock(engine, SystemClock())
    clock.open_day(DAY)
    clock.open_day(DAY)
    assert clock.today() == DAY
    clock.open_day(DAY + dt.timedelta(days=3))
    assert BankClock(engine, Noon()).today() == DAY + dt.timedelta(days=3)


def test_a_day_that_has_passed_is_not_opened_again(engine: Engine) -> None:
    clock = BankClock(engine, SystemClock())
    clock.open_day(DAY)
    with pytest.raises(Conflict) as passed:
        clock.open_day(DAY - dt.timedelta(days=1))
    assert passed.value.code == "day_passed"


def test_now_is_the_clock_it_was_given(engine: Engine) -> None:
    assert BankClock(engine, Noon()).now() == Noon().now()
    assert SystemClock().now().utcoffset() == dt.timedelta()
