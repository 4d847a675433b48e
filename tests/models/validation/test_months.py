"""Months are compared only where there are months, and a planted shift is seen in its own month."""

from __future__ import annotations

import numpy as np

from farthing.models.validation.months import Months, by_month
from farthing.quant.discrimination import auc

FIRST = 2024 * 12


def cases(count: int = 1200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    risk = rng.normal(size=count)
    return risk, rng.random(count) < 1 / (1 + np.exp(1.0 - risk)), FIRST + np.arange(count) % 4


def test_one_month_is_no_row_of_months() -> None:
    risk, bad, month = cases()
    assert by_month(risk, bad, np.full_like(month, FIRST)) == Months((), ())


def test_each_month_has_its_auc_and_its_index() -> None:
    risk, bad, month = cases()
    found = by_month(risk, bad, month)
    told = {one.name: one for one in found.measures}
    here = month == FIRST + 1
    assert told["auc_month_2024-02"].value == f"{auc(risk[here], bad[here]):.3f}"
    assert float(told["auc_month_2024-02"].low) < float(told["auc_month_2024-02"].value) < float(told["auc_month_2024-02"].high)
    assert {one.name: one.x for one in found.curves} == dict.fromkeys(("auc_by_month", "psi_by_month"), (202401, 202402, 202403, 202404))
    assert all(float(one.value) < 0.1 for name, one in told.items() if name.startswith("psi_month_"))


def test_a_month_of_others_stands_out() -> None:
    risk, bad, month = cases()
    moved = np.where(month == FIRST + 2, risk + 2.0, risk)
    told = {one.name: float(one.value) for one in by_month(moved, bad, month).measures}
    others = max(told["psi_month_2024-01"], told["psi_month_2024-02"], told["psi_month_2024-04"])
    assert told["psi_month_2024-03"] > 3 * others, "all are compared with all, the moved month among them"


def test_a_month_with_hardly_a_bad_has_no_auc() -> None:
    risk, bad, month = cases()
    few = bad & ~((month == FIRST) & (np.arange(len(bad)) > 30))
    names = [one.name for one in by_month(risk, few, month).measures]
    assert "auc_month_2024-01" not in names
    assert "psi_month_2024-01" in names
