"""The boosted model in use: one PD however asked for, worse scores never better, reasons that are true, bytes that tell everything."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.models.boosted.grown import grown, rows_of, sample

from farthing.domain.errors import Invalid
from farthing.features.catalogue import CATALOGUE
from farthing.models.boosted.fit import hold_out
from farthing.models.boosted.model import Boosted, Fit, Scorer, decode, encode, freeze, pd_many, reach
from farthing.models.boosted.trees import eta_many, eta_one, log_odds, matrix_of, unpack
from farthing.models.reasons import CANDIDATE
from farthing.quant.calibration import Line, platt, prior_shift
from farthing.quant.conformal import Certainty, thresholds

NO_SPREAD = ((0.0, 0.0), (0.0, 0.0))


@cache
def made() -> Boosted:
    """Calibrated on the cases that stopped the fit."""
    forest, cases = grown(), sample()
    eta = eta_many(forest, *matrix_of(forest, cases.columns, 1500))
    held = hold_out(cases, 0.25, 3)
    certain = thresholds(eta[held], cases.bad[held], 100_000)
    return freeze(forest, Fit(platt(log_odds(eta[held]), cases.bad[held]), 50_000, certain), cases)


def facts_of(case: int) -> dict[str, int | None]:
    return dict(zip(made().forest.features, rows_of(made().forest, case + 1)[case], strict=True))


def test_one_and_many_have_the_same_pd() -> None:
    scorer, many = Scorer(made()), pd_many(made(), sample())
    assert (many == pd_many(made(), sample(), plain=True)).all()
    for case, row in enumerate(rows_of(made().forest, 100)):
        facts = dict(zip(made().forest.features, row, strict=True))
        assert scorer.pd_ppm(facts) == scorer.score(facts).pd_ppm == many[case]
        assert scorer.score(facts).low_pd_ppm <= many[case] <= scorer.score(facts).high_pd_ppm  # type: ignore[operator]


def test_the_pd_is_the_calibrated_log_odds_to_one_per_cent() -> None:
    model = freeze(grown(), Fit(Line(0.3, 0.8, NO_SPREAD), 50_000, made().certain), sample())
    eta = log_odds(eta_many(grown(), *matrix_of(grown(), sample().columns, 1500)))
    rate = sample().bad.mean()
    odds = np.exp(0.3 + 0.8 * eta) * (0.05 / 0.95) / (rate / (1 - rate))
    assert np.abs(pd_many(model, sample()) / (1e6 * odds / (1 + odds)) - 1).max() < 0.011
    assert model.low_ppm == model.pd_ppm == model.high_ppm


def test_its_bounds_are_the_calibrations_own() -> None:
    line = Line(0.3, 0.8, ((0.02, 0.005), (0.005, 0.01)))
    model = freeze(grown(), Fit(line, 50_000, made().certain), sample())
    eta = eta_many(grown(), *matrix_of(grown(), sample().columns, 1500))
    rate = sample().bad.mean()
    place = [model.step(one) for one in eta.tolist()]
    wanted = line.apply(log_odds(eta)) + prior_shift(rate, 0.05) + 1.96 * line.spread(log_odds(eta))
    found = np.array(model.high_ppm)[place] / 1e6
    assert np.abs(np.log(found / (1 - found)) - wanted).max() < 0.012


def test_a_score_on_an_edge_belongs_to_the_step_it_begins_however_asked() -> None:
    eta = eta_many(grown(), *matrix_of(grown(), sample().columns, 1500))
    edges = tuple(np.unique(eta).tolist())
    table = tuple(range(1, len(edges) + 2))
    model = replace(made(), eta_from=edges, pd_ppm=table, low_ppm=table, high_ppm=table, points=table)
    assert pd_many(model, sample()).tolist() == [edges.index(one) + 2 for one in eta.tolist()]
    assert [model.step(one) + 1 for one in eta.tolist()] == pd_many(model, sample()).tolist()


def test_what_is_usual_is_the_median_of_the_goods() -> None:
    model = made()
    for name in ("turnover_monthly_12m", "turnover_volatility_12m"):
        value, missing = sample().columns[name]
        known = value[~missing & ~sample().bad]
        usual = model.usual[model.forest.features.index(name)]
        assert usual is not None
        assert abs((known < usual).mean() - 0.5) < 0.01


def test_points_stand_for_the_same_pds_as_the_scorecards() -> None:
    pairs = dict(zip(made().points, made().pd_ppm, strict=True))
    assert pairs[600] == pytest.approx(50_000, rel=0.03)
    odds = [pairs[points] / (1e6 - pairs[points]) for points in (600, 620)]
    assert odds[0] / odds[1] == pytest.approx(2.0, rel=0.05)


def test_a_worse_score_never_has_a_better_pd_nor_more_points() -> None:
    assert (np.diff(np.array(made().pd_ppm)) >= 0).all()
    assert (np.diff(np.array(made().points)) <= 0).all()
    least, most = reach(made().forest)
    eta = eta_many(made().forest, *matrix_of(made().forest, sample().columns, 1500))
    assert least <= eta.min() < eta.max() <= most
    with pytest.raises(Invalid, match="better PD"):
        replace(made(), pd_ppm=made().pd_ppm[::-1])
    with pytest.raises(Invalid, match="lacks a PD"):
        replace(made(), points=made().points[:-1])


def test_the_model_is_its_bytes_and_its_name_their_digest() -> None:
    assert decode(encode(made())) == made()
    assert made().name.startswith("mdl_")
    assert freeze(grown(), Fit(Line(0.3, 0.8, NO_SPREAD), 50_000, made().certain), sample()).name != made().name


def test_contributions_add_up_to_the_points_but_for_rounding() -> None:
    scorer = Scorer(made())
    rest = set()
    for case in range(60):
        score = scorer.score(facts_of(case))
        rest.add(score.points - sum(one.points for one in score.contributions))
    assert max(rest) - min(rest) <= len(made().forest.features) / 2 + 2, "what is left is the points that everybody starts from"


def test_every_reason_told_is_true_and_one_that_is_not_is_kept_back() -> None:
    scorer, branches, model = Scorer(made()), unpack(made().forest), made()
    told = kept_back = 0
    for case in range(150):
        facts = facts_of(case)
        row = list(facts.values())
        here = eta_one(branches, row)
        better = {
            name
            for place, name in enumerate(model.forest.features)
            if eta_one(branches, [*row[:place], model.usual[place], *row[place + 1 :]]) < here
        }
        codes = {CANDIDATE[name].code for name in better}
        reasons = scorer.reasons(facts, CATALOGUE)
        assert {one.code for one in reasons} <= codes
        told += len(reasons)
        kept_back += sum(one.shortfall > 0 and one.feature not in better for one in scorer.score(facts).contributions)
    assert told > 200
    assert kept_back > 0, "the sample has cases where a contribution is not a reason"


def test_a_reason_names_the_weak_side_of_a_weak_case() -> None:
    weakest = int(pd_many(made(), sample()).argmax())
    reasons = Scorer(made()).reasons(facts_of(weakest), CATALOGUE)
    assert {"LOW_TURNOVER", "UNSTEADY_TURNOVER"} & {one.code for one in reasons[:2]}
    assert len(reasons) <= 4


def test_certainty_is_that_of_the_thresholds() -> None:
    scorer, pds = Scorer(made()), pd_many(made(), sample())
    assert scorer.certainty(facts_of(int(pds.argmin()))) is Certainty.GOOD
    assert scorer.certainty(facts_of(int(pds.argmax()))) is Certainty.BAD
    assert Certainty.UNCERTAIN in {scorer.certainty(facts_of(case)) for case in range(60)}


def test_a_calibration_that_says_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="do not order"):
        Fit(Line(0.0, -0.1, NO_SPREAD), 50_000, made().certain)
    with pytest.raises(Invalid, match="between 0 and 1"):
        Fit(Line(0.0, 1.0, NO_SPREAD), 0, made().certain)


def test_an_install_without_the_extra_scores_and_explains() -> None:
    """Nothing that made the trees is needed to use them: in a process where neither library can be imported."""
    program = (
        "import sys\n"
        "sys.modules['lightgbm'] = sys.modules['numba'] = None\n"
        "import importlib.util as util, json\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name in ('lightgbm', 'numba') else found(name, *rest)\n"
        "from farthing.features.catalogue import CATALOGUE\n"
        "from farthing.models.boosted.model import Scorer, decode\n"
        "told = json.load(sys.stdin)\n"
        "scorer = Scorer(decode(told['artefact'].encode()))\n"
        "print(json.dumps([[scorer.pd_ppm(f), [r.code for r in scorer.reasons(f, CATALOGUE)]] for f in told['facts']]))\n"
    )
    facts, scorer = [facts_of(case) for case in range(5)], Scorer(made())
    given = json.dumps({"artefact": encode(made()).decode(), "facts": facts})
    run = subprocess.run([sys.executable, "-c", program], input=given, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[scorer.pd_ppm(one), [reason.code for reason in scorer.reasons(one, CATALOGUE)]] for one in facts]
