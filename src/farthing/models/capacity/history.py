"""Histories from monthly sums as features give them: for all parties or one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from farthing.domain.calendar import add_months
from farthing.models.capacity.estimate import MONTHS, Histories

Ints = npt.NDArray[np.int64]


def months_known(first_days: Ints, as_of: dt.date) -> Ints:
    """Whole months, 24 at most, since the first flow, which was `first_days` before `as_of`; below zero: there was none."""
    bounds = np.array([(as_of - add_months(as_of, -back)).days for back in range(1, MONTHS + 1)], np.int64)
    return np.searchsorted(bounds, first_days, side="right").astype(np.int64)


def histories(inflow: Ints, outflow: Ints, first_days: Ints, due_fen: Ints, as_of: dt.date) -> Histories:
    """Parties by months [parties, 24], the newest month first, none of whose outflows is known to have served debts."""
    return Histories(inflow, outflow, months_known(first_days, as_of), due_fen, np.zeros_like(due_fen))


def realised(later: Histories, horizon: int) -> Ints:
    """Free cash of the newest `horizon` months of later histories, the earliest of them first [parties, horizon]."""
    return later.free_fen()[:, :horizon][:, ::-1]
