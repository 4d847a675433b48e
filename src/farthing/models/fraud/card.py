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
from farthing.models.sample import Sample
from farthing.quant.discrimination import Interval

_APART = ("未参与拟合的虚构经济", "Worlds that took no part in fitting")
_FOLDS = ("分组交叉验证：相互关联的案件不拆开", "Cross-validated by group: cases tied to each other are never parted")
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


def write_card(made: Developed) -> ModelCard:
    """The card of a model made from made-up worlds."""
    return ModelCard(
        id=made.model.name, title=made.title, model_class=ModelClass.ANTI_FRAUD,
        artefact=hashlib.sha256(encode(made.model)).hexdigest(), trained_on=made.trained_on, data_digest=made.sample.digest,
        labels=len(made.sample.bad), bads=int(made.sample.bad.sum()), as_of=made.as_of, features=made.model.trees.forest.features,
        measures=tuple(_measures(made)), supports=_supports(made), cannot_support=_CANNOT, accountable=made.accountable,
        status=made.status, synthetic=True, reproduce=made.reproduce,
    )  # fmt: skip


def _measures(made: Developed) -> Iterator[Measure]:
    for prefix, judged in (("", made.judged), ("plain_", made.plain)):
        yield _told(f"{prefix}auc", judged.auc, _method(_APART, _DRAWN))
        yield _told(f"{prefix}recall_at_1pct", judged.recall, _method(_APART, _SHARE, judged.cases))
        for name, (share, cases) in judged.by_pattern.items():
            yield _told(f"{prefix}recall_{name}", share, _method(_APART, _SHARE, cases))
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
        ("fraud_rate", made.model.trees.target_rate_ppm, "使用处的假设，未经测量", "Assumed where the model is used, not measured"),
    ):
        told = f"{value / 1e6:.6f}"
        yield Measure(name, told, told, told, f"{zh}。 {en}.")


def _method(split: tuple[str, str], how: tuple[str, str], cases: int = 0) -> str:
    return f"{split[0]}；{how[0].format(cases=cases)}。 {split[1]}; {how[1].format(cases=cases)}."


def _told(name: str, one: Interval, method: str) -> Measure:
    return Measure(name, f"{one.value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", method)


def _supports(made: Developed) -> tuple[str, ...]:
    auc, share = made.judged.auc, made.judged.recall
    return (
        f"在未参与训练的虚构经济中区分已知欺诈：AUC {auc.value:.3f}（{auc.low:.3f}–{auc.high:.3f}），误报1%时召回 {share.value:.3f}"
        f"（{share.low:.3f}–{share.high:.3f}）。 In made-up worlds it never saw it tells planted frauds at AUC {auc.value:.3f} "
        f"({auc.low:.3f}-{auc.high:.3f}) and finds {share.value:.3f} ({share.low:.3f}-{share.high:.3f}) at 1 % false alarms.",
        "每条理由都真实：把该迹象改为通常值、其余不变，风险就会下降。 "
        "Every reason told is true of the case: with that sign as usual, and nothing else changed, the risk is lower.",
    )


_CANNOT = (
    "没有见过任何真实欺诈：训练与检验都在虚构经济中，真实欺诈会躲避已知迹象。 "
    "It has seen no real fraud: fitted and tested on made-up worlds, whose frauds do not learn to hide from it.",
    "概率以假设的欺诈率为准，该假设未经检验；用于真实客户前须用本行确认的案件重新训练。 "
    "Its chances rest on an assumed rate of fraud that nothing here tests; develop it on the bank's own confirmed cases before it is used.",
    "共用设备或联系方式本身不是欺诈：家人、邻居、代办人也会共用，须由人核实。 "
    "Sharing a device or a contact is no fraud in itself: families, neighbours and agents do; a person must look.",
)
