"""Segments: whether one score means the same in each channel, with the worst of them named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Floats
from farthing.quant.calibration import error_by_chance, expected_error, platt
from farthing.quant.discrimination import Interval, delong
from farthing.quant.logistic import sigmoid

LEAST = 10
BANDS, DRAWS, SEED = 5, 200, 20200221
CHANNELS = (("farm", "parcels_area_now"), ("online", "order_amount_monthly_12m"), ("qr_shop", "receipt_days_12m"))
"""Whoever has titled land is a farm; else who has orders sells online; else who has receipts keeps a shop with a QR code."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Segment:
    """How a score does in one segment: its AUC with interval, its calibration slope, and the mean error of its probabilities.

    `auc` and `slope` are None where fewer than ten bads or ten goods are known: they could not be told. `by_chance` is the error that so
    few cases would show on average were every probability true.
    """

    name: str
    cases: int
    bads: int
    auc: Interval | None
    slope: float | None
    calibration_error: float
    by_chance: float


def channels(sample: Sample) -> tuple[str, ...]:
    """The channel of each case, told by the evidence there is of it: farms first, then sellers online, then shops with a QR code."""
    found = np.full(len(sample.bad), OTHER, dtype=object)
    for name, feature in reversed(CHANNELS):
        if feature in sample.columns:
            found[~sample.columns[feature][1]] = name
    return tuple(found.tolist())


def by_segment(eta: Floats, bad: Bools, segment: Sequence[str]) -> tuple[Segment, ...]:
    """Every segment, the one with the largest calibration error first. `eta`: calibrated log-odds of bad."""
    names = np.array(segment, dtype=object)
    found = [_segment(str(name), eta[names == name], bad[names == name]) for name in sorted(set(segment))]
    return tuple(sorted(found, key=lambda one: (-one.calibration_error, one.name)))


def _segment(name: str, eta: Floats, bad: Bools) -> Segment:
    p = sigmoid(eta)
    bads, error, chance = int(bad.sum()), expected_error(p, bad, BANDS), error_by_chance(p, BANDS, DRAWS, SEED)
    if min(bads, len(bad) - bads) < LEAST:
        return Segment(name, len(bad), bads, None, None, error, chance)
    return Segment(name, len(bad), bads, delong(eta, bad), platt(eta, bad).slope, error, chance)
