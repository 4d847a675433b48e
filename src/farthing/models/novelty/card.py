"""The card of a gate: whom it was measured on, how well it tells those it never saw, and what it cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.domain.model_card import HOME_MARKET, Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.naming import digest
from farthing.models.novelty.gate import ALARM_PPM, Columns, Gate, distances
from farthing.models.novelty.measure import LEAST_CASES, measure_gate, rows_of
from farthing.models.sample import Sample
from farthing.quant.discrimination import Interval, delong

LEAST_GROUP, MOST_GROUPS = 10, 12


@dataclass(frozen=True, eq=False)
class Developed:
    """Everything a card is written from."""

    as_of: dt.date
    accountable: Accountable
    columns: Columns
    gate: Gate
    unlike: dict[str, Interval]
    reproduce: str = ""


def write_card(made: Developed) -> ModelCard:
    """The card of a draft. No outcome is read: it has cases and no bads."""
    cases = len(next(iter(made.columns.values()))[0])
    sample = Sample((), made.columns, np.zeros(cases, np.bool_), np.ones(cases))
    return ModelCard(
        id=made.gate.name, title="新客群门槛 Gate for what is new", model_class=ModelClass.APPROVAL, artefact=digest(made.gate),
        trained_on=made.gate.told, data_digest=sample.digest, labels=cases, bads=0, as_of=made.as_of,
        features=tuple(one.feature for one in made.gate.features), measures=tuple(_measures(made)), supports=_SUPPORTS,
        cannot_support=_CANNOT, accountable=made.accountable, status=ModelStatus.DRAFT, synthetic=made.gate.synthetic,
        market=HOME_MARKET, reproduce=made.reproduce,
    )  # fmt: skip


def unlike(columns: Columns, group: npt.NDArray[np.str_], told: str, seed: int) -> dict[str, Interval]:
    """For each of the largest groups, how well a gate that never saw it tells it from others it did not see either: AUC by group."""
    names, counts = np.unique(group, return_counts=True)
    largest = sorted(zip(names.tolist(), counts.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    found = {}
    for name, count in largest[:MOST_GROUPS]:
        others = np.random.default_rng(seed).permutation(np.flatnonzero(group != name))
        held = others[: len(others) // 4]
        if not name or count < LEAST_GROUP or len(others) - len(held) < LEAST_CASES:
            continue
        known = np.zeros(len(group), np.bool_)
        known[others[len(held) :]] = True
        gate = measure_gate(rows_of(columns, known), told, seed, synthetic=True)
        far = distances(gate, rows_of(columns, ~known)).astype(np.float64)
        found[name] = delong(far, (group == name)[~known])
    return found


def _measures(made: Developed) -> Iterator[Measure]:
    alarm = f"{ALARM_PPM / 1e6:.3f}"
    yield Measure(
        "called_new", alarm, alarm, alarm,
        "与已知客户相似者中最多这么多被称为新；由门槛的定义得出。 "
        "At most so many of cases like those known are called new; it follows from how the gate is made.",
    )  # fmt: skip
    for name, one in made.unlike.items():
        yield Measure(
            f"unlike_{name}", f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}",
            "未见过该行业的门槛把它与同样未见过的其他客户区分开的 AUC；DeLong。 "
            "AUC of telling this industry from others, by a gate that saw neither; DeLong.",
        )  # fmt: skip


_SUPPORTS = ("指出与模型所知客户不同的申请人，由人决定。 Telling who is unlike those that models were made for, so that a person decides.",)
_CANNOT = (
    "不说明新客户是好是坏：没有读取任何结果。 Whether who is new is good or bad: no outcome is read.",
    "只看评分卡可读的特征：在这些特征上相同的行业无法区分。 Telling apart what is alike in the features that scorecards may read.",
)
