"""A development sample: features as whole numbers beside an outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.errors import Invalid
from farthing.quant.binning import Bools, Floats, Ints

Column = tuple[Ints, Bools]
"""Values (0 where missing) and where they are missing."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Cases in a fixed order. `columns` by feature; `bad` is the outcome; `weight` is 1 for a case that stands for itself.

    `categories` names, for a feature that is no number, what its whole numbers from 0 stand for. A table's cases have no subjects.
    `month` is the month's number (12 a year) in which the outcome became known; empty where no day is told. It is no part of the digest.
    """

    subjects: tuple[str, ...]
    columns: Mapping[str, Column]
    bad: Bools
    weight: Floats
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    month: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def take(self, cases: npt.NDArray[np.int64]) -> Sample:
        """These cases only."""
        return Sample(
            tuple(self.subjects[case] for case in cases) if self.subjects else (),
            {name: (value[cases], missing[cases]) for name, (value, missing) in self.columns.items()},
            self.bad[cases],
            self.weight[cases],
            self.categories,
            self.month[cases] if len(self.month) else self.month,
        )

    @property
    def digest(self) -> str:
        """SHA-256 of values and outcomes: what the model was trained on, whatever the parties are called here."""
        running = hashlib.sha256()
        for name in sorted(self.columns):
            value, missing = self.columns[name]
            running.update(name.encode() + value.astype("<i8").tobytes() + missing.tobytes())
            if name in self.categories:
                running.update("\0".join(self.categories[name]).encode())
        running.update(self.bad.tobytes())
        if (self.weight != 1.0).any():
            running.update(self.weight.astype("<f8").tobytes())
        return running.hexdigest()


def sample_of(features: pl.DataFrame, outcomes: pl.DataFrame, names: Sequence[str]) -> Sample:
    """Labelled subjects with their features: `features` (subject, one column a feature), `outcomes` (subject, defaulted, and if it is
    told the day `known_on`).

    Cases stand in the order of their content, so that a seed draws the same folds in every bank that holds the same data: subjects
    are pseudonyms of one bank. A labelled subject without features stays in, all missing. Raises `Invalid` on two outcomes for one
    subject, or with fewer than ten of either outcome, which no cross-validation can use.
    """
    if outcomes["subject"].is_duplicated().any():
        raise Invalid("two_outcomes", "A party has two outcomes.", "Keep one outcome a party.", field="outcome")
    told = [name for name in ("subject", "defaulted", "known_on") if name in outcomes.columns]
    table = outcomes.select(told).join(features, on="subject", how="left").sort("subject")
    bad = table["defaulted"].to_numpy().astype(np.bool_)
    if min(int(bad.sum()), int((~bad).sum())) < 10:
        raise Invalid(
            "too_few_labels", f"{int(bad.sum())} bads and {int((~bad).sum())} goods are too few to train on.", "Bring at least ten of each."
        )
    columns = {
        name: (table[name].fill_null(0).to_numpy().astype(np.int64), table[name].is_null().to_numpy())
        for name in names
        if name in table.columns
    }
    sample = Sample(tuple(table["subject"].to_list()), columns, bad, np.ones(len(bad)), month=_months(table))
    return sample.take(_by_content(sample))


def columns_for(sample: Sample, features: pl.DataFrame, names: Sequence[str]) -> dict[str, Column]:
    """Other values of these features for the same subjects in the same order; a subject that has none is missing them all."""
    table = pl.DataFrame({"subject": sample.subjects}, schema={"subject": pl.String}).join(
        features, on="subject", how="left", maintain_order="left"
    )
    return {name: (table[name].fill_null(0).to_numpy().astype(np.int64), table[name].is_null().to_numpy()) for name in names}


def _months(table: pl.DataFrame) -> Ints:
    if "known_on" not in table.columns or table["known_on"].null_count():
        return np.empty(0, dtype=np.int64)
    day = table["known_on"].dt
    return (day.year().cast(pl.Int64) * 12 + day.month().cast(pl.Int64) - 1).to_numpy()


def _by_content(sample: Sample) -> Ints:
    """The order of the digests of the cases; equal cases may stand in any order, since nothing tells them apart."""
    parts = [sample.bad.astype(np.int64)]
    for name in sorted(sample.columns):
        value, missing = sample.columns[name]
        parts += [value, missing.astype(np.int64)]
    rows = np.column_stack(parts).astype("<i8")
    digests = [hashlib.sha256(row.tobytes()).digest() for row in rows]
    return np.array(sorted(range(len(digests)), key=digests.__getitem__), dtype=np.int64)
