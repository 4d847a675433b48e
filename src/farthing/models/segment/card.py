"""The card of models of segments: how they do on cases that took no part, the worst segment, the newest one, and what that cannot tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.naming import digest
from farthing.models.segment.fit import Cases
from farthing.models.segment.model import Segments
from farthing.models.segment.validate import Validation
from farthing.quant.discrimination import Interval

MARKET = "CN-SEGMENTS"
"""Estimates that decisions may read come of models that stand here; those of a table of one's own have markets of their own."""
_METHODS = {
    "auc": ("段内各自的模型", "each segment by its own model"),
    "baseline_auc": ("同样案例的一个合并逻辑回归", "one plain regression for all, on the same cases"),
    "auc_less_baseline": ("同样案例配对", "paired on the same cases"),
    "calibration_error": ("五个等量档，样本自身坏账率", "five bands of equal size, at the sample's rate of bads"),
}


@dataclass(frozen=True, eq=False)
class Developed:
    """Everything a card is written from. `moved`: the assumed rate of bads is another than the sample's."""

    title: str
    trained_on: str
    as_of: dt.date
    synthetic: bool
    accountable: Accountable
    market: str
    cases: Cases
    model: Segments
    validation: Validation
    reproduce: str = ""


def write_card(made: Developed) -> ModelCard:
    """The card of a draft."""
    return ModelCard(
        id=made.model.name, title=made.title, model_class=ModelClass.RATING, artefact=digest(made.model), trained_on=made.trained_on,
        data_digest=made.cases.digest, labels=len(made.cases.bad), bads=int(made.cases.bad.sum()), as_of=made.as_of,
        features=tuple(field.name for field in made.model.fields), measures=tuple(_measures(made)), supports=tuple(_supports(made)),
        cannot_support=_cannot(made), accountable=made.accountable, status=ModelStatus.DRAFT, synthetic=made.synthetic,
        market=made.market, reproduce=made.reproduce,
    )  # fmt: skip


def _how(validation: Validation) -> tuple[str, str]:
    if validation.out_of_time:
        return f"按时间在后的 {validation.tested} 例", f"on the {validation.tested} cases that came later"
    return f"五折折外，{validation.tested} 例", f"out of five folds, {validation.tested} cases"


def _measures(made: Developed) -> Iterator[Measure]:
    zh, en = _how(made.validation)
    for name, one in made.validation.measures.items():
        yield _told(name, one, f"{zh}；{_METHODS[name][0]}；自助法。 Tested {en}; {_METHODS[name][1]}; bootstrap.")
    worst = made.validation.worst
    if worst is not None:
        told = f"{zh}；最差的是 {worst.name}（{worst.cases} 例）。 Tested {en}; the worst is {worst.name} ({worst.cases} cases)."
        yield _exact("worst_segment_error", worst.calibration_error, told)
    for judged in made.validation.segments:
        told = f"{judged.cases} 例，{judged.bads} 个违约；DeLong。 Of {judged.cases} cases, {judged.bads} bad; DeLong."
        yield _exact(f"segment_{judged.name}_error", judged.calibration_error, told)
        if judged.auc is not None:
            yield _told(f"segment_{judged.name}_auc", judged.auc, told)
    newest = made.validation.newest
    if newest is not None:
        for name, one, zh, en in (
            ("newest_started_auc", newest.started, "不用它的案例，只用共同模型", "by the common model, none of its cases used"),
            ("newest_own_auc", newest.own, "只用它自己全部案例，五折折外", "by all of its own cases, out of five folds"),
            ("newest_share", newest.share, "前者与后者之比", "the first over the second"),
        ):  # fmt: skip
            yield _told(name, one, f"最新的段 {newest.code}：{zh}。 Newest segment {newest.code}: {en}.")
    own, assumed = made.model.sample_rate_ppm / 1e6, made.model.target_rate_ppm / 1e6
    yield _exact("target_bad_rate", assumed, f"样本自身为 {own:.4f}。 The sample's own rate is {own:.4f}.", 4)


def _told(name: str, one: Interval, method: str) -> Measure:
    return Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", method)


def _exact(name: str, value: float, method: str, places: int = 3) -> Measure:
    told = f"{value:.{places}f}"
    return Measure(name, told, told, told, method)


def _supports(made: Developed) -> Iterator[str]:
    ranking = made.validation.measures["auc"]
    yield (
        f"给样本中各段的主体一个可比的违约概率：AUC {ranking.value:.3f}（{ranking.low:.3f} 至 {ranking.high:.3f}）。 "
        f"A probability of failing that means the same in every segment of the sample: AUC {ranking.value:.3f} "
        f"({ranking.low:.3f} to {ranking.high:.3f})."
    )
    yield ("新的段从共同模型起步，区间随之变宽。 A new segment starts from the common model, with an interval as wide as segments differ.")


def _cannot(made: Developed) -> tuple[str, ...]:
    own, assumed = made.model.sample_rate_ppm / 1e4, made.model.target_rate_ppm / 1e4
    when = () if made.validation.out_of_time else (
        "没有跨时间检验：案例没有日期。 No test out of time: its cases tell no dates.",
    )  # fmt: skip
    newest = () if made.validation.newest is not None else (
        "最新的段如何，未能检验。 How its newest segment would do was not tested: none is known to be newest with enough outcomes.",
    )  # fmt: skip
    return (
        *when, *newest,
        f"不代表总体违约概率：样本违约率 {own:.1f}%，PD 按 {assumed:.1f}% 计，未经检验。 "
        f"A PD of the population: the sample has {own:.1f} % bads, PDs are told at {assumed:.1f} %, which nothing here tests.",
        "权重没有方向限制，不能作为拒绝理由告知申请人。 "
        "Reasons for an applicant: weights may point either way, so a part of this score is no ground that may be told.",
        "段的差别按正态假定；违约少的段偏向共同模型。 "
        "Segments are taken to differ normally; one with few bads leans to the common model.",
    )  # fmt: skip
