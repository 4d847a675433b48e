"""The card of a fraud model: measures with intervals, costs as stated, and what it has never seen."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
from tests.models.fraud.made_up import cases

from farthing.domain.model_card import ModelClass
from farthing.domain.staff import Accountable
from farthing.models.boosted.model import pd_many
from farthing.models.fraud.card import Developed, write_card
from farthing.models.fraud.develop import judge
from farthing.models.fraud.model import FraudModel, encode


def test_the_card_tells_what_was_measured_and_what_was_not(model: FraudModel) -> None:
    apart, _ = cases(seed=12)
    judged = judge(pd_many(model.trees, apart).astype(np.float64), apart.bad, {"alone": apart.bad, "never": apart.bad & ~apart.bad}, 1)
    sample, _ = cases()
    made = Developed("试 a test", "cases", dt.date(2025, 12, 31), sample, model, judged, judged, Accountable("王敏", "李强"))
    card = write_card(made)
    assert (card.id, card.model_class, card.synthetic) == (model.name, ModelClass.ANTI_FRAUD, True)
    assert card.artefact == hashlib.sha256(encode(model)).hexdigest()
    assert (card.labels, card.bads) == (len(sample.bad), int(sample.bad.sum()))
    told = {one.name: one for one in card.measures}
    assert float(told["recall_alone"].low) <= float(told["recall_alone"].value) <= float(told["recall_alone"].high)
    assert (told["recall_never"].low, told["recall_never"].high) == ("0.000", "1.000"), "of no fraud nothing is known"
    assert told["look_from"].value == "0.004000"
    assert told["stop_from"].value == "0.900000"
    assert any("no real fraud" in sentence for sentence in card.cannot_support)
