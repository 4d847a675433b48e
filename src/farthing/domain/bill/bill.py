"""An acceptance bill (商业汇票): a drawer's order to an acceptor to pay its holder a sum on a day, and how it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.calendar import business_day
from farthing.domain.ids import Id
from farthing.domain.rate import Rate

BILLS = "bill"
"""The product under which bills stand in the books and in the book."""
BANK: Id = "bank"
"""How the bank itself stands in a chain: the holder of what it discounted."""


class BillKind(StrEnum):
    """Who answers first: a bank (银承), or an enterprise (商承)."""

    BANK = "bank"
    COMMERCIAL = "commercial"


class BillStatus(StrEnum):
    """Where a bill is in its life."""

    DRAWN = "drawn"  # 已出票, waits for acceptance
    ACCEPTED = "accepted"  # 已承兑: the acceptor owes it
    DISCOUNTED = "discounted"  # 已贴现: the bank holds it
    REDISCOUNTED = "rediscounted"  # 已转出: another bought it from the bank
    PRESENTED = "presented"  # 提示付款, waits for payment
    DISHONOURED = "dishonoured"  # 已拒付: default
    RECOURSE = "recourse"  # 追索中
    WRITTEN_OFF = "written_off"  # 已核销: off the balance sheet; whoever is liable owes as before
    PAID = "paid"  # 已结清
    RECOVERED = "recovered"  # 追索已清偿
    REFUSED = "refused"  # 拒绝承兑
    RETURNED = "returned"  # 已退回, never used

    @property
    def ended(self) -> bool:
        """Can nothing happen to the bill any more?"""
        return self in _ENDED


class BillGround(StrEnum):
    """Why a bill was not accepted, not paid, or given back."""

    NO_FUNDS = "no_funds"  # 余额不足
    DISPUTE = "dispute"  # 贸易纠纷
    FROZEN_ACCOUNT = "frozen_account"  # 账户冻结或注销
    SUSPECTED_FRAUD = "suspected_fraud"  # 涉嫌伪造或欺诈
    FORMAL_DEFECT = "formal_defect"  # 要素不符
    NO_ANSWER = "no_answer"  # 逾期未应答
    TRADE_CANCELLED = "trade_cancelled"  # 交易取消


_ENDED = {BillStatus.PAID, BillStatus.RECOVERED, BillStatus.REFUSED, BillStatus.RETURNED}


@dataclass(frozen=True, slots=True)
class Trade:
    """An invoice behind a bill: its mark, a digest under the bank's own key that nobody can guess a number from, and its total."""

    mark: str
    gross_fen: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What is written on the paper. Parties by id; `number` is the 30 digits of the electronic bill system.

    `recourse_rate` is what an unpaid claim bears from the day it fell due (Negotiable Instruments Law, article 70); it is fixed
    when the bill is drawn up here. A bill that is not `transferable` is paid to its payee alone (article 27).
    """

    bill: Id
    number: str
    kind: BillKind
    drawer: Id
    acceptor: Id
    payee: Id
    amount_fen: int
    drawn_on: dt.date
    matures_on: dt.date
    trade: tuple[Trade, ...]
    recourse_rate: Rate
    transferable: bool = True
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Endorsement:
    """The bill passed from one hand to the next."""

    by: Id
    to: Id
    on: dt.date


@dataclass(frozen=True, slots=True)
class Discount:
    """What the bank agreed with the seller: the interest is taken off the face at once, and the bill falls due on a business day."""

    seller: Id
    on: dt.date
    falls_due_on: dt.date
    rate: Rate
    interest_fen: int


@dataclass(frozen=True, slots=True)
class Rediscount:
    """The bank sold the bill on: its buyer takes interest off the face for the days that are left, and pays the rest.

    With recourse the bank answers to the buyer for payment. Without, the two agreed that it does not: no word of that on the bill would
    hold (Negotiable Instruments Law, article 33), so to those who have it after the buyer the bank answers all the same (article 37).
    """

    buyer: Id
    on: dt.date
    falls_due_on: dt.date
    rate: Rate
    interest_fen: int
    recourse: bool


@dataclass(frozen=True, slots=True)
class Redemption:
    """The bank paid its buyer's whole claim and has the bill back. `settled_fen` of interest had been paid to the buyer by others."""

    on: dt.date
    face_fen: int
    interest_fen: int
    settled_fen: int

    @property
    def total_fen(self) -> int:
        """What was paid."""
        return self.face_fen + self.interest_fen


@dataclass(frozen=True, slots=True)
class BillState:
    """A bill on `as_of`, the day of its last event: a fold of its events, never edited.

    `trade` are all invoices behind it. Once dishonoured, `claim_exact` is the interest claimed up to `as_of`, unrounded, in fen × the
    denominator of the bill's recourse rate; `recovered_fen` of the face and `claim_paid_fen` of that interest came back, from the acceptor
    in part or from `asked`.
    """

    bill: Bill
    status: BillStatus
    as_of: dt.date
    holder: Id
    trade: tuple[Trade, ...]
    events: int = 1
    chain: tuple[Endorsement, ...] = ()
    discount: Discount | None = None
    sold: Rediscount | None = None
    redeemed: Redemption | None = None
    presented_on: dt.date | None = None
    dishonoured_on: dt.date | None = None
    asked: tuple[Id, ...] = ()
    recovered_fen: int = 0
    claim_exact: int = 0
    claim_paid_fen: int = 0

    @property
    def falls_due_on(self) -> dt.date:
        """The day it is to be paid: its maturity, or the next business day; as agreed once it was discounted."""
        return self.discount.falls_due_on if self.discount else business_day(self.bill.matures_on)

    @property
    def face_left_fen(self) -> int:
        """What of the face is still to be paid by somebody."""
        return 0 if self.status.ended else self.bill.amount_fen - self.recovered_fen

    @property
    def borne(self) -> bool:
        """Is it the bank that loses if nobody pays? It bought the bill, and sold it on with recourse or not at all."""
        return self.discount is not None and (self.sold is None or self.sold.recourse)

    @property
    def exposure_fen(self) -> int:
        """What its parties owe the bank, or it stands to pay for them: the face that is left, written off or not."""
        return self.face_left_fen if self.borne else 0

    @property
    def balance_fen(self) -> int:
        """What of it is on the balance sheet."""
        return 0 if self.status is BillStatus.WRITTEN_OFF else self.exposure_fen
