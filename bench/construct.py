"""Constructs on the world, whose owners' quality is known: do scores follow it, and do bars of nine in ten hold nine in ten?

Synthetic: every answer but the length of a business follows one hidden quality there. Scales are fitted on one seed and judged on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.figure import Context, Figure
from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily
from farthing.models.construct.fit import Columns, fit_constructs
from farthing.models.construct.indicators import FEATURES
from farthing.models.construct.invariance import differences
from farthing.models.construct.model import Constructs, Scale, read
from farthing.world.economy import Plan, build
from farthing.world.owner import app_usages, owner_profiles
from farthing.world.registers import tax_filings

PREFIXES = ("models.construct",)
SEEDS = 20_260_301, 20_260_302
OWNERS, FULL_OWNERS = 800, 2_000
DRAWS = 400
OF_QUALITY = ("management", "qualification")
"""Experience follows the age of the business there, and quality hardly: no bar of it is to hold the quality."""


@dataclass(frozen=True, eq=False)
class Owners:
    """What owners told, and the truth: their quality in standard deviations, and where they are."""

    columns: Columns
    quality: npt.NDArray[np.float64]
    county: npt.NDArray[np.str_]


def figures(context: Context) -> Iterable[Figure]:
    """Fit on one world, judge on another."""
    train, test = (owners(Plan(seed, FULL_OWNERS if context.full else OWNERS, 24)) for seed in SEEDS)
    with context.measured() as spent:
        made, left = fit_constructs(train.columns, "the world", synthetic=True)
    for one in left:
        context.say(f"construct: {one.feature} of {one.construct} left out: {one.why}")
    yield Figure("models.construct_fit_s", spent.wall_s, "s", better="lower", cpu_s=spent.cpu_s, note=f"{len(train.quality):,} owners")
    for scale in made.scales:
        yield from judged(made, scale, test)
    found = differences(made, test.columns, test.county)
    flagged = [f"{one.feature} in {one.segment} {one.delta_milli / 1e3:+.2f}" for one in found if one.grade != "A"]
    yield Figure(
        "models.construct_not_invariant", len(flagged), "items", better="lower",
        note=f"of {len(found)} items by county graded B or C, where none differs by design; {'; '.join(flagged) or 'none'}",
    )  # fmt: skip


def judged(made: Constructs, scale: Scale, test: Owners) -> Iterator[Figure]:
    """Reliability as fitted; correlation with the truth and coverage by the bars on the other world."""
    told = ", ".join(item.feature for item in scale.items)
    inside = "unknown" if scale.alpha_ppm is None else f"{scale.alpha_ppm / 1e6:.3f}"
    yield Figure(f"models.construct_{scale.name}_omega", scale.omega_ppm / 1e6, "omega", note=f"alpha {inside}; of {told}")
    readings = [read(made, scale, facts_of(test.columns, row)) for row in range(len(test.quality))]
    score = np.array([one.score for one in readings])
    low, high = correlated(score, test.quality)
    most = float(np.sqrt(scale.reliability_ppm / 1e6))
    note = f"with the hidden quality, interval {low:.3f}-{high:.3f}; {most:.3f} is the most the scale would promise"
    yield Figure(f"models.construct_{scale.name}_truth", float(np.corrcoef(score, test.quality)[0, 1]), "correlation", note=note)
    if scale.name not in OF_QUALITY:
        return
    truth = 500 + 100 * test.quality
    held = np.array([one.low <= value <= one.high for one, value in zip(readings, truth, strict=True)])
    half = 1.96 * float(np.sqrt(0.09 / len(held)))
    note = f"of {len(held):,} true qualities lie in the 90 % bar, give or take {half:.3f}"
    yield Figure(f"models.construct_{scale.name}_held", float(held.mean()), "share", note=note)


def correlated(score: npt.NDArray[np.int64], truth: npt.NDArray[np.float64]) -> tuple[float, float]:
    rng = np.random.default_rng(SEEDS[0])
    drawn = [np.corrcoef(score[rows], truth[rows])[0, 1] for rows in rng.integers(0, len(score), (DRAWS, len(score)))]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def facts_of(columns: Columns, row: int) -> dict[str, int | None]:
    return {name: None if missing[row] else int(value[row]) for name, (value, missing) in columns.items()}


def owners(plan: Plan) -> Owners:
    """Everybody's answers, tax returns and use of the app, as features at the end."""
    economy = build(plan)
    known = pl.lit(plan.end)
    tables = {
        EvidenceKind.OWNER_PROFILE: owner_profiles(economy), EvidenceKind.APP_USAGE: app_usages(economy),
        EvidenceKind.TAX_FILING: tax_filings(economy),
    }  # fmt: skip
    records = {kind: daily(kind, table.with_columns(known_on=known)) for kind, table in tables.items()}
    found = batch(records, plan.end, [CATALOGUE[name] for name in FEATURES])
    truth = pl.DataFrame({
        "subject": [one.key for one in economy.merchants], "quality": [one.quality for one in economy.merchants],
        "where": [one.county for one in economy.merchants],
    }).join(found, on="subject", how="left", maintain_order="left")  # fmt: skip
    columns = {name: (truth[name].fill_null(0).cast(pl.Int64).to_numpy(), truth[name].is_null().to_numpy()) for name in FEATURES}
    return Owners(columns, truth["quality"].to_numpy(), np.array(truth["where"].to_list()))
