"""A shock of what a model does not read costs nothing, and the loss of what it lives by costs much."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from tests.models.enterprises import made_up

from farthing.domain.model_card import Measure
from farthing.models.sample import Column
from farthing.models.validation.stress import Columns, Shock, stress, tenfold, without
from farthing.quant.discrimination import auc

READ, UNREAD = "turnover_monthly_12m", "buyers_12m"


def pd_ppm(columns: Columns) -> np.ndarray:
    """A model of one column: the more turnover the safer, and 50 % where it is not known."""
    value, missing = columns[READ]
    return np.where(missing, 500_000, (1_000_000 / (1.0 + np.sqrt(value / 10_000.0))).astype(np.int64))


def tried(*shocks: Shock) -> Mapping[str, Measure]:
    return {one.name: one for one in stress(pd_ppm, made_up(), shocks, 1)}


def test_what_is_not_read_costs_nothing() -> None:
    found = tried(Shock("without_x", without(made_up().columns, [UNREAD])))
    assert (found["stress_without_x:auc"].value, found["stress_without_x:auc"].high) == ("0.000", "0.000")
    assert found["stress_without_x:pd"].value == found["stress_none:pd"].value


def test_without_what_it_lives_by_a_model_knows_nothing() -> None:
    sample = made_up()
    found = tried(Shock("without_x", without(sample.columns, [READ])))
    whole = auc(pd_ppm(sample.columns).astype(float), sample.bad)
    lost = found["stress_without_x:auc"]
    assert float(lost.value) == round(whole - 0.5, 3)
    assert 0.0 < float(lost.low) < float(lost.value) < float(lost.high)
    assert found["stress_without_x:approved"].value == "0.000"


def test_a_wrong_unit_moves_pds_and_leaves_the_order() -> None:
    found = tried(Shock("unit_x", tenfold(made_up().columns, READ)))
    assert abs(float(found["stress_unit_x:auc"].value)) < 0.01
    assert float(found["stress_unit_x:pd"].value) < float(found["stress_none:pd"].value)
    assert float(found["stress_unit_x:approved"].value) > float(found["stress_none:approved"].value)


def test_shocks_leave_the_sample_as_it_was() -> None:
    columns: dict[str, Column] = dict(made_up().columns)
    before = {name: (value.copy(), missing.copy()) for name, (value, missing) in columns.items()}
    tenfold(columns, READ)
    without(columns, [READ])
    assert all((before[name][0] == value).all() and (before[name][1] == missing).all() for name, (value, missing) in columns.items())
