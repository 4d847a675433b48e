"""Artefacts of every kind are told apart by their form, and old ones read as they did."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from itertools import permutations

import numpy as np
import pytest
from tests.flows import applicants
from tests.flows.dimension_models import KNOWN
from tests.models.boosted.grown import grown, rows_of, sample
from tests.models.construct.owners import fitted as owners
from tests.models.dimension.cards import card_about
from tests.models.novelty.crowd import gate
from tests.models.segment.farmland import fitted as farms

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.features.catalogue import CATALOGUE
from farthing.models.artefact import KINDS, Ready, decode, encode, kind_of, ready
from farthing.models.boosted.model import Boosted, Fit, Scorer, freeze, pd_many
from farthing.models.dimension.card import ScoreKind, named
from farthing.models.fraud.model import Costs, FraudModel
from farthing.models.reasons import reasons_of
from farthing.models.scorecard import Scorecard, score_one
from farthing.quant.calibration import Line
from farthing.quant.conformal import Thresholds

LINE = Line(0.0, 1.0, ((0.01, 0.0), (0.0, 0.01)))


@pytest.fixture(scope="module")
def boosted() -> Boosted:
    return freeze(grown(), Fit(LINE, 50_000, Thresholds(0, 0)), sample())


def test_no_artefact_could_be_of_two_kinds() -> None:
    for one, other in permutations(KINDS, 2):
        every = [field.name for field in fields(one.form)]
        needed = [field.name for field in fields(one.form) if field.default is MISSING and field.default_factory is MISSING]
        assert one.fits(every)
        assert one.fits(needed)
        assert not other.fits(every)
        assert not other.fits(needed)


def test_what_was_encoded_is_decoded_whatever_its_kind(boosted: Boosted) -> None:
    card = canon.decode(Scorecard, applicants.artefact())
    for artefact, name in ((card, "scorecard"), (boosted, "boosted")):
        assert kind_of(encode(artefact)).name == name
        assert decode(encode(artefact)) == artefact


def test_what_rates_no_applicant_is_told_apart_and_decides_nothing_by_itself(boosted: Boosted) -> None:
    whole = named(card_about([KNOWN], 7, ScoreKind.PERSONAL))
    beside = ((farms(), "segment"), (owners(), "construct"), (gate(), "novelty"))
    for artefact, name in ((whole, "dimensions"), (FraudModel(boosted, Costs()), "fraud"), *beside):
        assert kind_of(encode(artefact)).name == name
        assert decode(encode(artefact)) == artefact
        with pytest.raises(Invalid, match="decides nothing"):
            ready(encode(artefact))


def test_a_scorecard_from_before_special_codes_still_reads() -> None:
    old = json.loads(applicants.artefact())
    for attribute in old["attributes"]:
        for name in ("specials", "groups", "other"):
            del attribute[name]
    assert decode(json.dumps(old).encode()) == canon.decode(Scorecard, applicants.artefact())


@pytest.mark.parametrize("change", [{"unknown": 1}, {"name": None}])
def test_bytes_of_no_known_form_score_nobody(change: dict[str, object]) -> None:
    raw = json.loads(applicants.artefact()) | change
    if change.get("name", 1) is None:
        del raw["name"]
    with pytest.raises(Invalid, match="no kind that is known"):
        ready(json.dumps(raw).encode())


def test_a_scorecard_made_ready_says_what_it_said() -> None:
    made, card = ready(applicants.artefact()), canon.decode(Scorecard, applicants.artefact())
    for buyers in (None, 0, 3, 9):
        score, reasons = made.estimate({"buyers_12m": buyers}, CATALOGUE)
        assert score == score_one(card, {"buyers_12m": buyers})
        assert reasons == reasons_of(score.contributions, CATALOGUE)
    columns = {"buyers_12m": (np.array([0, 3, 9, 0]), np.array([False, False, False, True]))}
    singly = [score_one(card, {"buyers_12m": one}).pd_ppm for one in (0, 3, 9, None)]
    assert made.pd_ppm(columns).tolist() == singly
    assert made.rates_ppm == (100_000, 100_000)


def test_trees_made_ready_say_what_they_said(boosted: Boosted) -> None:
    made, scorer = ready(encode(boosted)), Scorer(boosted)
    names = boosted.forest.features
    for row in rows_of(boosted.forest, 20):
        facts = dict(zip(names, row, strict=True))
        assert made.estimate(facts, CATALOGUE) == (scorer.score(facts), scorer.reasons(facts, CATALOGUE))
    assert (made.pd_ppm({name: sample().columns[name] for name in names}) == pd_many(boosted, sample())).all()
    assert [one.feature for one in made.reads] == list(names)


def test_more_points_never_mean_a_higher_pd(boosted: Boosted) -> None:
    made: tuple[Ready, ...] = (ready(applicants.artefact()), ready(encode(boosted)))
    for one in made:
        points, pds = zip(*one.scale(), strict=True)
        assert list(points) == sorted(set(points))
        assert list(pds) == sorted(pds, reverse=True)
