"""One economy for the tests of its parts."""

from __future__ import annotations

import polars as pl
import pytest

from farthing.world.economy import Economy, Plan, build
from farthing.world.trade import invoices


@pytest.fixture(scope="session")
def economy() -> Economy:
    return build(Plan(seed=11, merchants=120))


@pytest.fixture(scope="session")
def issued(economy: Economy) -> pl.DataFrame:
    """Its invoices."""
    return invoices(economy)
