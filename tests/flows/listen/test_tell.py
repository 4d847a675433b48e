"""Those who listen: let in, told in order, at least once, signed; refusals lie as letters, an absence loses nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, RISK, SYSTEM, open_bank, opened
from tests.flows.listen.ear import Ear, listening
from tests.store_fixture import Database

from farthing.audit.merkle import leaf_hash
from farthing.domain.bank.listener import Letter, Progress
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.listen import register
from farthing.flows.listen.register import ListenRequest, listen, named, silence
from farthing.flows.listen.tell import TRIES, letters, replay, tell
from farthing.flows.needs.bank import Answer
from farthing.flows.ports import Clock, House
from farthing.flows.queries.listeners import events_after, listeners

PAGE = Path(__file__).parents[3] / "docs" / "webhooks.md"
ONE, TWO = "lin_00000000000000000001", "lin_00000000000000000002"


@dataclass
class Later:
    """The bank's clock, some time later."""

    real: Clock
    by: dt.timedelta = dt.timedelta()

    def now(self) -> dt.datetime:
        return self.real.now() + self.by

    def today(self) -> dt.date:
        return self.real.today()

    def open_day(self, day: dt.date) -> None:
        self.real.open_day(day)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as bank:
        opened(bank, 1)
        opened(bank, 2)
        yield replace(bank, clock=Later(bank.clock))


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as server:
        yield server


def wait(house: House, by: dt.timedelta = dt.timedelta(hours=5)) -> None:
    assert isinstance(house.clock, Later)
    house.clock.by += by


def drawn(house: House, *lines: str) -> list[str]:
    """Draws on these lines, sealed; the ids of their events."""
    made = [draw(house, BORROWER, DrawRequest(line, 1_000), f"{line}-{house.entropy.draw(4).hex()}").event for line in lines]
    house.journal.seal()
    return made


def heard(ear: Ear) -> list[str]:
    return [headers["Farthing-Event"] for headers, _ in ear.heard]


def test_who_listens_is_told_what_happens_from_then_on_signed_with_its_key(house: House, ear: Ear) -> None:
    let = listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    events = drawn(house, ONE, TWO, ONE)
    (done,) = tell(house)
    assert (done.taken, done.waiting, done.dead) == (3, 0, 0)
    assert heard(ear) == events
    headers, body = ear.heard[0]
    due = hmac.new(bytes.fromhex(let.key), f"{headers['Farthing-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Farthing-Signature"] == f"v1={due}"
    told = json.loads(body)
    assert (told["event"]["id"], told["event"]["kind"], told["event"]["body"]["amount_fen"], told["listener"]) == (
        events[0], "Drawn", 1_000, let.listening.listener,
    )  # fmt: skip
    assert [one.taken for one in tell(house)] == [0], "nothing is told twice"
    (row,) = listeners(house, AUDITOR).rows
    assert (row.behind, row.waiting, row.dead, row.progress.error) == (0, 0, 0, "")


def test_the_sample_of_the_documentation_checks_what_the_bank_sends(house: House, ear: Ear) -> None:
    let = listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    (event,) = drawn(house, ONE)
    tell(house)
    (headers, body), sample = ear.heard[0], dict[str, Any]()
    exec(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0], sample)
    at = int(headers["Farthing-Timestamp"])
    assert sample["is_genuine"](let.key, headers, body, at + 10)
    assert not sample["is_genuine"](let.key, headers, body, at + 301)
    assert not sample["is_genuine"](let.key, headers, body + b" ", at)
    assert not sample["is_genuine"]("00" * 32, headers, body, at)
    said = body.removeprefix(b'{"event":').rpartition(b',"index":')[0]
    assert leaf_hash(said) == house.journal.inclusion(event).leaf, "what stands behind event is the leaf"


def test_from_the_start_means_all_that_ever_happened_in_log_order(house: House, ear: Ear) -> None:
    listen(house, SYSTEM, ListenRequest(ear.url, from_start=True), "k")
    house.journal.seal()
    tell(house)
    told, after = events_after(house, AUDITOR, 0, 200)
    assert heard(ear) == [one.event.id for one in told]
    assert [int(headers["Farthing-Index"]) for headers, _ in ear.heard] == list(range(after))
    assert events_after(house, AUDITOR, after, 200) == ((), after)
    only, place = events_after(house, RISK, 0, 200, ("Opened",))
    assert ([one.event.kind for one in only], place) == (["Opened", "Opened"], after)


def test_a_long_absence_is_made_up_page_by_page(house: House, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farthing.flows.listen.tell.AT_ONCE", 2)
    monkeypatch.setattr("farthing.flows.listen.tell.PAGES", 3)
    listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    events = drawn(house, *[ONE, TWO] * 5)
    taken = [one.taken for _ in range(3) for one in tell(house)]
    assert (sum(taken), 2 < max(taken) <= 6, heard(ear)) == (10, True, events)


def test_a_slow_listener_leaves_the_others_their_turn(house: House, ear: Ear) -> None:
    listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    events = drawn(house, *[ONE, TWO] * 3)

    def slowly(_: dict[str, str]) -> int:
        wait(house, dt.timedelta(seconds=15))
        return 200

    ear.answers = slowly
    assert [one.taken for _ in range(4) for one in tell(house)] == [2, 2, 2, 0]
    assert heard(ear) == events


def test_a_refused_event_holds_its_stream_and_no_other_and_is_told_again_in_order(house: House, ear: Ear) -> None:
    listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    ear.answers = lambda headers: 204 if headers["Farthing-Event"] != first else 422
    first, other, second = drawn(house, ONE, TWO, ONE)
    assert [(one.taken, one.waiting) for one in tell(house)] == [(1, 2)]
    assert heard(ear) == [other]
    (third,) = drawn(house, ONE)
    assert [(one.taken, one.waiting) for one in tell(house)] == [(0, 3)], "its time has not come"
    assert [(one.event, one.tries, one.error) for one in letters(house, AUDITOR)] == [
        (first, 1, "HTTP 422"),
        (second, 0, ""),
        (third, 0, ""),
    ]
    ear.answers = lambda _: 200
    wait(house)
    assert [(one.taken, one.waiting) for one in tell(house)] == [(3, 0)]
    assert heard(ear) == [other, first, second, third]


def test_a_letter_refused_too_often_is_dead_lets_the_others_by_and_is_replayed(house: House, ear: Ear) -> None:
    let = listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    ear.answers = lambda headers: 204 if headers["Farthing-Event"] != first else 500
    first, second = drawn(house, ONE, ONE)
    for _ in range(TRIES):
        tell(house)
        wait(house)
    tell(house)
    assert heard(ear) == [second]
    assert [(one.event, one.dead, one.tries) for one in letters(house, RISK)] == [(first, True, TRIES)]
    assert listeners(house, RISK).rows[0].dead == 1
    ear.answers = lambda _: 200
    tell(house)
    assert heard(ear) == [second], "the dead are left alone"
    assert replay(house, RISK, let.listening.listener, 10**9) == 0
    assert replay(house, RISK, let.listening.listener) == 1
    tell(house)
    assert heard(ear) == [second, first]
    assert letters(house, RISK) == ()


@pytest.mark.parametrize("status", [503, 0])
def test_an_absence_loses_nothing_and_is_asked_ever_more_rarely(house: House, ear: Ear, status: int) -> None:
    listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    calls: list[str] = []
    here = house.post
    gone = replace(house, post=_Gone(calls, status))  # type: ignore[arg-type]
    events = drawn(house, ONE, TWO, ONE)
    tell(gone)
    tell(gone)
    assert len(calls) == 1, "one call says that nobody is there"
    wait(house, dt.timedelta(seconds=6))
    tell(gone)
    wait(house, dt.timedelta(seconds=6))
    tell(gone)
    assert len(calls) == 2, "the second wait is longer"
    (row,) = listeners(house, AUDITOR).rows
    assert (row.progress.away, row.behind, row.progress.error, row.waiting) == (2, 3, "nobody", 0)
    wait(house)
    assert house.post is here
    tell(house)
    assert heard(ear) == events


@dataclass
class _Gone:
    """A wire with nobody at its end."""

    calls: list[str]
    status: int

    def check(self, url: str) -> None:
        """Anything goes."""

    def send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.calls.append(url)
        return Answer(self.status, "nobody")


class KilledError(BaseException):
    """The process died here."""


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_teller_killed_after_any_call_loses_nothing_and_keeps_the_order(
    house: House, ear: Ear, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farthing.flows.listen.tell.NOTED_EVERY", 2)
    listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    events = drawn(house, ONE, TWO, ONE, TWO, ONE)
    calls = 0

    class Dying:
        def check(self, url: str) -> None:
            """Anything goes."""

        def send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
            nonlocal calls
            calls += 1
            answer = house.post.send(url, body, headers)
            if calls == after:
                raise KilledError
            return answer

    with pytest.raises(KilledError):
        tell(replace(house, post=Dying()))  # type: ignore[arg-type]
    tell(house)
    assert set(heard(ear)) == set(events), "at least once"
    for line in (ONE, TWO):
        mine = [event for event in heard(ear) if event in events and json.loads(_body(ear, event))["event"]["stream"] == line]
        assert list(dict.fromkeys(mine)) == [event for event in events if event in mine], "in order, repeats apart"
    assert [one.taken for one in tell(house)] == [0]


def _body(ear: Ear, event: str) -> bytes:
    return next(body for headers, body in ear.heard if headers["Farthing-Event"] == event)


def test_one_teller_at_a_time_and_the_lock_dies_with_its_holder(house: House, ear: Ear) -> None:
    let = listen(house, RISK, ListenRequest(ear.url), "k")
    with house.listeners.turn(let.listening.listener) as mine:
        assert mine
        assert tell(house) == ()
    assert len(tell(house)) == 1


def test_a_listener_that_goes_is_told_no_more_and_its_key_is_gone(house: House, ear: Ear) -> None:
    let = listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    silence(house, RISK, let.listening.listener, "s")
    drawn(house, ONE)
    assert tell(house) == ()
    assert listeners(house, AUDITOR).rows == ()
    with pytest.raises(NotFound):
        named(house, let.listening.listener)
    with pytest.raises(NotFound):
        silence(house, RISK, "lsn_aaaaaaaaaaaaaaaa", "s2")
    with pytest.raises(Conflict) as removed:
        listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
    assert removed.value.code == "listener_removed"
    assert listen(house, RISK, ListenRequest(ear.url), "again").key != let.key


def test_the_same_key_is_the_same_listener_and_shows_the_same_secret(house: House, ear: Ear) -> None:
    assert listen(house, RISK, ListenRequest(ear.url), "k") == listen(house, RISK, ListenRequest(ear.url), "k")
    with pytest.raises(Conflict):
        listen(house, RISK, ListenRequest(ear.url), "another")


def test_only_who_may_and_only_where_to_it_may(house: House, monkeypatch: pytest.MonkeyPatch, ear: Ear) -> None:
    for who in (OFFICER, AUDITOR, BORROWER):
        with pytest.raises(Forbidden):
            listen(house, who, ListenRequest(ear.url), "k")
    for who in (OFFICER, BORROWER):
        with pytest.raises(Forbidden):
            events_after(house, who, 0, 10)
    with pytest.raises(Invalid):
        listen(house, RISK, ListenRequest("http://10.0.0.1/hook"), "k")
    with pytest.raises(Invalid):
        listen(house, RISK, ListenRequest(ear.url, ("Nothing",)), "k")
    with pytest.raises(Invalid):
        events_after(house, RISK, 0, 10, ("Nothing",))
    monkeypatch.setattr(register, "MOST", 0)
    with pytest.raises(Conflict):
        listen(house, RISK, ListenRequest(ear.url), "k")


def test_letters_are_counted_and_replayed_however_many_there_are(house: House, ear: Ear) -> None:
    let = listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k").listening
    now = house.clock.now()
    many = [Letter(let.listener, place, "lin_x", f"evt_{place}", "Drawn", TRIES, now, "500", dead=place % 5 > 0) for place in range(1_500)]
    house.listeners.told(Progress(let.listener, 1_500), many)
    row, view = listeners(house, RISK).rows[0], letters(house, RISK, let.listener)
    assert (row.waiting, row.dead, len(view)) == (300, 1_200, 1_000)
    assert replay(house, RISK, let.listener) == 1_200
    assert listeners(house, RISK).rows[0].waiting == 1_500
