"""A fraud model of a bank's own cases: each looked at on its day alone, rings never parted, refused where nothing could show it is good."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from tests.models.fraud.made_up import cases

from farthing.domain.errors import Invalid
from farthing.flows.model.fraud_of_own import ENOUGH, HONEST, Confirmed, OwnCases, OwnRequest, assembled, refuse_few
from farthing.models.fraud.develop import plain_out_of_group
from farthing.models.fraud.signs import SIGNS
from farthing.models.sample import Sample
from farthing.quant.discrimination import auc, wilson

JUNE, JULY = dt.date(2025, 6, 30), dt.date(2025, 7, 31)


def signs(parties: str, high: str = "") -> pl.DataFrame:
    """One row a party; those in `high` were asked about often."""
    columns = {sign.feature: [9 if sign.feature == "asked_7d" and party in high else 0 for party in parties] for sign in SIGNS}
    return pl.DataFrame({"party": list(parties), **columns})


def test_a_case_is_looked_at_on_its_own_day_and_everybody_else_on_every_day() -> None:
    frames = [(JUNE, signs("abcde", "a")), (JULY, signs("abcdef", "b"))]
    found = assembled(frames, {"a": JUNE, "b": JULY}, {"b": "ring", "c": "ring"})
    told = found.sample.columns["asked_7d"][0]
    assert len(found.sample.bad) == 4 + 5, "a in June without b, b in July without a"
    assert (int(found.sample.bad.sum()), told[found.sample.bad].tolist()) == (2, [9, 9])
    assert told[~found.sample.bad].tolist() == [0] * 7, "what a case showed on other days is left out"
    assert (found.independent, found.parties) == (2, 6)
    assert found.alone.sum() == 2
    groups = {name: found.group[place] for place, name in enumerate([*"acde", *"bcdef"])}
    assert groups["b"] == groups["c"], "a ring is one group"
    assert len(set(found.group.tolist())) == 5


def test_members_of_one_ring_are_one_case() -> None:
    found = assembled([(JUNE, signs("abcd"))], dict.fromkeys("abc", JUNE), dict.fromkeys("ab", "ring"))
    assert (found.independent, found.alone.tolist()) == (2, [False, False, True, False])


def test_a_case_of_whom_nothing_was_known_is_refused() -> None:
    with pytest.raises(Invalid, match="Nothing was known of a case on 2025-06-30"):
        assembled([(JUNE, signs("ab"))], {"z": JUNE}, {})


def own(bads: int, honest: int) -> OwnCases:
    bad = np.arange(bads + honest) < bads
    return OwnCases(Sample((), {}, bad, np.ones(len(bad))), np.arange(len(bad)), bad, len(bad))


def test_enough_is_where_all_caught_would_show_nine_in_ten() -> None:
    assert wilson(ENOUGH, ENOUGH)[0] >= 0.9 > wilson(ENOUGH - 1, ENOUGH - 1)[0]
    refuse_few(own(ENOUGH, HONEST))
    with pytest.raises(Invalid, match="34 have nothing to do with each other; a model needs 35") as refused:
        refuse_few(own(ENOUGH - 1, HONEST))
    assert "farthing model fraud rule" in refused.value.remedy
    with pytest.raises(Invalid, match="999 rows of the honest"):
        refuse_few(own(ENOUGH, HONEST - 1))


def test_a_party_stands_once_among_the_cases_and_on_few_days() -> None:
    with pytest.raises(Invalid, match="twice"):
        OwnRequest((Confirmed("A", JUNE), Confirmed("A", JULY)), "王敏", "李强")
    days = tuple(Confirmed(str(number), JUNE - dt.timedelta(days=number)) for number in range(61))
    with pytest.raises(Invalid, match="more than 60 days"):
        OwnRequest(days, "王敏", "李强")


def test_what_a_group_is_does_not_reach_its_own_risk() -> None:
    sample, group = cases(800)
    plain = plain_out_of_group(sample, group, 1)
    assert auc(plain, sample.bad) > 0.9
    mine = group == group[0]
    lied = Sample((), sample.columns, np.where(mine, ~sample.bad, sample.bad), sample.weight)
    again = plain_out_of_group(lied, group, 1)
    assert np.array_equal(plain[mine], again[mine])
    assert not np.array_equal(plain, again)
