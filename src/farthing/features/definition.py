"""How a family of features is written down: one readable row each, turned into the closed record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature, Missing
from farthing.features.formulas import FORMULAS
from farthing.features.primitives import parse
from farthing.features.records import KIND_OF

SCALES = MappingProxyType(
    {
        "fen": 0,
        "count": 0,
        "days": 0,
        "months": 0,
        "share": 6,
        "ratio": 6,
        "change": 6,
        "wh": 0,
        "m2": 0,
        "gram": 0,
        "second": 0,
        "grade": 0,
        "star": 2,
    }
)
WINDOW_DAYS = MappingProxyType({"1m": 30, "3m": 91, "6m": 182, "12m": 365, "24m": 730, "all": 0})
_ALWAYS_DEFINED = frozenset([
    "less", "per_3", "per_6", "per_12", "per_24", "net_per_6", "net_per_12", "active", "dry_run", "deficit_months", "falling_run",
])  # fmt: skip
_NEEDS_ACTIVITY = frozenset({"first", "last", "gap", "low_min", "low_last"})
OWNER = "models"


@dataclass(frozen=True, slots=True)
class Side:
    """Words for one side of the evidence, to fill the rows of a family with."""

    side: str
    level: str
    many: str
    one: str
    partner: str
    zh: str
    zh_partner: str
    en_partner: str

    def fill(self, text: str) -> str:
        """The text with this side's words in place of `{side}`, `{level}`, `{many}`, `{one}`, `{partner}`, `{zh}` ..."""
        return text.format(
            side=self.side, level=self.level, many=self.many, one=self.one, partner=self.partner,
            zh=self.zh, zp=self.zh_partner, ep=self.en_partner,
        )  # fmt: skip


SALE = Side("sale", "turnover", "sales", "sale", "buyer", "销售", "客户", "buyer")
PURCHASE = Side("purchase", "purchases", "purchases", "purchase", "supplier", "采购", "供应商", "supplier")
CREDIT = Side("credit", "inflow", "inflows", "inflow", "payer", "流入", "付款方", "payer")
DEBIT = Side("debit", "outflow", "outflows", "outflow", "payee", "流出", "收款方", "payee")

Row = tuple[str, str, str, str, str, str]
"""name | unit and window | formula | primitives, separated by `;` (`sum x.y m0..11` is twelve months) | 中文 | English"""


def define(rows: Iterable[Row], source: EvidenceKind, side: Side | None = None) -> tuple[Feature, ...]:
    """The features of a family's rows, on one side if the rows are written for either."""
    return tuple(_feature(tuple(side.fill(cell) for cell in row) if side else row, source) for row in rows)


def _feature(row: tuple[str, ...], source: EvidenceKind) -> Feature:
    name, kind, formula, primitives, zh, en = row
    unit, window = kind.split(" ")
    texts = tuple(text for part in primitives.split(";") for text in _spread(part.strip()))
    reducers = {parse(text).reducer for text in texts}
    assert formula in FORMULAS, f"{name}: no formula {formula}"
    read = dict.fromkeys(KIND_OF[parse(text).side] for text in texts)
    beside = tuple(kind for kind in read if kind is not source)
    missing = _missing(formula, reducers)
    return Feature(name, zh, en, unit, source, WINDOW_DAYS[window], texts, formula, SCALES[unit], missing, OWNER, beside)


def _missing(formula: str, reducers: set[str]) -> Missing:
    if formula == "total":
        return Missing.NO_ACTIVITY if reducers & _NEEDS_ACTIVITY else Missing.NO_SOURCE
    return Missing.NO_SOURCE if formula in _ALWAYS_DEFINED else Missing.NOT_DEFINED


def _spread(text: str) -> tuple[str, ...]:
    """`sum sale.amount m0..11` as its twelve months."""
    head, dots, last = text.partition("..")
    if not dots:
        return (text,)
    stem, first = head.rsplit(" m", 1)
    return tuple(f"{stem} m{month}" for month in range(int(first), int(last) + 1))
