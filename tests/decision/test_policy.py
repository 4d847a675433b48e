"""Reading a policy document: exact numbers, a digest that names it, and errors that point."""

from __future__ import annotations

import pytest

from farthing.decision.policy import digest_of, read_policy
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.policy import Outcome, Policy
from farthing.domain.staff import Accountable
from farthing.sources.catalogue import packaged_policies

TEXT = next(text for text in packaged_policies() if "product: sme_term" in text)


def test_a_packaged_policy_reads_as_written() -> None:
    policy = read_policy(TEXT)
    assert (policy.id, policy.version, policy.product, policy.step_fen) == ("pol_sme_term_v1", 1, "sme_term", 10_000)
    assert policy.access[0].name == "related_party"
    assert policy.access[0].outcome is Outcome.DECLINE
    assert next(one for one in policy.numbers if one.name == "lgd").value == "0.45", "no float ever enters"
    assert policy.digest == digest_of(policy)
    assert canon.decode(Policy, canon.encode(policy)) == policy


def test_the_digest_follows_the_content_and_not_the_comments() -> None:
    assert read_policy("# another remark\n" + TEXT).digest == read_policy(TEXT).digest
    assert read_policy(TEXT.replace("0.25", "0.26")).digest != read_policy(TEXT).digest
    assert read_policy(TEXT, Accountable("a", "b")).digest != read_policy(TEXT).digest


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("missing: refer, outcome: decline, reason: RELATED_PARTY", "outcome: decline, reason: RELATED_PARTY", "missing_entry"),
        ("outcome: decline, reason: DEAD", "outcome: perhaps, reason: DEAD", "bad_policy"),
        ("missing: 0, reason: CAP_EXPOSURE", "missing: some, reason: CAP_EXPOSURE", "bad_policy"),
        ("version: 1", "version: one", "bad_policy"),
        ("effective_from: 2016-01-01", "effective_from: soon", "bad_policy"),
        ("access:", "acess:", "bad_policy"),
        ("round_down_to_yuan: 100", "round_down_to_yuan: 0", "bad_policy"),
        ("owner: 陈立 (风险政策 / risk policy)", "owner: ''", "missing_entry"),
        ("owner: 陈立 (风险政策 / risk policy)", "owner: null", "missing_entry"),
        ("owner: 陈立 (风险政策 / risk policy)", "owner: ~", "missing_entry"),
        ("version: 1", "version: -1", "bad_policy"),
        ("version: 1", "version: 0", "bad_policy"),
        ("version: 1", f"version: {10**30}", "bad_policy"),
        ("version: 1", f"version: {2**31}", "bad_policy"),
        ("version: 1", "version: 1_0", "bad_policy"),
        ("missing: 0, reason: CAP_EXPOSURE", "missing: -1, reason: CAP_EXPOSURE", "bad_policy"),
        ("missing: 0, reason: CAP_EXPOSURE", f"missing: {10**15}, reason: CAP_EXPOSURE", "bad_policy"),
        ("round_down_to_yuan: 100", "round_down_to_yuan: [100]", "missing_entry"),
        ("unit: share,", "unit: [share],", "bad_policy"),
        ("price:", "price: [", "bad_yaml"),
        ("price:", "price: " + "[" * 5_000, "bad_yaml"),
    ],
)
def test_a_document_that_cannot_be_right_is_refused(was: str, becomes: str, code: str) -> None:
    assert was in TEXT
    with pytest.raises(Invalid) as refused:
        read_policy(TEXT.replace(was, becomes, 1))
    assert refused.value.code == code
    assert refused.value.remedy


def test_owner_and_approver_are_two_people() -> None:
    with pytest.raises(Invalid, match="different approver"):
        read_policy(TEXT, Accountable("a", "a"))
