"""What two columns tell together: found where it is there and nowhere else, frozen to the bit, never against a declared direction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.flows.applicants import CARD

from farthing.cli.model import tell
from farthing.domain.errors import Invalid
from farthing.flows.model.build import _score
from farthing.flows.queries.models import view_of
from farthing.models.fit import WIDE, Fitted, fit_scorecard, freeze
from farthing.models.scorecard import Scorer, decode, encode, score_one
from farthing.models.table import Column, Kind, sample_of_table, whole_frame, whole_row
from farthing.quant.binning import Trend
from farthing.quant.discrimination import auc

COLUMNS = [Column("months"), Column("share", scale=2, specials=((-1,),)), Column("trade", Kind.CATEGORY), Column("noise")]


def table(cases: int = 4_000, seed: int = 1, *, together: float = 2.5) -> pl.DataFrame:
    """Few months are bad where the share is high, many months where it is low: neither column alone tells it."""
    rng = np.random.default_rng(seed)
    months, share = rng.integers(0, 60, cases), rng.random(cases).round(2)
    eta = -2.0 + 0.02 * months + together * np.sign(months - 30) * np.sign(0.5 - share)
    bad = rng.random(cases) < 1.0 / (1.0 + np.exp(-eta))
    trades = np.array(["grain", "cloth", "repair"])[rng.integers(0, 3, cases)]
    told = pl.DataFrame(
        {"months": months, "share": share, "trade": trades, "noise": rng.normal(0, 5, cases).round().astype(int), "bad": bad}
    )
    return told.with_columns(
        share=pl.when(pl.int_range(cases) % 17 == 0).then(-1.0).otherwise("share"),
        months=pl.when(pl.int_range(cases) % 13 == 0).then(None).otherwise("months"),
    )


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit_scorecard(table(), COLUMNS, "bad")


def test_it_is_found_and_tells_cases_that_it_did_not_see(fitted: Fitted) -> None:
    assert ("months", "share") in {tuple(sorted((one.first.column.name, one.second.column.name))) for one in fitted.crossed}
    others = sample_of_table(table(seed=2), COLUMNS, "bad")
    alone = replace(fitted, crossed=())
    assert auc(fitted.eta(others), others.bad) > auc(alone.eta(others), others.bad) + 0.1


def test_where_columns_only_add_up_nothing_is_crossed() -> None:
    assert fit_scorecard(table(together=0.0), COLUMNS, "bad").crossed == ()


def test_a_declared_direction_is_not_turned_beside_another_column() -> None:
    declared = [replace(COLUMNS[0], trend=Trend.RISING), *COLUMNS[1:]]
    crossed = fit_scorecard(table(), declared, "bad").crossed
    assert "months" not in {side.column.name for one in crossed for side in (one.first, one.second)}


def test_the_frozen_card_adds_what_the_fit_adds(fitted: Fitted) -> None:
    """By rows and by columns, and the points of a cell are told as a part of their own."""
    card, frame = freeze(fitted), table(300, seed=3)
    eta = fitted.eta(sample_of_table(frame, COLUMNS, "bad"))
    scored = Scorer(card).many(frame, parts=True)
    points = scored["points"].to_numpy()
    assert np.corrcoef(eta, points)[0, 1] < -0.999
    whole = whole_frame(frame, COLUMNS)
    for place, row in enumerate(whole.head(40).to_dicts()):
        one = score_one(card, row)
        assert one.points == points[place] == Scorer(card).tell(row).points
        pair = next(part for part in one.contributions if "×" in part.feature)
        assert pair.points == scored[f"points_{pair.feature}"][place]
    assert decode(encode(card)) == card
    told = {cell.label for pair in card.crossings for cell in pair.cells if "share" in pair.feature}
    assert any(label.split(" · ")[0] == "-1" or label.endswith(" · -1") for label in told), "a code is told as the data writes it"


def swapped() -> pl.DataFrame:
    """Few months are bad for one kind, many for the other."""
    rng = np.random.default_rng(9)
    frame = table(seed=4).with_columns(kind=pl.Series(np.array(["a", "b"])[rng.integers(0, 2, 4_000)]))
    bad, good = pl.Series(rng.random(4_000) < 0.4), pl.Series(rng.random(4_000) < 0.05)
    told = (pl.col("kind") == "a") == (pl.col("months").fill_null(0) > 30)
    return frame.with_columns(bad=pl.when(told).then(bad).otherwise(good))


BY_KIND = [Column("months"), Column("kind", Kind.CATEGORY)]


def test_a_case_falls_in_the_same_cell_fitted_and_frozen(fitted: Fitted) -> None:
    """Codes, gaps and names that are new included: the fit places columns at once, the card one value at a time."""
    of_kinds = fit_scorecard(swapped(), BY_KIND, "bad", settings=WIDE)
    renamed = swapped().head(500).with_columns(kind=pl.when(pl.int_range(500) % 19 == 0).then(pl.lit("new")).otherwise("kind"))
    for made, frame, columns in ((fitted, table(500, seed=6), COLUMNS), (of_kinds, renamed, BY_KIND)):
        sample, rows = sample_of_table(frame, columns, "bad"), whole_frame(frame, columns).to_dicts()
        assert made.crossed
        for tried, pair in zip(made.crossed, freeze(made).crossings, strict=True):
            cells = tried.first.places(sample) * tried.second.size + tried.second.places(sample)
            found = [pair.find(row[pair.first.feature], row[pair.second.feature]) for row in rows]
            assert found == [pair.cells[cell] for cell in cells]


def test_a_new_name_and_a_missing_value_have_places_of_their_own() -> None:
    card = freeze(fit_scorecard(swapped(), BY_KIND, "bad", settings=WIDE))
    (pair,) = card.crossings
    labels = {pair.find(12, name).label for name in ("a", "b", "new", None)} | {pair.find(None, "a").label}
    assert len(labels) == 5
    row = whole_row({"months": 12, "kind": "new"}, BY_KIND)
    assert Scorer(card).tell(row).points == score_one(card, row).points


def test_a_card_crosses_only_what_it_reads(fitted: Fitted) -> None:
    card = freeze(fitted)
    gone = card.crossings[0].first.feature
    with pytest.raises(Invalid, match=f"crosses {gone}"):
        replace(card, attributes=tuple(one for one in card.attributes if one.feature != gone))
    with pytest.raises(Invalid, match="do not fit its bins"):
        replace(card.crossings[0], cells=card.crossings[0].cells[1:])


def test_a_pair_is_shown_printed_and_told_as_a_reason(fitted: Fitted, capsys: pytest.CaptureFixture[str]) -> None:
    card = freeze(fitted)
    view = view_of(CARD, encode(card))
    assert {one.feature for one in view.crossed} <= {pair.feature for pair in card.crossings}
    assert all(one.points for one in view.crossed)
    tell(view, as_json=False)
    assert "two together" in capsys.readouterr().out
    told = [reason for one in _score(card, [{"months": "50", "share": "0.1"}, {"months": "50", "share": "0.9"}]) for reason in one.reasons]
    assert any("×" in reason.code for reason in told)
