"""From the desk's script to messages: bills and houses of a simulated bank, given how they stand in the morning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from farthing.domain import canon
from farthing.domain.bill.bill import BANK, BillGround, BillKind, BillState, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRefused,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.collateral.house import HouseKind, HouseState, LienTask, Premises
from farthing.domain.errors import NotFound
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.flows.bill.act import StepBody
from farthing.flows.bill.discount import DiscountRequest
from farthing.flows.bill.draw import DrawBillRequest, Invoice
from farthing.flows.bill.part import RediscountRequest
from farthing.flows.collateral.lien import AgreeRequest, RegisterRequest, ReleaseRequest, TaskRequest
from farthing.flows.collateral.offer import OfferRequest
from farthing.flows.collateral.raise_limit import LowerRequest, RaiseRequest, ResolveRaiseRequest
from farthing.flows.collateral.value import AppraisalRequest
from farthing.flows.line.propose import ResolveRequest
from farthing.flows.ports import House
from farthing.flows.simulation.message import STAFF, Ask, Message, Step, written
from farthing.flows.simulation.notebook import Notebook
from farthing.flows.simulation.opening import Firm
from farthing.ledger.bill.recourse import claim, liable
from farthing.ledger.collateral import margin
from farthing.ledger.facility import advance
from farthing.world.desk import FIRMS, Item, Work
from farthing.world.year import PPM

GROUND = "simulated"
LEAST_FACE_FEN, MOST_FACE_FEN = 100_000, 400_000_000
LEAST_HOUSE_FEN, MOST_HOUSE_FEN = 40_000_000, 300_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What whoever plans the desk's day sees: the bank this morning, the notebook, and the lines that houses may stand behind."""

    house: House
    day: dt.date
    notebook: Notebook
    lines: tuple[Id, ...]


def desk_message(item: Item, desk: Desk) -> Message | None:
    """What is asked for; None where there is nothing to ask for."""
    if item.work is Work.KNOW:
        return written(f"sim:firm:{item.number}", Ask.KNOW, "", Firm(item.number))
    return _WRITERS[item.work](item, desk)


def _firm(desk: Desk, number: int) -> Id | None:
    return desk.notebook.made.get(f"sim:firm:{number % FIRMS}")


def _key(item: Item) -> str:
    return f"sim:{'house' if item.work in _HOUSES else 'bill'}:{item.number}:{item.place}"


# ---- bills -----------------------------------------------------------------------------------------------------------


def _number(item: Item, *, again: bool = False) -> str:
    return f"{1 + item.rolls[0] % 2}{item.number:026d}{int(again):03d}"


def bill_of(item: Item, *, again: bool = False) -> Id:
    """The bill that an item is about."""
    return derived_id(Prefix.BILL, _number(item, again=again))


def _draw(item: Item, desk: Desk, *, again: bool = False) -> Message | None:
    """`again`: another bill on the same invoice."""
    hands = [_firm(desk, item.rolls[1] + more) for more in range(3)]
    if None in hands:
        return None
    face = LEAST_FACE_FEN + item.rolls[2] * ((MOST_FACE_FEN - LEAST_FACE_FEN) // PPM)
    drawer, acceptor, payee = (str(hand) for hand in hands)
    request = DrawBillRequest(
        _number(item, again=again), BillKind.BANK if item.rolls[0] % 2 == 0 else BillKind.COMMERCIAL, drawer, acceptor, payee, face,
        desk.day, desk.day + dt.timedelta(days=item.rolls[-1] + 1), (Invoice(f"sim-{item.number}", face),), synthetic=True,
    )  # fmt: skip
    return written(_key(item), Ask.DRAW_BILL, bill_of(item, again=again), request, "officer")


def _bill(item: Item, desk: Desk) -> BillState | None:
    try:
        return desk.house.bills.get(bill_of(item))
    except NotFound:
        return None


def _step(make: Callable[[Item, Desk, BillState], StepBody | None], item: Item, desk: Desk) -> Message | None:
    state = _bill(item, desk)
    body = None if state is None else make(item, desk, state)
    if body is None:
        return None
    return written(_key(item), Ask.STEP_BILL, bill_of(item), Step(type(body).__name__, canon.encode(body).decode()), "officer")


def _endorsed(item: Item, desk: Desk, state: BillState) -> StepBody | None:
    to = _firm(desk, item.rolls[1] + 3)
    return None if to is None else BillEndorsed(state.bill.bill, state.holder, to)


def _asked(item: Item, desk: Desk, state: BillState) -> StepBody | None:
    """The bank, where its buyer may ask it; else whoever the roll takes."""
    ahead = [one for one in liable(state, desk.day) if one not in state.asked]
    if not ahead or state.dishonoured_on is None or state.status.ended:
        return None
    return RecourseTaken(state.bill.bill, BANK if BANK in ahead else ahead[item.roll % len(ahead)])


def _met(item: Item, desk: Desk, state: BillState) -> StepBody | None:
    """A part of the claim or all of it, by somebody who was asked."""
    total, payers = claim(state, desk.day).total_fen, [one for one in state.asked if one != BANK]
    if not payers or not total:
        return None
    amount = total if item.roll % 2 else max(total * item.roll // PPM, 1)
    return RecourseMet(state.bill.bill, payers[item.roll % len(payers)], amount)


def _redeemed(_: Item, desk: Desk, state: BillState) -> StepBody | None:
    return BillRedeemed(state.bill.bill, claim(state, desk.day).total_fen) if BANK in state.asked else None


def _paid_part(item: Item, _: Desk, state: BillState) -> StepBody:
    return BillPaidInPart(state.bill.bill, max(state.bill.amount_fen * item.roll // PPM, 1), BillGround.NO_FUNDS)


def _discount(item: Item, desk: Desk) -> Message | None:
    state = _bill(item, desk)
    if state is None or state.status is not BillStatus.ACCEPTED:
        return None
    product, face = desk.house.bill_product, state.bill.amount_fen
    units = product.rate_min_units + (product.rate_max_units - product.rate_min_units) * item.roll // PPM
    request = DiscountRequest(bill_of(item), units, (Invoice(f"sim-{item.number}-seller", face),))
    return written(_key(item), Ask.DISCOUNT, bill_of(item), request, "officer")


def _sell_on(item: Item, desk: Desk) -> Message | None:
    buyer, state = _firm(desk, item.rolls[1] + 5), _bill(item, desk)
    if buyer is None or state is None or state.status is not BillStatus.DISCOUNTED:
        return None
    request = RediscountRequest(bill_of(item), buyer, 5_000 + item.roll % 60_000, recourse=item.roll % 3 != 0)
    return written(_key(item), Ask.SELL_ON, bill_of(item), request, "officer")


def _consent(item: Item, desk: Desk) -> Message | None:
    proposal = desk.notebook.made.get(f"sim:bill:{item.number}:{item.place - 1}")
    return None if proposal is None else written(_key(item), Ask.RESOLVE, bill_of(item), ResolveRequest(proposal, agree=True), "second")


# ---- houses ----------------------------------------------------------------------------------------------------------


def house_of(item: Item) -> Id:
    """The house that an item is about; the offer comes first in its life."""
    return derived_id(Prefix.HOUSE, STAFF["officer"].id, f"sim:house:{item.number}:0")


def _line(item: Item, desk: Desk) -> Id | None:
    """Each house stands behind the line of a borrower of its own, where that is open."""
    line = desk.lines[item.number * 7 % len(desk.lines)]
    return line if line in desk.notebook.lines else None


def _offer(item: Item, desk: Desk) -> Message | None:
    line = _line(item, desk)
    if line is None:
        return None
    flat = Premises(HouseKind.RESIDENCE, "D02", 5_000 + item.rolls[0] % 10_000, 1995 + item.rolls[1] % 28, 1 + item.rolls[2] % 20)
    request = OfferRequest(desk.house.lines.get(line).terms.party, flat, f"模拟-{item.number:06d}", synthetic=True)
    return written(_key(item), Ask.OFFER, house_of(item), request, "officer")


def _house(item: Item, desk: Desk) -> HouseState | None:
    try:
        return desk.house.collateral.houses.get(house_of(item))
    except NotFound:
        return None


def _low(item: Item) -> int:
    return LEAST_HOUSE_FEN + item.rolls[3] * ((MOST_HOUSE_FEN - LEAST_HOUSE_FEN) // PPM)


def _appraise(item: Item, desk: Desk) -> Message | None:
    """The second time between a third and a little more than the first."""
    if _house(item, desk) is None:
        return None
    low = _low(item) if item.work is Work.APPRAISE else _low(item) * 3 // 10 + _low(item) * (item.roll % 800) // 1_000
    request = AppraisalRequest(house_of(item), low, low * 11 // 10, low * 13 // 10, f"SIM-{item.number}-{item.place}", desk.day)
    return written(_key(item), Ask.APPRAISE, house_of(item), request, "risk")


def _agree(item: Item, desk: Desk) -> Message | None:
    line = _line(item, desk)
    if line is None or _house(item, desk) is None:
        return None
    prior = _low(item) // 5 if item.rolls[4] % 4 == 0 else 0
    return written(
        _key(item), Ask.AGREE, house_of(item), AgreeRequest(house_of(item), line, _low(item) * 4 // 5, 2 if prior else 1, prior), "officer"
    )


def _task(task: LienTask, item: Item, desk: Desk) -> Message | None:
    request = TaskRequest(house_of(item), task, f"SIM-{task.value}", desk.day)
    return None if _house(item, desk) is None else written(_key(item), Ask.TASK, house_of(item), request, "officer")


def _register(item: Item, desk: Desk) -> Message | None:
    request = RegisterRequest(house_of(item), f"SIM-CERT-{item.number}")
    return None if _house(item, desk) is None else written(_key(item), Ask.REGISTER, house_of(item), request, "officer")


def _raise(item: Item, desk: Desk) -> Message | None:
    """Now and then more than the house carries: to be refused."""
    return None if _house(item, desk) is None else written(
        _key(item), Ask.RAISE, house_of(item), RaiseRequest(house_of(item), 100 + _low(item) * (item.roll % 900) // 1_000), "officer"
    )  # fmt: skip


def _raise_consent(item: Item, desk: Desk) -> Message | None:
    state = _house(item, desk)
    if state is None or state.asked is None:
        return None
    agree = item.roll % 5 != 0
    return written(_key(item), Ask.RAISE_CONSENT, house_of(item), ResolveRaiseRequest(house_of(item), agree), "second")


def _lower(item: Item, desk: Desk) -> Message | None:
    """What passes what the house carries today, or else a third of what rests on it."""
    state = _house(item, desk)
    if state is None or state.lien is None or not state.secured_fen:
        return None
    line = advance(desk.house.lines.get(state.lien.line), desk.day)
    over = min(margin(line, [state], desk.house.collateral.grid).over_fen, state.secured_fen)
    request = LowerRequest(house_of(item), over or max(state.secured_fen // 3, 1), GROUND)
    return written(_key(item), Ask.LOWER, house_of(item), request, "risk")


def _release(item: Item, desk: Desk) -> Message | None:
    request = ReleaseRequest(house_of(item), GROUND)
    return None if _house(item, desk) is None else written(_key(item), Ask.RELEASE, house_of(item), request, "risk")


_HOUSES = frozenset({Work.OFFER, Work.APPRAISE, Work.AGREE, Work.SURVEY, Work.INSURE, Work.CUSTODY, Work.BOOK, Work.REGISTER, Work.RAISE,
                     Work.RAISE_CONSENT, Work.REVALUE, Work.LOWER, Work.RELEASE})  # fmt: skip
_WRITERS: Mapping[Work, Callable[[Item, Desk], Message | None]] = MappingProxyType({
    Work.DRAW: _draw, Work.DRAW_AGAIN: partial(_draw, again=True), Work.DISCOUNT: _discount, Work.SELL_ON: _sell_on,
    Work.CONSENT: _consent, Work.ENDORSE: partial(_step, _endorsed), Work.ASK: partial(_step, _asked), Work.MEET: partial(_step, _met),
    Work.REDEEM: partial(_step, _redeemed), Work.PAY_PART: partial(_step, _paid_part),
    Work.ACCEPT: partial(_step, lambda _, __, state: BillAccepted(state.bill.bill)),
    Work.REFUSE: partial(_step, lambda _, __, state: BillRefused(state.bill.bill, BillGround.DISPUTE)),
    Work.PRESENT: partial(_step, lambda _, __, state: BillPresented(state.bill.bill, state.holder)),
    Work.PAY: partial(_step, lambda _, __, state: BillPaid(state.bill.bill)),
    Work.DISHONOUR: partial(_step, lambda _, __, state: BillDishonoured(state.bill.bill, BillGround.NO_FUNDS)),
    Work.OFFER: _offer, Work.APPRAISE: _appraise, Work.REVALUE: _appraise, Work.AGREE: _agree,
    Work.SURVEY: partial(_task, LienTask.SURVEY), Work.INSURE: partial(_task, LienTask.INSURANCE),
    Work.CUSTODY: partial(_task, LienTask.CUSTODY), Work.BOOK: partial(_task, LienTask.REGISTRATION), Work.REGISTER: _register,
    Work.RAISE: _raise, Work.RAISE_CONSENT: _raise_consent, Work.LOWER: _lower, Work.RELEASE: _release,
})  # fmt: skip
