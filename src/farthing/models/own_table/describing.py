"""The card of a model from a table: measured qualities with their intervals, curves, what it supports and what it cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from farthing.domain.model_card import Curve, Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.naming import digest
from farthing.models.own_table.examining import findings_of, months_of
from farthing.models.own_table.leaking import Suspicion
from farthing.models.own_table.mapping import TableMap
from farthing.models.own_table.reading import DAY, TableRead
from farthing.models.own_table.trees import TableTrees
from farthing.models.own_table.validating import FEWEST, TableValidation, fairness, whole_rate
from farthing.models.scorecard import Scorecard
from farthing.models.validation.curves import curves_of
from farthing.models.validation.months import Months
from farthing.quant.discrimination import Interval, wilson

PPM = 1_000_000
STEPS = 50


@dataclass(frozen=True, eq=False)
class Built:
    """Everything a card is written from. `suspects` is what somebody answers for keeping; `beside` what a scorecard of the same table is
    worth on the same cases, told where the model is another."""

    told: TableMap
    read: TableRead
    validation: TableValidation
    model: Scorecard | TableTrees
    suspects: tuple[Suspicion, ...]
    as_of: dt.date
    accountable: Accountable
    seed: int = 20200221
    beside: Mapping[str, Interval] = field(default_factory=dict)


def card_of_table(made: Built) -> ModelCard:
    """The draft's card."""
    sample, told, months = made.validation.sample, made.told, months_of(made.validation)
    found = (*months.measures, *findings_of(made.validation, made.model.features, made.seed))
    return ModelCard(
        id=made.model.name, title=told.title, model_class=ModelClass.RATING,
        artefact=digest(made.model), trained_on=told.source, data_digest=sample.digest,
        labels=len(sample.bad), bads=int(sample.bad.sum()), as_of=_last(made), features=made.model.features,
        measures=(*_measures(made), *_bands(made), *_fair(made), *_values(made), *found),
        supports=_supports(made), cannot_support=_cannot(made),
        accountable=made.accountable, status=ModelStatus.DRAFT, synthetic=False, market=told.market, curves=_curves(made, months),
        reproduce=f"farthing model build TABLE MAPPING --seed {made.seed}{' --boosted' if isinstance(made.model, TableTrees) else ''}",
    )  # fmt: skip


def _last(made: Built) -> dt.date:
    last = made.read.frame[DAY].max() if made.told.time else None
    return last if isinstance(last, dt.date) else made.as_of


def _how(made: Built) -> tuple[str, str]:
    """On what the figures were measured, in both languages."""
    found = made.validation
    cases = f"{len(found.tested.bad):,} cases, {int(found.tested.bad.sum()):,} bad"
    count = f"{len(found.tested.bad):,} 个案例，{int(found.tested.bad.sum()):,} 个坏"
    if found.split is not None:
        return f"跨时间：{found.split} 及以后开始的 {count}", f"Out of time: {cases} that began on {found.split} or later"
    repeats = found.tested.eta.shape[0]
    return f"折外：{repeats} 次 5 折，{count}", f"Out of fold: {repeats} x 5-fold over {cases}, all choices inside the fold"


def _measure(name: str, one: Interval, method: str) -> Measure:
    return Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", method)


def _measures(made: Built) -> tuple[Measure, ...]:
    zh, en = _how(made)
    if made.told.weight:
        zh, en = f"{zh}；每个案例按其权重计", f"{en}; each case counts by its weight"
    how = f"{zh}；好坏分层自助法。 {en}; bootstrap within goods and bads."
    found = [_measure(name, one, how) for name, one in made.validation.measures.items()]
    card = f"{zh}；同一表格的评分卡，同样案例。 {en}; a scorecard of the same table, on the same cases."
    found += [_measure(name, one, card) for name, one in made.beside.items()]
    rate = f"{made.model.target_rate_ppm / PPM:.4f}"
    own = f"{made.model.sample_rate_ppm / PPM:.4f}"
    zh, en = ("假设，非测得；", "Assumed, not measured; the") if made.told.bad_rate_ppm else ("", "The")
    found.append(Measure("target_bad_rate", rate, rate, rate, f"{zh}样本自身为 {own}。 {en} sample's own rate is {own}."))
    if (whole := whole_rate(made.read, made.told, made.validation)) is not None:
        told = (
            "连同没有结果者：与卡所说同样，或三倍的风险比；是假设，不是估计。 "
            "With those without an outcome: as risky as the card says, and with three times the odds; assumptions, no estimate."
        )
        found.append(_measure("whole_rate", whole, told))
    return tuple(found)


def _bands(made: Built) -> tuple[Measure, ...]:
    found = []
    for place, band in enumerate(made.validation.table, start=1):
        low, high = wilson(round(band.observed * band.cases), band.cases)
        at = f"{band.predicted:.4f}"
        method = f"预测 {at}；{band.cases} 个中 {band.bads} 个坏；Wilson。 Predicted {at}; {band.bads} bad of {band.cases}; Wilson."
        found.append(Measure(f"band_{place}_observed", f"{band.observed:.4f}", f"{low:.4f}", f"{high:.4f}", method))
    return tuple(found)


def _fair(made: Built) -> tuple[Measure, ...]:
    """Of each group of a watched column, its share among the safest 70 %, beside the best group's."""
    found = []
    for watch in made.told.watch:
        for name, cases, share, ratio in fairness(made.read.frame, watch, made.validation.tested):
            low, high = wilson(round(share * cases), cases)
            zh, en = f"最高群体份额的 {ratio:.2f}；{cases} 个案例", f"A ratio of {ratio:.2f} to the best group's share; {cases} cases"
            told = f"{zh}。 {en}; watched, not read."
            found.append(Measure(f"fair_{watch}={name}", f"{share:.3f}", f"{low:.3f}", f"{high:.3f}", told))
    return tuple(found)


def _values(made: Built) -> tuple[Measure, ...]:
    found = []
    for name, value in sorted(made.validation.fitted.values.items(), key=lambda item: (-item[1], item[0])):
        zh, en = ("在卡上", "on the card") if name in made.model.features else ("未入选", "not chosen")
        how = f"信息值；{zh}。 Information value; {en}."
        found.append(Measure(f"iv_{name}", f"{value:.3f}", f"{value:.3f}", f"{value:.3f}", how))
    return tuple(found)


def _curves(made: Built, months: Months) -> tuple[Curve, ...]:
    tested = made.validation.tested
    return (*curves_of(tested.eta.mean(axis=0), tested.bad, tested.weight, made.validation.table), *months.curves)


def _supports(made: Built) -> tuple[str, ...]:
    area, split = made.validation.measures["auc"], made.validation.split
    where_zh, where_en = (f"在{split}及以后开始的案例上", f"on cases that began on {split} or later") if split else ("折外", "out of fold")
    return (
        f"对与样本相似的申请人按风险排序：{where_zh} AUC {area.value:.3f}（95% 区间 {area.low:.3f}–{area.high:.3f}）。 "
        f"Ranking applicants like those of the sample by risk: AUC {area.value:.3f} {where_en} "
        f"(95 % interval {area.low:.3f}-{area.high:.3f}).",
        "每一分扣减都说得出原因。 A reason for every point lost.",
    )


def _cannot(made: Built) -> tuple[str, ...]:
    told, found = made.told, []
    if made.validation.split is None:
        found.append("没有跨时间检验：表中没有开始日期，或某一侧的结果太少。 "
                     "No test out of time: the table has no day on which cases began, or too few outcomes on one side.")  # fmt: skip
    if told.bad_rate_ppm is not None:
        rate = told.bad_rate_ppm / 10_000
        found.append(
            f"PD 已按假设的违约率 {rate:.2f}% 平移，该假设未经检验。 "
            f"PDs are moved to an assumed rate of bads of {rate:.2f} %, which nothing here tests."
        )
    found.append(f"只在市场 {told.market} 验证过，在别处不能使用。 Validated for the market {told.market}; it is blocked elsewhere.")
    if not told.watch:
        found.append("没有公平性检验：映射没有指定要观察的列。 No test of fairness: the mapping names no column to watch.")
    found += [
        f"{watch} 没有公平性检验：不足两组有 {FEWEST} 个以上案例。 "
        f"No test of fairness over {watch}: fewer than two of its groups have {FEWEST} cases."
        for watch in told.watch
        if len(fairness(made.read.frame, watch, made.validation.tested)) < 2
    ]
    if made.read.unlabelled.height:
        count = made.read.unlabelled.height
        found.append(f"{count} 个申请没有结果，其风险只能假设。 Without an outcome: {count} applications; their risk is an assumption.")
    if made.read.quarantined:
        found.append(
            f"{made.read.quarantined} 行读不出来，已隔离。 Set aside because they could not be read: {made.read.quarantined} rows."
        )
    kept = dict(told.keep)
    found += [
        f"{one.column} 有泄漏嫌疑（{one.zh}），由负责人保留：{kept[one.column]}。 "
        f"{one.column} is suspected of a leak ({one.en}); its owner keeps it: {kept[one.column]}."
        for one in made.suspects
    ]
    return tuple(found)
