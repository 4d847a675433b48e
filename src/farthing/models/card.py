"""The model card: what was measured, what that supports, and what it cannot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.model_card import HOME_MARKET, Curve, Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.artefact import Ready, made_ready
from farthing.models.boosted.model import Boosted
from farthing.models.naming import digest
from farthing.models.sample import Sample
from farthing.models.scorecard import Scorecard
from farthing.models.validate import Plan, Validation
from farthing.quant.discrimination import wilson

_DRAWS = "好坏分层自助法 1,000 次。", "bootstrap of 1,000 draws within goods and bads."
_NO_GROUPS = (
    "没有按县、行业、主体类型或注册年限比较：不足两组有 30 个以上案例。 "
    "Fairness by county, industry, kind or years since registration was not tested: fewer than two groups of any have thirty cases."
)
MOST_TOLD = 60
"""Of thousands of features that some fold might choose, those chosen most often are told."""
_LINE = "折外对数几率，校准之前；正态区间。", "Out-of-fold log-odds before calibration; normal interval."
_METHODS = {
    "auc": ("{zh}；" + _DRAWS[0], "{en}; " + _DRAWS[1]),
    "ks": ("同样的折；" + _DRAWS[0], "Same folds; " + _DRAWS[1]),
    "baseline_auc": ("同折普通逻辑回归；" + _DRAWS[0], "Plain logistic regression in the same folds; " + _DRAWS[1]),
    "baseline_ks": ("同折普通逻辑回归；" + _DRAWS[0], "Plain logistic regression in the same folds; " + _DRAWS[1]),
    "auc_less_baseline": ("同样案例配对；" + _DRAWS[0], "Paired on the same cases; " + _DRAWS[1]),
    "auc_delong": ("折外对数几率均值；DeLong。", "Mean out-of-fold log-odds; DeLong."),
    "brier": ("折外校准，按样本自身坏账率；" + _DRAWS[0], "Calibrated out of fold, at the sample's rate of bads; " + _DRAWS[1]),
    "calibration_error": (
        "五个等量档，折外校准；重抽使误差偏大，区间可全在数值之上；" + _DRAWS[0],
        "Five bands of equal size, calibrated out of fold; an error grows when drawn again, so that all of the interval may lie above it; "
        + _DRAWS[1],
    ),
    "calibration_intercept": _LINE,
    "calibration_slope": (_LINE[0], _LINE[1] + " Applied to the model."),
}


@dataclass(frozen=True, eq=False)
class Development:
    """Everything a card is written from. `status`: approved by the second person it names, or a draft that waits for one. `findings` and
    `curves` are what was found beside the validation's own measures.
    """

    title: str
    trained_on: str
    as_of: dt.date
    synthetic: bool
    accountable: Accountable
    sample: Sample
    plan: Plan
    validation: Validation
    artefact: Scorecard | Boosted
    status: ModelStatus = ModelStatus.APPROVED
    market: str = HOME_MARKET
    findings: tuple[Measure, ...] = ()
    curves: tuple[Curve, ...] = ()
    reproduce: str = ""


def write_card(made: Development) -> ModelCard:
    """The card of a model as it was developed."""
    ready = made_ready(made.artefact)
    return ModelCard(
        id=made.artefact.name,
        title=made.title,
        model_class=ModelClass.RATING,
        artefact=digest(made.artefact),
        trained_on=made.trained_on,
        data_digest=made.sample.digest,
        labels=len(made.sample.bad),
        bads=int(made.sample.bad.sum()),
        as_of=made.as_of,
        features=tuple(one.feature for one in ready.reads),
        measures=(*_measures(made), *_bands(made.validation), *_chosen(made.validation), _rate(ready), *made.findings),
        supports=_supports(made),
        cannot_support=_cannot(made, ready),
        accountable=made.accountable,
        status=made.status,
        synthetic=made.synthetic,
        market=made.market,
        curves=made.curves,
        reproduce=made.reproduce,
    )


def _measures(made: Development) -> tuple[Measure, ...]:
    plan = made.plan
    zh = f"{plan.repeats} 次 {plan.folds} 折分层交叉验证，分箱、选择与拟合都在折内，种子 {plan.seed}"
    en = f"{plan.repeats} x {plan.folds}-fold, stratified, binning, selection and fit inside the fold, seed {plan.seed}"
    return tuple(
        Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", " ".join(_METHODS[name]).format(zh=zh, en=en))
        for name, one in made.validation.measures.items()
    )


def _bands(validation: Validation) -> tuple[Measure, ...]:
    found = []
    for place, band in enumerate(validation.table, start=1):
        low, high = wilson(band.bads, band.cases)
        method = (
            f"折外预测 {band.predicted:.3f}；{band.cases} 个中 {band.bads} 个坏；Wilson 区间。 "
            f"Predicted {band.predicted:.3f} out of fold; {band.bads} bad of {band.cases}; Wilson interval."
        )
        found.append(Measure(f"band_{place}_observed", f"{band.observed:.3f}", f"{low:.3f}", f"{high:.3f}", method))
    return tuple(found)


def _chosen(validation: Validation) -> tuple[Measure, ...]:
    fits = str(validation.fits)
    return tuple(
        Measure(f"chosen_{name}", str(times), "0", fits, f"{fits} 次拟合中入选次数。 Times chosen in {fits} fits.")
        for name, times in list(validation.chosen.items())[:MOST_TOLD]
    )


def _rate(ready: Ready) -> Measure:
    own, assumed = (f"{rate / 1e6:.4f}" for rate in ready.rates_ppm)
    how = f"假设，非测得；样本自身为 {own}。 Assumed, not measured; the sample's own rate is {own}."
    return Measure("target_bad_rate", assumed, assumed, assumed, how)


def _supports(made: Development) -> tuple[str, ...]:
    found = made.validation.measures
    ranking, beside = found["auc"], found["auc_less_baseline"]
    return (
        f"对与样本相似的企业按风险排序：折外 AUC {ranking.value:.3f}（95% 区间 {ranking.low:.3f}–{ranking.high:.3f}）。 "
        f"Ranking businesses like those of the sample by risk: out-of-fold AUC {ranking.value:.3f} "
        f"(95 % interval {ranking.low:.3f}-{ranking.high:.3f}).",
        f"与同折普通逻辑回归相比 AUC 差 {beside.value:+.3f}（{beside.low:+.3f} 至 {beside.high:+.3f}）。 "
        f"Against a plain logistic regression in the same folds the AUC differs by {beside.value:+.3f} "
        f"({beside.low:+.3f} to {beside.high:+.3f}).",
        "每一分扣减都有真实原因：各特征的方向在看数据之前就已确定。 "
        "A true reason for every point lost: the direction of each feature was fixed before the data was seen.",
    )


def _cannot(made: Development, ready: Ready) -> tuple[str, ...]:
    labels, bads = len(made.sample.bad), int(made.sample.bad.sum())
    rate, target = (one / 1e4 for one in ready.rates_ppm)
    return (
        f"不代表总体违约概率：样本违约率 {rate:.1f}% 来自挑选的样本，PD 已按假设的 {target:.1f}% 平移；该假设未经检验。 "
        f"A PD of the population: the sample's {rate:.1f} % of bads was selected, not observed in a book; PDs are moved to an assumed "
        f"{target:.1f} %, which nothing here tests.",
        f"{labels} 个标签、{bads} 个违约：区间很宽，相邻几分之间的差别、各行业或各地区的表现都无从判断。 "
        f"With {labels} labels and {bads} bads the intervals are wide: a few points' difference, or how it does in one industry or county, "
        "cannot be told.",
        "没有跨时间检验：标签没有违约日期，部分证据可能晚于违约，近期活动可能是违约的结果而不是原因。 "
        "No test out of time: outcomes carry no date of default, so some evidence may lie after it and low recent activity may be its "
        "consequence.",
        "没有被拒客户的结果，对样本之外的申请人（如新设企业）须人工复核。 "
        "No outcomes of the rejected: applicants unlike the sample (a new business) need a person's judgement.",
        "分数假定证据回溯的长度与样本相同：只提供较短历史的申请人会显得经营时间更短。 "
        "Scores take evidence to reach as far back as the sample's: an applicant who shows less history looks younger than they are.",
        *(() if any(one.name.startswith("fair_") for one in made.findings) else (_NO_GROUPS,)),
        "没有按性别、年龄或民族比较：本行不记录性别与民族；身份证号不得为此目的打开，经营者的出生年份只在核验身份时读取。 "
        "Fairness by sex, age or ethnicity was not tested: the bank records neither sex nor ethnicity, may open no identity number for "
        "such a purpose, and reads an owner's year of birth in checking identity alone.",
    )
