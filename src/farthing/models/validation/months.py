"""Does a model hold from month to month: how well it ranks, and whether the people are still the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from farthing.domain.model_card import Curve, Measure
from farthing.quant.binning import Bools, Floats, Ints
from farthing.quant.discrimination import auc, delong
from farthing.quant.stability import by_chance, psi

BANDS, FEWEST = 10, 10
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Months:
    """Measures of each month, and the same as curves; empty where all cases are of one month."""

    measures: tuple[Measure, ...]
    curves: tuple[Curve, ...]


def by_month(risk: Floats, bad: Bools, month: Ints) -> Months:
    """AUC (DeLong) of each month with ten of each outcome, and the stability index of the score in each month against all of them.

    `month` are month numbers, 12 a year. An index that chance alone makes at that size, 999 times in 1,000, is no movement.
    """
    names = np.unique(month)
    if len(names) < 2:
        return Months((), ())
    cuts = np.unique(np.quantile(risk, np.arange(1, BANDS) / BANDS))
    band = np.searchsorted(cuts, risk, side="right")
    counts = np.stack([np.bincount(band[month == name], minlength=len(cuts) + 1) for name in names])
    index, chance = psi(counts.sum(axis=0), counts), by_chance(counts.sum(axis=0), counts)
    ranked, moved = [], []
    for place, name in enumerate(names.tolist()):
        here, told = month == name, f"{name // 12:04}-{name % 12 + 1:02}"
        cases, bads = int(here.sum()), int(bad[here].sum())
        how = f"{cases} 个案例，{bads} 个坏。 {cases} cases, {bads} bad."
        moved.append(Measure(f"psi_month_{told}", f"{index[place]:.3f}", "0.000", f"{max(chance[place], index[place]):.3f}", how))
        if min(bads, cases - bads) >= FEWEST:
            ranked.append(_ranked(told, risk[here], bad[here]))
    return Months((*ranked, *moved), tuple(curve for curve in (_curve("auc_by_month", ranked), _curve("psi_by_month", moved)) if curve.x))


def _ranked(month: str, risk: Floats, bad: Bools) -> Measure:
    spread = delong(risk, bad)
    how = f"DeLong 区间；{len(bad)} 个案例，{int(bad.sum())} 个坏。 Interval by DeLong; {len(bad)} cases, {int(bad.sum())} bad."
    return Measure(f"auc_month_{month}", f"{auc(risk, bad):.3f}", f"{spread.low:.3f}", f"{spread.high:.3f}", how)


def _curve(name: str, found: list[Measure]) -> Curve:
    months = tuple(int(one.name.rpartition("_")[2].replace("-", "")) for one in found)
    return Curve(name, months, tuple(round(float(one.value) * PPM) for one in found))
