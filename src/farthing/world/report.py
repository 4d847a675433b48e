"""The world's credit reports: accounts elsewhere with 24 months of codes each, and who asked for a report, in bursts before a fraud."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from farthing.domain.calendar import add_months, month_end
from farthing.world.economy import Economy, stream
from farthing.world.grid import dates, firsts, keys, of_each, open_months, pick, some_day, strikes
from farthing.world.people import FRAUDS, Merchant

EVERY_MONTHS = 6
CODES_A_REPORT = 24
ENDING = {"business_loan": 0.4, "loan": 0.4, "credit_card": 0.1, "mortgage": 0.05, "guarantee": 0.3}
"""The chance of an account of each type to be paid off in the world's time."""
TYPES = ("business_loan", "loan", "credit_card", "mortgage", "guarantee")
BURST_DAYS = 9
BURST = (7, 13)


@dataclass(frozen=True, slots=True)
class _Account:
    """An account at another bank. Months count from the world's first; `ended`, on `day` of it, is None while the account goes on."""

    number: int
    kind: str
    limit: int
    opened: int
    ended: int | None
    day: int


def bureau_accounts(economy: Economy) -> pl.DataFrame:
    """A report each half-year of every merchant: an account's path of days past due is one, whichever report shows it. What is paid off
    stays on the report, as settled."""
    rng, ends = stream(economy.plan, "bureau"), stream(economy.plan, "bureau ends")
    plan = economy.plan
    reports = range(EVERY_MONTHS - 1, plan.months, EVERY_MONTHS)
    rows: list[tuple[object, ...]] = []
    for merchant in economy.merchants:
        for number in range(int(rng.integers(1, 5))):
            kind = TYPES[int(rng.choice(len(TYPES), p=(0.34, 0.2, 0.3, 0.1, 0.06)))]
            limit = round(float(np.exp(rng.normal(11.5, 0.8)))) * 100
            opened = int(rng.integers(-60, plan.months - 6))
            path = _path(rng, merchant, opened, plan.months)
            account = _Account(number, kind, limit, opened, _end(ends, kind, opened, path), int(ends.integers(1, 29)))
            shown = [month for month in reports if month >= max(opened, merchant.opened_month)]
            rows += [_row(plan.start, merchant, account, path, month) for month in shown]
    names = ("party", "reported_on", "account", "counterparty", "type", "state", "opened_on", "closed_on", "limit_fen", "balance_fen",
             "overdue_fen", "due_fen", "status_24m")  # fmt: skip
    dated = {"reported_on", "opened_on", "closed_on"}
    schema = {name: pl.Date if name in dated else pl.Int64 if name.endswith("_fen") else pl.String for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _end(rng: np.random.Generator, kind: str, opened: int, path: Mapping[int, int]) -> int | None:
    """The month in which an account is paid off, if it is while the world lasts: from a day wished for on, half a year after its opening at
    least, the first month at which nothing is past due, nor was before. What comes later has no part in it."""
    ends, first, beyond = rng.random() < ENDING[kind], max(opened + EVERY_MONTHS, 0), max(path) + 1
    wished = int(rng.integers(first, max(beyond, first + 1)))
    paid = (month for month in range(wished, beyond) if path[month] == path.get(month - 1, 0) == 0)
    return next(paid, None) if ends else None


def _path(rng: np.random.Generator, merchant: Merchant, opened: int, months: int) -> dict[int, int]:
    """Months past due, month by month since 24 before the world: now and then one month late, and ever more once struck."""
    weak = 0.05 - 0.04 * np.tanh(merchant.quality)
    path: dict[int, int] = {}
    behind = 0
    for month in range(max(opened, -CODES_A_REPORT), months):
        if merchant.defaults and month >= merchant.strikes:
            behind += int(rng.random() < 0.85)
        else:
            behind = behind + 1 if rng.random() < weak * (3.0 if behind else 1.0) else 0
        path[month] = behind
    return path


def _row(start: dt.date, merchant: Merchant, account: _Account, path: Mapping[int, int], month: int) -> tuple[object, ...]:
    """One account as a report of the end of `month` shows it: how it ended is told once, and then there is none (as `ledger.status`)."""
    settled = account.ended is not None and account.ended <= month
    code = {behind: "N" if behind == 0 else str(min(behind, 7)) for behind in range(len(path) + 1)}
    shown = range(month - CODES_A_REPORT + 1, month + 1)
    codes = "".join(code[path[one]] if one in path else "/" for one in shown)
    closed_on = None
    if settled and account.ended is not None:
        gone = month - account.ended
        codes = (codes[: max(CODES_A_REPORT - gone - 1, 0)] + "C" * (gone < CODES_A_REPORT)).ljust(CODES_A_REPORT, "/")
        closed_on = add_months(start, account.ended).replace(day=account.day)
    behind = path[month]
    balance = 0 if settled else account.limit * max(90 - 2 * (month - account.opened), 8) // 100
    due = 0 if settled else account.limit // 30
    state = "settled" if settled else "normal" if behind == 0 else "bad_debt" if behind > 7 else "overdue"
    lender = f"bank-{(account.number * 7 + account.limit) % 29:02d}"
    return (
        merchant.key, month_end(add_months(start, month)), f"{merchant.key}-A{account.number}", lender, account.kind, state,
        add_months(start, account.opened), closed_on, account.limit, balance, min(due * behind, balance), due, codes,
    )  # fmt: skip


def bureau_enquiries(economy: Economy) -> pl.DataFrame:
    """A few a year for anybody, more for the weak; a dozen within nine days before a fraud, and now and then before a wedding."""
    rng = stream(economy.plan, "enquiries")
    rows = open_months(economy)
    rate = of_each(economy, lambda one: 0.22 - 0.12 * np.tanh(one.quality))[rows.who]
    each = rows.repeat(rng.poisson(rate))
    usual = _asked(economy, each.who, some_day(rng, economy, each.month))
    burst = burst_months(economy)
    hot = [(who, int(month)) for who, month in enumerate(burst) if month >= 0]
    hot += [(int(who), int(rng.integers(0, economy.plan.months))) for who in np.nonzero(rng.random(len(burst)) < 0.015)[0]]
    who = np.array([one for one, _ in hot], dtype=np.int64)
    times = rng.integers(*BURST, len(hot))
    first = firsts(economy)[np.array([month for _, month in hot], dtype=np.int64)]
    days = np.repeat(first, times) + rng.integers(0, BURST_DAYS, int(times.sum()))
    rows_of_bursts = _asked(economy, np.repeat(who, times), days)
    frame = pl.concat([usual, rows_of_bursts]).sort("party", "enquired_on")
    return frame.with_columns(
        counterparty=pl.Series([f"bank-{n:02d}" for n in rng.integers(0, 29, frame.height)], dtype=pl.String),
        reason=pick(rng, ("loan", "card", "guarantee", "review", "own", "other"), (8, 4, 1, 4, 1, 1), frame.height),
    )


def _asked(
    economy: Economy, who: np.ndarray[tuple[int], np.dtype[np.int64]], days: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> pl.DataFrame:
    return pl.DataFrame({"party": keys(economy, who), "enquired_on": dates(days)})


def burst_months(economy: Economy) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The month in which a fraud applies everywhere at once, the one before it strikes; -1 where there is none in the window."""
    fraud = np.array([merchant.fate in FRAUDS for merchant in economy.merchants])
    month = strikes(economy) - 1
    return np.asarray(np.where(fraud & (month < economy.plan.months), month, -1), dtype=np.int64)
