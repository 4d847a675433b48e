"""Which facts a policy may read, and the gathering of one applicant's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from farthing.domain.decision import Application
from farthing.domain.facts import Facts, FactSpec, FactType, FactValue
from farthing.domain.feature import Feature
from farthing.domain.party import Party, PartyKind, RelatedFinding
from farthing.domain.product import Product
from farthing.domain.score import Score

MOST_FEN = 10**12  # 10 billion yuan
MOST_RATIO = 10**9  # 1,000.000000
MOST_COUNT = 10**7

OWN: tuple[FactSpec, ...] = (
    FactSpec("pd_12m", FactType.NUMBER, "share", "十二个月违约概率", "12-month probability of default", 6, 0, 1_000_000),
    FactSpec("pd_12m_low", FactType.NUMBER, "share", "违约概率下界", "Probability of default, low end", 6, 0, 1_000_000),
    FactSpec("pd_12m_high", FactType.NUMBER, "share", "违约概率上界", "Probability of default, high end", 6, 0, 1_000_000),
    FactSpec("score_points", FactType.INT, "point", "评分", "Score", 0, -10_000, 10_000),
    FactSpec("related_party_insider", FactType.BOOL, "", "本行关系人", "Related to the bank's insiders"),
    FactSpec("requested_fen", FactType.INT, "fen", "申请金额", "Amount asked for", 0, 0, MOST_FEN),
    FactSpec("exposure_fen", FactType.INT, "fen", "本行已有授信", "Already owed or promised", 0, 0, MOST_FEN),
    FactSpec("product_min_fen", FactType.INT, "fen", "产品最低额度", "Product minimum", 0, 0, MOST_FEN),
    FactSpec("product_max_fen", FactType.INT, "fen", "产品最高额度", "Product maximum", 0, 0, MOST_FEN),
    FactSpec("party_kind", FactType.ENUM, "", "主体类型", "Kind of party", values=tuple(sorted(kind.value for kind in PartyKind))),
    FactSpec("registered_on", FactType.DATE, "", "注册日期", "Registered on"),
)  # fmt: skip

ESTIMATED: tuple[FactSpec, ...] = (
    FactSpec("fraud_ppm", FactType.NUMBER, "share", "欺诈概率", "Chance of fraud", 6, 0, 1_000_000),
    FactSpec("fraud_ring", FactType.BOOL, "", "处于可疑关联环或循环交易中", "In a ring that is new, or in a circle of sales"),
    FactSpec("identity_level", FactType.INT, "", "身份核验等级（0至3）", "Level of identity assurance (0 to 3)", 0, 0, 3),
    FactSpec("capacity_monthly_fen", FactType.INT, "fen", "每月还能偿还的金额", "What it could pay a month, nine in ten", 0, 0, MOST_FEN),
    FactSpec("dscr_12m", FactType.NUMBER, "ratio", "十二个月偿债覆盖倍数", "Cover of debts, 12 months", 6, -MOST_RATIO, MOST_RATIO),
    FactSpec("personal_score", FactType.INT, "point", "个人五维信用分", "Personal score of five dimensions", 0, 350, 950),
    FactSpec("segment_pd", FactType.NUMBER, "share", "分段模型违约概率", "Probability of default by its segment's model", 6, 0, 1_000_000),
    FactSpec("segment_known", FactType.BOOL, "", "与模型所知客户相似", "Like those that models were made for"),
    FactSpec("file_thickness", FactType.INT, "", "有证据的种类数", "Kinds of evidence told of", 0, 0, MOST_COUNT),
    FactSpec("sources_unread", FactType.INT, "", "未采用的不可靠数据种类数", "Kinds left out as unreliable", 0, 0, MOST_COUNT),
    FactSpec("experience_low", FactType.NUMBER, "point", "从业经验（误差下界）", "Experience of the owner, low end", 1, 0, 1_000),
    FactSpec("management_low", FactType.NUMBER, "point", "经营管理（误差下界）", "Management, low end", 1, 0, 1_000),
    FactSpec("qualification_low", FactType.NUMBER, "point", "专业资质（误差下界）", "Professional qualification, low end", 1, 0, 1_000),
)  # fmt: skip
"""Facts that models other than the score's give: gathered and recorded only where a policy reads them (`flows/estimates.py`)."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of one applicant when a decision is made. `features` are `bounded` values at the catalogue's scale."""

    application: Application
    party: Party
    product: Product
    features: Mapping[str, int | None]
    score: Score | None
    related: RelatedFinding
    exposure_fen: int
    estimates: Mapping[str, FactValue] = field(default_factory=dict)


def specs_of(catalogue: Sequence[Feature], estimated: Sequence[FactSpec] = ()) -> dict[str, FactSpec]:
    """Every fact a policy may name: the features, our own and those estimated; a feature may not take one of our names."""
    specs = {spec.name: spec for spec in (*OWN, *estimated)}
    for feature in catalogue:
        assert feature.name not in specs, f"feature {feature.name} takes the name of another fact"
        specs[feature.name] = _spec(feature)
    return specs


def _spec(feature: Feature) -> FactSpec:
    """A feature's fact is bounded, so that arithmetic on it provably fits 64 bits; beyond, it stays at the bound."""
    most = MOST_FEN if feature.unit == "fen" else MOST_RATIO if feature.scale else MOST_COUNT
    kind = FactType.NUMBER if feature.scale else FactType.INT
    return FactSpec(feature.name, kind, feature.unit, feature.zh, feature.en, feature.scale, -most, most)


def gather(given: Given, specs: Mapping[str, FactSpec], as_of: dt.date) -> Facts:
    """The facts of one application, checked: features within their bounds, as `bounded` leaves them; one not computed is missing."""
    own: dict[str, FactValue] = {
        **_of_score(given.score),
        "related_party_insider": given.related.hit,
        "requested_fen": given.application.requested_fen,
        "exposure_fen": given.exposure_fen,
        "product_min_fen": given.product.limit_min_fen,
        "product_max_fen": given.product.limit_max_fen,
        "party_kind": given.party.kind.value,
        "registered_on": given.party.registered_on,
    }
    return Facts(as_of, {**given.features, **own, **given.estimates}).checked(specs)


def with_score(facts: Facts, score: Score | None) -> Facts:
    """The same facts, had this been the score."""
    return replace(facts, values={**facts.values, **_of_score(score)})


def _of_score(score: Score | None) -> dict[str, FactValue]:
    if score is None:
        return dict.fromkeys(("pd_12m", "pd_12m_low", "pd_12m_high", "score_points"))
    return {"pd_12m": score.pd_ppm, "pd_12m_low": score.low_pd_ppm, "pd_12m_high": score.high_pd_ppm, "score_points": score.points}


def bounded(features: Mapping[str, int | None], specs: Mapping[str, FactSpec]) -> dict[str, int | None]:
    """Feature values within the bounds of their facts: what both the model and the policy read, so that a replay sees the same."""
    known = [(name, value, specs[name]) for name, value in features.items() if name in specs]
    return {name: None if value is None else min(max(value, spec.low), spec.high) for name, value, spec in known}


def within(spec: FactSpec, value: FactValue) -> FactValue:
    """The same for a fact of any type: a number at its bound where it is beyond, anything else as it is."""
    return min(max(value, spec.low), spec.high) if isinstance(value, int) and not isinstance(value, bool) else value
