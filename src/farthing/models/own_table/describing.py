"""The card of a model from a table: measured qualities with their intervals, curves, what it supports and what it cannot."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np

from farthing.domain.model_card import Curve, Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.card import wilson
from farthing.models.own_table.leaking import Suspicion
from farthing.models.own_table.mapping import TableMap
from farthing.models.own_table.reading import DAY, TableRead
from farthing.models.own_table.validating import BANDS, FEWEST, TableValidation, fairness, whole_rate
from farthing.models.scorecard import Scorecard, encode
from farthing.quant.binning import Bools, Floats
from farthing.quant.discrimination import Interval

PPM = 1_000_000
STEPS = 50


@dataclass(frozen=True, eq=False)
class Built:
    """Everything a card is written from. `suspects` is what somebody answers for keeping."""

    told: TableMap
    read: TableRead
    validation: TableValidation
    scorecard: Scorecard
    suspects: tuple[Suspicion, ...]
    as_of: dt.date
    accountable: Accountable


def card_of_table(made: Built) -> ModelCard:
    """The draft's card."""
    sample, told = made.validation.sample, made.told
    return ModelCard(
        id=made.scorecard.name, title=told.title, model_class=ModelClass.RATING,
        artefact=hashlib.sha256(encode(made.scorecard)).hexdigest(), trained_on=told.source, data_digest=sample.digest,
        labels=len(sample.bad), bads=int(sample.bad.sum()), as_of=_last(made), features=made.scorecard.features,
        measures=(*_measures(made), *_bands(made), *_fair(made), *_values(made)), supports=_supports(made), cannot_support=_cannot(made),
        accountable=made.accountable, status=ModelStatus.DRAFT, synthetic=False, market=told.market, curves=_curves(made),
    )  # fmt: skip


def _last(made: Built) -> dt.date:
    last = made.read.frame[DAY].max() if made.told.time else None
    return last if isinstance(last, dt.date) else made.as_of


def _how(made: Built) -> str:
    """On what the figures were measured."""
    found = made.validation
    cases = f"{len(found.tested.bad):,} cases, {int(found.tested.bad.sum()):,} bad"
    if found.split is not None:
        return f"out of time: {cases} that began on {found.split} or later, the card made from those before"
    return f"out of fold: {found.tested.eta.shape[0]} x 5-fold over {cases}, binning, selection and fit inside the fold"


def _measure(name: str, one: Interval, method: str) -> Measure:
    return Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", method)


def _measures(made: Built) -> tuple[Measure, ...]:
    how = _how(made)
    if made.told.weight:
        how += "; AUC and KS count each case once, the others by its weight"
    found = [_measure(name, one, f"{how}; bootstrap within goods and bads") for name, one in made.validation.measures.items()]
    rate = f"{made.scorecard.target_rate_ppm / PPM:.4f}"
    sample = f"the sample's own rate is {made.scorecard.sample_rate_ppm / PPM:.4f}"
    found.append(Measure("target_bad_rate", rate, rate, rate, f"assumed, not measured; {sample}" if made.told.bad_rate_ppm else sample))
    if (whole := whole_rate(made.read, made.told, made.validation)) is not None:
        told = "with those without an outcome: as risky as the card says, and with three times the odds; assumptions, no estimate"
        found.append(_measure("whole_rate", whole, told))
    return tuple(found)


def _bands(made: Built) -> tuple[Measure, ...]:
    found = []
    for place, band in enumerate(made.validation.table, start=1):
        low, high = wilson(round(band.observed * band.cases), band.cases)
        method = f"predicted {band.predicted:.4f}; {band.bads} bad of {band.cases}; Wilson interval"
        found.append(Measure(f"band_{place}_observed", f"{band.observed:.4f}", f"{low:.4f}", f"{high:.4f}", method))
    return tuple(found)


def _fair(made: Built) -> tuple[Measure, ...]:
    """Of each group of a watched column, its share among the safest 70 %, beside the best group's."""
    found = []
    for watch in made.told.watch:
        for name, cases, share, ratio in fairness(made.read.frame, watch, made.validation.tested):
            low, high = wilson(round(share * cases), cases)
            told = f"{ratio:.2f} of the best group's share; {cases} cases; the column is watched, not read"
            found.append(Measure(f"fair_{watch}={name}", f"{share:.3f}", f"{low:.3f}", f"{high:.3f}", told))
    return tuple(found)


def _values(made: Built) -> tuple[Measure, ...]:
    found = []
    for name, value in sorted(made.validation.fitted.values.items(), key=lambda item: (-item[1], item[0])):
        told = "on the card" if name in made.scorecard.features else "not chosen"
        found.append(Measure(f"iv_{name}", f"{value:.3f}", f"{value:.3f}", f"{value:.3f}", f"information value; {told}"))
    return tuple(found)


def _curves(made: Built) -> tuple[Curve, ...]:
    tested, table = made.validation.tested, made.validation.table
    risk = tested.eta.mean(axis=0)
    overall = max(float(np.average(tested.bad, weights=tested.weight)), 1e-9)
    share = tuple(round((place + 1) * PPM / BANDS) for place in range(len(table)))
    curves = [
        Curve("roc", *_roc(risk, tested.bad)),
        Curve("calibration", tuple(round(one.predicted * PPM) for one in table), tuple(round(one.observed * PPM) for one in table)),
        Curve("lift", share, tuple(round(one.observed / overall * PPM) for one in reversed(table))),
    ]
    if made.validation.by_month:
        months = [(int(name.replace("-", "")), round(value * PPM)) for name, _, value in made.validation.by_month]
        curves.append(Curve("auc_by_month", tuple(month for month, _ in months), tuple(value for _, value in months)))
    return tuple(curves)


def _roc(risk: Floats, bad: Bools) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shares of goods and of bads above each of fifty cut-offs, in millionths."""
    cuts = np.quantile(risk, np.linspace(1.0, 0.0, STEPS + 1))
    goods, bads = np.sort(risk[~bad]), np.sort(risk[bad])
    x = [1.0 - np.searchsorted(goods, cut, side="left") / len(goods) for cut in cuts]
    y = [1.0 - np.searchsorted(bads, cut, side="left") / len(bads) for cut in cuts]
    return tuple(round(one * PPM) for one in (0.0, *x)), tuple(round(one * PPM) for one in (0.0, *y))


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
