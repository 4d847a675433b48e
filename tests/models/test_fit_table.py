"""A card from a table: what it finds, what it holds, and that weights, specials, categories and a person's bins reach it."""

from __future__ import annotations

import doctest
from dataclasses import replace

import duckdb
import numpy as np
import polars as pl
import pytest

from farthing.domain.errors import Invalid
from farthing.models import fit as fit_module
from farthing.models import scorecard, sql
from farthing.models.fit import FEW, WIDE, Calibration, Scale, Settings, fit, fit_scorecard, freeze, settings_for
from farthing.models.scorecard import Attribute, Scorecard, Scorer, decode, encode, score_one
from farthing.models.table import Column, Kind, Unseen, sample_of_table, whole_frame, whole_row
from farthing.quant import placing
from farthing.quant.binning import Trend
from farthing.quant.calibration import Line
from farthing.quant.discrimination import auc

COLUMNS = (
    Column("income", scale=2, trend=Trend.FALLING, specials=((-1,),), zh="收入", en="Income"),
    Column("age", specials=((998,), (999,))),
    Column("trade", Kind.CATEGORY, unseen=Unseen.RARE),
    Column("noise"),
)


def table(cases: int = 4_000, seed: int = 3) -> pl.DataFrame:
    """Income falls with risk, both ends of age are risky, two trades are bad; codes and gaps in all of them."""
    rng = np.random.default_rng(seed)
    income, age = np.round(rng.lognormal(8, 1, cases), 2), rng.integers(18, 80, cases)
    trade = rng.choice(["shop", "farm", "inn", "taxi", "rare one", "rare two"], cases, p=[0.4, 0.3, 0.15, 0.14, 0.005, 0.005])
    eta = -2.2 - 0.7 * (np.log(income) - 8) + ((age - 45) / 20) ** 2 + 1.0 * np.isin(trade, ["inn", "taxi"])
    frame = {
        "income": pl.Series(income).set(pl.Series(rng.random(cases) < 0.05), None).set(pl.Series(rng.random(cases) < 0.04), -1.0),
        "age": pl.Series(age).set(pl.Series(rng.random(cases) < 0.03), 999),
        "trade": pl.Series(trade).set(pl.Series(rng.random(cases) < 0.02), None),
        "noise": rng.integers(0, 10**6, cases),
        "bad": rng.random(cases) < 1 / (1 + np.exp(-eta)),
        "times": rng.integers(1, 4, cases),
    }
    return pl.DataFrame(frame)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return freeze(fit_scorecard(table(), COLUMNS, "bad"))


def part(card: Scorecard, name: str) -> Attribute:
    return next(one for one in card.attributes if one.feature == name)


def test_it_tells_bads_from_goods_on_cases_it_has_not_seen(card: Scorecard) -> None:
    other = table(seed=4)
    points = Scorer(card).many(whole_frame(other, COLUMNS))["points"].to_numpy()
    assert auc(-points.astype(float), other["bad"].to_numpy()) > 0.72


def test_each_kind_of_value_has_its_bin(card: Scorecard) -> None:
    income, age, trade = part(card, "income"), part(card, "age"), part(card, "trade")
    assert [special.codes for special in income.specials] == [(-100,)]
    assert [special.codes for special in age.specials] == [(998,), (999,)]
    assert income.bins[0].label.startswith("< ")
    assert "." in income.bins[0].label
    assert {name for group in trade.groups for name in group} == {"shop", "farm", "inn", "taxi", "rare one", "rare two"}
    assert sum(one.goods + one.bads for one in trade.every) == 4_000
    assert (income.zh, income.en) == ("收入", "Income")


def test_points_follow_the_declared_trend_and_the_peak_of_the_data(card: Scorecard) -> None:
    income = [one.points for one in part(card, "income").bins]
    assert income == sorted(income)
    turns = np.flatnonzero(np.diff(np.sign(np.diff([one.points for one in part(card, "age").bins]))))
    assert len(turns) == 1


def test_a_code_or_a_gap_that_never_occurred_earns_nothing(card: Scorecard) -> None:
    age = part(card, "age")
    seen = [one.points for one in (*age.bins, age.specials[1].bin)]
    assert age.specials[0].bin.goods + age.specials[0].bin.bads == 0
    assert age.specials[0].bin.points == age.missing.points == min(seen)


def test_the_reference_is_what_a_good_case_earns_on_the_mean(card: Scorecard) -> None:
    points = Scorer(card).many(whole_frame(table(), COLUMNS), parts=True)
    good = ~table()["bad"].to_numpy()
    for one in card.attributes:
        assert one.reference_points == round(points[f"points_{one.feature}"].to_numpy()[good].mean())


@pytest.mark.parametrize("unseen", Unseen)
def test_an_unseen_category_earns_what_was_declared(unseen: Unseen) -> None:
    columns = [replace(column, unseen=unseen) if column.kind is Kind.CATEGORY else column for column in COLUMNS]
    trade = part(freeze(fit_scorecard(table(), columns, "bad")), "trade")
    assert trade.other is not None
    rare = next(one for group, one in zip(trade.groups, trade.bins, strict=True) if "rare one" in group)
    worst = min(one.points for one in (*trade.bins, trade.missing))
    assert trade.other.points == {Unseen.WORST: worst, Unseen.NEUTRAL: 0, Unseen.RARE: rare.points}[unseen]


def test_weights_count_as_repeated_cases() -> None:
    frame = table(600)
    repeated = frame[np.repeat(np.arange(frame.height), frame["times"].to_numpy())]
    settings = replace(WIDE, bads_a_feature=1)
    weighted = freeze(fit_scorecard(frame, COLUMNS, "bad", "times", settings))
    assert weighted == freeze(fit_scorecard(repeated, COLUMNS, "bad", settings=settings))
    assert weighted != freeze(fit_scorecard(frame, COLUMNS, "bad", settings=settings))


def test_a_persons_own_bins_are_kept() -> None:
    columns = [replace(COLUMNS[1], cuts=(30, 60)), replace(COLUMNS[2], groups=(("shop", "farm"), ("inn", "taxi")))]
    card = freeze(fit_scorecard(table(), columns, "bad"))
    assert part(card, "age").cuts == (30, 60)
    assert part(card, "trade").groups == (("shop", "farm"), ("inn", "taxi"))
    assert score_one(card, {"trade": "rare one"}).contributions[[*card.features].index("trade")].bin == "other"


def test_eta_reads_a_sample_whose_categories_are_numbered_otherwise() -> None:
    fitted = fit_scorecard(table(), COLUMNS, "bad")
    whole = sample_of_table(table(seed=5), COLUMNS, "bad")
    some = sample_of_table(table(seed=5).filter(pl.col("trade").ne_missing("farm")), COLUMNS, "bad")
    kept = np.flatnonzero(table(seed=5)["trade"].ne_missing("farm").to_numpy())
    assert np.allclose(fitted.eta(whole)[kept], fitted.eta(some))


def test_points_stand_for_the_odds_on_the_scale_that_is_asked_for() -> None:
    fitted = fit_scorecard(table(), COLUMNS, "bad")
    card = freeze(fitted, scale=Scale(double=50, anchor=500, odds=10))
    assert card.pd_ppm[500 - card.table_from] == round(1e6 / 11)
    assert card.pd_ppm[550 - card.table_from] == round(1e6 / 21)
    moved = freeze(fitted, Calibration(Line(0.0, 1.0, ((0.0, 0.0), (0.0, 0.0))), 20_000))
    assert moved.target_rate_ppm == 20_000
    with pytest.raises(Invalid, match="at least 1"):
        Scale(double=0)


def test_python_columns_and_sql_agree_on_raw_rows(card: Scorecard) -> None:
    frame = table(500, seed=9).with_columns(trade=pl.when(pl.int_range(500) % 50 == 0).then(pl.lit("space o'port")).otherwise("trade"))
    whole, scorer = whole_frame(frame, COLUMNS), Scorer(card)
    one = [score_one(card, whole_row(row, COLUMNS)).points for row in frame.to_dicts()]
    assert [scorer.tell(whole_row(row, COLUMNS)).points for row in frame.to_dicts()] == one
    assert scorer.many(whole)["points"].to_list() == scorer.many(frame)["points"].to_list() == one
    assert scorer.many(whole.with_columns(pl.col("trade").cast(pl.Categorical)))["points"].to_list() == one
    with duckdb.connect() as base:
        base.execute("CREATE TABLE cases (no BIGINT, income BIGINT, age BIGINT, trade TEXT, noise BIGINT)")
        base.executemany("INSERT INTO cases VALUES (?, ?, ?, ?, ?)", [[no, *row] for no, row in enumerate(whole.rows())])
        found = base.execute(sql.to_sql(card, "cases", keep=["no"]) + " ORDER BY no").fetchall()
    assert [points for _, points, *_ in found] == one


def test_raw_columns_are_rounded_on_the_way_as_they_are_when_kept(card: Scorecard) -> None:
    pytest.importorskip("numba")
    frame = table(3_000, seed=10).with_columns(pl.when(pl.int_range(3_000) % 7 == 0).then(float("nan")).otherwise("income").alias("income"))
    expected = Scorer(card).many(whole_frame(frame, COLUMNS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "MANY", 0)
        patch.setattr(scorecard, "CHUNK", 1_000)
        assert Scorer(card).many(frame.with_columns(pl.col("income").cast(pl.Float64))).equals(expected)
        with pytest.raises(Invalid, match="Row 2999 of column income is too large"):
            Scorer(card).many(frame.with_columns(pl.when(pl.int_range(3_000) == 2_999).then(1e300).otherwise("income").alias("income")))


def test_a_value_of_another_kind_is_refused_and_not_scored(card: Scorecard) -> None:
    scorer = Scorer(card)
    for facts in ({"age": 30.5}, {"age": "30"}, {"age": True}, {"trade": 7}):
        with pytest.raises(Invalid, match="Quantise it first"):
            scorer.tell(facts)  # type: ignore[arg-type]
        with pytest.raises(Invalid, match="Quantise it first"):
            score_one(card, facts)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="no numbers"):
        scorer.many(pl.DataFrame({"age": ["30"]}))
    with pytest.raises(Invalid, match="no categories"):
        scorer.many(pl.DataFrame({"trade": [7]}))


def test_the_card_is_its_bytes(card: Scorecard) -> None:
    assert decode(encode(card)) == card


def test_noise_alone_is_refused() -> None:
    with pytest.raises(Invalid, match="No candidate"):
        fit_scorecard(table(), [Column("noise")], "bad", settings=Settings())


@pytest.mark.parametrize("module", [fit_module, sql])
def test_the_examples_of_the_documentation_hold(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0


def test_where_holding_back_must_not_pay_a_gap_earns_nothing() -> None:
    """Everybody whose income is missing is good here: by default that is evidence, else it is none."""
    rng = np.random.default_rng(6)
    income = rng.normal(5_000, 1_000, 2_000).round()
    bad = rng.random(2_000) < 1 / (1 + np.exp((income - 3_500) / 500))
    told = pl.DataFrame(
        {"income": [None if number < 200 else one for number, one in enumerate(income)], "bad": bad & (np.arange(2_000) >= 200)}
    )
    columns = [Column("income", trend=Trend.FALLING)]
    earned, nothing = (
        freeze(fit_scorecard(told, columns, "bad", settings=replace(WIDE, gaps_earn=earns))).attributes[0].missing.points
        for earns in (True, False)
    )
    assert earned > 0 == nothing


def test_where_holding_back_must_not_pay_a_gap_that_nobody_had_costs_nothing_either() -> None:
    """A source that falls silent must not make everybody the worst; by default it does, and a person looks."""
    rng = np.random.default_rng(6)
    income = rng.normal(5_000, 1_000, 2_000).round()
    told = pl.DataFrame({"income": income, "bad": rng.random(2_000) < 1 / (1 + np.exp((income - 3_500) / 500))})
    cards = [freeze(fit_scorecard(told, [Column("income")], "bad", settings=replace(WIDE, gaps_earn=earns))) for earns in (True, False)]
    worst, nothing = (card.attributes[0].missing.points for card in cards)
    assert worst == min(one.points for one in cards[0].attributes[0].bins) < 0 == nothing


def weak(cases: int, seed: int) -> pl.DataFrame:
    """Twelve columns, each of which tells a little: a fifth of the cases are bad."""
    rng = np.random.default_rng(seed)
    columns = rng.normal(0, 100, (12, cases)).round()
    bad = rng.random(cases) < 1 / (1 + np.exp(1.9 - columns.sum(axis=0) / 200))
    return pl.DataFrame({f"c{place}": column for place, column in enumerate(columns)}).with_columns(bad=bad)


def test_a_card_of_few_bads_reads_many_columns_a_little_and_ranks_new_cases_better() -> None:
    columns = [Column(f"c{place}") for place in range(12)]
    fresh = sample_of_table(weak(4_000, 99), columns, "bad")
    samples = [sample_of_table(weak(100, seed), columns, "bad") for seed in range(6)]
    found = [[auc(fit(one, columns, settings).eta(fresh), fresh.bad) for one in samples] for settings in (Settings(), FEW)]
    assert np.mean(found[1]) > np.mean(found[0]) + 0.02
    assert [settings_for(one) for one in (samples[0], fresh)] == [FEW, WIDE]
