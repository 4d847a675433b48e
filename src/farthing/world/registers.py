"""What public registers and the tax office hold of the world's merchants."""

from __future__ import annotations

import numpy as np
import polars as pl

from farthing.domain.party import PartyKind
from farthing.world.economy import Economy, stream
from farthing.world.grid import dates, fen, keys, lasts, of_each, open_months, pick, real_sales, some_day, strikes
from farthing.world.people import FRAUDS, Merchant

WEAK_LATE_DAYS = 4.0
REPORT_DAY = (6, 28)
CHANGES = ("scope", "address", "manager", "shareholder", "capital")


def _firm(merchant: Merchant) -> bool:
    return merchant.kind is not PartyKind.FARM


def registry_entries(economy: Economy) -> pl.DataFrame:
    """Founding, yearly reports and changes; frauds change more in the half year before, and some of the struck are marked abnormal."""
    rng = stream(economy.plan, "registry")
    plan = economy.plan
    rows: list[tuple[str, object, str, str, int, object, str]] = []
    for merchant in (one for one in economy.merchants if _firm(one)):
        capital = round(10 ** float(rng.normal(5.5, 0.4))) // 1000 * 1000 * 100 + 1_000_000
        scope = f"{merchant.industry.zh}服务"
        same = (merchant.registered_on, scope)
        rows.append((merchant.key, merchant.registered_on, "founded", "active", capital, *same))
        for year in range(plan.start.year, plan.end.year + 1):
            day = plan.start.replace(year=year, month=REPORT_DAY[0], day=REPORT_DAY[1])
            if max(plan.start, merchant.registered_on) <= day <= plan.end and rng.random() < 0.9:
                rows.append((merchant.key, day, "annual_report", "active", capital, *same))
        fraud = merchant.fate in FRAUDS
        for month in range(merchant.opened_month, plan.months):
            hot = fraud and merchant.strikes - 6 <= month < merchant.strikes
            if rng.random() < (0.25 if hot else 0.015):
                change = CHANGES[int(rng.integers(0, len(CHANGES)))]
                capital = capital * 2 if change == "capital" else capital
                day = dates(some_day(rng, economy, np.array([month])))[0]
                rows.append((merchant.key, day, change, "active", capital, *same))
        marked = merchant.strikes + 3
        if merchant.defaults and marked < plan.months and rng.random() < 0.4:
            day = dates(some_day(rng, economy, np.array([marked])))[0]
            rows.append((merchant.key, day, "abnormal", "active", capital, *same))
    schema = {
        "party": pl.String, "recorded_on": pl.Date, "change": pl.String, "state": pl.String, "capital_fen": pl.Int64,
        "founded_on": pl.Date, "scope": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.unique(["party", "recorded_on", "change"], keep="first", maintain_order=True).sort("party", "recorded_on", "change")


def tax_filings(economy: Economy) -> pl.DataFrame:
    """VAT of a quarter: what was really sold is declared, so sales invented to borrow are not; the weak file late, the struck later."""
    rng = stream(economy.plan, "tax")
    rows = open_months(economy, _firm)
    rows = rows.where(((rows.month + economy.plan.start.month) % 3 == 0) & (rows.month >= 2))
    quality, struck = of_each(economy, lambda one: one.quality)[rows.who], strikes(economy)[rows.who]
    sold = real_sales(economy)
    quarter = np.array([sold[i, t - 2 : t + 1].sum() for i, t in zip(rows.who, rows.month, strict=True)], dtype=np.float64)
    declared = quarter * np.clip(rng.normal(0.97, 0.02, rows.count), 0.85, 1.05)
    due = fen(declared * (of_each(economy, lambda one: one.industry.tax_ppm)[rows.who] / 1e6 * 0.25 + 0.004))
    after = rows.month >= struck
    late = rng.poisson(np.where(after, 25.0, WEAK_LATE_DAYS * (1.0 - np.tanh(quality)) / 2))
    unpaid = after & (rng.random(rows.count) < 0.6)
    return pl.DataFrame({
        "party": keys(economy, rows.who), "tax": ["vat"] * rows.count, "period_on": dates(lasts(economy)[rows.month]),
        "declared_fen": fen(declared), "due_fen": due, "paid_fen": np.where(unpaid, due // 3, due), "late_days": late.astype(np.int64),
    })  # fmt: skip


def court_cases(economy: Economy) -> pl.DataFrame:
    """A few cases for anybody; most of the struck are sued within half a year."""
    rng = stream(economy.plan, "court")
    rows = open_months(economy)
    since = rows.month - strikes(economy)[rows.who]
    sued = (since >= 0) & (since < 6)
    rows = rows.where(rng.random(rows.count) < np.where(sued, 0.14, 0.002))
    since = rows.month - strikes(economy)[rows.who]
    struck = (since >= 0) & (since < 6)
    turnover = economy.demand.mean(axis=1)[rows.who]
    role = pl.Series(np.where(struck, np.where(rng.random(rows.count) < 0.7, "defendant", "debtor"), np.where(rng.random(rows.count) < 0.5,
                     "plaintiff", "defendant")), dtype=pl.String)  # fmt: skip
    return pl.DataFrame({
        "party": keys(economy, rows.who), "docket": [f"({number})虚构民初{number}号" for number in range(1, rows.count + 1)],
        "filed_on": dates(some_day(rng, economy, rows.month)), "role": role,
        "cause": pick(rng, ("loan", "sale", "labour", "rent", "other"), (4, 4, 1, 1, 1), rows.count),
        "state": pick(rng, ("open", "judged", "settled", "enforcing", "closed"), (3, 2, 2, 2, 2), rows.count),
        "amount_fen": fen(turnover * rng.gamma(2.0, 0.4, rows.count)),
        "counterparty": pl.Series([f"L{number % 37:02d}" for number in range(rows.count)], dtype=pl.String),
    })  # fmt: skip
