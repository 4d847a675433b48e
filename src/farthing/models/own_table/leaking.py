"""What a table's columns know that nobody could have known: by name, by knowing too much alone, by knowing more than all others together.

A leak is a mistake of dating or joining. It is told with its reason, and stops the workflow until a person drops the column, or answers for
keeping it. Checked on public tables where each kind occurs: the term of an SBA loan, which is cut short where it fails; a rating given
after the fact; the age at an observation whose day is that of the failure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.fit import Settings, fit
from farthing.models.leak import TOO_GOOD, alone, words_of
from farthing.models.sample import Sample
from farthing.models.table import Column
from farthing.quant.binning import Bools, Floats
from farthing.quant.discrimination import auc

AFTER_ZH = ("评级", "五级分类", "违约", "核销", "催收", "破产", "观察日")
AFTER = (
    "rating", "default", "outcome", "write_off", "writeoff", "charge_off", "chgoff", "chg_off", "recover", "collection", "dpd", "bankrupt",
)  # fmt: skip
AT_OBSERVATION = ("at_obs", "before_obs", "since_obs", "to_obs", "obs_date", "observation")
FAR_AHEAD = 0.07
"""So much AUC more than all other columns together have, beyond what chance explains, is more than one column honestly brings."""
GOOD_ALONE = 0.75
ENOUGH = 20_000


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A column that seems to know its outcome: how well it alone tells bads from goods, and why it is suspect, in both languages."""

    column: str
    auc: float
    code: str
    zh: str
    en: str


def suspicions(sample: Sample, columns: tuple[Column, ...], settings: Settings) -> tuple[Suspicion, ...]:
    """Every suspect column, the best first. What takes fits is done on a sample of the rows: a leak is no matter of the third decimal."""
    some = _some(sample)
    found = {column.name: _alone(some, column, settings) for column in columns}
    told = [one for name, area in found.items() if (one := _by_name(name, area) or _too_good(name, area)) is not None]
    suspect = {one.column for one in told}
    left = [column for column in columns if column.name not in suspect]
    if len(left) > 1:
        told += _far_ahead(some, left, found, settings)
    return tuple(sorted(told, key=lambda one: (-one.auc, one.column)))


def _far_ahead(sample: Sample, columns: Sequence[Column], found: Mapping[str, float], settings: Settings) -> list[Suspicion]:
    """The best of these columns, if alone it leaves all the others together far behind, and not by chance: of a hundred cases the half that
    is tested may say anything."""
    ahead = max((column.name for column in columns), key=lambda name: found[name])
    area = found[ahead]
    if area < GOOD_ALONE:
        return []
    others = tuple(column for column in columns if column.name != ahead)
    together = max(_together(sample, others, settings), *(found[column.name] for column in others))  # a fit on few cases may know less
    tested = sample.bad[1::2]
    chance = 1.959963984540054 * float(np.hypot(_spread(area, tested), _spread(together, tested)))
    if area - together < FAR_AHEAD + chance:
        return []
    return [Suspicion(
        ahead, area, "far_ahead", f"单独区分好坏的AUC是{area:.3f}，其余各列合起来只有{together:.3f}：多半是事后才知道的",
        f"alone it reaches AUC {area:.3f}, all other columns together {together:.3f}: most likely it was known afterwards only",
    )]  # fmt: skip


def _spread(area: float, bad: Bools) -> float:
    """The standard error of an AUC (J. Hanley, B. McNeil, Radiology 143, 1982)."""
    bads = int(bad.sum())
    goods = len(bad) - bads
    if not bads or not goods:
        return 1.0
    both_bad, both_good = area / (2.0 - area) - area**2, 2.0 * area**2 / (1.0 + area) - area**2
    return math.sqrt((area * (1.0 - area) + (bads - 1) * both_bad + (goods - 1) * both_good) / (bads * goods))


def refuse_leaks(found: tuple[Suspicion, ...], keep: Mapping[str, str]) -> None:
    """`Invalid` that names every suspect nobody answers for keeping."""
    left = [one for one in found if one.column not in keep]
    if left:
        told = "; ".join(f"{one.column}: {one.en}" for one in left)
        todo = "Take the columns out, or say under `keep` why each was known before the outcome."
        raise Invalid("leak", f"The table seems to know its outcome. {told}.", todo, field=left[0].column)


def _some(sample: Sample) -> Sample:
    if len(sample.bad) <= ENOUGH:
        return sample
    rng = np.random.default_rng(len(sample.bad))
    return sample.take(np.sort(rng.choice(len(sample.bad), ENOUGH, replace=False)))


def _alone(sample: Sample, column: Column, settings: Settings) -> float:
    """How well one column tells them apart: in bins, which see what rises and falls, or as it stands, whichever is better."""
    binned = _together(sample, (column,), settings)
    if column.name in sample.categories:
        return binned
    value, missing = sample.columns[column.name]
    return max(binned, alone(value, missing, sample.bad))


def _by_name(name: str, area: float) -> Suspicion | None:
    words = f"_{words_of(name)}"
    if any(f"_{word}" in words for word in AT_OBSERVATION):
        return Suspicion(
            name, area, "at_observation", "按观察日计算，而失败者的观察日往往就是失败那天",
            "it is counted from the day of observation, which of those that failed may be the day of the failure",
        )  # fmt: skip
    if any(f"_{word}" in words for word in AFTER) or any(word in name for word in AFTER_ZH):
        return Suspicion(
            name, area, "after", "名称像结果或评级，是事后给出的", "it is named like an outcome or a rating, which is given after the fact"
        )
    return None


def _too_good(name: str, area: float) -> Suspicion | None:
    if area <= TOO_GOOD:
        return None
    told = f"alone it separates bads from goods at AUC {area:.3f}, above {TOO_GOOD}"
    return Suspicion(name, area, "too_good", f"单独就能以AUC {area:.3f}分出好坏，高于{TOO_GOOD}", told)


def _together(sample: Sample, columns: tuple[Column, ...], settings: Settings) -> float:
    """What columns reach on the half of the rows that they were not fitted on, by their weights alone; 0.5 where they know nothing."""
    first = np.arange(len(sample.bad)) % 2 == 0
    train, test = sample.take(np.flatnonzero(first)), sample.take(np.flatnonzero(~first))
    try:
        eta: Floats = fit(train, columns, replace(settings, refine=0.0, folds=0)).eta(test)
    except Invalid:
        return 0.5
    return auc(eta, test.bad)
