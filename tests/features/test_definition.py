"""How a family's rows become closed records: units, windows, months spread, and what missing means."""

from __future__ import annotations

import pytest

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Missing
from farthing.features.definition import CREDIT, OWNER, PURCHASE, SALE, SCALES, WINDOW_DAYS, define

TOTAL = ("{level}_12m", "fen 12m", "total", "sum {side}.amount 12m", "近12个月{zh}额", "{many} of the last 12 months")


def test_a_row_is_filled_with_the_words_of_its_side() -> None:
    sale, purchase = define([TOTAL], EvidenceKind.INVOICE, SALE)[0], define([TOTAL], EvidenceKind.INVOICE, PURCHASE)[0]
    assert (sale.name, sale.zh, sale.en) == ("turnover_12m", "近12个月销售额", "sales of the last 12 months")
    assert (purchase.name, purchase.zh) == ("purchases_12m", "近12个月采购额")
    assert sale.primitives == ("sum sale.amount 12m",)
    assert define([TOTAL], EvidenceKind.TRANSACTION, CREDIT)[0].source is EvidenceKind.TRANSACTION


def test_unit_and_window_fix_scale_and_days() -> None:
    feature = define([TOTAL], EvidenceKind.INVOICE, SALE)[0]
    assert (feature.scale, feature.window_days, feature.owner) == (SCALES["fen"], WINDOW_DAYS["12m"], OWNER)
    assert SCALES["share"] == 6
    assert WINDOW_DAYS["all"] == 0


def test_a_range_of_months_is_one_primitive_a_month() -> None:
    row = ("spread", "ratio 12m", "volatility", "sum sale.amount m0..11", "", "")
    assert define([row], EvidenceKind.INVOICE)[0].primitives == tuple(f"sum sale.amount m{month}" for month in range(12))


def test_missing_says_whether_nothing_happened_or_nothing_can_be_said() -> None:
    share = ("s", "share 12m", "share_beside", "sum sale.voids 12m; sum sale.count 12m", "", "")
    assert define([share], EvidenceKind.INVOICE)[0].missing is Missing.NOT_DEFINED
    assert define([TOTAL], EvidenceKind.INVOICE, SALE)[0].missing is Missing.NO_SOURCE


def test_a_formula_nobody_wrote_stops_the_programmer() -> None:
    with pytest.raises(AssertionError, match="no formula"):
        define([("x", "fen 12m", "no_such_formula", "sum sale.amount 12m", "", "")], EvidenceKind.INVOICE)
