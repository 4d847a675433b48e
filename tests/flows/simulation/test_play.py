"""A day at a simulated bank: what is struck is said before it happens, who gets no answer asks again, and a closed day is only closed."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.simulation.banks import AtHome, Gentle, stage
from tests.store_fixture import Database

from farthing.domain.errors import Broken, Unavailable
from farthing.domain.product import RepaymentMethod
from farthing.flows.day_end import DayEndRequest
from farthing.flows.line.draw import DrawRequest
from farthing.flows.line.freeze import FreezeRequest
from farthing.flows.ports import House
from farthing.flows.simulation.message import Answer, Ask, Message, Orders, written
from farthing.flows.simulation.opening import Opening
from farthing.flows.simulation.plan import line_of
from farthing.flows.simulation.ports import Struck, Told
from farthing.world.misfortune import Fault, Moment, Strike

DAY = dt.date(2025, 1, 6)
LINE, OTHER = line_of(1, 0), line_of(1, 1)
NIGHT = written("night", Ask.NIGHT, "", DayEndRequest(DAY))


def _opening(line: str, key: str) -> Message:
    return written(key, Ask.OPEN, line, Opening(line, 0, "模拟甲县", "revolving", 1_000_000, 30_000, RepaymentMethod.INTEREST_MONTHLY))


def _draw(key: str, fen: int, line: str = LINE) -> Message:
    return written(key, Ask.DRAW, line, DrawRequest(line, fen))


OPEN = (_opening(LINE, "open 0"), _opening(OTHER, "open 1"))


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Iterator[AtHome]:
    with stage(database, tmp_path / "home") as made:
        assert isinstance(made.bank, AtHome)
        made.bank.house.clock.open_day(DAY)
        yield made.bank


def _told(home: AtHome, *messages: Message, strikes: tuple[Strike, ...] = ()) -> list[Told]:
    return list(home.work(Orders(DAY, messages, strikes)))


def test_a_day_is_answered_message_by_message_refusals_too_and_sealed(home: AtHome) -> None:
    freeze = written("freeze", Ask.FREEZE, LINE, FreezeRequest(LINE, "test_ground"), "officer")
    told = _told(home, *OPEN, _draw("a", 500), _draw("b", 5_000_000), _draw("c", 700, OTHER), freeze, _draw("d", 500), NIGHT)
    answers = {one.key: one for one in told if isinstance(one, Answer)}
    assert list(answers) == ["open 0", "open 1", "a", "b", "c", "freeze", "d", "night"]
    assert {key: one.refused for key, one in answers.items() if one.refused} == {"b": "draw_above_headroom", "d": "draw_frozen"}
    assert json.loads(answers["a"].result)["amount_fen"] == 500
    head = home.house.journal.head()
    assert head is not None
    assert head.size == len([*home.house.journal.each()])
    assert home.house.clock.today() == DAY + dt.timedelta(days=1)


def test_a_day_is_sealed_to_its_end_though_others_write_on_the_same_server(home: AtHome, database: Database) -> None:
    url = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    _told(home, *OPEN, _draw("a", 500))
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_current_xact_id()")
        done = threading.Timer(1.0, other.commit)
        done.start()
        _told(home, NIGHT)
        done.join()
    head = home.house.journal.head()
    assert head is not None
    assert head.size == len([*home.house.journal.each()])


def test_what_is_lost_or_comes_twice_is_done_once(home: AtHome) -> None:
    lost, double = Strike(Fault.LOST, "a", Moment.AFTER, 0), Strike(Fault.DOUBLE, "b", Moment.BEFORE, 0)
    told = _told(home, *OPEN, _draw("a", 500), _draw("b", 700, OTHER), strikes=(lost, double))
    assert [one.strike for one in told if isinstance(one, Struck)] == [double, lost]
    for key, line in (("a", LINE), ("b", OTHER)):
        first, again = [one for one in told if isinstance(one, Answer) and one.key == key]
        assert first == again
        assert len(home.house.journal.events(stream=line)) == 2


def test_hands_are_asked_to_do_what_strikes_and_to_mend_where_nobody_answers(home: AtHome) -> None:
    slow, fill = Strike(Fault.SLOW, "a", Moment.BEFORE, 50), Strike(Fault.FULL, "b", Moment.BEFORE, 0)
    gone, step = Strike(Fault.DATABASE, "c", Moment.INSIDE, 0), Strike(Fault.CLOCK, "open 1", Moment.BEFORE, -7_200)
    _told(home, *OPEN, _draw("a", 500), _draw("b", 700, OTHER), _draw("c", 900), strikes=(slow, fill, gone, step))
    assert home.hands.did == ["mend", "slow 50", "fill", "kill_database"]
    assert home.hands.clock.now() < dt.datetime(2025, 1, 6, 1, tzinfo=dt.UTC)


def test_who_gets_no_answer_asks_again_and_a_broken_law_is_no_answer(home: AtHome) -> None:
    errors = [Unavailable("disk_full", "No room."), Unavailable("busy", "Busy.")]
    kept = home.house.journal

    class Journal:
        def __getattr__(self, name: str) -> object:
            return getattr(kept, name)

        def seal(self) -> object:
            if errors:
                raise errors.pop()
            return kept.seal()

    shaken = replace(home, house=replace(home.house, journal=Journal()))  # type: ignore[arg-type]
    told = _told(shaken, *OPEN, NIGHT)
    assert [one.key for one in told if isinstance(one, Answer)] == ["open 0", "open 1", "night"]
    assert home.hands.did == ["mend"] * 3

    class Commands:
        def __getattr__(self, name: str) -> object:
            def fail(*_: object) -> None:
                raise Broken("postings_unbalanced", "Off by a fen.")

            return fail

    broken: House = replace(home.house, commands=Commands())  # type: ignore[arg-type]
    with pytest.raises(Broken, match="Off by a fen"):
        _told(AtHome(broken, Gentle(home.hands.clock)), NIGHT)


def test_of_a_closed_day_only_the_night_is_asked_for_again(home: AtHome) -> None:
    before = _told(home, *OPEN, NIGHT)
    again = _told(home, *OPEN, _draw("a", 500), NIGHT)
    assert again == before[-1:]
