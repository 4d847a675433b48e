"""Compiling a policy: shape, catalogue words and units are checked before anything runs."""

from __future__ import annotations

import pytest
from tests.decision.cases import PRODUCTS, SPECS
from tests.decision.test_policy import TEXT

from farthing.decision.compiled import compile_policy
from farthing.decision.policy import read_policy
from farthing.domain.errors import Invalid


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("reason: RELATED_PARTY", "reason: BECAUSE", "unknown_reason"),
        ("name: funding", "name: cream", "unknown_part"),
        ("name: dead_business", "name: related_party", "repeated_name"),
        ("name: requested", "name: rounding", "repeated_name"),
        ("name: pd_doubt, value", "name: pd_12m, value", "repeated_name"),
        ("missing: refer, outcome: decline, reason: RELATED", "missing: refer, outcome: approve, reason: RELATED", "access_approves"),
        ('cap: "requested_fen"', 'cap: "months_active"', "wrong_units"),
        ('part: "0.0210"', 'part: "requested_fen"', "wrong_units"),
        ('part: "0.0210"', 'part: "0.02100001"', "finer_than_asked"),
        ('when: "days_since_last_sale > 90"', 'when: "days_since_last_sale + 90"', "not_a_condition"),
        ("product: sme_term", "product: revolving", "wrong_product"),
    ],
)
def test_what_a_policy_may_not_say(was: str, becomes: str, code: str) -> None:
    assert was in TEXT
    with pytest.raises(Invalid) as refused:
        compile_policy(read_policy(TEXT.replace(was, becomes, 1)), PRODUCTS["sme_term"], SPECS)
    assert refused.value.code == code


def test_an_empty_section_is_refused() -> None:
    with pytest.raises(Invalid, match="price is empty"):
        compile_policy(read_policy(TEXT[: TEXT.index("price:")]), PRODUCTS["sme_term"], SPECS)


def test_named_numbers_stand_in_rules() -> None:
    found = compile_policy(read_policy(TEXT), PRODUCTS["sme_term"], SPECS)
    loss = next(ready for ready in found.price if ready.rule.name == "expected_loss")
    assert loss.reads == ("pd_12m", "lgd")
    assert loss.run({"pd_12m": 50_000}) == 22_500, "5 % x 45 % = 2.25 % a year"
