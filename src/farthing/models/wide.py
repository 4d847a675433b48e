"""The wide scorecard: a card that chooses of the whole catalogue, thousands of features, as many as the outcomes carry.

Bins are drawn where they tell most, so of thousands of features that know nothing many seem to know something. Here every feature is
judged on cases that took no part in drawing its bins (either half of them by the other's), and one is taken only where its score statistic
beside those taken before is such as the best of so many useless ones would reach once in twenty times (C. E. Bonferroni, 1936). The halves
judge alike, so useless ones pass oftener than that: a bar twice as high, which would hold for certain, cost 0.07 of AUC on made-up worlds.
Then the card is made of those taken, on all cases. Declared directions are kept; a feature that has none takes its shape from the cases,
and is told by its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.models.dimension.signals import TRENDS
from farthing.models.fit import Fitted, Settings, develop
from farthing.models.forward import Stop, forward
from farthing.models.leak import leaks
from farthing.models.reasons import CANDIDATE, Candidate
from farthing.models.sample import Sample
from farthing.models.table import Column, rules_for
from farthing.models.validate import stratified
from farthing.quant.binning import Floats, Rules, Trend, bin_feature

NOT_READ = frozenset({EvidenceKind.CONTACT_POINT})
"""Whom somebody knows is read only where the party asks for it by name."""
NO_GROUND = ("owner_schooling", "owner_dependants")
"""A refusal or a price may not follow from these."""
CARD = Settings(
    most_features=30, bads_a_feature=5, most_correlation=0.95, least_value=0.0, ridge=3.0,
    rules=Rules(prebins=40, most=6, least_share=0.01, smoothing=1.0),
)  # fmt: skip
SEED, BY_CHANCE = 20200221, 0.05


def wide_candidates(catalogue: Mapping[str, Feature]) -> tuple[Candidate, ...]:
    """Every feature that a card may read: with its direction and words where those were declared."""
    may = (one for one in catalogue.values() if not NOT_READ & set(one.sources) and one.name not in NO_GROUND)
    return tuple(CANDIDATE.get(one.name) or _candidate(one) for one in may)


def _candidate(feature: Feature) -> Candidate:
    return Candidate(feature.name, TRENDS.get(feature.name, Trend.AUTO), feature.name.upper(), feature.zh, feature.en)


def without_leaks(sample: Sample, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those that are not suspect. One whose words were declared stays, so that its leak stops the work; of thousands one is done
    without."""
    suspect = {leak.feature for leak in leaks(sample)} - set(CANDIDATE)
    return tuple(one for one in candidates if one.feature not in suspect)


def develop_wide(sample: Sample, candidates: Sequence[Candidate]) -> Fitted:
    """A card of these cases. `Invalid` where nothing tells more than chance would."""
    taken = set(taken_of(sample, candidates))
    if not taken:
        told = "Of so many features none tells bads from goods better than chance would."
        raise Invalid("no_signal", told, "Bring more outcomes, or train without --wide: fewer features need fewer of them.")
    return develop(sample, [one for one in candidates if one.feature in taken], replace(CARD, most_correlation=1.0))


def taken_of(sample: Sample, candidates: Sequence[Candidate]) -> list[str]:
    """The features taken, in their order."""
    half = stratified(sample.bad, 2, np.random.default_rng(SEED)) == 0
    open_to = [one for one in candidates if one.feature in sample.columns and not sample.columns[one.feature][1].all()]
    evidence = {one.feature: _unseen(sample, one, half) for one in open_to}
    room = max(1, min(CARD.most_features, int(sample.bad.sum()) // CARD.bads_a_feature))
    return forward(evidence, sample, Stop(room, NormalDist().inv_cdf(1.0 - BY_CHANCE / max(len(open_to), 1)) ** 2, CARD.most_correlation))


def _unseen(sample: Sample, one: Candidate, half: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Evidence of each case by bins drawn on the other half, with that half's mean taken off: no half is safer for being a half."""
    value, missing = sample.columns[one.feature]
    rules = rules_for(Column(one.feature, trend=one.trend), CARD.rules, ())
    found = np.zeros(len(value))
    for here in (half, ~half):
        bins, _ = bin_feature(value[~here], missing[~here], sample.bad[~here], sample.weight[~here], rules)
        woe = np.asarray(bins.woe(CARD.rules.smoothing))
        told = woe[bins.place(value[here], missing[here])]
        found[here] = told - told.mean()
    return found
