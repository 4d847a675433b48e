"""Every kind of evidence of the world: readable, the same from the same seed, and the planted truth visible in it."""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl
import pytest

from farthing.domain.calendar import add_months
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import SourceTable, take_in
from farthing.evidence.kinds import TABLES
from farthing.evidence.mapping import canonical_map
from farthing.world.economy import Plan
from farthing.world.owner import GANGS
from farthing.world.told import LAGS, Told, tell
from farthing.world.wider import LAG_DAYS

PLAN = Plan(seed=7, merchants=500)


@pytest.fixture(scope="module")
def told() -> Told:
    return tell(PLAN, every=True)


def by_party(frame: pl.DataFrame, value: pl.Expr, name: str) -> pl.DataFrame:
    return frame.group_by("party").agg(value.alias(name))


def in_months(frame: pl.DataFrame, truth: pl.DataFrame, day: str) -> pl.DataFrame:
    """The rows with the month of the world they fall into, beside their party's truth."""
    month = (pl.col(day).dt.year() - PLAN.start.year) * 12 + pl.col(day).dt.month() - PLAN.start.month
    return frame.with_columns(month=month.cast(pl.Int64)).join(truth, on="party")


def test_every_kind_is_told_and_no_row_of_it_is_refused(told: Told) -> None:
    assert set(told.tables) == set(EvidenceKind)
    for kind, frame in told.tables.items():
        source = SourceTable(f"world/{kind}", frame.drop("row"), "0" * 64, canonical_map(kind, LAGS[kind]))
        taken = take_in(source, PLAN.end)
        assert taken.quarantined.rows() == [], kind
        assert taken.accepted.height == frame.height > 0, kind


def test_a_kind_speaks_of_the_day_its_table_says() -> None:
    assert {kind: day for kind, (day, _) in LAG_DAYS.items()} == {kind: TABLES[kind].effective for kind in LAG_DAYS}


def test_the_same_seed_tells_the_same(told: Told) -> None:
    small = Plan(seed=7, merchants=40)
    one, other = tell(small, every=True), tell(small, every=True)
    assert all(one.tables[kind].equals(other.tables[kind]) for kind in EvidenceKind)
    assert not tell(Plan(seed=8, merchants=40), every=True).tables[EvidenceKind.ORDER].equals(one.tables[EvidenceKind.ORDER])
    assert not {name for frame in told.tables.values() for name in frame.columns} & (set(told.truth.columns) - {"party", "county"})


def test_invented_sales_are_neither_carried_nor_metered(told: Told) -> None:
    """The contradiction: in false months sales stand far above what power and carriers say, in honest months they do not."""
    truth = told.truth.filter(pl.col("fate") == "fake_sales")
    sales = told.tables[EvidenceKind.INVOICE].filter((pl.col("side") == "sale") & (pl.col("gross_fen") > 0))
    sold = in_months(sales, truth, "issued_on").group_by("party", "month").agg(sold=pl.col("gross_fen").sum())
    power = in_months(told.tables[EvidenceKind.METER_READING], truth, "read_on").select("party", "month", "used_wh")
    both = sold.join(power, on=["party", "month"]).join(truth, on="party").with_columns(each=pl.col("sold") / pl.col("used_wh"))
    false = pl.col("month").is_between(pl.col("false_from_month"), pl.col("false_until_month"), closed="left")
    honest = by_party(both.filter(pl.col("month") < pl.col("false_from_month")), pl.col("each").median(), "honest")
    shown = by_party(both.filter(false), pl.col("each").median(), "false")
    ratio = honest.join(shown, on="party").select(pl.col("false") / pl.col("honest")).to_series()
    assert ratio.len() > 3
    assert float(ratio.median()) > 1.4  # type: ignore[arg-type]


def test_the_truth_says_when_sales_are_false(told: Told) -> None:
    labelled = told.truth.drop_nulls("false_from_month")
    assert set(labelled["fate"]) == {"fake_sales", "ring"}
    assert (labelled["false_from_month"] < labelled["false_until_month"]).all()
    assert labelled["false_until_month"].max() <= PLAN.months  # type: ignore[operator]
    assert told.truth.filter(pl.col("fate") == "ring")["false_from_month"].to_list() == [16] * 5


def test_frauds_apply_everywhere_at_once_from_one_device(told: Told) -> None:
    gang = told.truth.drop_nulls("gang")
    applied = told.tables[EvidenceKind.DEVICE].filter(pl.col("act") == "apply")
    shared = applied.filter(pl.col("device").str.starts_with("d-gang")).join(gang, on="party")
    assert shared["device"].n_unique() == gang["gang"].n_unique(), "one device a gang"
    crowds = shared.filter(~pl.col("ring")).group_by("device").agg(pl.col("party").n_unique())["party"]
    assert crowds.max() == max(GANGS)
    assert crowds.min() == 1, "some come alone"
    asked = in_months(told.tables[EvidenceKind.BUREAU_ENQUIRY], told.truth.drop_nulls("burst_month"), "enquired_on")
    hot = asked.filter(pl.col("month") == pl.col("burst_month")).group_by("party").len()["len"]
    assert hot.min() >= 7  # type: ignore[operator]
    usual = asked.filter(pl.col("month") < pl.col("burst_month")).height / max(int(gang["burst_month"].sum()), 1)
    assert usual < 1.0


def test_the_honest_share_too(told: Told) -> None:
    """A family its device and whom to call, a county its branch's tablet and its agent: sharing alone is no fraud."""
    seen = told.tables[EvidenceKind.DEVICE].group_by("device").agg(pl.col("party").n_unique())
    assert seen.filter(pl.col("device").str.contains(r"^d-\d"))["party"].max() == 2
    assert seen.filter(pl.col("device").str.starts_with("d-branch"))["party"].min() > max(GANGS)  # type: ignore[operator]
    named = told.tables[EvidenceKind.CONTACT_POINT].group_by("point").agg(pl.col("party").n_unique())
    assert named.filter(pl.col("point").str.starts_with("near-"))["party"].max() == 2
    assert named.filter(pl.col("point").str.starts_with("agent-"))["party"].max() > max(GANGS)  # type: ignore[operator]


def test_quality_shows_in_what_the_bank_is_told(told: Told) -> None:
    """Each kind carries the latent quality: the better third differs from the worse third as the kind says."""
    flag = pl.col("keeps_books").cast(pl.Float64)
    codes = pl.col("status_24m").str.count_matches("[1-7]").cast(pl.Float64)
    for kind, value, better_over_worse in (
        (EvidenceKind.OWNER_PROFILE, flag, 1.3),
        (EvidenceKind.OWNER_PROFILE, pl.col("trade_months").cast(pl.Float64), 1.1),
        (EvidenceKind.TAX_FILING, pl.col("late_days").cast(pl.Float64), 0.8),
        (EvidenceKind.BUREAU_ACCOUNT, codes, 0.8),
        (EvidenceKind.ORDER, pl.col("stars").cast(pl.Float64), 1.02),
        (EvidenceKind.METER_READING, (pl.col("unpaid_fen") > 0).cast(pl.Float64), 0.8),
        (EvidenceKind.APP_USAGE, pl.col("night_sessions") / pl.col("sessions"), 0.8),
    ):
        means = by_party(told.tables[kind], value.mean(), "mean").join(told.truth.filter(~pl.col("ring")), on="party")
        low, high = (float(means["quality_ppm"].quantile(share) or 0) for share in (0.33, 0.67))
        worse = float(means.filter(pl.col("quality_ppm") <= low)["mean"].mean())  # type: ignore[arg-type]
        better = float(means.filter(pl.col("quality_ppm") >= high)["mean"].mean())  # type: ignore[arg-type]
        ratio = better / worse
        assert ratio > better_over_worse if better_over_worse > 1 else ratio < better_over_worse, f"{kind}: {ratio}"


def test_months_of_a_report_are_a_path_and_reports_agree(told: Told) -> None:
    reports = told.tables[EvidenceKind.BUREAU_ACCOUNT].sort("account", "reported_on")
    for codes in reports.group_by("account", maintain_order=True).agg("status_24m", "reported_on").head(300)["status_24m"]:
        for earlier, later in itertools.pairwise(codes):
            assert str(later)[:18] == str(earlier)[6:], "what a month was does not change"
    assert reports.filter(pl.col("state") == "overdue")["status_24m"].str.contains("[1-7]$").all()


def test_a_flood_is_claimed_for_in_its_county(told: Told) -> None:
    claims = told.tables[EvidenceKind.INSURANCE_CLAIM].join(told.truth, on="party").filter(pl.col("cause") == "flood")
    assert claims["county"].n_unique() <= 1
    assert claims["occurred_on"].n_unique() <= 1


def test_nobody_trades_before_they_open(told: Told) -> None:
    registered = told.tables[EvidenceKind.ENTERPRISE].select("party", "registered_on")
    for kind in (EvidenceKind.ORDER, EvidenceKind.SHIPMENT, EvidenceKind.METER_READING, EvidenceKind.RECEIPT):
        day = str(TABLES[kind].effective)
        early = told.tables[kind].join(registered, on="party").filter(pl.col(day) < pl.col("registered_on"))
        assert early.is_empty(), kind
    assert add_months(PLAN.start, PLAN.months) - PLAN.end == dt.timedelta(days=1)
