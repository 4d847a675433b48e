"""What may happen to a bill: past participles, each a body of an event in the bill's own stream."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain.bill.bill import Bill, BillGround, Trade
from farthing.domain.ids import Id
from farthing.domain.rate import Rate


@dataclass(frozen=True, slots=True)
class BillDrawn:
    """A bill was drawn up, and the invoices behind it were claimed for it."""

    bill: Bill


@dataclass(frozen=True, slots=True)
class BillAccepted:
    """The acceptor promised to pay it at maturity."""

    bill: Id


@dataclass(frozen=True, slots=True)
class BillRefused:
    """The acceptor would not accept it."""

    bill: Id
    ground: BillGround


@dataclass(frozen=True, slots=True)
class BillReturned:
    """The payee gave an unused bill back to the drawer; its invoices are free again."""

    bill: Id
    ground: BillGround


@dataclass(frozen=True, slots=True)
class BillEndorsed:
    """The holder passed it on."""

    bill: Id
    by: Id
    to: Id


@dataclass(frozen=True, slots=True)
class BillDiscounted:
    """The bank bought it from its holder for the face less interest; `trade` are the seller's own invoices."""

    bill: Id
    seller: Id
    rate: Rate
    falls_due_on: dt.date
    interest_fen: int
    trade: tuple[Trade, ...]


@dataclass(frozen=True, slots=True)
class BillRediscounted:
    """The bank sold it before maturity for the face less the buyer's interest, answering for its payment or not."""

    bill: Id
    buyer: Id
    rate: Rate
    interest_fen: int
    recourse: bool


@dataclass(frozen=True, slots=True)
class BillRedeemed:
    """The bank, asked by its buyer, paid the whole claim and has the bill back."""

    bill: Id
    amount_fen: int


@dataclass(frozen=True, slots=True)
class BillWrittenOff:
    """A bill that stays unpaid left the balance sheet; the claim stands as before."""

    bill: Id
    ground: str


@dataclass(frozen=True, slots=True)
class BillPresented:
    """The holder asked the acceptor to pay."""

    bill: Id
    by: Id


@dataclass(frozen=True, slots=True)
class BillPaid:
    """The acceptor paid the face."""

    bill: Id


@dataclass(frozen=True, slots=True)
class BillPaidInPart:
    """The acceptor paid less than the face: a default as to the rest, which those liable are asked for."""

    bill: Id
    amount_fen: int
    ground: BillGround


@dataclass(frozen=True, slots=True)
class BillDishonoured:
    """The acceptor did not pay: a default."""

    bill: Id
    ground: BillGround


@dataclass(frozen=True, slots=True)
class RecourseTaken:
    """The holder asked somebody who is liable on the bill to pay in the acceptor's place."""

    bill: Id
    party: Id


@dataclass(frozen=True, slots=True)
class RecourseMet:
    """Somebody who was asked paid so much of the claim."""

    bill: Id
    party: Id
    amount_fen: int


BillBody: TypeAlias = (
    BillDrawn
    | BillAccepted
    | BillRefused
    | BillReturned
    | BillEndorsed
    | BillDiscounted
    | BillRediscounted
    | BillPresented
    | BillPaid
    | BillPaidInPart
    | BillDishonoured
    | RecourseTaken
    | RecourseMet
    | BillRedeemed
    | BillWrittenOff
)
