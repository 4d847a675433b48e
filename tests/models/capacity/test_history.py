"""Histories: how many whole months an account has shown, and what its cash came to later, in order of time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.models.capacity.people import history

from farthing.models.capacity.history import histories, months_known, realised

AS_OF = dt.date(2026, 3, 31)


@pytest.mark.parametrize(("first", "months"), [
    (dt.date(2026, 3, 31), 0), (dt.date(2026, 3, 1), 0), (dt.date(2026, 2, 28), 1), (dt.date(2026, 1, 1), 2), (dt.date(2025, 3, 31), 12),
    (dt.date(2024, 4, 1), 23), (dt.date(2024, 3, 31), 24), (dt.date(2010, 1, 1), 24),
])  # fmt: skip
def test_only_whole_months_count(first: dt.date, months: int) -> None:
    assert months_known(np.array([(AS_OF - first).days]), AS_OF).tolist() == [months]


def test_no_flow_is_no_month() -> None:
    assert months_known(np.array([-1]), AS_OF).tolist() == [0]


def test_what_came_is_told_from_the_first_month_on() -> None:
    one = history(list(range(24)), [0])
    assert realised(one, 3).tolist() == [[2, 1, 0]]
    assert realised(one, 24)[0].tolist() == list(range(23, -1, -1))


def test_no_outflow_is_taken_for_a_debt_served() -> None:
    one = history([5], [3], due=7)
    made = histories(one.inflow_fen, one.outflow_fen, np.array([400]), one.due_fen, AS_OF)
    assert (made.months.tolist(), made.due_fen.tolist(), made.shown_fen.tolist()) == ([13], [7], [0])
