from __future__ import annotations

import pytest

from farthing.domain.errors import Invalid
from farthing.domain.staff import Accountable, same_person


@pytest.mark.parametrize(
    "twin", ["周宁", " 周宁", "周 宁", "周宁 (首席风险官 / chief risk officer)", "周宁（风险）", "周宁 (stf_b)", "周宁\u3000"]
)
def test_the_second_person_is_another_person_however_the_name_is_written(twin: str) -> None:
    with pytest.raises(Invalid) as refused:
        Accountable("周宁 (stf_a)", twin)
    assert refused.value.code == "second_person"


@pytest.mark.parametrize("nobody", ["", "  ", "(stf_a)"])
def test_nobody_is_not_a_person(nobody: str) -> None:
    with pytest.raises(Invalid):
        Accountable("周宁", nobody)


def test_two_people_are_two() -> None:
    assert Accountable("陈立 (stf_a)", "周宁 (stf_a)").approver == "周宁 (stf_a)"
    assert same_person("ＡＮＮ  Lee", "ann lee")
    assert not same_person("Ann Lee", "Ann Li")
