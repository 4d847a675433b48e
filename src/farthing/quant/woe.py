"""Weight of evidence and information value.

Sources: I. J. Good, *Probability and the Weighing of Evidence* (1950); N. Siddiqi, *Credit Risk Scorecards* (2006), ch. 6.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def woe(good: Floats, bad: Floats, smoothing: float = 1.0) -> Floats:
    """ln(share of goods / share of bads) of each bin; above zero is safer than the sample.

    `smoothing` pretends that many more cases in each bin, split as the whole sample is, so that an empty side stays finite
    and a small bin is drawn toward zero.
    """
    goods, bads = float(good.sum()), float(bad.sum())
    assert min(goods, bads) > 0, "weight of evidence needs both outcomes"
    whole = goods + bads
    more_good = good + smoothing * goods / whole
    more_bad = bad + smoothing * bads / whole
    result: Floats = np.log(more_good * bads / (more_bad * goods))
    return result


def information_value(good: Floats, bad: Floats, smoothing: float = 1.0) -> float:
    """Sum over bins of (share of goods - share of bads) x weight of evidence."""
    difference = good / good.sum() - bad / bad.sum()
    return float((difference * woe(good, bad, smoothing)).sum())
