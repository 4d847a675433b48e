"""Reject inference on real tables whose outcomes are all known: some are hidden behind decisions, and compared with what is inferred.

A third of a table makes the card of the time, which sees every column. Of the others it approves the safest 60 %, by score and chance; the
outcomes of the rest are hidden. A new card is made without the two columns that told most (they may no longer be used), once from those
approved alone and once with those turned down. Both are asked for the rate of bads of those turned down, which is known here.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from bench import tables
from bench.figure import Context, Figure
from farthing.models.fit import Fitted, Settings, fit, fit_scorecard
from farthing.models.sample import Sample
from farthing.models.table import sample_of_table
from farthing.models.validation.rejected import THEN, chance_then, rate_of_all, seen_then, with_rejected
from farthing.quant.logistic import sigmoid

PREFIXES = ("reject.",)
SEED, MOST, APPROVED, CHANCE, WITHHELD = 3, 9_000, 0.6, 0.7, 2
HALVED, ROUNDED = 0.5, 5e-5
Floats = npt.NDArray[np.float64]


def figures(context: Context) -> Iterable[Figure]:
    """Bias of the PD of those turned down, by table and over all; and whether the inner bounds hold where officers saw more."""
    biases, held = list[tuple[float, float]](), list[bool]()
    for load in (tables.german, tables.hmeq, tables.taiwan, tables.give_me_some_credit):
        try:
            case = load(context.data)
        except FileNotFoundError as missing:
            context.say(f"reject: {load.__name__}: no {missing.filename}")
            continue
        context.say(f"reject: {case.name}")
        naive, inferred, truth = biases_of(case)
        biases.append((abs(naive), abs(inferred)))
        held.append(thrice_enough(case, seen=1.0))
        yield Figure(
            f"reject.{case.name}_bias_left", abs(inferred) / abs(naive), "ratio", goal=HALVED, better="lower",
            note=f"those turned down are {truth:.3f} bad; told {truth + naive:.3f} without them, {truth + inferred:.3f} with them",
        )  # fmt: skip
    if biases:
        naive, inferred = (sum(side) / len(biases) for side in zip(*biases, strict=True))
        yield Figure(
            "reject.bias_left", inferred / naive, "ratio", goal=HALVED, better="lower",
            note=f"mean bias over {len(biases)} tables {naive:.3f} without, {inferred:.3f} with; officers saw nothing beyond the score",
        )  # fmt: skip
        yield Figure(
            "reject.thrice_holds", sum(held) / len(held), "share",
            note="tables whose true rate lies between the inner bounds although officers saw something of the outcome itself",
        )  # fmt: skip


def biases_of(case: tables.Case) -> tuple[float, float, float]:
    """Inferred less true rate of those turned down, without them and with them; and the true one."""
    accepted, rejected, few = decided(case, seen=0.0)
    hidden = Sample((), rejected.columns, np.arange(len(rejected.bad)) % 2 == 0, rejected.weight, rejected.categories)
    names = [column for column in case.columns if column.name in few]

    def plain(sample: Sample) -> Fitted:
        return fit(sample, names, Settings())

    truth = float(rejected.bad.mean())
    naive, inferred = (float(sigmoid(made(accepted).eta(rejected)).mean()) - truth for made in (plain, with_rejected(plain, hidden)))
    return naive, inferred, truth


def thrice_enough(case: tables.Case, seen: float) -> bool:
    """Does the true rate of all who asked lie between what the score of the time says of those turned down and three times those odds?"""
    accepted, rejected, _ = decided(case, seen)
    chance = chance_then(accepted.columns[THEN][0], accepted.bad, accepted.weight, rejected.columns[THEN][0])
    told = {one.name: float(one.value) for one in rate_of_all(int(accepted.bad.sum()), len(accepted.bad), chance)}
    truth = float(np.concatenate([accepted.bad, rejected.bad]).mean())
    return told["reject_told"] <= truth + ROUNDED and truth - ROUNDED <= told["reject_thrice"]


def decided(case: tables.Case, seen: float) -> tuple[Sample, Sample, set[str]]:
    """Those approved and those turned down by a card made from others, and the columns that a new card may still use."""
    frame = case.frame if case.frame.height <= MOST else case.frame.sample(MOST, seed=1)
    then = np.arange(frame.height) % 3 == 0
    card = fit_scorecard(frame.filter(pl.Series(then)), case.columns, "bad")
    whole = sample_of_table(frame, case.columns, "bad")
    eta = card.eta(whole)
    ppm = np.rint(sigmoid(eta) * 1e6).astype(np.int64)
    whole = seen_then(whole, ppm)
    rng = np.random.default_rng(SEED)
    asked = eta + seen * (whole.bad - whole.bad.mean()) + CHANCE * rng.logistic(size=len(eta))
    cut = np.quantile(asked[~then], APPROVED)
    dear = [name for name, _ in sorted(card.values.items(), key=lambda item: -item[1])][:WITHHELD]
    few = {column.name for column in case.columns} - set(dear)
    return whole.take(np.flatnonzero(~then & (asked <= cut))), whole.take(np.flatnonzero(~then & (asked > cut))), few
