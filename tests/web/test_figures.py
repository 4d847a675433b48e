"""How numbers look: always the same, always with their unit."""

from __future__ import annotations

import datetime as dt

from farthing.domain.rate import Basis, Rate
from farthing.sources.catalogue import packaged_products
from farthing.web import figures
from farthing.web.text import Words

ZH, EN = Words("zh"), Words("en")


def test_money_small_and_large() -> None:
    assert figures.money(1_234_567) == "¥12,345.67"
    assert figures.large_money(999_999, ZH) == "¥9,999.99"
    assert figures.large_money(1_234_567_800, ZH) == "1,234.57 万元"
    assert figures.large_money(1_234_567_800, EN) == "¥12,345.7k"


def test_a_rate_names_its_year_first() -> None:
    told = figures.rate(Rate(30_000, Basis.DAY), EN)
    assert told == "10.95 % a year (simple) · 0.0300 % a day · 11.57 % a year (effective)"
    assert figures.rate(Rate(30_000, Basis.DAY), ZH).startswith("年利率 10.95 %")


def test_shares_days_and_what_is_missing() -> None:
    assert (figures.share(15_900), figures.share(None)) == ("1.59 %", "—")
    assert (figures.day(dt.date(2026, 11, 22)), figures.day(None)) == ("2026-11-22", "—")
    assert figures.effective(115_716) == "11.57 %"
    assert figures.wan(1_234_567_800) == 1234.57


def test_a_product_is_called_by_its_name() -> None:
    known = packaged_products()["revolving"]
    assert figures.product(known, "revolving", ZH) == known.name_zh
    assert figures.product(None, "gone", EN) == "gone"
