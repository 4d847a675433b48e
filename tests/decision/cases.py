"""Applicants for the tests: facts written as a credit officer would, and the packaged policies ready to run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from farthing.decision.compiled import CompiledPolicy, compile_policy
from farthing.decision.decide import Case
from farthing.decision.facts import Given, gather, specs_of
from farthing.decision.language.parse import number
from farthing.decision.policy import read_policy
from farthing.domain.decision import Application, Reason, SourceRead
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactSpec
from farthing.domain.money import parse_yuan
from farthing.domain.party import Party, PartyKind, RelatedFinding
from farthing.domain.product import Product
from farthing.domain.score import Score
from farthing.features.catalogue import FEATURES
from farthing.sources.catalogue import packaged_policies, packaged_products

DAY = dt.date(2020, 2, 21)
SPECS = specs_of(FEATURES)
PRODUCTS = packaged_products()
SOUND = {  # a merchant with nothing against it
    "months_active": "30", "turnover_12m": "6000000", "turnover_monthly_6m": "500000", "gross_margin_12m": "0.25",
    "sales_void_share_12m": "0.04", "sales_return_share_12m": "0.02", "buyer_top1_share_12m": "0.30", "days_since_last_sale": "12",
}  # fmt: skip


def stored(spec: FactSpec, text: str | None) -> int | None:
    """`0.25` of a share is 250000; `6000000` yuan is 600000000 fen."""
    if text is None:
        return None
    if spec.unit == "fen":
        return parse_yuan(text)
    literal = number(text.lstrip("-"))
    value: int = literal.value * 10 ** (spec.scale - literal.kind.scale)
    return -value if text.startswith("-") else value


@cache
def compiled(product: str) -> CompiledPolicy:
    policies = {policy.product: policy for policy in map(read_policy, packaged_policies())}
    return compile_policy(policies[product], PRODUCTS[product], SPECS)


def given(
    product: Product, told: Mapping[str, str | None], *, pd: str | None = "0.05", asked: str = "1000000", related: bool = False
) -> Given:
    score = None if pd is None else Score("mdl_test", 600, number(pd).value * 10 ** (6 - number(pd).kind.scale), ())
    finding = RelatedFinding(
        related, ("pty_a", "spouse", "pty_wang") if related else (), "RP-02/close_relative" if related else "none", 7, "0" * 64
    )
    application = Application("app_test", "pty_a", product.code, parse_yuan(asked), DAY)
    features = {name: stored(SPECS[name], value) for name, value in told.items()}
    return Given(application, Party("pty_a", PartyKind.ENTERPRISE, "s"), product, features, score, finding, 0)


def case(product_code: str = "sme_term", told: Mapping[str, str | None] | None = None, **more: object) -> Case:
    product = PRODUCTS[product_code]
    reasons, left_out = more.pop("score_reasons", ()), more.pop("left_out", ())
    facts = given(product, {**SOUND, **(told or {})}, **more)  # type: ignore[arg-type]
    one = Case(facts.application, gather(facts, SPECS, DAY), product, facts.score, facts.related, reasons)  # type: ignore[arg-type]
    return without(one, left_out)  # type: ignore[arg-type]


def without(one: Case, kinds: Sequence[EvidenceKind]) -> Case:
    """The same case while these kinds cannot be relied on (an alarm): their features are missing, and the score rests on them."""
    gone = frozenset(feature.name for feature in FEATURES if set(kinds) & set(feature.sources))
    values = {name: None if name in gone else value for name, value in one.facts.values.items()}
    sources = tuple(SourceRead(kind, 400_000, DAY, read=False) for kind in kinds)
    return replace(one, facts=replace(one.facts, values=values), sources=sources, lost=gone | SCORED if kinds else gone)


SCORED = frozenset({"pd_12m", "pd_12m_low", "pd_12m_high", "score_points"})
SCORE_REASONS = (Reason("SCORE_TREND", "销售在下降", "Sales are falling"), Reason("SCORE_GAPS", "销售有间断", "Gaps in sales"))
