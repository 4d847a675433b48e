"""A card is tested on cases it was not made from, and what is said of it follows from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.models.own_table.shops import MAPPING, shops

from farthing.models.fit import settings_for
from farthing.models.own_table.mapping import TableMap, read_table_map
from farthing.models.own_table.reading import DAY, TableRead, read_table
from farthing.models.own_table.validating import TableValidation, cards, fairness, validate_table, whole_rate
from farthing.models.table import sample_of_table

TOLD = read_table_map(MAPPING)


def validated(told: TableMap = TOLD, cases: int = 3_000) -> tuple[TableRead, TableValidation]:
    read = read_table(shops(cases), told)
    settings = settings_for(sample_of_table(read.frame, told.columns, "__bad"))
    return read, validate_table(read, told, cards(told, settings), 1, lambda *_: None)


@pytest.fixture(scope="module")
def later() -> tuple[TableRead, TableValidation]:
    return validated()


def test_those_that_began_later_test_it(later: tuple[TableRead, TableValidation]) -> None:
    read, found = later
    days = read.frame[DAY].to_numpy()[found.tested.rows]
    assert found.split is not None
    assert days.min() >= np.datetime64(found.split)
    assert len(found.sample.bad) + len(found.tested.bad) == read.frame.height
    assert 0.65 < found.measures["auc"].low < found.measures["auc"].value < found.measures["auc"].high < 0.9
    assert found.measures["calibration_slope"].low < 1.0 < found.measures["calibration_slope"].high
    assert len(found.month) == len(found.tested.bad)


def test_without_days_all_cases_are_tested_in_folds() -> None:
    read, found = validated(replace(TOLD, time=None), 1_500)
    assert found.split is None
    assert found.tested.eta.shape == (5, read.frame.height)
    assert len(found.month) == 0


def test_the_same_seed_gives_the_same_figures(later: tuple[TableRead, TableValidation]) -> None:
    assert validated()[1].measures == later[1].measures


def test_groups_are_compared_on_what_was_tested(later: tuple[TableRead, TableValidation]) -> None:
    read, found = later
    groups = fairness(read.frame, "gender", found.tested)
    assert {name for name, *_ in groups} == {"f", "m"}
    assert sum(cases for _, cases, *_ in groups) == len(found.tested.bad)
    assert max(ratio for *_, ratio in groups) == 1.0


def test_those_without_an_outcome_bound_the_rate_of_all(later: tuple[TableRead, TableValidation]) -> None:
    read, found = later
    bounds = whole_rate(read, TOLD, found)
    assert bounds is not None
    rate = float(read.frame["__bad"].mean())  # type: ignore[arg-type]
    assert bounds.low < bounds.high
    assert abs(bounds.low - rate) < 0.02, "the turned down were drawn at random"
    assert whole_rate(replace(read, unlabelled=read.unlabelled.clear()), TOLD, found) is None


def test_a_number_of_many_values_is_compared_by_quarters(later: tuple[TableRead, TableValidation]) -> None:
    read, found = later
    ages = [None if place % 50 == 0 else str(20 + place % 40) for place in range(read.frame.height)]
    groups = fairness(read.frame.with_columns(pl.Series("age", ages)), "age", found.tested)
    assert [name for name, *_ in sorted(groups)] == ["29 – 39", "39 – 49", "< 29", ">= 49"]
    assert all(abs(share - 0.7) < 0.1 for _, _, share, _ in groups)
