"""The card of scales of owners tells how far each is to be trusted, and which items were left out and why."""

from __future__ import annotations

import datetime as dt

import numpy as np
from tests.models.construct.owners import OWNERS, fitted

from farthing.domain.model_card import ModelClass
from farthing.domain.staff import Accountable
from farthing.models.construct.card import Developed, write_card
from farthing.models.construct.fit import LeftOut
from farthing.models.naming import digest


def test_a_card_tells_reliability_and_what_was_left_out() -> None:
    columns = {"owner_certified": (np.ones(OWNERS, np.int64), np.zeros(OWNERS, np.bool_))}
    left = (LeftOut("management", "vat_late_days_12m", "weak"),)
    card = write_card(Developed(dt.date(2026, 1, 1), Accountable("周明华", "—"), columns, fitted(), left))
    assert (card.id, card.artefact, card.labels, card.bads) == (fitted().name, digest(fitted()), OWNERS, 0)
    assert (card.model_class, card.market) == (ModelClass.RATING, "CN-OWNERS")
    told = {one.name: one for one in card.measures}
    for scale in fitted().scales:
        assert told[f"omega_{scale.name}"].value == f"{scale.omega_ppm / 1e6:.3f}"
    assert "tells too little" in told["left_out_vat_late_days_12m"].method
