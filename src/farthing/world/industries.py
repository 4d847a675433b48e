"""What the merchants of the world do for a living: seasons, margins, invoice sizes and who supplies whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Industry:
    """`season` holds twelve monthly factors in per cent of the year's mean; `ticket_yuan` is the median invoice."""

    code: str
    zh: str
    season: tuple[int, ...]
    margin_ppm: int
    tax_ppm: int
    ticket_yuan: int
    monthly_yuan: int
    suppliers: tuple[str, ...]
    weight: int


INDUSTRIES: tuple[Industry, ...] = (
    Industry(
        "farm_produce", "种植", (30, 30, 60, 80, 90, 120, 130, 110, 190, 200, 110, 50), 280_000, 0, 3_000, 45_000, ("farm_supply",), 10
    ),
    Industry(
        "farm_supply", "农资", (50, 90, 190, 200, 140, 110, 90, 80, 90, 70, 50, 40), 160_000, 90_000, 4_000, 160_000, ("manufacture",), 6
    ),
    Industry(
        "manufacture", "加工制造", (80, 55, 105, 110, 110, 105, 100, 100, 110, 110, 110, 105), 190_000, 130_000, 12_000, 420_000, (), 12
    ),
    Industry(
        "wholesale",
        "批发",
        (135, 70, 90, 95, 95, 95, 90, 95, 105, 105, 110, 115),
        90_000,
        130_000,
        9_000,
        520_000,
        ("manufacture", "farm_produce"),
        18,
    ),
    Industry(
        "retail",
        "零售",
        (140, 95, 85, 90, 95, 95, 85, 90, 100, 110, 105, 110),
        210_000,
        30_000,
        1_200,
        120_000,
        ("wholesale", "farm_produce"),
        28,
    ),
    Industry(
        "catering",
        "餐饮",
        (120, 90, 90, 95, 105, 100, 105, 105, 95, 105, 90, 100),
        380_000,
        30_000,
        600,
        90_000,
        ("farm_produce", "wholesale"),
        14,
    ),
    Industry("logistics", "运输", (105, 60, 95, 100, 100, 100, 95, 95, 110, 110, 115, 115), 170_000, 90_000, 2_500, 210_000, (), 6),
    Industry(
        "building",
        "建材",
        (60, 40, 100, 120, 120, 115, 100, 100, 120, 125, 110, 90),
        150_000,
        130_000,
        15_000,
        380_000,
        ("manufacture", "logistics"),
        6,
    ),
)
COUNTIES: tuple[str, ...] = ("青溪县", "白石县", "云岭县", "江安县", "禾丰县", "望海县")
BY_CODE = {industry.code: industry for industry in INDUSTRIES}
