"""A table's card is examined column by column: each missing once, each number tenfold once, months where days are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.models.own_table.shops import MAPPING, shops

from farthing.models.fit import Settings
from farthing.models.own_table.examining import findings_of, months_of
from farthing.models.own_table.mapping import read_table_map
from farthing.models.own_table.reading import read_table
from farthing.models.own_table.validating import TableValidation, cards, validate_table
from farthing.models.validation.months import Months


@pytest.fixture(scope="module")
def found() -> TableValidation:
    told = read_table_map(MAPPING)
    return validate_table(read_table(shops(), told), told, cards(told, Settings()), 1, lambda *_: None)


def test_each_column_is_taken_away_and_each_number_made_tenfold(found: TableValidation) -> None:
    features = found.fitted.features
    names = {one.name for one in findings_of(found, features, 1)}
    assert {f"stress_without_{name}:auc" for name in features} <= names
    numbers = {name for name in features if name not in found.sample.categories}
    assert {name for name in names if name.startswith("stress_unit_") and name.endswith(":auc")} == {
        f"stress_unit_{name}:auc" for name in numbers
    }
    assert {name for name in names if name.startswith("leak_")} == {f"leak_{name}" for name in numbers}


def test_months_are_those_of_the_cases_tested(found: TableValidation) -> None:
    months = months_of(found)
    assert len([one for one in months.measures if one.name.startswith("psi_month_")]) == len(np.unique(found.month))
    assert months_of(replace(found, month=np.empty(0, dtype=np.int64))) == Months((), ())
