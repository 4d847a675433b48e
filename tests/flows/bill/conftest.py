"""A bank with a bill desk: four parties, bills between them, days that pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.flows.bank import OFFICER, RISK, open_bank
from tests.store_fixture import Database

from farthing.domain.bill.bill import BANK, BillGround, BillKind
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillPresented,
)
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import Actor
from farthing.flows.bill.act import BillChanged, StepBody, StepRequest, act
from farthing.flows.bill.discount import Discounted, DiscountRequest, discount
from farthing.flows.bill.draw import DrawBillRequest, Invoice, draw_bill
from farthing.flows.day_end import run_to
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register

TODAY = dt.date(2025, 1, 6)
MATURES, DUE = dt.date(2025, 6, 28), dt.date(2025, 6, 30)
FACE = 100_000_000
RATE_UNITS = 25_000
SECOND = Actor("stf_second", "孙复核", RISK.role)


@dataclass
class BillDesk:
    """The house and its parties; every bill it draws gets a number and an invoice of its own unless they are given."""

    house: House
    parties: dict[str, str] = field(default_factory=dict)
    drawn: int = 0
    keys: int = 0

    def party(self, name: str) -> str:
        if name not in self.parties:
            request = RegisterRequest(PartyKind.ENTERPRISE, PersonalData(f"{name}有限公司", external_key=name))
            self.parties[name] = register(self.house, OFFICER, request, f"register:{name}").id
        return self.parties[name]

    def request(self, **changes: object) -> DrawBillRequest:
        self.drawn += 1
        face = changes.get("amount_fen", FACE)
        told = {
            "number": f"2{self.drawn:029d}", "kind": BillKind.COMMERCIAL, "drawer": self.party("drawer"),
            "acceptor": self.party("acceptor"), "payee": self.party("payee"), "amount_fen": face,
            "drawn_on": self.house.clock.today(), "matures_on": MATURES,
            "invoices": (Invoice(f"invoice-{self.drawn}", face),),  # type: ignore[arg-type]
        }  # fmt: skip
        return DrawBillRequest(**{**told, **changes})  # type: ignore[arg-type]

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def draw(self, **changes: object) -> str:
        return draw_bill(self.house, OFFICER, self.request(**changes), self.key()).bill

    def step(self, body: StepBody, on: dt.date | None = None) -> BillChanged:
        return act(self.house, OFFICER, StepRequest(body, on), self.key())

    def accepted(self, **changes: object) -> str:
        bill = self.draw(**changes)
        self.step(BillAccepted(bill))
        return bill

    def offer(self, bill: str, **changes: object) -> DiscountRequest:
        state = self.house.bills.get(bill)
        told = {"bill": bill, "rate_units": RATE_UNITS, "invoices": (Invoice(f"invoice-of-{bill}", state.bill.amount_fen),)}
        return DiscountRequest(**{**told, **changes})  # type: ignore[arg-type]

    def buy(self, bill: str, **changes: object) -> Discounted:
        return discount(self.house, OFFICER, self.offer(bill, **changes), self.key())

    def bought(self, **changes: object) -> str:
        bill = self.accepted(**changes)
        self.buy(bill)
        return bill

    def defaulted(self, **changes: object) -> str:
        """Bought, presented on its due day, not paid."""
        bill = self.bought(**changes)
        self.house.clock.open_day(max(DUE, self.house.clock.today()))
        self.step(BillPresented(bill, BANK))
        self.step(BillDishonoured(bill, BillGround.NO_FUNDS))
        return bill

    def to(self, day: dt.date) -> None:
        run_to(self.house, RISK, day, "days")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[BillDesk]:
    with open_bank(database, tmp_path, TODAY) as house:
        yield BillDesk(house)
