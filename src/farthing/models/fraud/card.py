"""The card of a fraud model: how it did on worlds it never saw, beside a plain regression, and what that cannot tell."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.fraud.develop import Judged
from farthing.models.fraud.model import FraudModel, encode
from farthing.models.sample import Sample
from farthing.quant.discrimination import Interval

_SPLIT = "worlds that took no part in fitting; {}"
_WILSON = "threshold at 1 % of honest cases; {cases} frauds; Wilson interval, members of one gang counted as if apart"


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


def write_card(made: Developed) -> ModelCard:
    """The card of a model made from made-up worlds."""
    return ModelCard(
        id=made.model.name, title=made.title, model_class=ModelClass.ANTI_FRAUD,
        artefact=hashlib.sha256(encode(made.model)).hexdigest(), trained_on=made.trained_on, data_digest=made.sample.digest,
        labels=len(made.sample.bad), bads=int(made.sample.bad.sum()), as_of=made.as_of, features=made.model.trees.forest.features,
        measures=tuple(_measures(made)), supports=_supports(made), cannot_support=_CANNOT, accountable=made.accountable,
        status=made.status, synthetic=True,
    )  # fmt: skip


def _measures(made: Developed) -> Iterator[Measure]:
    for prefix, judged in (("", made.judged), ("plain_", made.plain)):
        yield _told(f"{prefix}auc", judged.auc, _SPLIT.format("bootstrap within frauds and honest"))
        yield _told(f"{prefix}recall_at_1pct", judged.recall, _SPLIT.format(_WILSON.format(cases="all")))
        for name, (share, cases) in judged.by_pattern.items():
            yield _told(f"{prefix}recall_{name}", share, _SPLIT.format(_WILSON.format(cases=cases)))
    costs = made.model.costs
    for name, value, why in (
        ("look_from", costs.look_from_ppm, f"a look costs {costs.look_fen} fen, a fraud {costs.fraud_fen} fen"),
        ("stop_from", costs.stop_from_ppm, f"a look costs {costs.look_fen} fen, an honest applicant stopped {costs.stopped_fen} fen"),
        ("fraud_rate", made.model.trees.target_rate_ppm, "assumed where the model is used; not measured"),
    ):
        told = f"{value / 1e6:.6f}"
        yield Measure(name, told, told, told, f"stated: {why}")


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
