"""The three folds: what stops a case, which cap binds, how the price adds up; goldens that a credit officer can read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.decision.cases import DAY, PRODUCTS, SCORE_REASONS, case, compiled

from farthing.decision.access import fold_access
from farthing.decision.compiled import RATE_SCALE
from farthing.decision.decide import Verdict, decide, override
from farthing.decision.limit import fold_limit
from farthing.decision.price import fold_price
from farthing.decision.reasons import decimal
from farthing.domain import canon
from farthing.domain.decision import Decision, Step, StepKind
from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.money import format_yuan
from farthing.domain.policy import Outcome

GOLDEN = sorted((Path(__file__).parent.parent / "golden" / "decisions").glob("*.yaml"))


def step(decision: Decision, name: str, kind: StepKind = StepKind.ACCESS) -> Step:
    return next(one for one in decision.steps if one.name == name and one.kind is kind)


def told(decision: Decision) -> dict[str, Any]:
    """The decision as the goldens write it."""
    rate = decision.rate
    decided = [one.name for one in decision.steps if one.decided]
    scale = RATE_SCALE[PRODUCTS[decision.product].rate_basis]
    return {
        "outcome": decision.outcome.value,
        "limit": format_yuan(decision.limit_fen),
        "rate": None if rate is None else f"{rate.annual_percent()} % a year, {rate.daily_percent()} % a day",
        "decided_by": decided,
        "price": {
            one.name: None if one.value is None else decimal(one.value, scale) for one in decision.steps if one.kind is StepKind.PRICE
        },
        "reasons": [f"{reason.code}: {reason.zh} | {reason.en}" for reason in decision.reasons],
    }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_decisions(path: Path) -> None:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    asked = document["applicant"]
    one = case(
        document["product"],
        {name: None if value == "unknown" else value for name, value in asked.get("facts", {}).items()},
        pd=None if asked["pd"] == "unknown" else asked["pd"],
        asked=asked["asked"],
        related=asked.get("related") == "yes",
        score_reasons=SCORE_REASONS if asked.get("score_reasons") == "yes" else (),
        left_out=tuple(map(EvidenceKind, asked.get("left_out", ()))),
    )
    decision = told(decide(one, compiled(document["product"])))
    wanted = document["decision"]
    assert yaml.load(yaml.safe_dump(decision, allow_unicode=True), Loader=yaml.BaseLoader) == wanted


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert canon.encode(decide(case(), compiled("sme_term"))) == canon.encode(decide(case(), compiled("sme_term")))


def test_every_rule_is_in_the_trace_even_after_one_decided() -> None:
    decision = decide(case(related=True), compiled("sme_term"))
    policy = compiled("sme_term").policy
    access = [one for one in decision.steps if one.kind is StepKind.ACCESS]
    assert [one.name for one in access] == [rule.name for rule in policy.access]
    assert [one.name for one in access if one.decided] == ["related_party"]
    assert {one.name for one in decision.steps} >= {cap.name for cap in policy.limit} | {part.name for part in policy.price}


def test_the_first_that_fires_decides_and_later_ones_are_told() -> None:
    found = fold_access(compiled("sme_term"), case(told={"days_since_last_sale": "200", "months_active": "1"}).facts.values)
    assert found.outcome is Outcome.DECLINE
    assert [reason.code for reason in found.reasons] == ["DEAD_BUSINESS"], "what would only refer is no reason for a decline"
    later = {one.name: (one.value, one.decided) for one in found.steps}
    assert later["thin_file"] == (1, False)


def test_unknown_takes_the_missing_outcome_at_its_place() -> None:
    decision = decide(case(told={"months_active": None}), compiled("sme_term"))
    assert (decision.outcome, step(decision, "thin_file").value, step(decision, "thin_file").decided) == (Outcome.REFER, None, True)
    assert decision.reasons[0].code == "MISSING_INFORMATION"
    assert decide(case(told={"sales_void_share_12m": None}), compiled("sme_term")).outcome is Outcome.APPROVE, (
        "missing: approve does not stop"
    )


def test_the_smallest_cap_binds_and_is_rounded_down() -> None:
    found = fold_limit(compiled("sme_term"), PRODUCTS["sme_term"], case(told={"turnover_12m": "4567895"}).facts.values)
    assert found.limit_fen == 45_670_000, "10 % of 4,567,895 is 456,789.50; rounded down to 100 yuan"
    assert [one.name for one in found.steps if one.decided] == ["turnover"]
    assert found.binding.code == "CAP_TURNOVER"


def test_below_the_minimum_is_a_decline_with_its_name() -> None:
    decision = decide(case(told={"turnover_12m": "900000"}), compiled("sme_term"))
    assert (decision.outcome, decision.limit_fen, decision.rate) == (Outcome.DECLINE, 0, None)
    assert [reason.code for reason in decision.reasons] == ["LIMIT_BELOW_MINIMUM", "CAP_TURNOVER"]
    assert step(decision, "product_minimum", StepKind.LIMIT).decided


@pytest.mark.parametrize("product", ["sme_term", "revolving"])
@pytest.mark.parametrize("pd", ["0", "0.01", "0.0373", "0.12", "0.15", "0.19"])
def test_the_price_steps_add_up_to_the_rate(product: str, pd: str) -> None:
    found = fold_price(compiled(product), PRODUCTS[product], case(product, pd=pd).facts.values)
    assert found.rate is not None
    assert sum(one.value or 0 for one in found.steps) == found.rate.units
    assert PRODUCTS[product].rate_min_units <= found.rate.units <= PRODUCTS[product].rate_max_units
    low = replace(PRODUCTS[product], rate_min_units=0, rate_max_units=1)
    clamped = fold_price(compiled(product), low, case(product, pd=pd).facts.values)
    assert clamped.rate is not None
    assert clamped.rate.units == 1
    assert clamped.steps[-1].decided, "the band says that it changed the rate"


def test_at_most_four_reasons_and_the_last_answers_why_not_more() -> None:
    decision = decide(case(score_reasons=SCORE_REASONS * 3), compiled("sme_term"))
    assert [reason.code for reason in decision.reasons] == ["SCORE_TREND", "SCORE_GAPS", "CAP_TURNOVER"]
    stopped = decide(
        case(told={"days_since_last_sale": "100", "months_active": "1"}, pd="0.16", score_reasons=SCORE_REASONS), compiled("sme_term")
    )
    assert [reason.code for reason in stopped.reasons] == ["THIN_FILE", "QUIET_BUSINESS", "RISK_UNCERTAIN", "CAP_RISK"]


CAUSES = {  # what would remove each reason's cause
    "DEAD_BUSINESS": {"days_since_last_sale": "12"},
    "QUIET_BUSINESS": {"days_since_last_sale": "12"},
    "THIN_FILE": {"months_active": "30"},
    "HIGH_VOID_SHARE": {"sales_void_share_12m": "0.04"},
    "HIGH_RETURN_SHARE": {"sales_return_share_12m": "0.02"},
    "CAP_TURNOVER": {"turnover_12m": "60000000"},
    "CAP_CAPACITY": {"gross_margin_12m": "0.25", "turnover_12m": "6000000"},
    "LIMIT_BELOW_MINIMUM": {"turnover_12m": "60000000"},
    "MISSING_INFORMATION": {"months_active": "30"},
}
WORSE = [
    {"days_since_last_sale": "200"},
    {"days_since_last_sale": "95", "months_active": "2"},
    {"sales_void_share_12m": "0.5", "sales_return_share_12m": "0.4"},
    {"turnover_12m": "300000"},
    {"turnover_12m": "6000000", "gross_margin_12m": "0.06"},
    {"months_active": None},
    {},
]
SEVERITY = {Outcome.APPROVE: 0, Outcome.REFER: 1, Outcome.DECLINE: 2}


@pytest.mark.parametrize("worse", WORSE)
def test_every_reason_is_true(worse: dict[str, str | None]) -> None:
    """With every cause removed but one, the one still holds the case back; with it gone too, the case fares better."""
    policy = compiled("sme_term")
    told_reasons = decide(case(told=worse), policy).reasons
    assert told_reasons
    for reason in told_reasons:
        others = {name: value for other in told_reasons if other.code != reason.code for name, value in CAUSES[other.code].items()}
        own = {name: worse[name] for name in CAUSES[reason.code] if name in worse}
        alone = decide(case(told={**worse, **others, **own}), policy)
        gone = decide(case(told={**worse, **others, **CAUSES[reason.code]}), policy)
        fares = (SEVERITY[gone.outcome], -gone.limit_fen)
        assert fares < (SEVERITY[alone.outcome], -alone.limit_fen), f"{reason.code} is not a cause of {alone.outcome}"


def test_related_parties_are_declined_whatever_else_is_good() -> None:
    decision = decide(case(related=True, pd="0.001"), compiled("sme_term"))
    assert (decision.outcome, [reason.code for reason in decision.reasons]) == (Outcome.DECLINE, ["RELATED_PARTY"])
    assert decision.related.path == ("pty_a", "spouse", "pty_wang")


def said(outcome: Outcome, limit_fen: int = 20_000_000) -> Verdict:
    return Verdict(outcome, limit_fen, "刘洋", "周宁", "看过账本", DAY)


def test_a_person_decides_a_referred_case_under_their_own_name() -> None:
    referred = decide(case(pd="0.18"), compiled("sme_term"))
    assert referred.outcome is Outcome.REFER
    approved = override(referred, said(Outcome.APPROVE), PRODUCTS["sme_term"])
    assert (approved.outcome, approved.limit_fen, approved.rate) == (Outcome.APPROVE, 20_000_000, referred.rate)
    assert (approved.overrides, approved.accountable, approved.approver) == (referred.id, "刘洋", "周宁")
    assert approved.reasons[0].code == "OFFICER_APPROVED"
    assert (approved.steps[0].name, approved.steps[0].expression, approved.steps[0].decided) == ("review", "看过账本", True)
    assert approved.id != referred.id
    declined = override(referred, said(Outcome.DECLINE, 0), PRODUCTS["sme_term"])
    assert (declined.outcome, declined.limit_fen, declined.rate) == (Outcome.DECLINE, 0, None)


def test_a_proposal_is_decided_by_a_second_person() -> None:
    referred = decide(case(pd="0.18"), compiled("sme_term"))
    proposed = override(referred, said(Outcome.REFER, 60_000_000), PRODUCTS["sme_term"])
    assert (proposed.outcome, proposed.limit_fen) == (Outcome.REFER, 60_000_000)
    approved = override(proposed, said(Outcome.APPROVE, 60_000_000), PRODUCTS["sme_term"])
    assert (approved.overrides, [one.code for one in approved.reasons][:2]) == (proposed.id, ["OFFICER_APPROVED", "RISK_UNCERTAIN"])


@pytest.mark.parametrize(
    ("decision", "verdict", "code"),
    [
        (decide(case(), compiled("sme_term")), said(Outcome.APPROVE), "not_referred"),
        (decide(case(pd="0.18"), compiled("sme_term")), said(Outcome.APPROVE, 1), "limit_out_of_range"),
        (decide(case(pd=None), compiled("sme_term")), said(Outcome.APPROVE), "no_price"),
    ],
)
def test_what_a_person_may_not_decide(decision: Decision, verdict: Verdict, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        override(decision, verdict, PRODUCTS["sme_term"])
    assert refused.value.code == code
