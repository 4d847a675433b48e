"""Nights: standings, postings and the closed day through the real store; killed, repeated, and with late news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import text
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.posting import Account, Posting
from farthing.flows.day_end import BANK, DayEndRequest, day_end, run_to
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.needs.night import Night
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.flows.queries.book import Slice, book, lines_under
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance
from farthing.store.engine import open_engine


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def books_balance(house: House, day: dt.date) -> None:
    """The accounts at the close of a day are what the lines' states say."""
    accounts = house.lines.balances(day)
    states = [advance(house.lines.get(line), day) for line in house.lines.ids()]
    assert sum(accounts.values()) == 0
    assert accounts.get(Account.LOANS, 0) == sum(state.principal_fen for state in states)
    interest = accounts.get(Account.INTEREST_RECEIVABLE, 0) + accounts.get(Account.INTEREST_OFF_BALANCE, 0)
    assert interest == sum(state.interest_owed_fen for state in states)
    assert accounts.get(Account.CUSTOMER_SURPLUS, 0) == -sum(state.surplus_fen for state in states)


def test_a_night_writes_standings_and_postings_and_opens_the_next_day(house: House) -> None:
    opened(house, 1)
    opened(house, 2)
    draw(house, BORROWER, DrawRequest("lin_00000000000000000001", 1_000_000), "d1")
    told: list[tuple[dt.date, int, int]] = []
    closed = day_end(house, SYSTEM, DayEndRequest(OPENED), "night", lambda *seen: told.append(seen))
    assert (closed.day, closed.lines) == (OPENED, 2)
    assert told == [(OPENED, 1, 1)]
    assert house.clock.today() == OPENED + dt.timedelta(days=1)
    assert list(house.lines.days()) == [OPENED]
    assert house.lines.standings(OPENED).sort("line")["principal_fen"].to_list() == [1_000_000, 0]
    assert house.lines.balances(OPENED) == {
        Account.LOANS: 1_000_000, Account.CASH: -1_000_000, Account.LOSS_ALLOWANCE: -10_000, Account.IMPAIRMENT_LOSS: 10_000,
    }  # fmt: skip
    (event,) = house.journal.events(BANK, "DayClosed")
    assert event.body.snapshot == closed.snapshot  # type: ignore[union-attr]


def test_months_of_nights_agree_with_the_fold_every_day(house: House) -> None:
    opened(house, 1)
    opened(house, 2, synthetic=True)
    one, two = "lin_00000000000000000001", "lin_00000000000000000002"
    draw(house, BORROWER, DrawRequest(one, 1_000_000), "d1")
    draw(house, BORROWER, DrawRequest(two, 777_777), "d2")
    run_to(house, SYSTEM, dt.date(2024, 2, 25), "n")
    books_balance(house, dt.date(2024, 2, 24))
    repay(house, OFFICER, RepayRequest(two, 3_000, dt.date(2024, 1, 31)), "late")  # posts to the open day
    before = house.lines.balances(dt.date(2024, 2, 24))
    run_to(house, SYSTEM, dt.date(2024, 5, 10), "n")
    assert house.lines.balances(dt.date(2024, 2, 24)) == before
    books_balance(house, dt.date(2024, 5, 9))
    for day in house.lines.days()[-3:]:
        for row in house.lines.standings(day).iter_rows(named=True):
            state = advance(house.lines.get(row["line"]), day)
            stands = standing(state)
            seen = (row["dpd"], row["loan_class"], row["overdue_fen"], row["principal_fen"], row["interest_owed_fen"])
            assert seen == (stands.dpd, stands.loan_class, stands.overdue_fen, stands.principal_fen, stands.interest_owed_fen)


def test_a_closed_day_is_told_again_and_not_closed_twice(house: House) -> None:
    opened(house)
    first = day_end(house, SYSTEM, DayEndRequest(OPENED), "night")
    assert day_end(house, SYSTEM, DayEndRequest(OPENED), "night") == first
    with pytest.raises(Conflict):
        day_end(house, SYSTEM, DayEndRequest(OPENED), "another")
    assert len(house.lines.days()) == 1


def test_the_first_night_of_a_release_gives_lines_their_form(house: House, database: Database) -> None:
    of = opened(house)
    draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
    with open_engine(database.owner_url, role=None) as owner, owner.begin() as connection:
        connection.execute(text("UPDATE line_state SET form = ''"))
    day_end(house, SYSTEM, DayEndRequest(OPENED), "night")
    with house.nights.begin(OPENED, 1) as reading:
        assert reading.part(0).rows["line"].tolist() == [of.line.encode()]
    assert verify(house, AUDITOR).findings == ()


class KilledError(Exception):
    """The process died here."""


def dying(house: House, moment: str) -> House:
    """The same bank, whose process dies when it has told how lines stand, in the last transaction of the night, or right after it."""

    class Transaction:
        def __init__(self, real: object) -> None:
            self.real = real

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

        def close_day(self, night: Night, postings: Sequence[Posting]) -> None:
            self.real.close_day(night, postings)  # type: ignore[attr-defined]
            raise KilledError

    class Commands:
        def run(self, command: object, think: object, result: type) -> object:
            if moment == "closing":
                house.commands.run(command, lambda real: think(Transaction(real)), result)  # type: ignore[arg-type,operator]
            house.commands.run(command, think, result)  # type: ignore[arg-type]
            raise KilledError

    class Nights:
        begin = house.nights.begin

        def tell(self, night: Night, told: pl.DataFrame) -> int:
            assert house.nights.tell(night, told) == 1
            raise KilledError

    return replace(house, nights=Nights()) if moment == "telling" else replace(house, commands=Commands())  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", ["telling", "closing", "closed"])
def test_a_night_killed_and_run_again_gives_the_same_bytes(new_database: Callable[[], Database], tmp_path: Path, moment: str) -> None:
    after_commit = moment == "closed"
    snapshots: list[list[str]] = []
    for number, killed in enumerate((False, True)):
        with open_bank(new_database(), tmp_path / str(number)) as house:
            of = opened(house)
            draw(house, BORROWER, DrawRequest(of.line, 1_000_000), "d1")
            if killed:
                with pytest.raises(KilledError):
                    run_to(dying(house, moment), SYSTEM, OPENED + dt.timedelta(days=3), "n")
                assert house.clock.today() == OPENED + dt.timedelta(days=after_commit), "nothing is dated on a closed day"
            done = run_to(house, SYSTEM, OPENED + dt.timedelta(days=3), "n")
            assert len(done) == (2 if killed and after_commit else 3)
            assert len(house.lines.days()) == 3
            books_balance(house, OPENED + dt.timedelta(days=2))
            assert verify(house, AUDITOR).findings == ()
            snapshots.append([event.body.snapshot for event in house.journal.events(BANK, "DayClosed")])  # type: ignore[union-attr]
    assert snapshots[0] == snapshots[1]
    assert len(set(snapshots[0])) == 3


def test_only_the_open_day_is_closed_by_who_may(house: House) -> None:
    with pytest.raises(Conflict) as caught:
        day_end(house, SYSTEM, DayEndRequest(OPENED + dt.timedelta(days=1)), "tomorrow")
    assert caught.value.code == "day_not_open"
    with pytest.raises(Forbidden):
        day_end(house, OFFICER, DayEndRequest(OPENED), "n")
    with pytest.raises(Invalid):
        run_to(house, SYSTEM, OPENED - dt.timedelta(days=1), "n")
    assert run_to(house, SYSTEM, OPENED, "n") == ()


def test_the_book_shows_balance_arrears_vintages_and_rolls_and_drills_down(house: House) -> None:
    assert book(house, AUDITOR) is None
    opened(house, 1)
    opened(house, 2, synthetic=True)
    one, two = "lin_00000000000000000001", "lin_00000000000000000002"
    draw(house, BORROWER, DrawRequest(one, 1_000_000), "d1")
    draw(house, BORROWER, DrawRequest(two, 3_000_000), "d2")
    run_to(house, SYSTEM, dt.date(2024, 1, 20), "n")
    repay(house, BORROWER, RepayRequest(one, 1_003_000), "r1")
    run_to(house, SYSTEM, dt.date(2024, 5, 1), "n")
    view = book(house, AUDITOR)
    assert view is not None
    assert (view.day, view.synthetic, view.total.lines, view.total.owing) == (dt.date(2024, 4, 30), True, 2, 1)
    assert (view.total.npl_ppm, view.total.non_performing_fen, view.total.scissors_ppm) == (1_000_000, 3_000_000, 1_000_000)
    assert view.by_class["substandard"].principal_fen == 3_000_000
    assert view.by_bucket["91-180"].lines == 1
    assert [day for day, _ in view.series][:3] == [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 3, 31)]
    assert [(row.months_on_book, row.ever_90_ppm) for row in view.vintages if row.day == view.day] == [(3, 500_000)]
    assert view.rolls_between == (dt.date(2024, 3, 31), dt.date(2024, 4, 30))
    assert [(row.from_bucket, row.to_bucket, row.share_ppm) for row in view.rolls] == [("61-90", "91-180", 1_000_000)]
    assert view.accounts[Account.LOANS] == 3_000_000
    assert view.accounts[Account.INTEREST_OFF_BALANCE] == view.by_class["substandard"].interest_owed_fen
    (under,) = lines_under(house, AUDITOR, view.day, Slice(loan_class="substandard", cohort=dt.date(2024, 1, 1)))
    assert (under.line, under.dpd, under.bucket, under.synthetic) == (two, 101, "91-180", True)
    assert len(lines_under(house, AUDITOR, view.day, Slice())) == 2
    assert lines_under(house, AUDITOR, view.day, Slice(product="nothing")) == ()
