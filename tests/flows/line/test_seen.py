from __future__ import annotations

import datetime as dt

import pytest
from tests.ledger.lives import terms

from farthing.domain.errors import Conflict
from farthing.flows.line.seen import Seen, seen
from farthing.ledger.facility import advance, open_line

DAY = dt.date(2024, 1, 10)
STATE = open_line(terms(opened_on=DAY))


def test_what_was_seen_is_so_until_something_happens() -> None:
    assert seen(STATE) == Seen(DAY, 1)
    seen(STATE).still(STATE, DAY)


def test_another_event_or_another_day_is_another_line() -> None:
    for told, today in ((Seen(DAY, 2), DAY), (seen(STATE), DAY + dt.timedelta(days=1))):
        with pytest.raises(Conflict) as refused:
            told.still(STATE, today)
        assert refused.value.code == "line_changed"


def test_a_line_carried_to_a_later_day_is_seen_on_that_day() -> None:
    later = DAY + dt.timedelta(days=3)
    assert seen(advance(STATE, later)) == Seen(later, 1)
