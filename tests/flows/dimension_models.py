"""Scores of dimensions in use in a bank of the tests, about a few features, with points drawn at random in their directions."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.applicants import CARD, save_model
from tests.models.dimension.cards import card_about

from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.flows.ports import House
from farthing.models.dimension.card import ScoreKind, encode, named
from farthing.models.dimension.describe import MARKETS

KNOWN: dict[str, int | None] = {
    "turnover_monthly_12m": 300_000, "sales_void_share_12m": 10_000, "buyers_12m": 5, "buyer_hhi_12m": 300_000, "balance_min_12m": 1,
    "account_use_now": 500_000, "owner_keeps_books": 1, "sued_cases_24m": 1, "contact_points_12m": 3, "payers_12m": 4,
}  # fmt: skip


def use_dimensions(house: House, kind: ScoreKind = ScoreKind.ENTERPRISE, status: ModelStatus = ModelStatus.APPROVED) -> ModelCard:
    """A score of this kind, saved as it stands."""
    made = named(card_about([KNOWN], 7, kind))
    title = {ScoreKind.ENTERPRISE: "企业五维评分 Enterprise", ScoreKind.PERSONAL: "个人五维信用分 Person"}[kind]
    card = replace(CARD, id=made.name, title=title, market=MARKETS[kind], features=made.features, status=status)
    save_model(house, card, encode(made))
    return card
