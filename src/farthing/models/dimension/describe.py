"""The card of a score of dimensions: what was measured, what that supports, and what it cannot."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.dimension.card import DimensionCard, ScoreKind, encode
from farthing.models.dimension.validate import DRAWS, TotalValidation
from farthing.models.sample import Sample
from farthing.models.validate import Plan

MARKETS = {ScoreKind.ENTERPRISE: "CN-DIMENSIONS", ScoreKind.PERSONAL: "CN-PERSONAL"}
"""A score of dimensions decides nothing: its market is its own, in which no product lends."""


@dataclass(frozen=True, eq=False)
class Developed:
    """Everything a card is written from."""

    title: str
    trained_on: str
    as_of: dt.date
    synthetic: bool
    accountable: Accountable
    sample: Sample
    plan: Plan
    validation: TotalValidation
    card: DimensionCard


def describe(made: Developed) -> ModelCard:
    """The card of a draft."""
    return ModelCard(
        id=made.card.name, title=made.title, model_class=ModelClass.RATING, artefact=hashlib.sha256(encode(made.card)).hexdigest(),
        trained_on=made.trained_on, data_digest=made.sample.digest, labels=len(made.sample.bad), bads=int(made.sample.bad.sum()),
        as_of=made.as_of, features=made.card.features, measures=_measures(made), supports=_supports(made), cannot_support=_cannot(made),
        accountable=made.accountable, status=ModelStatus.DRAFT, synthetic=made.synthetic, market=MARKETS[made.card.kind],
        reproduce=_command(made),
    )  # fmt: skip


def _command(made: Developed) -> str:
    """What gives the same model again from the same evidence."""
    noun = "personal" if made.card.kind is ScoreKind.PERSONAL else "dimensions"
    plan = f"--folds {made.plan.folds} --repeats {made.plan.repeats} --seed {made.plan.seed}"
    return f"farthing model {noun} train --as-of {made.as_of} {plan} --by …"


def _measures(made: Developed) -> tuple[Measure, ...]:
    zh = f"{made.plan.repeats} 次 {made.plan.folds} 折，全部在折内拟合，须点名的维度关闭"
    en = f"{made.plan.repeats} x {made.plan.folds}-fold, all of it fitted inside each; what must be asked for is off"
    drawn = f"{zh}；好坏分层自助法 {DRAWS} 次。 {en}; bootstrap of {DRAWS} draws within goods and bads."
    normal = f"{zh}；正态区间。 {en}; normal interval."
    methods = {
        "calibration_intercept": normal,
        "calibration_slope": normal,
        "rank_stability": f"{zh}；各次重复之间的 Spearman，均值、最小与最大。 {en}; Spearman between repeats, mean, least and greatest.",
    }
    bands, delong = (
        f"{zh}；各次重复的均值，五档。 {en}; mean over repeats, five bands.",
        f"{zh}；各次重复的均值；DeLong。 {en}; mean over repeats; DeLong.",
    )
    methods |= {
        name: bands if name.endswith("_error") else delong for name in made.validation.measures if name.startswith("segment_")
    }  # fmt: skip
    return tuple(
        Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", methods.get(name, drawn))
        for name, one in made.validation.measures.items()
    )


def _supports(made: Developed) -> tuple[str, ...]:
    ranking = made.validation.measures["auc"]
    return (
        f"按风险排序与样本相似的主体：折外 AUC {ranking.value:.3f}（95% 区间 {ranking.low:.3f} 至 {ranking.high:.3f}）。 "
        f"Ranking parties like those of the sample: out-of-fold AUC {ranking.value:.3f} "
        f"(95 % interval {ranking.low:.3f} to {ranking.high:.3f}).",
        "每一维、每一项的分相加正好等于总分；某一维越好，总分不会越低。 "
        "Points by dimension and by feature that add up to the total; a better dimension never makes it worse.",
        "缺少任何一维也能评分：关闭的维度记 0 分，区间随之变宽。 "
        "Scoring without any one dimension: what is off adds 0 points, and the interval widens.",
    )


def _cannot(made: Developed) -> tuple[str, ...]:
    rate, target = made.card.sample_rate_ppm / 1e4, made.card.target_rate_ppm / 1e4
    own = (
        "不是芝麻信用分，与其无关；只借用其公布的五维权重作为先验。 "
        "Standing in for Zhima Credit: it is a score of our own, and only the shares announced there are what weights are drawn to.",
    )
    return (
        *(own if made.card.kind is ScoreKind.PERSONAL else ()),
        f"不代表总体违约概率：样本违约率 {rate:.1f}%，PD 已按假设的 {target:.1f}% 平移，该假设未经检验。 "
        f"A PD of the population: the sample has {rate:.1f} % bads, and PDs are moved to an assumed {target:.1f} %, which nothing here "
        "tests.",
        "关闭一维不等于没有风险：不同意使用的人按中性计，坏消息可能因此看不见，须看区间。 "
        "A withheld dimension does not mean that nothing is wrong: it counts as neutral, and bad news in it is not seen; look at the "
        "interval.",
        "没有跨时间检验，也没有被拒客户的结果。 No test out of time, and no outcomes of those who were refused.",
    )
