"""Many hands on the same lines at the same time, the night among them: each wish is answered, and the books are those of some order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tests.flows.bank import AUDITOR, OFFICER, OPENED, RISK, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, FarthingError
from farthing.domain.line_event import Drawn, Repaid
from farthing.flows.day_end import BANK, DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.ledger.facility import advance, fold
from farthing.ledger.posting import Totals, entries, totals

HANDS, WISHES, NIGHTS = 4, 20, 4


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def told(verb: Callable[..., object], *arguments: object) -> str:
    """`done`, or the code of the refusal."""
    try:
        verb(*arguments)
    except FarthingError as refused:
        return refused.code
    return "done"


def test_one_key_from_many_hands_acts_once(house: House) -> None:
    line = opened(house).line
    with ThreadPoolExecutor(6) as hands:
        answers = [hands.submit(draw, house, OFFICER, DrawRequest(line, 50_000), "one key") for _ in range(6)]
        events = {answer.result().event for answer in answers}
    assert len(events) == 1
    assert house.lines.get(line).principal_fen == 50_000


def test_one_key_for_two_wishes_grants_one_of_them(house: House) -> None:
    line = opened(house).line
    with ThreadPoolExecutor(2) as hands:
        wishes = [hands.submit(told, draw, house, OFFICER, DrawRequest(line, amount), "key") for amount in (10_000, 20_000)]
        assert sorted(wish.result() for wish in wishes) == ["done", "key_reused"]
    assert house.lines.get(line).principal_fen in {10_000, 20_000}


def test_a_night_is_closed_once_however_many_close_it(house: House) -> None:
    opened(house)
    with ThreadPoolExecutor(4) as hands:
        nights = [hands.submit(told, day_end, house, SYSTEM, DayEndRequest(OPENED), f"night {n}") for n in range(4)]
        answers = Counter(night.result() for night in nights)
    assert answers["done"] == 1, answers
    assert list(house.lines.days()) == [OPENED]
    assert len(house.journal.events(BANK, "DayClosed")) == 1
    assert house.clock.today() == OPENED + dt.timedelta(days=1)


def test_draws_repayments_freezes_and_nights_at_once_leave_whole_books(house: House) -> None:
    lines = [opened(house, number, limit_fen=300_000 * number).line for number in range(1, 4)]
    done: Counter[tuple[str, str, int]] = Counter()

    def hand(number: int) -> Counter[tuple[str, str, int]]:
        chance, mine = np.random.default_rng(number), Counter[tuple[str, str, int]]()
        for wish in range(WISHES):
            line, amount, key = str(chance.choice(lines)), int(chance.integers(1_000, 150_000)), f"{number}:{wish}"
            match int(chance.integers(0, 5)):
                case 0 | 1:
                    mine["Drawn", line, amount] += told(draw, house, OFFICER, DrawRequest(line, amount), key) == "done"
                case 2 | 3:
                    mine["Repaid", line, amount] += told(repay, house, OFFICER, RepayRequest(line, amount), key) == "done"
                case _:
                    change = freeze if chance.random() < 0.5 else unfreeze
                    told(change, house, RISK, FreezeRequest(line, "checking"), key)
        return mine

    with ThreadPoolExecutor(HANDS) as hands:
        working = [hands.submit(hand, number) for number in range(HANDS)]
        for number in range(NIGHTS):
            day_end(house, SYSTEM, DayEndRequest(OPENED + dt.timedelta(days=number)), f"night {number}")
        for work in working:
            done += work.result()
    last = OPENED + dt.timedelta(days=NIGHTS)
    day_end(house, SYSTEM, DayEndRequest(last), "the last night")
    events = {line: house.journal.events(line) for line in lines}
    bodies = [(event, event.body) for line in lines for event in events[line]]
    recorded = Counter((event.kind, body.line, body.amount_fen) for event, body in bodies if isinstance(body, Drawn | Repaid))
    assert recorded == +done
    book = Totals()
    for line in lines:
        assert house.lines.get(line) == fold(events[line])
        assert 0 <= house.lines.get(line).headroom_fen <= house.lines.get(line).terms.limit_fen
        book += totals(advance(fold(events[line]), last))
    accounts = {account: fen for account, fen in house.lines.balances(last).items() if fen}
    assert sum(accounts.values()) == 0
    assert accounts == {account.value: fen for (_, account), fen in entries("revolving", book).items() if fen}
    assert verify(house, AUDITOR).findings == ()


def test_a_day_that_is_not_open_is_not_closed(house: House) -> None:
    line = opened(house).line
    for day in (OPENED - dt.timedelta(days=1), OPENED + dt.timedelta(days=1), dt.date.min, dt.date.max):
        with pytest.raises(Conflict) as refused:
            day_end(house, SYSTEM, DayEndRequest(day), f"night {day}")
        assert refused.value.code == "day_not_open"
    assert house.lines.days() == []
    assert len(house.journal.events(line)) == 1
