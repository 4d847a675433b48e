"""Who runs the world's businesses: what they answered, when they use the app, and by which devices and contact points they come.

The ring shares a device and a network, and so do inventors of sales, some in threes and some alone, in the week they apply; then they name
one person to call. The honest share too: a family its device and whom to call, a county the tablet of its branch and the agent who helped.
"""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl

from farthing.domain.calendar import add_months
from farthing.world.economy import Economy, stream
from farthing.world.grid import IntArray, dates, firsts, keys, likely, of_each, open_months, pick, some_day
from farthing.world.report import burst_months

DAYS_A_MONTH = 4
SCHOOLING = ("none", "primary", "middle", "high", "college", "degree")
GANGS = (3, 1, 3, 2)
A_FAMILY = 0.03
APPLY = 0.05  # an honest merchant in a month
AT_THE_BRANCH = 0.2
SENT_AGAIN = 0.7
HELPED = 0.08  # names the agent who helped to apply


def owner_profiles(economy: Economy) -> pl.DataFrame:
    """One set of answers a merchant, at the start or when it opened: the able have done it longer, and do more of what helps."""
    rng = stream(economy.plan, "profiles")
    count, quality = len(economy.merchants), of_each(economy, lambda one: one.quality)
    opened = np.array([merchant.opened_month for merchant in economy.merchants], dtype=np.int64)
    business = np.array([max((economy.plan.start - one.registered_on).days // 30, 0) for one in economy.merchants], dtype=np.int64)
    trade = business + np.maximum(rng.gamma(2.0, 20.0, count) + 18.0 * quality, 0.0).astype(np.int64)
    level = np.clip(np.rint(rng.normal(2.6 + 0.35 * quality, 1.1)), 0, 5).astype(np.int64)
    scale = of_each(economy, lambda one: one.scale)
    everyone = np.arange(count)
    return pl.DataFrame({
        "party": keys(economy, everyone), "answered_on": dates(some_day(rng, economy, opened)),
        "birth_year": np.array([int(merchant.id_number[6:10]) for merchant in economy.merchants], dtype=np.int64),
        "schooling": pl.Series(np.array(SCHOOLING)[level], dtype=pl.String), "trade_months": trade, "business_months": business,
        "address_months": np.maximum(rng.gamma(2.0, 30.0, count) + 10.0 * quality, 0.0).astype(np.int64),
        "premises": pick(rng, ("owned", "rented", "family", "none"), (3, 5, 2, 1), count),
        "employees": rng.poisson(2.0 * scale).astype(np.int64), "dependants": rng.poisson(1.6, count).astype(np.int64),
        "training_days": rng.poisson(np.exp(0.5 + 0.4 * np.tanh(quality))).astype(np.int64),
        "certified": likely(rng, -0.2 + 0.8 * quality), "keeps_books": likely(rng, 0.2 + 0.9 * quality),
        "separate_account": likely(rng, 0.0 + 0.6 * quality), "plans_ahead": likely(rng, -0.3 + 0.7 * quality),
    })  # fmt: skip


def app_usages(economy: Economy) -> pl.DataFrame:
    """Up to four days a month: the weak come more at night, and everybody comes more in the month before trouble."""
    rng = stream(economy.plan, "usage")
    rows = open_months(economy).repeat(np.full(open_months(economy).count, DAYS_A_MONTH))
    struck = of_each(economy, lambda one: one.strikes if one.defaults else 10**6)[rows.who]
    worried = (rows.month >= struck - 2) & (rows.month <= struck)
    quality = of_each(economy, lambda one: one.quality)[rows.who]
    day = some_day(rng, economy, rows.month)
    sessions = 1 + rng.poisson(np.where(worried, 3.0, 1.2))
    night = rng.binomial(sessions, np.clip(0.08 - 0.05 * np.tanh(quality) + 0.15 * worried, 0.0, 1.0))
    opened = rng.integers(6, 13, rows.count)
    return pl.DataFrame({
        "party": keys(economy, rows.who), "used_on": dates(day), "sessions": sessions.astype(np.int64),
        "seconds": (sessions * rng.integers(30, 300, rows.count)).astype(np.int64),
        "actions": (sessions * rng.integers(2, 14, rows.count)).astype(np.int64), "night_sessions": night.astype(np.int64),
        "first_hour": opened, "last_hour": np.minimum(opened + rng.integers(0, 11, rows.count), 23),
    }).unique(["party", "used_on"], keep="first", maintain_order=True)  # fmt: skip


def gangs(economy: Economy) -> dict[int, int]:
    """Merchants that come to one device: the ring to the first, inventors of sales to the next, some of them alone."""
    burst = burst_months(economy)
    inventors = [who for who, month in enumerate(burst) if month >= 0 and who not in economy.ring]
    number = (gang for gang, size in enumerate(itertools.cycle(GANGS), start=1) for _ in range(size))
    return dict.fromkeys(economy.ring, 0) | dict(zip(inventors, number, strict=False))


def devices(economy: Economy) -> pl.DataFrame:
    """A login a month by one's own device, and now and then an application; gangs apply and draw by one that they share."""
    rng = stream(economy.plan, "devices")
    rows = open_months(economy)
    family = _families(rng, len(economy.merchants))
    own = pl.DataFrame({
        "party": keys(economy, rows.who), "seen_on": dates(some_day(rng, economy, rows.month)),
        "device": pl.Series([f"d-{family[who]:05d}" for who in rows.who], dtype=pl.String),
        "network": pl.Series([f"n-{family[who]:05d}" for who in rows.who], dtype=pl.String),
        "act": pick(rng, ("login", "repay", "draw", "change"), (80, 12, 6, 2), rows.count), "times": rng.integers(1, 9, rows.count),
        "county": pl.Series([economy.merchants[who].county for who in rows.who], dtype=pl.String),
        "rooted": rng.random(rows.count) < 0.02,
    })  # fmt: skip
    gang, burst = gangs(economy), burst_months(economy)
    hot = [who for who in gang if burst[who] >= 0]
    who = np.repeat(np.array(hot, dtype=np.int64), 4)
    day = firsts(economy)[burst[who]] + rng.integers(0, 7, len(who))
    shared = pl.DataFrame({
        "party": keys(economy, who), "seen_on": dates(day),
        "device": pl.Series([f"d-gang-{gang[int(one)]:03d}" for one in who], dtype=pl.String),
        "network": pl.Series([f"n-gang-{gang[int(one)]:03d}" for one in who], dtype=pl.String),
        "act": pl.Series(["login", "apply", "apply", "draw"] * len(hot), dtype=pl.String), "times": rng.integers(1, 9, len(who)),
        "county": pl.Series([economy.merchants[one].county for one in who], dtype=pl.String), "rooted": rng.random(len(who)) < 0.4,
    })  # fmt: skip
    return pl.concat([own, _applications(economy, family), shared]).sort("party", "seen_on", "device", "act")


def _applications(economy: Economy, family: IntArray) -> pl.DataFrame:
    """Honest applications, most by one's own device, some on the tablet of the county's branch; many are sent more than once."""
    rng = stream(economy.plan, "applications")
    rows = open_months(economy)
    rows = rows.where(rng.random(rows.count) < APPLY)
    rows = rows.repeat(1 + rng.poisson(SENT_AGAIN, rows.count))
    at_branch = rng.random(rows.count) < AT_THE_BRANCH
    county = [economy.merchants[who].county for who in rows.who]
    place = [f"branch-{one}" if there else f"{family[who]:05d}" for who, one, there in zip(rows.who, county, at_branch, strict=True)]
    return pl.DataFrame({
        "party": keys(economy, rows.who), "seen_on": dates(some_day(rng, economy, rows.month)),
        "device": pl.Series([f"d-{one}" for one in place], dtype=pl.String),
        "network": pl.Series([f"n-{one}" for one in place], dtype=pl.String),
        "act": ["apply"] * rows.count, "times": rng.integers(1, 4, rows.count), "county": pl.Series(county, dtype=pl.String),
        "rooted": np.zeros(rows.count, dtype=np.bool_),
    })  # fmt: skip


def contact_points(economy: Economy) -> pl.DataFrame:
    """A phone, an address, a bank card and somebody to call; a gang names one person when it applies."""
    rng, other = stream(economy.plan, "contacts"), stream(economy.plan, "agents")
    family = _families(stream(economy.plan, "devices"), len(economy.merchants))
    helped = other.random(len(economy.merchants)) < HELPED
    rows: list[tuple[object, ...]] = []
    for who, merchant in enumerate(economy.merchants):
        stated = add_months(economy.plan.start, merchant.opened_month)
        rows += [
            (merchant.key, stated, "phone", merchant.phone, "own", bool(rng.random() < 0.95)),
            (merchant.key, stated, "address", f"{merchant.county}-{who}", "own", bool(rng.random() < 0.7)),
            (merchant.key, stated, "bank_card", f"card-{who}", "own", True),
            (merchant.key, stated, "phone", f"near-{family[who]}", "emergency", False),
        ]
        if helped[who]:
            rows.append((merchant.key, stated, "phone", f"agent-{merchant.county}", "business", True))
    names = ("party", "stated_on", "channel", "point", "holder", "verified")
    rows += _named_by_gangs(economy)
    schema: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(names, pl.String)
    return pl.DataFrame(rows, schema=schema | {"stated_on": pl.Date, "verified": pl.Boolean}, orient="row")


def _named_by_gangs(economy: Economy) -> list[tuple[object, ...]]:
    """Whom each member of a gang says to call, on the first day of the month in which they apply."""
    burst, first = burst_months(economy), firsts(economy)
    days = dates(first)
    return [
        (economy.merchants[who].key, days[int(burst[who])], "phone", f"gang-{gang}", "emergency", False)
        for who, gang in sorted(gangs(economy).items())
        if burst[who] >= 0
    ]


def _families(rng: np.random.Generator, count: int) -> IntArray:
    """Whose device each uses: nearly always one's own."""
    own = np.arange(count)
    return np.asarray(np.where(rng.random(count) < A_FAMILY, np.roll(own, 1), own), dtype=np.int64)
