"""The leak check is told for each number a model reads, the best first."""

from __future__ import annotations

from dataclasses import replace

from tests.models.enterprises import made_up

from farthing.models.leak import alone
from farthing.models.validation.alone import leak_checks

READ = ("buyers_12m", "turnover_monthly_12m", "turnover_volatility_12m")


def test_each_feature_has_its_auc_alone() -> None:
    sample = made_up()
    found = leak_checks(sample, READ)
    assert {one.name for one in found} == {f"leak_{name}" for name in READ}
    assert [float(one.value) for one in found] == sorted((float(one.value) for one in found), reverse=True)
    assert found[0].value == f"{max(alone(*sample.columns[name], sample.bad) for name in READ):.3f}"


def test_a_category_is_checked_elsewhere() -> None:
    sample = replace(made_up(), categories={"buyers_12m": ("a", "b")})
    assert "leak_buyers_12m" not in [one.name for one in leak_checks(sample, READ)]
