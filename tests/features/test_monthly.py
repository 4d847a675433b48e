"""Months of cash: the same for one and for all, from what was known only, and adding up to the features of the catalogue."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from tests.laws.test_features import DAYS, FLOWS, TRANSACTION, flow_frame

from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily, daily_by_subject
from farthing.features.live import live
from farthing.features.monthly import CASH, DUE, FIRST, INFLOW, MONTHS, OUTFLOW


@settings(max_examples=6, deadline=None)
@given(FLOWS, DAYS)
def test_one_party_and_all_parties_have_the_same_months(flows: list[tuple], as_of: dt.date) -> None:
    frame = flow_frame(flows)
    together = {row.pop("subject"): row for row in batch({TRANSACTION: daily(TRANSACTION, frame)}, as_of, CASH).to_dicts()}
    for subject, part in daily_by_subject(TRANSACTION, frame).items():
        alone = live({TRANSACTION: part}, as_of, CASH)
        assert alone == together.get(subject, dict.fromkeys(alone))


@settings(max_examples=6, deadline=None)
@given(FLOWS, DAYS)
def test_months_add_up_to_the_year_and_a_late_row_is_not_seen(flows: list[tuple], as_of: dt.date) -> None:
    net = CATALOGUE["net_flow_12m"]
    for part in daily_by_subject(TRANSACTION, flow_frame(flows)).values():
        found = live({TRANSACTION: part}, as_of, (*CASH, net))
        if found[net.name] is None:
            continue
        year = sum((found[one.name] or 0) * sign for side, sign in ((INFLOW, 1), (OUTFLOW, -1)) for one in side[:12])
        assert year == found[net.name]
        seen = part.filter((part["known_on"] <= as_of) & (part["day"] <= as_of))
        assert live({TRANSACTION: seen}, as_of, CASH) == {name: found[name] for name in (one.name for one in CASH)}


def test_names_are_apart_from_the_catalogue() -> None:
    assert len(INFLOW) == len(OUTFLOW) == MONTHS
    assert not {one.name for one in (*CASH, *FIRST, DUE)} & set(CATALOGUE)
