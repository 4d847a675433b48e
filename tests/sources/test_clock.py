"""The computer's clock is told with its zone, and is the computer's."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from farthing.sources.clock import SteppedClock, SystemClock


def test_now_is_an_instant_in_utc_and_the_computers_own() -> None:
    before = time.time()
    now = SystemClock().now()
    after = time.time()
    assert now.utcoffset() == dt.timedelta(0)
    assert before <= now.timestamp() <= after


def test_the_zone_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = []
    for zone in ("Asia/Shanghai", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        apart.append(SystemClock().now())
    monkeypatch.undo()
    time.tzset()
    assert abs(apart[1] - apart[0]) < dt.timedelta(hours=1)


def test_a_stepped_clock_stands_and_keeps_its_steps() -> None:
    noon = dt.datetime(2025, 1, 6, 12, tzinfo=dt.UTC)
    clock = SteppedClock(noon)
    assert clock.now() == clock.now() == noon
    clock.step(-90)
    clock.tick(noon + dt.timedelta(days=1))
    assert clock.now() == noon + dt.timedelta(days=1, seconds=-90)
    clock.step(100)
    assert clock.now() == noon + dt.timedelta(days=1, seconds=10)
