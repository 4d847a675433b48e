"""The three folds on columns are the three folds on one, and the swap set counts who moves."""

from __future__ import annotations

import pytest
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st
from tests.decision.cases import DAY, PRODUCTS, SPECS, case, compiled
from tests.decision.test_policy import TEXT

from farthing.decision.compare import decide_columns, facts_frame, swap_set
from farthing.decision.compiled import compile_policy
from farthing.decision.decide import Case, decide
from farthing.decision.policy import read_policy
from farthing.domain.facts import Facts, FactSpec, FactType, FactValue
from farthing.domain.policy import Outcome


def values(spec: FactSpec) -> st.SearchStrategy[FactValue]:
    if spec.type is FactType.BOOL:
        return st.booleans() | st.none()
    near = (
        st.integers(0, 400)
        if spec.unit in ("days", "months", "count")
        else st.integers(0, 1_000_000)
        if spec.scale
        else st.integers(0, 10**10)
    )
    return st.none() | near.map(lambda value: min(max(value, spec.low), spec.high))


@pytest.mark.parametrize("product", ["sme_term", "revolving"])
@settings(max_examples=15)
@suppose(data=st.data())
def test_columns_decide_as_one_does(product: str, data: st.DataObject) -> None:
    policy = compiled(product)
    read = sorted({name for ready in (*policy.access, *policy.limit, *policy.price) for name in ready.reads if name in SPECS})
    rows = data.draw(st.lists(st.fixed_dictionaries({name: values(SPECS[name]) for name in read}), min_size=1, max_size=8))
    columns = decide_columns(facts_frame(rows, {name: SPECS[name] for name in read}), policy, PRODUCTS[product])
    basis = case(product)
    for row, found in zip(rows, columns.iter_rows(named=True), strict=True):
        facts = Facts(DAY, {**dict.fromkeys(SPECS), **row})
        one = decide(Case(basis.application, facts, basis.product, None, basis.related), policy)
        assert found == {"outcome": one.outcome.value, "limit_fen": one.limit_fen, "rate_units": one.rate.units if one.rate else None}


def test_the_swap_set_counts_who_moves() -> None:
    stricter = compile_policy(read_policy(TEXT.replace("value: 0.25", "value: 0.10")), PRODUCTS["sme_term"], SPECS)
    frame = facts_frame([case(pd=pd).facts.values for pd in ("0.02", "0.05", "0.12")], SPECS)
    swaps = swap_set(*(decide_columns(frame, policy, PRODUCTS["sme_term"]) for policy in (compiled("sme_term"), stricter)))
    assert [(one.before, one.after, one.applicants) for one in swaps] == [
        (Outcome.APPROVE, Outcome.APPROVE, 2),
        (Outcome.APPROVE, Outcome.DECLINE, 1),
    ]
    assert swaps[1].limit_after_fen == 0
