"""Challengers decide unseen what the model in use has decided: off the path of the answer, for any number of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from farthing.domain.decision import Decision, Shadow
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.flows.decide import decide_with
from farthing.flows.ports import House

AT_ONCE = 200


def shadow(house: House, most: int = AT_ONCE) -> int:
    """Let each valid challenger look at up to `most` decisions that it has not seen, made in its market since it was appointed; how
    many were looked at."""
    looked, today = 0, house.clock.today()
    for card in house.registry.models():
        if card.status is ModelStatus.CHALLENGER and card.usable(card.market, today):
            seen = list(_looked_at(house, card, most))
            house.decisions.add_shadows(seen)
            looked += len(seen)
    return looked


def since(house: House, model: Id) -> dt.date | None:
    """When a model was appointed last."""
    for event in house.journal.events(stream=model, kind="ModelApproved", newest_first=True, limit=1):
        return event.effective_on
    return None


def _looked_at(house: House, card: ModelCard, most: int) -> Iterator[Shadow]:
    appointed = since(house, card.id)
    if appointed is None:
        return
    products = [code for code, product in house.products.items() if product.market == card.market]
    for decision in house.decisions.unshadowed(card.id, products, appointed, most):
        found = house.decisions.get(decision)
        if found is not None:
            application, used, facts = found
            yield _beside(used, decide_with(house, application, used, facts, card.id), card.id)


def _beside(used: Decision, would: Decision, model: Id) -> Shadow:
    return Shadow(
        used.id, model, used.decided_on, would.outcome, would.limit_fen, would.score.pd_ppm if would.score else None,
        used.outcome, used.limit_fen, used.score.pd_ppm if used.score else None,
    )  # fmt: skip
