"""The card of constructs: how far each scale is to be trusted, and what it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.construct.fit import Columns, LeftOut
from farthing.models.construct.model import Constructs
from farthing.models.naming import digest
from farthing.models.sample import Sample

MARKET = "CN-OWNERS"
"""Scales of owners rate the risk of no loan: their market is their own, in which no product lends."""
_WHY = {
    "constant": ("所有人回答相同", "the same of everybody"), "unanswered": ("几乎无人回答", "answered by hardly anybody"),
    "weak": ("与该构念关系太弱", "tells too little of it"), "alone": ("同构念题目太少", "too few others beside it"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Developed:
    """Everything a card is written from."""

    as_of: dt.date
    accountable: Accountable
    columns: Columns
    made: Constructs
    left: tuple[LeftOut, ...]
    reproduce: str = ""


def write_card(one: Developed) -> ModelCard:
    """The card of a draft. No outcome is read: it has cases and no bads."""
    cases = len(next(iter(one.columns.values()))[0])
    sample = Sample((), one.columns, np.zeros(cases, np.bool_), np.ones(cases))
    return ModelCard(
        id=one.made.name, title="经营者构念量表 Scales of owners", model_class=ModelClass.RATING, artefact=digest(one.made),
        trained_on=one.made.told, data_digest=sample.digest, labels=cases, bads=0, as_of=one.as_of,
        features=tuple(item.feature for scale in one.made.scales for item in scale.items), measures=tuple(_measures(one)),
        supports=_SUPPORTS, cannot_support=_CANNOT, accountable=one.accountable, status=ModelStatus.DRAFT,
        synthetic=one.made.synthetic, market=MARKET, reproduce=one.reproduce,
    )  # fmt: skip


def _measures(one: Developed) -> Iterator[Measure]:
    for scale in one.made.scales:
        told = f"{scale.cases} 人，{len(scale.items)} 题。 Of {scale.cases} owners, {len(scale.items)} items."
        yield _exact(f"omega_{scale.name}", scale.omega_ppm, told)
        if scale.alpha_ppm is not None:
            yield _exact(f"alpha_{scale.name}", scale.alpha_ppm, told)
        yield _exact(
            f"reliability_{scale.name}", scale.reliability_ppm,
            "全部作答时所解释的方差份额。 Share of variance explained where everything is answered.",
        )  # fmt: skip
    for out in one.left:
        zh, en = _WHY[out.why]
        yield Measure(f"left_out_{out.feature}", "0", "0", "0", f"{out.construct}：未用，{zh}。 Not used of {out.construct}: {en}.")


def _exact(name: str, ppm: int, method: str) -> Measure:
    told = f"{ppm / 1e6:.3f}"
    return Measure(name, told, told, told, method)


_SUPPORTS = (
    "把经营者的回答与行为放在同一尺度上，附误差条；答得越少，误差条越宽。 "
    "Owners' answers and conduct on one scale with bars of error; who answered less is known less surely.",
)
_CANNOT = (
    "不预测违约：没有读取任何结果。 Default: no outcome is read.",
    "回答由本人提供，未经核实。 Whether the answers are true: they are the owner's own.",
    "从业年限包含经营年限，经验量表的信度因此偏高。 "
    "The reliability of experience as it is told: time in the business is part of the time in the trade.",
)
