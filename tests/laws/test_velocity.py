"""How quickly things happen: one applicant and everybody at once give the same counts, on any rows; what comes later changes nothing."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from farthing.graph.rings import HUB
from farthing.graph.velocity import MEASURES, Asked, Came, traces, velocity, velocity_of, without

TODAY = dt.date(2025, 6, 30)
DAYS = st.integers(-3, 100).map(lambda ago: TODAY - dt.timedelta(days=ago))
PARTIES = st.sampled_from([f"p{number}" for number in range(12)])
ASKED = st.lists(st.builds(Asked, PARTIES, DAYS, st.sampled_from("abc")), max_size=25)
MARKS = st.sampled_from([("d1", True), ("d2", True), ("c1", False), ("c2", False)])
CAME = st.lists(st.builds(lambda p, d, m, a: Came(p, d, m[0], m[1], a and m[1]), PARTIES, DAYS, MARKS, st.booleans()), max_size=30)
_ASKED = {"party": pl.String, "day": pl.Date, "asker": pl.String}
_CAME = {"party": pl.String, "day": pl.Date, "mark": pl.String, "device": pl.Boolean, "applied": pl.Boolean}


def frames(asked: list[Asked], came: list[Came]) -> tuple[pl.DataFrame, pl.DataFrame]:
    told = [(one.party, one.day, one.asker) for one in asked]
    steps = [(one.party, one.day, one.mark, one.device, one.applied) for one in came]
    return pl.DataFrame(told, schema=_ASKED, orient="row"), pl.DataFrame(steps, schema=_CAME, orient="row")


@given(ASKED, CAME)
def test_one_applicant_and_everybody_agree(asked: list[Asked], came: list[Came]) -> None:
    every = velocity(*frames(asked, came), TODAY)
    found = traces(asked, came, TODAY)
    for row in every.iter_rows(named=True):
        assert velocity_of(found, row["party"], TODAY) == {name: row[name] for name in MEASURES}
    assert set(every["party"]) == set(found.asked) | set(found.came)


@given(ASKED, CAME, PARTIES)
def test_no_count_sees_the_future(asked: list[Asked], came: list[Came], party: str) -> None:
    past = traces([one for one in asked if one.day <= TODAY], [one for one in came if one.day <= TODAY], TODAY)
    assert velocity_of(traces(asked, came, TODAY), party, TODAY) == velocity_of(past, party, TODAY)


@given(ASKED, CAME, st.integers(0, 30))
def test_what_comes_later_is_as_if_all_had_come_at_once(asked: list[Asked], came: list[Came], first: int) -> None:
    before = traces(asked[:first], came[:first], TODAY)
    assert traces(asked[first:], came[first:], TODAY, before) == traces(asked, came, TODAY)


@given(ASKED, CAME, st.sets(PARTIES), st.sets(PARTIES))
def test_without_some_one_applicant_and_everybody_still_agree(
    asked: list[Asked], came: list[Came], unasked: set[str], gone: set[str]
) -> None:
    """Devices of some are left out, and what was asked of others; a public place stays one."""
    found = traces(asked, came, TODAY)
    kept = [one for one in asked if one.party not in unasked], [one for one in came if not (one.device and one.party in gone)]
    every, left = velocity(*frames(*kept), TODAY, found.public), without(found, unasked, {True: gone})
    for row in every.iter_rows(named=True):
        assert velocity_of(left, row["party"], TODAY) == {name: row[name] for name in MEASURES}
    assert set(every["party"]) == set(left.asked) | set(left.came)


def test_who_comes_later_to_a_public_place_makes_it_no_less_public() -> None:
    """Nine came by one tablet; two who come by it the next day are nobody's company."""
    crowd = [Came(f"c{number}", TODAY, "d1", True, True) for number in range(HUB + 1)]
    late = [Came("late", TODAY, "d1", True, True), Came("later", TODAY, "d1", True, True)]
    grown = traces([], late, TODAY, traces([], crowd, TODAY))
    assert grown == traces([], crowd + late, TODAY)
    assert velocity_of(grown, "late", TODAY)["device_parties_1d"] == 0
