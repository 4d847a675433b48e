"""A sample says what it was made of, and refuses what cannot be trained on."""

from __future__ import annotations

import polars as pl
import pytest

from farthing.domain.errors import Invalid
from farthing.models.sample import sample_of

LABELS = pl.DataFrame({"subject": [f"s{case}" for case in range(24)], "defaulted": [case < 10 for case in range(24)]})
FEATURES = pl.DataFrame({"subject": [f"s{case}" for case in range(20)], "a": range(20)})


def test_a_labelled_subject_without_features_stays_in_as_missing() -> None:
    sample = sample_of(FEATURES, LABELS, ["a", "not there"])
    assert len(sample.bad) == 24
    assert sample.columns["a"][1].sum() == 4
    assert list(sample.columns) == ["a"]


def test_too_few_of_one_outcome_are_refused() -> None:
    with pytest.raises(Invalid, match="9 bads"):
        sample_of(FEATURES, LABELS.with_columns(defaulted=pl.int_range(24) < 9), ["a"])


def test_two_outcomes_for_one_are_refused() -> None:
    with pytest.raises(Invalid, match="two outcomes"):
        sample_of(FEATURES, pl.concat([LABELS, LABELS.head(1)]), ["a"])


def test_the_digest_follows_the_data() -> None:
    sample = sample_of(FEATURES, LABELS, ["a"])
    elsewhere = {"subject": pl.concat_str(pl.lit("other"), pl.col("subject").str.reverse())}
    assert sample.digest == sample_of(FEATURES.with_columns(**elsewhere), LABELS.with_columns(**elsewhere), ["a"]).digest
    assert sample.digest == sample_of(FEATURES.reverse(), LABELS.reverse(), ["a"]).digest
    assert sample.digest != sample_of(FEATURES.with_columns(a=pl.col("a") + 1), LABELS, ["a"]).digest
