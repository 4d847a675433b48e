"""Those the bank turned down, as their decisions recorded them: what a model may learn of them, and what may be said of their risk."""

from __future__ import annotations

import numpy as np

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.model_card import Measure, ModelClass
from farthing.domain.policy import Outcome
from farthing.flows.ports import House
from farthing.models.artefact import made_ready, ready
from farthing.models.card import Development
from farthing.models.sample import Column, Sample
from farthing.models.validation.rejected import PPM, rate_of_all, seen_then
from farthing.quant.calibration import prior_shift
from farthing.quant.logistic import sigmoid

MOST = 2_000
"""The newest of them; older ones were turned down by policies that are gone."""


def told_apart(house: House, sample: Sample, market: str) -> tuple[Sample, Sample]:
    """The labelled cases, and those the model in use turned down, both with the PD it gave: for cases with an outcome, what it gives now.

    `NotFound` without such a model, `Invalid` where it turned nobody down.
    """
    used = house.registry.model_in_use(ModelClass.RATING, market)
    if used is None:
        raise NotFound("no_model", "Those turned down are learnt of by the score of the time.", "Train without them first.")
    model = ready(used[1])
    if any(one.feature not in sample.columns for one in model.reads):
        raise Invalid("other_features", f"{used[0].id} reads what these cases do not have.", "Train without those turned down.")
    rejected, then_ppm = declined(house, sample, used[0].id)
    if not len(then_ppm):
        raise Invalid("none_declined", f"{used[0].id} has turned nobody down yet.", "Train without those turned down.")
    return seen_then(sample, model.pd_ppm(sample.columns)), seen_then(rejected, then_ppm)


def declined(house: House, sample: Sample, model: str | None = None) -> tuple[Sample, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Parties without an outcome whose newest decision is a decline (by a model, if one is named), with the features recorded then and
    the PD given; outcomes are placeholders."""
    labelled, seen, found = set(sample.subjects), set[str](), []
    for row in house.decisions.list(outcome=Outcome.DECLINE.value, limit=MOST):
        record = house.decisions.get(str(row["decision"]))
        if record is None or record[1].score is None or record[1].overrides is not None or model not in (None, record[1].model):
            continue
        subject = house.parties.get(record[1].party).subject
        if subject not in labelled and subject not in seen:
            seen.add(subject)
            found.append((subject, record[2].values, record[1].score.pd_ppm))
    columns = {name: _column([values.get(name) for _, values, _ in found]) for name in sample.columns}
    count = len(found)
    rejected = Sample(tuple(one for one, _, _ in found), columns, np.zeros(count, dtype=np.bool_), np.ones(count))
    return rejected, np.array([pd for _, _, pd in found], dtype=np.int64)


def _column(values: list[object]) -> Column:
    known = [value if type(value) is int else None for value in values]
    return np.array([value or 0 for value in known], dtype=np.int64), np.array([value is None for value in known], dtype=np.bool_)


def bounds(house: House, made: Development) -> tuple[Measure, ...]:
    """The rate of bads of all who asked, between four assumptions of those turned down; nothing where nobody was."""
    rejected, then_ppm = declined(house, made.sample)
    if not len(then_ppm):
        return ()
    model = made_ready(made.artefact)
    own, assumed = (rate / PPM for rate in model.rates_ppm)
    p = np.clip(model.pd_ppm(rejected.columns), 1, PPM - 1) / PPM
    chance = sigmoid(np.log(p / (1.0 - p)) + prior_shift(assumed, own))
    return rate_of_all(int(made.sample.bad.sum()), len(made.sample.bad), chance)
