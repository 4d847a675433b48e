"""Trees of a table: columns as trees read them, one record as a sample does, directions kept, and reasons that are true."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from tests.models.own_table.shops import MAPPING, shops

from farthing.domain.decision import Reason
from farthing.models.artefact import decode, encode, kind_of
from farthing.models.boosted.fit import Growth
from farthing.models.boosted.model import Fit, freeze, pd_many
from farthing.models.naming import digest, named
from farthing.models.own_table import trees
from farthing.models.own_table.mapping import read_table_map
from farthing.models.own_table.reading import BAD, read_table
from farthing.models.own_table.trees import GrownOnTable, TableScorer, TableTrees, as_read, grow_on_table
from farthing.models.sample import Sample
from farthing.models.table import Column, Kind, sample_of_table, whole_frame
from farthing.quant.calibration import Line
from farthing.quant.conformal import Thresholds
from farthing.quant.discrimination import auc

TOLD = read_table_map(MAPPING)
ROWS = whole_frame(read_table(shops(1_500), TOLD).frame, TOLD.columns).rows(named=True)


@cache
def sample() -> Sample:
    return sample_of_table(read_table(shops(1_500), TOLD).frame, TOLD.columns, BAD)


@pytest.fixture(scope="module")
def grown() -> GrownOnTable:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trees, "WAYS", (Growth(trees=200),))
        return grow_on_table(sample(), TOLD.columns, 1)


@pytest.fixture(scope="module")
def model(grown: GrownOnTable) -> TableTrees:
    fit = Fit(Line(0.0, 1.0, ((0.01, 0.0), (0.0, 0.01))), 60_000, Thresholds(0, 0))
    return named(TableTrees("", grown.columns, freeze(grown.forest, fit, as_read(grown.columns, sample()))))


def test_columns_become_whole_numbers_that_rise_with_risk(grown: GrownOnTable) -> None:
    sales, months, trade, late = grown.columns
    assert (sales.features, late.features) == (("monthly_sales",), ("late_payments",))
    assert months.features == ("months_open", "months_open#1")
    assert months.read(-9) == {"months_open": None, "months_open#1": 1}
    assert months.read(7) == {"months_open": 7, "months_open#1": 0}
    rank = {word: trade.read(word)["trade"] for word in ("grocer", "noodles", "taxi", "never seen", None)}
    assert rank["taxi"] == max(one for one in rank.values() if one is not None) == rank["never seen"]
    assert rank[None] is None
    assert grown.forest.directions == (-1, 0, 0, 1, 1)


def test_one_record_is_read_as_the_sample_is(grown: GrownOnTable) -> None:
    every = as_read(grown.columns, sample()).columns
    assert {row["months_open"] for row in ROWS} >= {-9, 5}
    for place, row in enumerate(ROWS):
        read = {name: value for one in grown.columns for name, value in one.read(row[one.name]).items()}
        assert read == {name: None if missing[place] else int(value[place]) for name, (value, missing) in every.items()}


def test_one_record_scores_as_the_sample_does(model: TableTrees) -> None:
    scorer, every = TableScorer(model), pd_many(model.trees, as_read(model.columns, sample()))
    assert [scorer.score(row).pd_ppm for row in ROWS[:150]] == every[:150].tolist()


def test_it_ranks_and_a_better_value_in_a_declared_direction_is_never_worse(grown: GrownOnTable, model: TableTrees) -> None:
    assert auc(grown.eta(sample()), sample().bad) > 0.8
    assert model.features == ("monthly_sales", "months_open", "trade", "late_payments")
    scorer = TableScorer(model)
    for row in ROWS[:60]:
        here = scorer.score(row).pd_ppm
        assert scorer.score({**row, "late_payments": (row["late_payments"] or 0) + 3}).pd_ppm >= here
        assert scorer.score({**row, "monthly_sales": (row["monthly_sales"] or 0) + 10**7}).pd_ppm <= here or row["monthly_sales"] is None


def test_reasons_name_each_column_once_and_are_told_with_its_value(model: TableTrees) -> None:
    poor = TableScorer(model).score({"monthly_sales": 50_000, "months_open": None, "trade": "taxi", "late_payments": 5})
    names = [reason[0] for reason in poor.reasons]
    assert len(names) == len(set(names)) <= 4
    told = [Reason(*reason) for reason in poor.reasons]
    assert any(one.en == "Monthly sales: 500.00" and one.zh == "月销售额：500.00" for one in told)
    assert (
        TableScorer(model).score({"monthly_sales": 9 * 10**6, "months_open": 50, "trade": "grocer", "late_payments": 0}).points
        > poor.points
    )


def test_held_cases_do_not_rank_their_own_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place of two hundred that says nothing: ranked by all cases it seems to tell the held ones apart, and trees grow and grow."""
    rng = np.random.default_rng(3)
    column, outcome = Column("place", Kind.CATEGORY), rng.random(1_200) < 0.4
    place = [f"p{one:03d}" for one in rng.integers(0, 200, 1_200)]
    chance = sample_of_table(pl.DataFrame({"place": place, BAD: outcome}), (column,), BAD)
    monkeypatch.setattr(trees, "RARE", 0.0)
    monkeypatch.setattr(trees, "WAYS", (Growth(trees=60),))
    assert len(grow_on_table(chance, (column,), 1).forest.trees) <= 3


def test_its_bytes_are_of_its_kind(model: TableTrees) -> None:
    assert kind_of(encode(model)).name == "table_trees"
    assert decode(encode(model)) == model
    assert named(model) == model
    assert len(digest(model)) == 64
    assert (model.sample_rate_ppm, model.target_rate_ppm) == (round(float(np.mean(sample().bad)) * 1e6), 60_000)
