"""Those who were turned down, of whom nobody knows what would have become: bounds, and a sample in which they stand for both outcomes.

Whoever was turned down was so for what the model of the time saw. A model made of the others alone, that sees less, takes them to be like
those it knows and is too hopeful of them. Fuzzy augmentation lets each stand twice, bad with the chance that the score of the time says
and good with the rest (D. Hand, W. Henley, J. Royal Stat. Soc. A 160, 1997). That rests on one assumption: who had the same score then
would have paid alike, accepted or not. Where an officer saw more than the score it fails, and only the bounds hold (J. Banasik,
J. Crook, EJOR 183, 2007).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from farthing.domain.model_card import Measure
from farthing.models.sample import Column, Sample
from farthing.models.validate import Fitted, Fitting
from farthing.quant.binning import Bools, Floats, Ints
from farthing.quant.logistic import fit_logistic, sigmoid

THEN = "pd_then"
"""The column of the PD, in millionths, that the model gave which decided at the time."""
PPM = 1_000_000
LEAST, RIDGE = 1e-3, 0.01
WORSE = (1.0, 3.0)


def rate_of_all(bads: int, labelled: int, pd_rejected: Floats) -> tuple[Measure, ...]:
    """The rate of bads of all who asked, if none of those turned down had been bad, each as likely as `pd_rejected` says, at three times
    those odds, or all of them. The outer two hold whatever is true; the inner two are assumptions."""
    everybody = labelled + len(pd_rejected)
    odds = pd_rejected / (1.0 - pd_rejected)
    inner = [float((odds * times / (1.0 + odds * times)).sum()) for times in WORSE]
    zh, en = f"{labelled} 个有结果，{len(pd_rejected)} 个被拒", f"{labelled} with an outcome, {len(pd_rejected)} turned down"
    found = zip(("none", "told", "thrice", "all"), (0.0, *inner, float(len(pd_rejected))), strict=True)
    shown = [(name, f"{(bads + more) / everybody:.4f}") for name, more in found]
    return tuple(Measure(f"reject_{name}", rate, rate, rate, f"{zh}。 Cases: {en}.") for name, rate in shown)


def chance_then(then_ppm: Ints, bad: Bools, weight: Floats, asked_ppm: Ints) -> Floats:
    """The chance of bad by the score of the time, as it came out among those accepted (logistic on its log-odds)."""
    fitted = fit_logistic(_log_odds(then_ppm)[:, None], bad, weight, ridge=RIDGE)
    found: Floats = sigmoid(fitted.predict(_log_odds(asked_ppm)[:, None]))
    return found


def with_rejected(fit: Fitting, rejected: Sample) -> Fitting:
    """The same way of fitting on a sample that those turned down stand in as well. Both samples carry `THEN`; the chances are found on the
    cases given each time, so that a fold learns nothing from the cases it is tested on."""

    def fuzzy(train: Sample) -> Fitted:
        return fit(augmented(train, rejected))

    return fuzzy


def augmented(accepted: Sample, rejected: Sample) -> Sample:
    """Every accepted case as it is, every rejected one twice: bad and good, weighted by the chance of each."""
    chance = chance_then(accepted.columns[THEN][0], accepted.bad, accepted.weight, rejected.columns[THEN][0])
    kept = np.clip(chance, LEAST, 1.0 - LEAST) * rejected.weight, np.clip(1.0 - chance, LEAST, 1.0 - LEAST) * rejected.weight
    flags = np.ones(len(chance), dtype=np.bool_)
    return Sample(
        (), {name: _joined(column, rejected.columns[name]) for name, column in accepted.columns.items()},
        np.concatenate([accepted.bad, flags, ~flags]), np.concatenate([accepted.weight, *kept]), accepted.categories,
    )  # fmt: skip


def seen_then(sample: Sample, then_ppm: Ints) -> Sample:
    """The sample with the PD of the time beside its columns."""
    known = np.zeros(len(then_ppm), dtype=np.bool_)
    return replace(sample, columns={**sample.columns, THEN: (then_ppm, known)})


def _joined(one: Column, other: Column) -> Column:
    return np.concatenate([one[0], other[0], other[0]]), np.concatenate([one[1], other[1], other[1]])


def _log_odds(ppm: Ints) -> Floats:
    p = np.clip(ppm, 1, PPM - 1) / PPM
    found: Floats = np.log(p / (1.0 - p))
    return found
