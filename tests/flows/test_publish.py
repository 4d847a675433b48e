"""Publishing a policy: two names, a clean analysis, one version one content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, FarthingError, Forbidden
from farthing.domain.evidence import EvidenceKind
from farthing.domain.policy import Outcome
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.consent import WithdrawRequest, withdraw
from farthing.flows.ports import House
from farthing.flows.publish import PublishRequest, check_policy, install_policies, publish_policy
from farthing.flows.queries.policies import compare, facts, policies, policy
from farthing.sources.catalogue import packaged_policies

TEXT = next(text for text in packaged_policies() if "product: sme_term" in text)
STRICTER = TEXT.replace("version: 1", "version: 2").replace("value: 0.25", "value: 0.03").replace("value: 0.15", "value: 0.02")


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def test_the_packaged_policies_install_once(house: House) -> None:
    installed = install_policies(house, SYSTEM, packaged_policies())
    assert install_policies(house, SYSTEM, packaged_policies()) == installed
    rows = policies(house, OFFICER)
    assert sorted(row.id for row in rows) == ["pol_farm_v1", "pol_house_v1", "pol_revolving_v1", "pol_sme_term_v1"]
    assert all(row.in_force for row in rows)
    assert len([*house.journal.each("PolicyApproved")]) == 4


def test_a_next_version_takes_over_and_the_old_one_stays_readable(house: House) -> None:
    ready(house)
    party = known(house, "E1")
    before = apply(house, SYSTEM, ApplyRequest(party.id, "sme_term", 40_000_000), "a")
    published = publish_policy(house, RISK, PublishRequest(STRICTER), "v2")
    assert published.accountable.approver == RISK.name
    after = apply(house, SYSTEM, ApplyRequest(party.id, "sme_term", 40_000_000), "b")
    assert (before.outcome, after.outcome) == (Outcome.APPROVE, Outcome.DECLINE)
    assert after.policy_digest == published.digest
    assert policy(house, OFFICER, before.policy_digest[:12]).policy.version == 1
    assert [row.in_force for row in policies(house, OFFICER) if row.product == "sme_term"] == [True, False]


def test_the_swap_set_over_recorded_facts(house: House) -> None:
    ready(house)
    for key in ("E1", "E2"):
        apply(house, SYSTEM, ApplyRequest(known(house, key).id, "sme_term", 40_000_000), key)
    before = policy(house, RISK, "pol_sme_term_v1").policy
    swaps = compare(house, RISK, before, check_policy(house, PublishRequest(STRICTER)).policy)
    assert [(one.before, one.after, one.applicants) for one in swaps] == [(Outcome.APPROVE, Outcome.DECLINE, 2)]


def test_what_was_taken_back_since_is_read_by_no_comparison(house: House) -> None:
    """What a new policy would read beyond the record is computed only of those who still allow it."""
    ready(house)
    parties = [known(house, key) for key in ("E1", "E2")]
    for one in parties:
        apply(house, SYSTEM, ApplyRequest(one.id, "sme_term", 40_000_000), one.id)
    rule = '  - {name: sells, when: "turnover_all > 0", missing: refer, outcome: decline, reason: TO_BE_CHECKED}\n'
    text = TEXT.replace("version: 1", "version: 2").replace("  - {name: related_party", rule + "  - {name: related_party", 1)
    before, after = policy(house, RISK, "pol_sme_term_v1").policy, check_policy(house, PublishRequest(text)).policy
    assert [(one.after, one.applicants) for one in compare(house, RISK, before, after)] == [(Outcome.DECLINE, 2)]
    withdraw(house, SYSTEM, WithdrawRequest(parties[0].id, (EvidenceKind.INVOICE,), "told_by_phone"), "withdraw")
    swaps = {one.after: one.applicants for one in compare(house, RISK, before, after)}
    assert swaps == {Outcome.REFER: 1, Outcome.DECLINE: 1}


def test_what_may_not_be_published(house: House) -> None:
    with pytest.raises(Forbidden):
        publish_policy(house, OFFICER, PublishRequest(TEXT), "a")
    perverse = TEXT.replace("div(pd_12m * lgd, 1, 6)", "div((1 - pd_12m) * lgd, 5, 6)")
    with pytest.raises(FarthingError, check=lambda error: error.code == "unsound_policy"):
        publish_policy(house, SYSTEM, PublishRequest(perverse), "b")
    with pytest.raises(FarthingError, check=lambda error: error.code == "second_person"):
        publish_policy(house, RISK, PublishRequest(TEXT, owner=RISK.name), "c")
    publish_policy(house, SYSTEM, PublishRequest(TEXT), "d")
    with pytest.raises(Conflict):
        publish_policy(house, SYSTEM, PublishRequest(TEXT.replace("value: 0.25", "value: 0.24")), "e")


def test_the_facts_a_rule_may_name_are_listed() -> None:
    names = [spec.name for spec in facts(OFFICER)]
    assert names == sorted(names)
    assert {"turnover_12m", "pd_12m", "related_party_insider"} <= set(names)
