"""The pictures of a validation, as points in millionths: ROC, KS, gains, lift, calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from farthing.domain.model_card import Curve
from farthing.quant.binning import Bools, Floats
from farthing.quant.calibration import Band

PPM = 1_000_000
STEPS = 50


def curves_of(risk: Floats, bad: Bools, weight: Floats, table: Sequence[Band]) -> tuple[Curve, ...]:
    """Of cases a model was not made from: their risk, what came, how many each stands for, and the bands of their probability.

    `gains` are the shares of all bads among the riskiest so many, `ks` the distance between the shares of bads and of goods there.
    """
    asked, bads, goods = _captured(risk, bad, weight)
    overall = max(float(np.average(bad, weights=weight)), 1e-9)
    share = tuple(round((place + 1) * PPM / len(table)) for place in range(len(table)))
    return (
        Curve("roc", _ppm(goods), _ppm(bads)),
        Curve("ks", _ppm(asked), _ppm(bads - goods)),
        Curve("gains", _ppm(asked), _ppm(bads)),
        Curve("calibration", tuple(round(one.predicted * PPM) for one in table), tuple(round(one.observed * PPM) for one in table)),
        Curve("lift", share, tuple(round(one.observed / overall * PPM) for one in reversed(table))),
    )


def _captured(risk: Floats, bad: Bools, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Among the riskiest so many: the share of all cases, of all bads, of all goods. Equal risks come together; of more than fifty risks
    some fifty places are kept."""
    order = np.argsort(-risk, kind="stable")
    ordered = risk[order]
    sums = [np.concatenate([[0.0], np.cumsum(part[order])]) for part in (weight, weight * bad, weight * ~bad)]
    ends = np.concatenate([[0], np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) + 1])
    even = np.unique(np.searchsorted(sums[0][ends], np.linspace(0.0, sums[0][-1], STEPS + 1)).clip(max=len(ends) - 1))
    wanted = even if len(ends) > STEPS + 1 else np.arange(len(ends))
    asked, bads, goods = (one[ends[wanted]] / one[-1] for one in sums)
    return asked, bads, goods


def _ppm(shares: Floats) -> tuple[int, ...]:
    return tuple(round(one * PPM) for one in shares.tolist())
