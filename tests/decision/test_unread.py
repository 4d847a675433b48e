"""A broken feed declines nobody: what rests on it is missing, and a decline stands only if it would have come anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.decision.cases import PRODUCTS, SCORE_REASONS, SCORED, SPECS, case, compiled

from farthing.decision.compiled import USUAL_PPM, compile_policy
from farthing.decision.decide import Case, Verdict, decide, override
from farthing.decision.facts import ESTIMATED
from farthing.decision.policy import read_policy
from farthing.domain import canon
from farthing.domain.decision import SourceRead, StepKind
from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactType, FactValue
from farthing.domain.policy import Outcome
from farthing.sources.catalogue import packaged_policies

INVOICE, FLOWS = EvidenceKind.INVOICE, EvidenceKind.TRANSACTION
POLICIES = ("sme_term", "revolving", "farm", "house")


def numbers_of(product: str) -> list[str]:
    """The numbers that a policy's rules read of an applicant."""
    made = compiled(product)
    read = {name for ready in (*made.access, *made.limit, *made.price) for name in ready.reads if name in SPECS}
    return sorted(name for name in read if SPECS[name].type in (FactType.INT, FactType.NUMBER) and not name.startswith("product_"))


def told(one: Case, values: Mapping[str, FactValue], lost: frozenset[str] = frozenset()) -> Case:
    """The case with these facts; with `lost` ones while invoices cannot be relied on."""
    sources = (SourceRead(INVOICE, 400_000, one.facts.as_of, read=False),) if lost else ()
    return replace(one, facts=replace(one.facts, values={**one.facts.values, **values}), sources=sources, lost=lost)


@given(st.data())
def test_a_decline_beside_a_broken_feed_would_have_come_whatever_it_said(data: st.DataObject) -> None:
    product = data.draw(st.sampled_from(POLICIES))
    names = numbers_of(product)
    lost = frozenset(data.draw(st.lists(st.sampled_from(names), unique=True)))
    near = {name: st.one_of(st.none(), st.integers(max(SPECS[name].low, 0), min(SPECS[name].high, 10**8))) for name in names}
    known = {name: data.draw(near[name]) for name in names}
    basis = case(product, related=data.draw(st.booleans()), score_reasons=SCORE_REASONS)
    decision = decide(told(basis, {**known, **dict.fromkeys(lost)}, lost), compiled(product))
    codes = [one.code for one in decision.reasons]
    if decision.outcome is Outcome.DECLINE:
        said = {name: data.draw(near[name]) for name in sorted(lost)}
        assert decide(told(basis, {**known, **said}), compiled(product)).outcome is Outcome.DECLINE
        assert "SOURCE_UNREAD" not in codes
    elif lost:
        assert codes[0] == "SOURCE_UNREAD"
    if not lost:
        assert canon.encode(decision) == canon.encode(decide(told(basis, known), compiled(product)))


def test_what_would_be_declined_for_a_broken_feed_goes_to_a_person() -> None:
    whole = decide(case(pd="0.40"), compiled("sme_term"))
    assert whole.outcome is Outcome.DECLINE
    broken = decide(case(pd="0.40", left_out=(FLOWS,)), compiled("sme_term"))
    assert broken.outcome is Outcome.REFER
    assert [(one.name, one.expression) for one in broken.steps if one.kind is StepKind.ACCESS and one.decided] == [
        ("sources", "transaction 0.400000 < 0.500000")
    ]
    assert [one.code for one in broken.reasons] == ["SOURCE_UNREAD"]
    assert "账户流水" in broken.reasons[0].zh
    assert "account flows" in broken.reasons[0].en
    verdict = Verdict(Outcome.APPROVE, 20_000_000, "李审批", "李审批", "Saw the statements on paper.", broken.decided_on)
    reviewed = override(broken, verdict, PRODUCTS["sme_term"])
    assert (reviewed.outcome, reviewed.sources) == (Outcome.APPROVE, broken.sources)


def test_a_limit_too_small_for_want_of_a_feed_is_a_persons_to_judge_and_a_small_wish_is_not() -> None:
    missing_goes_on = compiled("revolving")
    access = tuple(ready for ready in missing_goes_on.access if not ready.reads or ready.reads == ("related_party_insider",))
    only_limit = replace(missing_goes_on, access=access)
    broken = case("revolving", left_out=(INVOICE,))
    broken = replace(broken, lost=broken.lost - SCORED)
    assert decide(replace(broken, lost=frozenset()), only_limit).outcome is Outcome.DECLINE, "the turnover cap is 0 where nothing is known"
    assert decide(broken, only_limit).outcome is Outcome.REFER
    owes_all = replace(broken, facts=replace(broken.facts, values={**broken.facts.values, "exposure_fen": 10**12}))
    declined = decide(owes_all, only_limit)
    assert (declined.outcome, [one.code for one in declined.reasons]) == (Outcome.DECLINE, ["LIMIT_BELOW_MINIMUM", "CAP_EXPOSURE"])


def test_a_person_whom_an_earlier_rule_might_have_sent_to_a_person_is_not_declined_by_a_later_one() -> None:
    rules = """access:
  - {name: buyer, when: "buyer_top1_share_12m > 0.95", missing: approve, outcome: refer, reason: CONCENTRATED_BUYER}
  - {name: owes, when: "exposure_fen > 100", missing: refer, outcome: decline, reason: ALREADY_INDEBTED}
"""
    text = next(text for text in packaged_policies() if "product: sme_term" in text)
    before, _, after = text.partition("access:")
    policy = compile_policy(read_policy(before + rules + after[after.index("\nlimit:") :]), PRODUCTS["sme_term"], SPECS)
    owes = case()
    owes = told(owes, {"buyer_top1_share_12m": None, "exposure_fen": 101})
    lost = frozenset({"buyer_top1_share_12m"})
    assert decide(owes, policy).outcome is Outcome.DECLINE
    assert decide(told(owes, {}, lost), policy).outcome is Outcome.REFER
    assert decide(told(owes, {}, frozenset({"turnover_12m"})), policy).outcome is Outcome.DECLINE


def test_nobody_is_declined_for_how_many_sources_are_left_out() -> None:
    """Not by a rule that says so either: the number is of our feeds, and says nothing of the applicant."""
    rules = """access:
  - {name: unread, when: "sources_unread > 0", missing: refer, outcome: decline, reason: SOURCE_UNREAD}
"""
    text = next(text for text in packaged_policies() if "product: sme_term" in text)
    before, _, after = text.partition("access:")
    specs = {**SPECS, **{one.name: one for one in ESTIMATED}}
    policy = compile_policy(read_policy(before + rules + after[after.index("\nlimit:") :]), PRODUCTS["sme_term"], specs)
    assert decide(told(case(), {"sources_unread": 0}), policy).outcome is Outcome.APPROVE
    broken = decide(told(case(), {"sources_unread": 1}, frozenset({"turnover_12m"})), policy)
    assert (broken.outcome, [one.code for one in broken.reasons]) == (Outcome.REFER, ["SOURCE_UNREAD"])


def test_whom_a_person_declines_is_not_told_that_it_was_for_a_broken_feed() -> None:
    broken = decide(case(pd="0.40", left_out=(FLOWS,)), compiled("sme_term"))
    codes = {}
    for said in Outcome:
        verdict = Verdict(said, 20_000_000, "李审批", "李审批", "Saw the statements on paper.", broken.decided_on)
        codes[said] = [one.code for one in override(broken, verdict, PRODUCTS["sme_term"]).reasons]
    assert codes[Outcome.DECLINE] == ["OFFICER_DECLINED"]
    assert codes[Outcome.APPROVE] == ["OFFICER_APPROVED", "SOURCE_UNREAD"]
    assert codes[Outcome.REFER] == ["OFFICER_PROPOSED", "SOURCE_UNREAD"]


def test_what_nobody_reads_is_not_told_of() -> None:
    sound = case(left_out=(EvidenceKind.DEVICE,))
    decision = decide(replace(sound, lost=frozenset({"device_count_12m"})), compiled("sme_term"))
    assert (decision.outcome, decision.sources) == (Outcome.APPROVE, sound.sources)
    assert "SOURCE_UNREAD" not in [one.code for one in decision.reasons]


@pytest.mark.parametrize(("value", "ppm"), [("0", 0), ("0.85", 850_000), ("1", 1_000_000)])
def test_a_policy_says_from_which_reliability_on_a_source_is_read(value: str, ppm: int) -> None:
    assert compiled("sme_term").reliable_from_ppm == USUAL_PPM
    assert compile_policy(read_policy(stating(value)), PRODUCTS["sme_term"], SPECS).reliable_from_ppm == ppm


@pytest.mark.parametrize("value", ["1.01", "-0.1", "0.1234567"])
def test_a_threshold_that_is_no_share_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        compile_policy(read_policy(stating(value)), PRODUCTS["sme_term"], SPECS)
    assert refused.value.field in {"numbers.reliable_from", None}


def stating(value: str) -> str:
    """The packaged policy with a threshold of its own."""
    text = next(text for text in packaged_policies() if "product: sme_term" in text)
    number = f"  - {{name: reliable_from, value: {value}, unit: share, zh: 来源可靠度下限, en: Least reliability of a source}}\n"
    return text.replace("numbers:\n", "numbers:\n" + number, 1)
