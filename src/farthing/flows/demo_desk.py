"""The demonstration's bill desk and houses: a few of each, made up, so that no page of theirs is empty. Every event says it is synthetic.

Each deed has a key of its own, and its day alone says what is done: killed and run again, a day is the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from farthing.domain.bill.bill import BANK, BillGround, BillKind
from farthing.domain.bill.event import BillAccepted, BillDishonoured, BillPaid, BillPaidInPart, BillPresented, RecourseMet, RecourseTaken
from farthing.domain.calendar import business_day
from farthing.domain.collateral.house import HouseKind, LienTask, Premises
from farthing.domain.errors import Conflict
from farthing.domain.facility import LineState
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.money import FEN_PER_YUAN
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import Actor, Role
from farthing.flows.bill.act import StepBody, StepRequest, act
from farthing.flows.bill.discount import DiscountRequest, discount
from farthing.flows.bill.draw import DrawBillRequest, Invoice, draw_bill
from farthing.flows.bill.part import RediscountRequest
from farthing.flows.collateral.lien import AgreeRequest, RegisterRequest, TaskRequest, agree_lien, complete_task, register_lien
from farthing.flows.collateral.offer import OfferRequest, offer_house
from farthing.flows.collateral.raise_limit import RaiseRequest, ResolveRaiseRequest, check_raise, propose_raise, raise_room, resolve_raise
from farthing.flows.collateral.value import ValueRequest, bring_sales, value_house
from farthing.flows.line.propose import ResolveRequest, propose_sale, resolve
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest as NewParty
from farthing.flows.register import register
from farthing.ledger.facility import advance
from farthing.world.paper import Fate, Paper, papers
from farthing.world.town import TownPlan, town_sales

OFFICER = Actor("stf_demonstration_desk", "演示经办（模拟）", Role.CREDIT_OFFICER)
SECOND = Actor("stf_demonstration_second", "演示复核（模拟）", Role.RISK_MANAGER)
HANDS = {
    "drawer": "远航机械厂（模拟）",
    "acceptor": "远航集团（模拟）",
    "bank": "江城银行（模拟）",
    "payee": "顺达钢材行（模拟）",
    "buyer": "汇通票据行（模拟）",
}
RATE_UNITS, SALE_UNITS = 28_000, 22_000
LATER = dt.timedelta(days=5)
FLATS = (
    Premises(HouseKind.RESIDENCE, "D02", 9_250, 2012, 8),
    Premises(HouseKind.RESIDENCE, "D03", 11_800, 2006, 3),
    Premises(HouseKind.RESIDENCE, "D01", 7_600, 2018, 15),
)
HOUSES_ON, MOST_RAISE_FEN = 40, 10_000_000
MONTHS_OF_SALES, SALES = 36, 700
TASKS = (LienTask.SURVEY, LienTask.INSURANCE, LienTask.CUSTODY, LienTask.REGISTRATION)


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """What is done on each day from `first` to `until`, and under which key; houses are offered for the lines of `decisions`, in order."""

    house: House
    actor: Actor
    key: str
    first: dt.date
    until: dt.date
    decisions: Sequence[Id]

    def day(self, day: dt.date) -> None:
        """The deeds of one day."""
        for paper in papers((self.until - self.first).days):
            self._paper(paper, day)
        if day == self.first + dt.timedelta(days=HOUSES_ON):
            self._houses(day)

    def _party(self, role: str) -> Id:
        request = NewParty(PartyKind.ENTERPRISE, PersonalData(HANDS[role], external_key=f"demo-{role}"), self.first)
        return register(self.house, self.actor, request, f"{self.key}:hand:{role}").id

    def _paper(self, paper: Paper, day: dt.date) -> None:
        drawn_on = self.first + dt.timedelta(days=paper.drawn)
        due = business_day(drawn_on + dt.timedelta(days=paper.term))
        deeds: dict[dt.date, Callable[[Paper], None]] = {
            drawn_on: self._take_up, drawn_on + dt.timedelta(days=2): self._sell_on, due: self._fall_due, due + LATER: self._recover,
        }  # fmt: skip
        if (deed := deeds.get(day)) is not None:
            deed(paper)

    def _take_up(self, paper: Paper) -> None:
        drawn_on = self.house.clock.today()
        matures_on = drawn_on + dt.timedelta(days=paper.term)
        digit, face = ("1" if paper.kind is BillKind.BANK else "2"), paper.face_fen
        request = DrawBillRequest(
            f"{digit}{drawn_on:%Y%m%d}{paper.number:021d}", paper.kind, self._party("drawer"),
            self._party("bank" if paper.kind is BillKind.BANK else "acceptor"), self._party("payee"), face, drawn_on, matures_on,
            (Invoice(f"demo-{paper.number}", face),), synthetic=True,
        )  # fmt: skip
        bill = draw_bill(self.house, OFFICER, request, self._key(paper, "draw")).bill
        if paper.fate is Fate.WAITS:
            return
        self._step(paper, BillAccepted(bill))
        offer = DiscountRequest(bill, RATE_UNITS, (Invoice(f"demo-{paper.number}-seller", face),))
        discount(self.house, OFFICER, offer, self._key(paper, "discount"))

    def _sell_on(self, paper: Paper) -> None:
        if paper.fate is Fate.SOLD:
            request = RediscountRequest(self._bill(paper), self._party("buyer"), SALE_UNITS, recourse=False)
            asked = propose_sale(self.house, OFFICER, request, self._key(paper, "sell"))
            resolve(self.house, SECOND, ResolveRequest(asked.id, agree=True), self._key(paper, "agree"))

    def _fall_due(self, paper: Paper) -> None:
        if paper.fate in (Fate.WAITS, Fate.SOLD):
            return
        bill = self._bill(paper)
        self._step(paper, BillPresented(bill, BANK))
        if paper.fate is Fate.HELD:
            self._step(paper, BillPaid(bill))
        elif paper.fate is Fate.PART:
            self._step(paper, BillPaidInPart(bill, paper.face_fen // 3, BillGround.NO_FUNDS))
        else:
            self._step(paper, BillDishonoured(bill, BillGround.NO_FUNDS))

    def _recover(self, paper: Paper) -> None:
        if paper.fate is Fate.UNPAID:
            bill, payee = self._bill(paper), self._party("payee")
            self._step(paper, RecourseTaken(bill, payee))
            self._step(paper, RecourseMet(bill, payee, paper.face_fen // 2))

    def _bill(self, paper: Paper) -> Id:
        drawn_on, digit = self.first + dt.timedelta(days=paper.drawn), "1" if paper.kind is BillKind.BANK else "2"
        return derived_id(Prefix.BILL, f"{digit}{drawn_on:%Y%m%d}{paper.number:021d}")

    def _step(self, paper: Paper, body: StepBody) -> None:
        act(self.house, OFFICER, StepRequest(body), self._key(paper, type(body).__name__))

    def _key(self, paper: Paper, deed: str) -> str:
        return f"{self.key}:paper:{paper.number}:{deed}"

    def _houses(self, day: dt.date) -> None:
        """Three houses are valued from a made-up town; a lien on the first is registered, and its line's limit rises."""
        plan = TownPlan(sales=SALES, months=MONTHS_OF_SALES, start=day - dt.timedelta(days=MONTHS_OF_SALES * 365 // 12 + 1))
        bring_sales(self.house, self.actor, town_sales(plan).write_csv().encode(), f"{self.key}:sales")
        owners = [line for line in self._lines(day) if line.terms.synthetic][: len(FLATS)]
        for number, (line, flat) in enumerate(zip(owners, FLATS, strict=False), 1):
            key = f"{self.key}:house:{number}"
            of = offer_house(
                self.house, OFFICER, OfferRequest(line.terms.party, flat, f"模拟-{number:04d}", synthetic=True), f"{key}:offer"
            ).house
            value_house(self.house, OFFICER, ValueRequest(of), f"{key}:value")
        for number, line in enumerate(owners, 1):
            of = derived_id(Prefix.HOUSE, OFFICER.id, f"{self.key}:house:{number}:offer")
            if self._pledged(of, line, f"{self.key}:house:{number}"):
                return

    def _pledged(self, of: Id, line: LineState, key: str) -> bool:
        """The lien from agreement to register, then the raise; whether the line may rise at all."""
        today, value = self.house.clock.today(), self.house.collateral.houses.get(of).valuation
        assert value is not None, "it was valued just now"
        agree_lien(self.house, OFFICER, AgreeRequest(of, line.terms.line, value.low_fen // 2), f"{key}:agree")
        for task in TASKS:
            complete_task(self.house, OFFICER, TaskRequest(of, task, f"DEMO-{task.value}", today), f"{key}:{task.value}")
        register_lien(self.house, OFFICER, RegisterRequest(of, "DEMO-CERT"), f"{key}:register")
        state = self.house.collateral.houses.get(of)
        if state.secured_fen:
            return True
        stands = advance(self.house.lines.get(line.terms.line), today)
        by_fen = min(raise_room(self.house, state, stands).fen, MOST_RAISE_FEN) // FEN_PER_YUAN * FEN_PER_YUAN
        try:
            check_raise(self.house, state, stands, max(by_fen, 1))
        except Conflict:
            return False  # past due or at its product's most: the next house is tried
        propose_raise(self.house, OFFICER, RaiseRequest(of, by_fen), f"{key}:ask")
        resolve_raise(self.house, SECOND, ResolveRaiseRequest(of, agree=True), f"{key}:resolve")
        return True

    def _lines(self, day: dt.date) -> list[LineState]:
        """The lines of the decisions that run today, in their order."""
        found = []
        for decision in self.decisions:
            record = self.house.decisions.get(decision)
            of = self.house.lines.of_party(record[1].party) if record is not None else ()
            runs = [line for line in of if line.terms.decision == decision and line.terms.opened_on < day < line.terms.expires_on]
            found += [advance(line, day) for line in runs]
        return found
