"""The card of a fraud model: how it did on worlds it never saw, beside a plain regression, and what that cannot tell."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.money import format_yuan
from farthing.domain.staff import Accountable
from farthing.models.fraud.develop import Judged
from farthing.models.fraud.model import FraudModel, encode
from farthing.models.fraud.origin import MADE_UP, Origin
from farthing.models.sample import Sample
from farthing.quant.discrimination import Interval

_DRAWN = ("欺诈与诚信各自自助抽样", "bootstrap within frauds and honest")
_SHARE = (
    "误报1%处的门槛，{cases} 起欺诈；Wilson 区间，把团伙成员当作独立",
    "threshold at 1 % of the honest, {cases} frauds; Wilson interval, members of one gang counted as if apart",
)


@dataclass(frozen=True, eq=False)
class Developed:
    """What the card is written from: the model, its sample, and how it and the plain regression did on cases kept apart."""

    title: str
    trained_on: str
    as_of: dt.date
    sample: Sample
    model: FraudModel
    judged: Judged
    plain: Judged
    accountable: Accountable
    status: ModelStatus = ModelStatus.APPROVED
    reproduce: str = ""
    origin: Origin = MADE_UP
    synthetic: bool = True
    used: Judged | None = None


def write_card(made: Developed) -> ModelCard:
    """The card of a model."""
    return ModelCard(
        id=made.model.name, title=made.title, model_class=ModelClass.ANTI_FRAUD,
        artefact=hashlib.sha256(encode(made.model)).hexdigest(), trained_on=made.trained_on, data_digest=made.sample.digest,
        labels=len(made.sample.bad), bads=int(made.sample.bad.sum()), as_of=made.as_of, features=made.model.trees.forest.features,
        measures=tuple(_measures(made)), supports=_supports(made), cannot_support=made.origin.cannot, accountable=made.accountable,
        status=made.status, synthetic=made.synthetic, reproduce=made.reproduce,
    )  # fmt: skip


def _measures(made: Developed) -> Iterator[Measure]:
    split = made.origin.split
    for prefix, judged in (("", made.judged), ("plain_", made.plain), ("used_", made.used)):
        if judged is None:
            continue
        yield _told(f"{prefix}auc", judged.auc, _method(split, _DRAWN))
        yield _told(f"{prefix}recall_at_1pct", judged.recall, _method(split, _SHARE, judged.cases))
        for name, (share, cases) in judged.by_pattern.items():
            yield _told(f"{prefix}recall_{name}", share, _method(split, _SHARE, cases))
    costs = made.model.costs
    look, fraud, stopped = (format_yuan(fen) for fen in (costs.look_fen, costs.fraud_fen, costs.stopped_fen))
    for name, value, zh, en in (
        ("look_from", costs.look_from_ppm, f"设定：查看一次 {look}，欺诈一起 {fraud}", f"Stated: a look costs {look}, a fraud {fraud}"),
        (
            "stop_from",
            costs.stop_from_ppm,
            f"设定：查看一次 {look}，误停一户 {stopped}",
            f"Stated: a look costs {look}, stopping the honest {stopped}",
        ),
        ("fraud_rate", made.model.trees.target_rate_ppm, *made.origin.rate),
    ):
        told = f"{value / 1e6:.6f}"
        yield Measure(name, told, told, told, f"{zh}。 {en}.")


def _method(split: tuple[str, str], how: tuple[str, str], cases: int = 0) -> str:
    return f"{split[0]}；{how[0].format(cases=cases)}。 {split[1]}; {how[1].format(cases=cases)}."


def _told(name: str, one: Interval, method: str) -> Measure:
    return Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", method)


def _supports(made: Developed) -> tuple[str, ...]:
    auc, share, (zh, en) = made.judged.auc, made.judged.recall, made.origin.where
    return (
        f"{zh}：AUC {auc.value:.3f}（{auc.low:.3f}–{auc.high:.3f}），误报1%时召回 {share.value:.3f}"
        f"（{share.low:.3f}–{share.high:.3f}）。 {en} at AUC {auc.value:.3f} "
        f"({auc.low:.3f}-{auc.high:.3f}) and finds {share.value:.3f} ({share.low:.3f}-{share.high:.3f}) at 1 % false alarms.",
        "每条理由都真实：把该迹象改为通常值、其余不变，风险就会下降。 "
        "Every reason told is true of the case: with that sign as usual, and nothing else changed, the risk is lower.",
    )
