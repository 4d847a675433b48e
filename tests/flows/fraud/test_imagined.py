"""Cases of made-up worlds: who is one when, and which requests are refused. That a model comes of them: tests/cli/test_fraud.py."""

from __future__ import annotations

import polars as pl
import pytest

from farthing.flows.fraud.imagined import Cases, Worlds, imagined_cases, patterns
from farthing.models.fraud.signs import SIGNS


@pytest.fixture(scope="module")
def cases() -> Cases:
    return imagined_cases(Worlds((2,), merchants=60, since=14))


def test_a_merchant_is_a_case_from_when_it_begins_until_it_strikes(cases: Cases) -> None:
    ring = cases.told.filter(pl.col("fate") == "ring")
    assert ring.group_by("month").agg(pl.col("fraud").all())["fraud"].to_list().count(True) == 9, "from the month of its application on"
    assert ring.filter(pl.col("month") < 15)["fraud"].any() is False
    fakes = cases.told.filter((pl.col("fate") == "fake_sales") & pl.col("fraud"))
    assert fakes["since_false"].is_between(0, 4).all()
    assert not cases.told.filter(~pl.col("fate").is_in(["fake_sales", "ring"]))["fraud"].any()


def test_patterns_are_frauds_at_one_moment_each(cases: Cases) -> None:
    found = patterns(cases.told)
    assert found["gang"].sum() >= 5
    assert found["circle_third_month"].sum() == 5
    for name, at in found.items():
        assert cases.sample.bad[at].all(), name
        chosen = cases.told.filter(pl.Series(at))
        assert not chosen["party"].is_duplicated().any(), name


def test_rows_and_sample_stand_in_one_order(cases: Cases) -> None:
    assert cases.group.tolist() == [2] * cases.told.height
    for sign in SIGNS:
        value, missing = cases.sample.columns[sign.feature]
        told = [None if gone else int(one) for one, gone in zip(value, missing, strict=True)]
        assert told == cases.told[sign.feature].to_list(), sign.feature
