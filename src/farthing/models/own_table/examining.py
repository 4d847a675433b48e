"""What a table's card is told beyond its measures: months, leaks, and what a missing column or a wrong unit costs it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from farthing.domain.model_card import Measure
from farthing.models.own_table.validating import TableValidation
from farthing.models.sample import Sample
from farthing.models.validation.alone import leak_checks
from farthing.models.validation.months import Months, by_month
from farthing.models.validation.stress import PPM, Columns, Shock, stress, tenfold, without
from farthing.quant.binning import Ints
from farthing.quant.logistic import sigmoid

ENOUGH = 5_000
"""Cases that shocks are tried on, evenly drawn: what they cost is no matter of the third decimal."""


def months_of(found: TableValidation) -> Months:
    """Of the cases tested; nothing where no day is told."""
    if not len(found.month):
        return Months((), ())
    return by_month(found.tested.eta.mean(axis=0), found.tested.bad, found.month)


def findings_of(found: TableValidation, features: tuple[str, ...], seed: int) -> tuple[Measure, ...]:
    """The leak check of what the card reads, and a shock for each of its columns missing, and for each of its numbers in a wrong unit."""
    sample = found.sample.take(np.arange(0, len(found.sample.bad), -(-len(found.sample.bad) // ENOUGH)))
    shocks = [Shock(f"without_{name}", without(sample.columns, [name])) for name in features]
    shocks += [Shock(f"unit_{name}", tenfold(sample.columns, name)) for name in features if name not in sample.categories]

    def pd(columns: Columns) -> Ints:
        return _pd(found, replace(sample, columns=columns))

    return (*leak_checks(found.sample, features), *stress(pd, sample, shocks, seed))


def _pd(found: TableValidation, sample: Sample) -> Ints:
    ppm: Ints = np.rint(sigmoid(found.line.apply(found.fitted.eta(sample))) * PPM).astype(np.int64)
    return ppm
