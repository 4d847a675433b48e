"""Before publishing: rules that never decide, and a worse risk that would fare better."""

from __future__ import annotations

import pytest
from tests.decision.cases import PRODUCTS, SPECS, compiled
from tests.decision.test_policy import TEXT

from farthing.decision.analysis import analyse
from farthing.decision.compiled import compile_policy
from farthing.decision.policy import read_policy

QUIET = 'when: "days_since_last_sale > 90"'
REQUESTED = 'cap: "requested_fen"'
LOSS = 'part: "div(pd_12m * lgd, 1, 6)"'
RISK = "WHEN pd_12m > 0.10 THEN 40000000"


@pytest.mark.parametrize("product", ["sme_term", "revolving"])
def test_the_packaged_policies_are_clean(product: str) -> None:
    assert analyse(compiled(product), PRODUCTS[product]) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "code", "where"),
    [
        (QUIET, 'when: "days_since_last_sale > 200"', "shadowed", "access.quiet_business"),
        (QUIET, 'when: "days_since_last_sale > 181 AND months_active < 9"', "shadowed", "access.quiet_business"),
        (QUIET, 'when: "NOT (days_since_last_sale <= 300) OR pd_12m > 0.5"', "shadowed", "access.quiet_business"),
        (QUIET, 'when: "related_party_insider AND months_active < 9"', "shadowed", "access.quiet_business"),
        (QUIET, 'when: "pd_12m > 1"', "never_fires", "access.quiet_business"),
        (QUIET, 'when: "months_active < 3 AND months_active > 5"', "never_fires", "access.quiet_business"),
        (QUIET, 'when: "months_active IN ()"', "never_fires", "access.quiet_business"),
        (QUIET, 'when: "months_active = 2.5"', "never_fires", "access.quiet_business"),
        (LOSS, 'part: "div((1 - pd_12m) * lgd, 5, 6)"', "price_not_monotone", "price"),
        (RISK, "WHEN pd_12m > 0.10 THEN 90000000", "limit_not_monotone", "limit.risk"),
        ('when: "pd_12m > pd_ceiling"', 'when: "pd_12m < 0.10 AND pd_ceiling > 0"', "access_not_monotone", "access"),
        (LOSS, 'part: "div(pd_12m * 0.45, 1, 6)"', "unused_number", "numbers.lgd"),
        (REQUESTED, 'cap: "-5"', "never_enough", "limit.requested"),
        (REQUESTED, 'cap: "least(requested_fen, 0)"', "never_enough", "limit.requested"),
        ("round_down_to_yuan: 100", f"round_down_to_yuan: {10**12}", "never_enough", "round_down_to_yuan"),
    ],
)
def test_what_is_wrong_with_a_policy_is_found(was: str, becomes: str, code: str, where: str) -> None:
    assert was in TEXT
    found = analyse(compile_policy(read_policy(TEXT.replace(was, becomes, 1)), PRODUCTS["sme_term"], SPECS), PRODUCTS["sme_term"])
    assert (code, where) in [(one.code, one.where) for one in found]


def test_a_narrower_rule_before_a_wider_one_is_fine() -> None:
    wider = TEXT.replace(QUIET, 'when: "days_since_last_sale > 90 OR months_active < 5"')
    assert analyse(compile_policy(read_policy(wider), PRODUCTS["sme_term"], SPECS), PRODUCTS["sme_term"]) == ()
