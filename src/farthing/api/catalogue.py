"""What the bank offers and by what it decides: products and policies."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from farthing.api.fields import Answer, Listed, RateAnswer, rate_answer, told
from farthing.api.security import By
from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Missing
from farthing.domain.product import Product, RepaymentMethod
from farthing.domain.rate import Rate
from farthing.flows.queries import policies as policies_reading
from farthing.flows.queries.feature import dictionary as features_reading
from farthing.flows.queries.lines import rate_view

routes = APIRouter(tags=["catalogue"])


class ProductAnswer(Answer):
    """A product: bounds in fen and in rates, and how what is drawn falls due."""

    code: str
    name_zh: str
    name_en: str
    limit_min_fen: int
    limit_max_fen: int
    draw_min_fen: int
    rate_min: RateAnswer
    rate_max: RateAnswer
    tenor_months: int
    line_months: int
    repayments: list[RepaymentMethod]
    due_day: int
    same_day_days: int
    grace_days: int
    penalty_ppm: int = Field(description="on top of the rate, on overdue principal, in parts per million of the rate")
    all_in_cap_ppm: int
    consumption_cap_fen: int
    prepayment_fee_fen: int
    revolving: bool
    secured: bool = Field(description="nothing can be drawn before a lien on a house is registered")
    long_months: int = Field(description="the longest term where the cash flow is long; 0 where the term is not chosen")


class PolicyAnswer(Answer):
    """One published version of a policy, with its two people."""

    id: str
    version: int
    product: str
    effective_from: dt.date
    owner: str
    approver: str
    digest: str
    in_force: bool


@routes.get("/products", response_model=Listed[ProductAnswer])
def list_products(by: By) -> Response:
    """Every product of the catalogue."""
    return told(Listed[ProductAnswer](items=[_product(by.house.products[code]) for code in sorted(by.house.products)]))


@routes.get("/policies", response_model=Listed[PolicyAnswer])
def list_policies(by: By) -> Response:
    """Every published policy, the newest first (staff)."""
    found = policies_reading.policies(by.house, by.actor)
    return told(Listed[PolicyAnswer](items=[PolicyAnswer.model_validate(row) for row in found]))


class FeatureAnswer(Answer):
    """One line of the data dictionary. Values are whole numbers at `scale` decimals of the unit."""

    name: str
    zh: str
    en: str
    family: str
    unit: str
    scale: int
    window_days: int = Field(description="0: all that is known")
    kinds: list[EvidenceKind]
    formula: str
    primitives: list[str]
    missing: Missing
    owner: str


class FeaturesAnswer(Answer):
    """A page of the dictionary, and how many features match in all."""

    items: list[FeatureAnswer]
    total: int


@routes.get("/features", response_model=FeaturesAnswer)
def list_features(
    by: By,
    word: Annotated[str, Query(max_length=100, description="in a name or in either language")] = "",
    kind: Annotated[EvidenceKind | None, Query(description="what it is made from")] = None,
    family: Annotated[str, Query(max_length=40)] = "",
    unit: Annotated[str, Query(max_length=20)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """The data dictionary: features by family and name (staff)."""
    wanted = features_reading.Wanted(word, kind.value if kind else "", family, unit)
    rows, total = features_reading.features(by.actor, wanted, limit=limit, offset=offset)
    return told(FeaturesAnswer(items=[_feature(row) for row in rows], total=total))


def _feature(row: features_reading.FeatureRow) -> FeatureAnswer:
    one = row.feature
    return FeatureAnswer(
        name=one.name, zh=one.zh, en=one.en, family=row.family, unit=one.unit, scale=one.scale, window_days=one.window_days,
        kinds=list(one.sources), formula=one.post, primitives=list(one.primitives), missing=one.missing, owner=one.owner,
    )  # fmt: skip


def _product(product: Product) -> ProductAnswer:
    own = {name: getattr(product, name) for name in ProductAnswer.model_fields if name not in ("rate_min", "rate_max", "repayments")}
    low, high = (rate_answer(rate_view(Rate(units, product.rate_basis))) for units in (product.rate_min_units, product.rate_max_units))
    return ProductAnswer(**own, rate_min=low, rate_max=high, repayments=list(product.repayments))
