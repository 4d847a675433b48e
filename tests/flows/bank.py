"""A whole bank on a fresh database, with its clock at a chosen day, and lines opened without the long way through a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ledger.lives import terms
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain.facility import LineTerms
from farthing.domain.ids import Id
from farthing.domain.line_event import Opened
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import Actor, Role
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.register import RegisterRequest, register
from farthing.ledger.facility import open_line
from farthing.settings import Settings

OPENED = dt.date(2024, 1, 10)
SYSTEM = Actor("stf_system", "system", Role.SYSTEM)
OFFICER = Actor("stf_officer", "李审批", Role.CREDIT_OFFICER)
RISK = Actor("stf_risk", "周风险", Role.RISK_MANAGER)
AUDITOR = Actor("stf_auditor", "钱稽核", Role.AUDITOR)
BORROWER = Actor("stf_borrower", "陈借款", Role.BORROWER, party="pty_aaaaaaaaaaaaaaaa")
STRANGER = Actor("stf_stranger", "王路人", Role.BORROWER, party="pty_bbbbbbbbbbbbbbbb")


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """The result of opening a line in a test."""

    line: str


@contextmanager
def open_bank(database: Database, home: Path, day: dt.date = OPENED) -> Iterator[House]:
    """The bank over this database, on `day` if it is new."""
    with wiring.open_house(Settings(home=home, database_url=database.owner_url, host="127.0.0.1", port=0)) as house:
        if house.clock.today() < day or not house.lines.days():
            house.clock.open_day(day)
        yield house


def opened(house: House, number: int = 1, **changes: object) -> LineTerms:
    """A line, open from the open business day on."""
    today = house.clock.today()
    of = terms(line=f"lin_{number:020d}", **{"opened_on": today, "expires_on": today.replace(year=today.year + 2), **changes})

    def think(transaction: Transaction) -> OpenedLine:
        transaction.append(of.line, today, Opened(of), synthetic=of.synthetic)
        transaction.save_line(open_line(of))
        return OpenedLine(of.line)

    house.commands.run(Command(f"open-{number}", "open", SYSTEM, of), think, OpenedLine)
    return of


def organisation(house: House, name: str = "东方资产管理公司", kind: PartyKind = PartyKind.ENTERPRISE) -> Id:
    """A registered party, such as one that buys claims or lends with the bank."""
    return register(house, SYSTEM, RegisterRequest(kind, PersonalData(name, external_key=name)), f"register {name}").id
