"""What records say of subjects: the groups that models are compared by."""

from __future__ import annotations

import datetime as dt

from tests.flows.village import COUNTIES, DAY, TRADES, Village

from farthing.flows.model.records import everybody, segments_of, watched_groups


def test_what_a_record_says_of_a_subject(village: Village) -> None:
    every = [*(one.subject for one in everybody(village.house)), "nobody"]
    found = segments_of(village.house, every, "county")
    assert set(found.tolist()) == {"", *COUNTIES}
    assert found[-1] == ""
    groups = watched_groups(village.house, every, DAY)
    assert groups["county"].tolist() == found.tolist()
    assert set(groups["industry"].tolist()) == {"", *TRADES}
    assert set(groups["kind"].tolist()) == {"", "enterprise"}
    assert set(groups["years"].tolist()) == {"", "3–10"}
    assert set(watched_groups(village.house, every, dt.date(2020, 6, 1))["years"].tolist()) == {"", "< 3"}
    assert set(watched_groups(village.house, every, dt.date(2031, 6, 1))["years"].tolist()) == {"", ">= 10"}
