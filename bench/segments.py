"""Models of segments: is a PD as right in the worst segment as in the others, and what is a segment worth that starts with no case?

A county of the world's farms is a segment, and so is a US state in the SBA's loans. The farms are synthetic. Quick: every fifth county
starts anew; `FULL=1`: each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from bench.county import LOCAL_RIDGE, TEST_ROWS, Split, by_partial, designs, farms_split, sba_split
from bench.figure import Context, Figure
from farthing.flows.imagine import imagine_farms
from farthing.models.dimension.segments import by_segment
from farthing.models.segment.fit import Cases, fit_segments
from farthing.models.segment.model import etas, start_segment
from farthing.quant.discrimination import auc
from farthing.quant.logistic import fit_logistic
from farthing.world.farms import FarmPlan

PREFIXES = ("models.segment",)
LABELS, OWN = 1_000, 10_000
WORST, KEPT = 0.02, 0.95


def figures(context: Context) -> Iterable[Figure]:
    """The worst segment's calibration error (farms, then states out of time), then new segments beside models of all of their own cases."""
    world = imagine_farms(FarmPlan(farms=TEST_ROWS + OWN)).rows
    split, own = farms_split(world, LABELS), farms_split(world, OWN)
    yield from worst("world", split, "1,000 labels a county, 20,000 later farms of each to judge by", WORST)
    yield from newest(split, own, 1 if context.full else 5)
    path = context.data / "sba_loans" / "sba_national_to_fy2005.parquet"
    if path.exists():
        yield from worst("sba", sba_split(pl.read_parquet(path)), "US states, approved to 2002 against later", None)


def worst(name: str, split: Split, note: str, goal: float | None) -> Iterator[Figure]:
    """Over five bands, at the rate of bads of the cases fitted on."""
    found = by_segment(by_partial(fit_segments(split.train), split.test), split.test.bad, split.test.segment.tolist())
    mean = float(np.mean([one.calibration_error for one in found]))
    yield Figure(
        f"models.segment_{name}_worst_ece", found[0].calibration_error, "ece", goal=goal, better="lower",
        note=f"{found[0].name} of {len(found)} segments, mean {mean:.4f}; {note}",
    )  # fmt: skip


def newest(split: Split, own: Split, step: int) -> Iterator[Figure]:
    """AUC of a county by the common model of the others, over that of a regression on all of its own cases: the mean and the worst."""
    share: dict[str, float] = {}
    for code in np.unique(split.test.segment).tolist()[::step]:
        model = fit_segments(_where(split.train, code, here=False))
        mine, test = _where(own.train, code, here=True), _where(split.test, code, here=True)
        started = etas(model, start_segment(model, code, [field.name for field in model.fields]), test.columns, test.missing)
        x, later = designs(Split(mine, test))
        full = fit_logistic(x, mine.bad, ridge=LOCAL_RIDGE).predict(later)
        share[code] = auc(started, test.bad) / auc(full, test.bad)
    least = min(share, key=lambda code: share[code])
    note = f"{len(share)} counties each left out in turn, 1,000 labels in each other; own model of {OWN:,} labels"
    yield Figure("models.segment_newest_share_mean", float(np.mean(list(share.values()))), "of own auc", note=note)
    yield Figure("models.segment_newest_share_least", share[least], "of own auc", goal=KEPT, note=f"{least}; {note}")


def _where(cases: Cases, code: str, *, here: bool) -> Cases:
    return cases.take(np.flatnonzero((cases.segment == code) == here))
