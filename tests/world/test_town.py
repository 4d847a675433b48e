"""A made-up town: the same seed gives the same sales, each of which says that it was made up."""

from __future__ import annotations

import datetime as dt

from farthing.world.town import TownPlan, town_sales


def test_the_same_seed_is_the_same_town_and_another_another() -> None:
    plan = TownPlan(seed=5, sales=200, months=12)
    assert town_sales(plan).equals(town_sales(plan))
    assert not town_sales(plan).equals(town_sales(TownPlan(seed=6, sales=200, months=12)))


def test_every_sale_says_it_was_made_up_and_lies_in_its_months() -> None:
    made = town_sales(TownPlan(seed=5, sales=500, months=12, start=dt.date(2024, 1, 1)))
    assert set(made.get_column("origin")) == {"synthetic"}
    days = made.get_column("sold_on")
    assert dt.date(2024, 1, 1) <= min(days) < max(days) < dt.date(2025, 1, 1)
    assert made.height == 500
