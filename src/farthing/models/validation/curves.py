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
    x, y = _roc(risk, bad)
    asked, bads, goods = _captured(risk, bad, weight)
    overall = max(float(np.average(bad, weights=weight)), 1e-9)
    share = tuple(round((place + 1) * PPM / len(table)) for place in range(len(table)))
    return (
        Curve("roc", x, y),
        Curve("ks", _ppm(asked), _ppm(bads - goods)),
        Curve("gains", _ppm(asked), _ppm(bads)),
        Curve("calibration", tuple(round(one.predicted * PPM) for one in table), tuple(round(one.observed * PPM) for one in table)),
        Curve("lift", share, tuple(round(one.observed / overall * PPM) for one in reversed(table))),
    )


def _roc(risk: Floats, bad: Bools) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shares of goods and of bads above each of fifty cut-offs, in millionths."""
    cuts = np.quantile(risk, np.linspace(1.0, 0.0, STEPS + 1))
    goods, bads = np.sort(risk[~bad]), np.sort(risk[bad])
    x = [1.0 - np.searchsorted(goods, cut, side="left") / len(goods) for cut in cuts]
    y = [1.0 - np.searchsorted(bads, cut, side="left") / len(bads) for cut in cuts]
    return tuple(round(one * PPM) for one in (0.0, *x)), tuple(round(one * PPM) for one in (0.0, *y))


def _captured(risk: Floats, bad: Bools, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Among the riskiest so many (51 places): the share of all cases, of all bads, of all goods. Equal risks come together."""
    order = np.argsort(-risk, kind="stable")
    ordered = risk[order]
    sums = [np.concatenate([[0.0], np.cumsum(part[order])]) for part in (weight, weight * bad, weight * ~bad)]
    ends = np.concatenate([[0], np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) + 1])
    wanted = np.unique(np.searchsorted(sums[0][ends], np.linspace(0.0, sums[0][-1], STEPS + 1)).clip(max=len(ends) - 1))
    asked, bads, goods = (one[ends[wanted]] / one[-1] for one in sums)
    return asked, bads, goods


def _ppm(shares: Floats) -> tuple[int, ...]:
    return tuple(round(one * PPM) for one in shares.tolist())
