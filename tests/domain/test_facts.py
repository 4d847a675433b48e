from __future__ import annotations

import datetime as dt

import pytest

from farthing.domain.errors import Invalid
from farthing.domain.facts import Facts, FactSpec, FactType

SPECS = {
    spec.name: spec
    for spec in (
        FactSpec("months_active", FactType.INT, "months", "经营月数", "months active", low=0, high=1200),
        FactSpec("pd_12m", FactType.NUMBER, "share", "违约概率", "PD", scale=6, low=0, high=1_000_000),
        FactSpec("insider", FactType.BOOL, "", "关系人", "related party"),
        FactSpec("grade", FactType.ENUM, "", "等级", "grade", values=("a", "b")),
        FactSpec("since", FactType.DATE, "", "自", "since"),
    )
}
AS_OF = dt.date(2024, 1, 1)


def test_every_spec_is_present_and_missing_is_none() -> None:
    facts = Facts(AS_OF, {"months_active": 12}).checked(SPECS)
    assert list(facts.values) == sorted(SPECS)
    assert facts.values["pd_12m"] is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("months_active", -1, "fact_out_of_range"),
        ("months_active", True, "bad_fact"),
        ("pd_12m", 0.5, "bad_fact"),
        ("insider", 1, "bad_fact"),
        ("grade", "c", "bad_fact"),
        ("since", "2024-01-01", "bad_fact"),
        ("stranger", 1, "unknown_fact"),
    ],
)
def test_a_wrong_fact_names_itself(name: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Facts(AS_OF, {name: value}).checked(SPECS)  # type: ignore[dict-item]
    assert refused.value.code == code
    assert refused.value.field == name


def test_facts_cannot_be_changed() -> None:
    facts = Facts(AS_OF, {"months_active": 12})
    with pytest.raises(TypeError):
        facts.values["months_active"] = 13  # type: ignore[index]
