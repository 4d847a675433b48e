"""A month's end through the real store: whole to the fen, closed once under a name, the same bytes after a death."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, RISK, SYSTEM, open_bank, opened, organisation
from tests.store_fixture import Database

from farthing.domain.bank.bank_event import CapitalStated
from farthing.domain.bank.month import MonthClosed
from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.product import Share
from farthing.domain.staff import Actor, Role
from farthing.flows.closing.month_end import BANK, MonthEndRequest, month, month_end, months
from farthing.flows.closing.report import status_file
from farthing.flows.day_end import run_to
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House

JANUARY, MAY = dt.date(2024, 1, 1), dt.date(2024, 5, 1)
ONE, TWO, JOINT = (f"lin_{number:020d}" for number in (1, 2, 3))


def lived(house: House, until: dt.date = MAY) -> House:
    """Three lines from January on: one paid late, one never, one joint with a partner; found money is dated back over a month's end."""
    opened(house, 1, penalty_units=15_000)
    opened(house, 2, synthetic=True)
    opened(house, 3, shares=(Share(organisation(house, "合作银行"), 300_001),), product="joint")
    asked = propose(house, OFFICER, CapitalStated(dt.date(2023, 12, 31), 20_000_000, 16_000_000), "capital")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "capital stated")
    opened(house, 4)
    for number, line in enumerate((ONE, TWO, JOINT)):
        draw(house, BORROWER, DrawRequest(line, 1_000_003 * (number + 1)), f"d{number}")
    run_to(house, SYSTEM, dt.date(2024, 2, 3), "n")
    repay(house, OFFICER, RepayRequest(ONE, 50_000, dt.date(2024, 1, 25)), "late")
    run_to(house, SYSTEM, until, "n")
    return house


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as bank:
        yield bank


def test_a_month_is_whole_and_closed_under_a_name_once(house: House) -> None:
    lived(house)
    view = month(house, AUDITOR, dt.date(2024, 4, 17))
    report = view.report
    assert [(check.name, check.holds) for check in report.checks if not check.holds] == []
    assert (report.month, report.first, report.last, report.days, report.lines) == (
        dt.date(2024, 4, 1),
        dt.date(2024, 4, 1),
        dt.date(2024, 4, 30),
        30,
        4,
    )
    assert {row.loan_class.value: row.lines for row in report.classes} == {"normal": 1, "special_mention": 1, "substandard": 2}
    assert [(row.product, row.required_fen == row.posted_fen > 0) for row in report.provisions] == [("joint", True), ("revolving", True)]
    assert {(row.from_class, row.to_class): row.lines for row in report.migrations} == {
        ("special_mention", "special_mention"): 1, ("special_mention", "substandard"): 2,
    }  # fmt: skip
    assert (view.closed, view.kept, report.synthetic, report.status_lines) == (None, True, True, 3)
    done = month_end(house, RISK, MonthEndRequest(dt.date(2024, 4, 2)))
    again = month_end(house, replace(RISK, id="stf_other"), MonthEndRequest(dt.date(2024, 4, 1)))
    assert (again.event, again.by, again.report) == (done.event, done.by, done.report), "told again"
    assert (done.by, done.report) == (RISK.id, view.digest)
    (event,) = house.journal.events(BANK, "MonthClosed")
    assert isinstance(event.body, MonthClosed)
    file = status_file(house, AUDITOR, dt.date(2024, 4, 1))
    assert hashlib.sha256(file).hexdigest() == event.body.status_file == report.status_file
    head, *rows = file.decode().splitlines()
    assert head.startswith("line,product,status_24m,")
    assert [row.split(",")[:5] for row in rows][1] == [TWO, "revolving", "/" * 20 + "1234", "substandard", "101"]


def test_a_month_as_it_was_known_stays_after_late_news(house: House) -> None:
    lived(house)
    before = month(house, RISK, JANUARY)
    month_end(house, RISK, MonthEndRequest(JANUARY))
    repay(house, OFFICER, RepayRequest(TWO, 2_000, dt.date(2024, 1, 28)), "found")
    run_to(house, SYSTEM, dt.date(2024, 5, 3), "n")
    after = month(house, RISK, JANUARY)
    assert (after.report, after.digest, after.kept) == (before.report, before.digest, True)
    assert (before.report.first, before.report.since, before.report.days) == (OPENED, None, 22)
    assert [(first, done is not None) for first, done in months(house, AUDITOR)] == [
        (dt.date(2024, 5, 1), False), (dt.date(2024, 4, 1), False), (dt.date(2024, 3, 1), False), (dt.date(2024, 2, 1), False),
        (JANUARY, True),
    ]  # fmt: skip


def test_a_month_that_is_not_over_or_not_whole_is_not_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(house, dt.date(2024, 2, 20))
    with pytest.raises(NotFound) as open_:
        month_end(house, RISK, MonthEndRequest(dt.date(2024, 2, 1)))
    assert open_.value.code == "month_not_over"
    for who in (SYSTEM, AUDITOR, OFFICER, BORROWER):
        with pytest.raises(Forbidden):
            month_end(house, who, MonthEndRequest(JANUARY))
    real = house.postings.turnover
    short = replace(house, postings=_Wrong(house.postings, lambda *days: [replace(real(*days)[0], debits_fen=7), *real(*days)[1:]]))  # type: ignore[arg-type]
    with pytest.raises(Conflict) as torn:
        month_end(short, RISK, MonthEndRequest(JANUARY))
    assert "lines_are_books" in torn.value.message
    assert "trial_balance" in torn.value.message
    assert house.journal.events(BANK, "MonthClosed") == []


class _Wrong:
    """The same postings, one of which somebody edited."""

    def __init__(self, real: object, turnover: Callable[..., object]) -> None:
        self.real, self.turnover = real, turnover

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


class KilledError(Exception):
    """The process died here."""


def test_a_month_end_killed_at_any_point_comes_to_the_same_bytes(new_database: Callable[[], Database], tmp_path: Path) -> None:
    told: list[list[object]] = []
    for number, dies in enumerate(("never", "in the middle", "before the commit", "after it")):
        with open_bank(new_database(), tmp_path / str(number)) as house:
            lived(house, dt.date(2024, 2, 5))
            if dies != "never":
                with pytest.raises(KilledError):
                    month_end(*_dying(house, dies))
            done = month_end(house, RISK, MonthEndRequest(JANUARY))
            events = house.journal.events(BANK, "MonthClosed")
            assert len(events) == 1
            told.append([done.report, done.event, events[0].body])
    assert all(one == told[0] for one in told)


def _dying(house: House, when: str) -> tuple[object, ...]:
    class Commands:
        def run(self, command: object, think: object, result: type) -> object:
            if when == "before the commit":
                house.commands.run(command, lambda real: (think(real), _die()), result)  # type: ignore[arg-type,operator,return-value]
            house.commands.run(command, think, result)  # type: ignore[arg-type]
            raise KilledError

    if when == "in the middle":
        return house, RISK, MonthEndRequest(JANUARY), lambda *_: _die()
    return replace(house, commands=Commands()), RISK, MonthEndRequest(JANUARY)  # type: ignore[arg-type]


def _die() -> None:
    raise KilledError


def test_only_a_named_person_closes_a_month(house: House) -> None:
    lived(house, dt.date(2024, 2, 5))
    named = Actor("stf_named", "周宁", Role.RISK_MANAGER)
    assert month_end(house, named, MonthEndRequest(JANUARY)).by == "stf_named"
    assert house.journal.events(BANK, "MonthClosed")[0].actor == "stf_named"
