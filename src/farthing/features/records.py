"""Records: what each kind of evidence is summed to, a day at a time, declared once for the past and for the present.

A row of evidence falls on a side (a sale, an inflow, a shipment sent) and adds to that side's columns. A row that speaks of a beginning
and an end, as a policy does, falls on a side of each, so that what runs today is what began less what ended. Expressions read
canonical columns only; nothing here looks at a date of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from farthing.domain.evidence import EvidenceKind

SMALL_FEN = 1_000_00  # under 1,000 yuan
LARGE_FEN = 100_000_00  # 100,000 yuan and more: the face limit of many paper invoices
ROUND_FEN = 100_00  # whole hundreds of yuan: seldom the price of goods at a counter
SLOW_DAYS = 7
FULL_PERCENT = 90
LATE_CODES = "[1-7BGD]"  # past due by any length, written off, or paid by another
NIGHT_FROM, NIGHT_TO = 22, 6
SPANS = (3, 6, 12, 24)

col = pl.col


@dataclass(frozen=True, slots=True)
class Entry:
    """How rows fall on sides: `side` gives one of `sides` (null: not here), `day` is the date column, `sums` what is added there."""

    sides: tuple[str, ...]
    side: pl.Expr
    day: str
    sums: Mapping[str, pl.Expr]


@dataclass(frozen=True, slots=True)
class Record:
    """The daily record of one kind. The first entry takes every row once; `partner` names the column whose values are counted apart.

    `largest` is kept as the day's maximum, as are `tops`; `low` as its minimum. Of rows with equal `key` the one known last counts.
    """

    kind: EvidenceKind
    entries: tuple[Entry, ...]
    partner: str | None = None
    largest: str = "amount"
    tops: Mapping[str, pl.Expr] = field(default_factory=dict)
    low: str | None = None
    key: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[str, ...]:
        """Every side in order."""
        return tuple(side for entry in self.entries for side in entry.sides)

    @property
    def sums(self) -> tuple[str, ...]:
        """Every summed column, `count` and `amount` first."""
        named = dict.fromkeys(("count", "amount")) | dict.fromkeys(name for entry in self.entries for name in entry.sums)
        return (*named, *self._of_rows)

    @property
    def rows(self) -> tuple[str, ...]:
        """The columns that count rows of evidence."""
        return self._of_rows or (("count", "returns", "voids") if self.kind is EvidenceKind.INVOICE else ("count",))

    @property
    def _of_rows(self) -> tuple[str, ...]:
        return () if self.kind in (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION) else ("rows",)


def where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    """The value where it holds, else nothing."""
    return pl.when(condition).then(value).otherwise(pl.lit(0, pl.Int64)).fill_null(0)


def one(condition: pl.Expr) -> pl.Expr:
    """One where it holds."""
    return condition.fill_null(value=False).cast(pl.Int64)


def each(column: str, *choices: str) -> dict[str, pl.Expr]:
    """One count a choice, named by it."""
    return {choice: one(col(column) == choice) for choice in choices}


def _only(side: str, day: str, **sums: pl.Expr) -> Entry:
    return Entry((side,), pl.lit(side), day, sums)


def _split(column: str, sides: Mapping[str, str], day: str, **sums: pl.Expr) -> Entry:
    """Sides by what a column holds; several values may share one."""
    return Entry(tuple(dict.fromkeys(sides.values())), col(column).replace_strict(sides, return_dtype=pl.String), day, sums)


def _weekend(day: str) -> pl.Expr:
    return one(col(day).dt.weekday() >= 6)


ONE = pl.lit(1, pl.Int64)
VALID, GROSS, FLOW = col("status") == "valid", col("gross_fen"), col("amount_fen")
KEPT = col("state") != "cancelled"
NIGHT = (col("hour") >= NIGHT_FROM) | (col("hour") < NIGHT_TO)
OPEN = col("state").is_in(["normal", "overdue"])
RUNNING = ~col("state").is_in(["settled", "closed"])
YOUNG = (col("reported_on") - col("opened_on")).dt.total_days() <= 365
HARD = ("loan", "card", "guarantee")

TRADE = (
    Record(
        EvidenceKind.INVOICE,
        (
            Entry(
                ("sale", "purchase"), col("side"), "issued_on",
                {
                    "count": one(VALID & (GROSS >= 0)), "amount": where(VALID, GROSS), "net": where(VALID, col("net_fen")),
                    "tax": where(VALID, col("tax_fen")), "returns": one(VALID & (GROSS < 0)),
                    "returned": where(VALID & (GROSS < 0), -GROSS),
                    "voids": one(~VALID), "voided": where(~VALID, GROSS.abs()),
                    "small": one(VALID & (GROSS >= 0) & (GROSS < SMALL_FEN)), "large": one(VALID & (GROSS >= LARGE_FEN)),
                    "weekend": where(VALID & (GROSS >= 0), _weekend("issued_on")),
                },
            ),
        ),
        partner="counterparty", largest="amount",
    ),
    Record(
        EvidenceKind.TRANSACTION,
        (
            Entry(
                ("credit", "debit"), col("direction"), "booked_on",
                {
                    "count": ONE, "amount": FLOW, "named": where(col("counterparty").fill_null("") != "", FLOW),
                    "small": one(FLOW < SMALL_FEN), "large": one(FLOW >= LARGE_FEN), "weekend": _weekend("booked_on"),
                },
            ),
        ),
        partner="counterparty", low="balance_fen",
    ),
    Record(
        EvidenceKind.TAX_FILING,
        (
            _split(
                "tax", {"vat": "vat", "income": "income_tax", "personal_income": "other_tax", "other": "other_tax"}, "period_on",
                count=ONE, amount=col("declared_fen"), due=col("due_fen"), paid=col("paid_fen"),
                unpaid=pl.max_horizontal(col("due_fen") - col("paid_fen"), pl.lit(0, pl.Int64)),
                late=one(col("late_days") > 0), late_days=col("late_days"), nil=one(col("declared_fen") == 0),
            ),
        ),
        key=("tax", "period_on"),
    ),
)  # fmt: skip

SHOP = (
    Record(
        EvidenceKind.ORDER,
        (
            _only(
                "order", "ordered_on", count=one(KEPT), amount=where(KEPT, FLOW), items=where(KEPT, col("items")),
                fee=where(KEPT, col("fee_fen")), cancelled=one(~KEPT), cancelled_amount=where(~KEPT, FLOW),
                completed=one(col("state") == "completed"), starred=one(col("stars").is_not_null()), stars=where(ONE == 1, col("stars")),
                poor=one(col("stars") <= 2), small=one(KEPT & (FLOW < SMALL_FEN)), weekend=where(KEPT, _weekend("ordered_on")),
            ),
        ),
        partner="counterparty", key=("order_no",),
    ),
    Record(
        EvidenceKind.REFUND,
        (
            _only(
                "refund", "refunded_on", count=ONE, amount=FLOW, **each("reason", "quality", "not_received", "changed_mind", "wrong_item"),
                large=one(FLOW >= SMALL_FEN),
            ),
        ),
        partner="counterparty",
    ),
    Record(
        EvidenceKind.RECEIPT,
        (
            _only(
                "receipt", "received_on", count=ONE, amount=FLOW, timed=one(col("hour").is_not_null()), night=one(NIGHT),
                night_amount=where(NIGHT, FLOW), named=where(col("counterparty").fill_null("") != "", FLOW),
                **each("method", "wallet", "card", "credit", "digital_yuan"), small=one(FLOW < 20_00), large=one(FLOW >= SMALL_FEN),
                whole=one(FLOW % ROUND_FEN == 0), weekend=_weekend("received_on"),
            ),
        ),
        partner="counterparty", key=("reference",),
    ),
)  # fmt: skip

_ACCOUNT = {
    "count": ONE, "amount": col("balance_fen"), "open": one(OPEN), "limit": where(OPEN, col("limit_fen")),
    "balance": where(OPEN, col("balance_fen")), "overdue": col("overdue_fen"), "due": col("due_fen"),
    "late_now": one((col("state") == "overdue") | (col("overdue_fen") > 0)), "bad": one(col("state") == "bad_debt"),
    "settled": one(col("state") == "settled"), "young": one(YOUNG),
    "full": one(OPEN & (col("limit_fen") > 0) & (col("balance_fen") * 100 >= col("limit_fen") * FULL_PERCENT)),
    **{f"late_{span}": col("status_24m").str.slice(-span).str.count_matches(LATE_CODES).cast(pl.Int64) for span in SPANS},
    **{f"late_accounts_{span}": one(col("status_24m").str.slice(-span).str.contains(LATE_CODES)) for span in SPANS},
    "months_known": col("status_24m").str.count_matches("[N1-7*BMDZ]").cast(pl.Int64),
}  # fmt: skip
_WORST = {
    f"worst_{span}": pl.max_horizontal(
        *(
            pl.when(col("status_24m").str.slice(-span).str.contains(codes)).then(pl.lit(grade, pl.Int64)).otherwise(pl.lit(0, pl.Int64))
            for codes, grade in (*((str(grade), grade) for grade in range(1, 8)), ("[BGD]", 8))
        )
    )
    for span in SPANS
}
_TYPES = {
    "loan": "consumer_loan", "business_loan": "business_loan", "mortgage": "mortgage", "credit_card": "card", "quasi_card": "card",
    "guarantee": "guarantee",
}  # fmt: skip

STANDING = (
    Record(
        EvidenceKind.BUREAU_ACCOUNT,
        (_only("account", "reported_on", **_ACCOUNT), _split("type", _TYPES, "reported_on", **_ACCOUNT)),
        partner="counterparty", tops=_WORST, key=("reported_on", "account"),
    ),
    Record(
        EvidenceKind.BUREAU_ENQUIRY,
        (_only("enquiry", "enquired_on", count=ONE, amount=ONE, hard=one(col("reason").is_in(HARD)),
               **each("reason", *HARD, "review", "own")),),
        partner="counterparty",
    ),
    Record(
        EvidenceKind.COURT_CASE,
        (
            _split(
                "role", {"plaintiff": "suing", "defendant": "sued", "debtor": "enforced", "third_party": "third_party"}, "filed_on",
                count=ONE, amount=FLOW, running=one(RUNNING), running_amount=where(RUNNING, FLOW),
                dishonest=one(col("state") == "dishonest"), over_loans=one(col("cause") == "loan"),
                **each("cause", "sale", "labour", "rent"),
            ),
        ),
        partner="counterparty", key=("docket",),
    ),
    Record(
        EvidenceKind.REGISTRY_ENTRY,
        (
            _only(
                "registry", "recorded_on", count=ONE, amount=ONE, abnormal=one(col("change") == "abnormal"),
                annual=one(col("change") == "annual_report"), active=one(col("state") == "active"), ended=one(col("state") != "active"),
                people=one(col("change").is_in(["manager", "shareholder"])), status=one(col("change") == "status"),
                **each("change", "scope", "address", "name", "manager", "shareholder"), capital_change=one(col("change") == "capital"),
            ),
            Entry(("capital",), pl.when(col("capital_fen").is_not_null()).then(pl.lit("capital")), "recorded_on",
                  {"count": ONE, "capital": col("capital_fen")}),
        ),
        key=("recorded_on", "change"),
    ),
)  # fmt: skip

_GROUND = {
    "count": ONE, "amount": col("area_m2"), "contracted": where(col("right") == "contracted", col("area_m2")),
    "forest": where(col("right") == "forest", col("area_m2")),
}  # fmt: skip
_COVER = {
    "count": ONE, "amount": col("insured_fen"), "premium": col("premium_fen"), "subsidy": col("subsidy_fen"), "area": col("area_m2"),
    "crop": where(col("cover") == "crop", col("insured_fen")), "livestock": where(col("cover") == "livestock", col("insured_fen")),
    "income": where(col("cover") == "income", col("insured_fen")),
}  # fmt: skip
_LET = {"count": ONE, "amount": col("area_m2"), "rent": col("rent_fen")}

LAND = (
    Record(
        EvidenceKind.PARCEL, (_only("held", "confirmed_on", **_GROUND), _only("held_end", "ends_on", **_GROUND)), key=("parcel",)
    ),
    Record(
        EvidenceKind.LAND_TRANSFER,
        (
            _split("direction", {"in": "let_in", "out": "let_out"}, "signed_on", **_LET),
            _split("direction", {"in": "let_in_end", "out": "let_out_end"}, "ends_on", **_LET),
        ),
        partner="counterparty", key=("parcel", "signed_on"),
    ),
    Record(
        EvidenceKind.INSURANCE_POLICY, (_only("cover", "issued_on", **_COVER), _only("cover_end", "ends_on", **_COVER)), key=("policy_no",)
    ),
    Record(
        EvidenceKind.INSURANCE_CLAIM,
        (
            _only(
                "claim", "occurred_on", count=ONE, amount=col("claimed_fen"), paid=col("paid_fen"), refused=one(col("state") == "refused"),
                settled=one(col("state") == "paid"), weather=one(col("cause").is_in(["drought", "flood", "hail", "frost"])),
                disease=one(col("cause").is_in(["pest", "disease"])),
            ),
        ),
        key=("policy_no", "occurred_on", "cause"),
    ),
)  # fmt: skip

GOODS = (
    Record(
        EvidenceKind.SHIPMENT,
        (
            _split(
                "direction", {"out": "sent", "in": "fetched"}, "shipped_on", count=ONE, amount=col("freight_fen"), pieces=col("pieces"),
                weight=col("weight_g"), timed=one(col("days").is_not_null()), on_the_way=where(ONE == 1, col("days")),
                slow=one(col("days") > SLOW_DAYS), **each("state", "returned", "lost", "delivered"),
            ),
        ),
        partner="counterparty", key=("tracking_no",),
    ),
    Record(
        EvidenceKind.STOCK_MOVE,
        (_split("direction", {"out": "stock_out", "in": "stock_in"}, "moved_on", count=ONE, amount=col("value_fen"),
                quantity=col("quantity"), emptied=one(col("left") == 0), left_told=one(col("left").is_not_null())),),
        partner="item",
    ),
    Record(
        EvidenceKind.METER_READING,
        (
            _only("meter", "read_on", count=ONE, amount=col("used_wh"), peak=where(col("peak_wh").is_not_null(), col("peak_wh")),
                  peak_told=where(col("peak_wh").is_not_null(), col("used_wh")), fee=col("fee_fen"), unpaid=col("unpaid_fen"),
                  unpaid_readings=one(col("unpaid_fen") > 0), still=one(col("used_wh") == 0)),
        ),
        key=("meter", "read_on"),
    ),
)  # fmt: skip

_SCHOOLING = {"none": 0, "primary": 1, "middle": 2, "high": 3, "college": 4, "degree": 5}
_MAYBE = ("address_months", "dependants", "training_days")
_YES = ("certified", "keeps_books", "separate_account", "plans_ahead")

OWNER = (
    Record(
        EvidenceKind.OWNER_PROFILE,
        (
            _only(
                "profile", "answered_on", count=ONE, amount=ONE,
                schooling=col("schooling").replace_strict(_SCHOOLING, return_dtype=pl.Int64),
                trade_months=col("trade_months"), business_months=col("business_months"), employees=col("employees"),
                **{name: col(name) for name in _MAYBE}, **{f"{name}_told": one(col(name).is_not_null()) for name in _MAYBE},
                **{name: one(col(name)) for name in _YES}, owned=one(col("premises") == "owned"), rented=one(col("premises") == "rented"),
            ),
        ),
        key=("answered_on",),
    ),
    Record(
        EvidenceKind.APP_USAGE,
        (
            _only("app", "used_on", count=one(col("sessions") > 0), amount=col("sessions"), seconds=col("seconds"), actions=col("actions"),
                  night=col("night_sessions"), weekend=where(_weekend("used_on") == 1, col("sessions"))),
        ),
        key=("used_on",),
    ),
    Record(
        EvidenceKind.DEVICE,
        (
            _only("device", "seen_on", count=ONE, amount=col("times"), rooted=one(col("rooted")),
                  rooted_told=one(col("rooted").is_not_null()),
                  **{act: where(col("act") == act, col("times")) for act in ("login", "apply", "draw", "repay", "change")}),
        ),
        partner="device",
    ),
    Record(
        EvidenceKind.CONTACT_POINT,
        (
            _only("contact", "stated_on", count=ONE, amount=ONE, verified=one(col("verified")),
                  verified_told=one(col("verified").is_not_null()),
                  **each("channel", "phone", "address", "email", "bank_card"), **each("holder", "own", "emergency", "business")),
        ),
        partner="point",
    ),
)  # fmt: skip

RECORDS: Mapping[EvidenceKind, Record] = MappingProxyType(
    {record.kind: record for record in (*TRADE, *SHOP, *STANDING, *LAND, *GOODS, *OWNER)}
)
SIDES: Mapping[EvidenceKind, tuple[str, ...]] = MappingProxyType({kind: record.sides for kind, record in RECORDS.items()})
SUMS: Mapping[EvidenceKind, tuple[str, ...]] = MappingProxyType({kind: record.sums for kind, record in RECORDS.items()})
KIND_OF: Mapping[str, EvidenceKind] = MappingProxyType(
    {side: kind for kind, sides in SIDES.items() for side in sides} | {"any": EvidenceKind.TRANSACTION}
)
"""The kind a side belongs to; `any` is both sides of the account flows, whose balances are of neither."""

assert len(KIND_OF) == sum(map(len, SIDES.values())) + 1, "two kinds share the name of a side"
