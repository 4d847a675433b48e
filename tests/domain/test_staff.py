from __future__ import annotations

import pytest

from farthing.domain.errors import Invalid
from farthing.domain.staff import READS_FOR, Accountable, Purpose, Role, same_person


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


def test_pi_07_nobody_reads_personal_data_for_a_purpose_that_is_not_their_duty() -> None:
    assert READS_FOR[Role.BORROWER] == {Purpose.OWN_ACCESS}, "a borrower sees their own"
    assert READS_FOR[Role.AUDITOR] == {Purpose.AUDIT}, "an auditor does not underwrite"
    for role in (Role.CREDIT_OFFICER, Role.RISK_MANAGER):
        assert not READS_FOR[role] & {Purpose.OWN_ACCESS, Purpose.AUDIT, Purpose.IMPORT}
    assert set(READS_FOR) == set(Role), "each role is told what it may read for"
