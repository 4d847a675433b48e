"""Leaks of public tables are caught, each by its kind, and honest tables raise none."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.models.own_table.shops import MAPPING, shops

from farthing.domain.errors import Invalid
from farthing.models.fit import settings_for
from farthing.models.own_table.drafting import draft
from farthing.models.own_table.leaking import _by_name, refuse_leaks, suspicions
from farthing.models.own_table.mapping import TableMap, read_table_map
from farthing.models.own_table.reading import BAD, read_table
from farthing.models.table import sample_of_table

DATA = Path(os.environ.get("FARTHING_DATA", "../shared/data"))


def found(text: pl.DataFrame, told: TableMap) -> dict[str, str]:
    sample = sample_of_table(read_table(text, told).frame, told.columns, BAD)
    return {one.column: one.code for one in suspicions(sample, told.columns, settings_for(sample))}


def public(file: str, outcome: str, bad: str = "1", good: str = "0", **columns: dict[str, object]) -> dict[str, str]:
    """What is suspected of a public table, mapped as a newcomer would; `columns` are added to the draft."""
    path = DATA / file
    if not path.is_file():
        pytest.skip(f"no public data in {path}")
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    text = frame.with_columns(pl.all().cast(pl.String))
    document = draft(text).document | {"outcome": {"column": outcome, "bad": [bad], "good": [good]}}
    read = {name: entry for name, entry in {**document["columns"], **columns}.items() if name != outcome}  # type: ignore[dict-item]
    watch = [name for name in document.get("watch", []) if name not in read and name != outcome]  # type: ignore[attr-defined]
    return found(text, read_table_map(document | {"columns": read, "watch": watch}))


@pytest.mark.real
def test_the_term_of_an_sba_loan_and_what_was_charged_off() -> None:
    suspects = public("sba_loans/sba_national_to_fy2005.parquet", "default")
    assert suspects["term"] == "far_ahead"
    assert suspects["chg_off_prin_gr"] == "after"
    assert suspects["weight_to_population"] == "too_good"


@pytest.mark.real
def test_a_rating_given_after_the_fact() -> None:
    assert public("cumcm2020c/enterprises.csv", "default", "1.0", "0.0", rating={"kind": "category"}) == {"rating": "after"}


@pytest.mark.real
def test_an_age_at_an_observation_that_is_the_failure() -> None:
    assert public("smesd_china_sme_graph/companies.parquet", "bankrupt", age_months_at_obs={})["age_months_at_obs"] == "at_observation"


@pytest.mark.real
@pytest.mark.parametrize(("file", "outcome", "bad", "good"), [
    ("scorecard_classics/hmeq.csv.gz", "BAD", "1", "0"), ("scorecard_classics/lending_club.csv.gz", "Class", "bad", "good"),
    ("scorecard_classics/uci_german_credit.csv", "creditability", "bad", "good"),
    ("scorecard_classics/uci_taiwan_credit_card.parquet", "default.payment.next.month", "1", "0"),
])  # fmt: skip
def test_honest_tables_raise_no_suspicion(file: str, outcome: str, bad: str, good: str) -> None:
    assert public(file, outcome, bad, good) == {}


def test_a_copy_of_the_outcome_is_refused_until_somebody_answers_for_it() -> None:
    text = shops().with_columns(pl.when(pl.col("defaulted") == "yes").then(pl.lit("9")).otherwise(pl.lit("1")).alias("visits"))
    told = read_table_map(MAPPING | {"columns": {**MAPPING["columns"], "visits": {}}})  # type: ignore[dict-item]
    sample = sample_of_table(read_table(text, told).frame, told.columns, BAD)
    suspects = suspicions(sample, told.columns, settings_for(sample))
    assert [(one.column, one.code) for one in suspects] == [("visits", "too_good")]
    with pytest.raises(Invalid, match="visits: alone it separates") as refused:
        refuse_leaks(suspects, {})
    assert refused.value.field == "visits"
    refuse_leaks(suspects, {"visits": "counted before"})


def test_the_made_up_table_is_honest() -> None:
    assert found(shops(), read_table_map(MAPPING)) == {}


@pytest.mark.parametrize("name", ["operating_margin", "operatingMonths", "narration", "integrating_days", "信用记录月数"])
def test_a_name_that_only_holds_the_letters_is_no_suspect(name: str) -> None:
    assert _by_name(name, 0.6) is None


@pytest.mark.parametrize(("name", "code"), [
    ("rating", "after"), ("LastRating", "after"), ("ChgOffPrinGr", "after"), ("max_dpd30", "after"), ("DPD", "after"),
    ("信用评级", "after"), ("是否违约", "after"), ("monthsAtObs", "at_observation"), ("age_at_observation", "at_observation"),
])  # fmt: skip
def test_a_name_of_what_is_known_afterwards_is_suspect_in_either_language(name: str, code: str) -> None:
    suspect = _by_name(name, 0.6)
    assert suspect is not None
    assert suspect.code == code


def small(first: float, seed: int) -> dict[str, str]:
    """What is suspected of 150 made up cases, whose first column weighs so much and three others less."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(150, 4)), 2)
    bad = rng.random(150) < 1 / (1 + np.exp(1.6 - x @ np.array([first, 0.4, 0.4, 0.4])))
    names = [f"x{place}" for place in range(4)]
    text = pl.DataFrame(dict(zip(names, x.T, strict=True)) | {"y": bad.astype(int)}).with_columns(pl.all().cast(pl.String))
    return found(text, read_table_map({"title": "t", "outcome": {"column": "y"}, "columns": {name: {"scale": 2} for name in names}}))


def test_few_cases_accuse_nobody_by_chance_and_still_show_what_is_plain() -> None:
    assert [small(1.0, seed) for seed in range(12)] == [{}] * 12
    assert small(9.0, 0)["x0"] in ("far_ahead", "too_good")
