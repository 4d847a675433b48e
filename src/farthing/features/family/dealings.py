"""Templates on those a business deals with: how many, how concentrated, how loyal, for how long."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.features.definition import Row
from farthing.features.family.templates import WINDOWS, Stream, capital


def partners(stream: Stream, key: str, who: tuple[str, str, str], what: str = "金额") -> Iterable[Row]:
    """With whom: how many, how concentrated, how loyal. `who`: Chinese, English singular, English plural."""
    side, (zp, one, many) = stream.side, who
    for window in ("3m", "6m", "12m", "24m", "all"):
        zh, en = WINDOWS[window]
        yield f"{key}s_{window}", f"count {window}", "total", f"partners {side}.partner {window}", f"{zh}{zp}数", f"Number of {many}, {en}"
    for window in ("3m", "12m", "24m", "all"):
        zh, en = WINDOWS[window]
        yield (
            f"{key}_top1_share_{window}",
            f"share {window}",
            "share",
            f"top1 {side}.partner {window}; sum {side}.amount {window}",
            f"{zh}第一大{zp}占{stream.zh}{what}比例",
            f"Share of the largest {one} in {stream.many}, {en}",
        )
        yield (
            f"{key}_top5_share_{window}",
            f"share {window}",
            "share",
            f"top5 {side}.partner {window}; sum {side}.amount {window}",
            f"{zh}前五大{zp}占{stream.zh}{what}比例",
            f"Share of the five largest {many} in {stream.many}, {en}",
        )
        yield (
            f"{key}_hhi_{window}",
            f"ratio {window}",
            "squared",
            f"hhi {side}.partner {window}; base {side}.partner {window}",
            f"{zh}{zp}集中度（赫芬达尔指数）",
            f"Concentration of {many} (Herfindahl index), {en}",
        )
    yield from loyalty(stream, key, who)


def loyalty(stream: Stream, key: str, who: tuple[str, str, str]) -> Iterable[Row]:
    """Who comes back and who is new."""
    side, (zp, _, many) = stream.side, who
    yield (
        f"{key}s_growth_yoy",
        "change 24m",
        "growth",
        f"partners {side}.partner 12m; partners {side}.partner prior_12m",
        f"{zp}数同比增长",
        f"Growth of the number of {many}, last 12 months against the 12 before",
    )
    yield (
        f"{key}_churn_12m",
        "share 24m",
        "share",
        f"lost {side}.partner prior_12m; partners {side}.partner prior_12m",
        f"{zp}流失率（去年有、今年没有）",
        f"Share of last year's {many} that did not come back this year",
    )
    yield (
        f"{key}_new_share_12m",
        "share 12m",
        "share",
        f"new {side}.partner 12m; partners {side}.partner 12m",
        f"新{zp}占比（此前从未出现）",
        f"Share of the year's {many} never seen before it",
    )
    yield (
        f"{key}_repeat_share_12m",
        "share 12m",
        "share",
        f"repeat {side}.partner 12m; partners {side}.partner 12m",
        f"全年至少3个月出现的{zp}占比",
        f"Share of {many} seen in three months or more of the year",
    )
    yield from acquaintance(stream, key, who)


def acquaintance(stream: Stream, key: str, who: tuple[str, str, str]) -> Iterable[Row]:
    """For how long the year's have been known, and how often each was seen."""
    side, (zp, one, many) = stream.side, who
    yield (
        f"{key}_steady_months_12m",
        "months 12m",
        "total",
        f"steady {side}.partner 12m",
        f"最常出现的{zp}的月数",
        f"Months of the year in which the steadiest {one} was seen",
    )
    yield (
        f"{key}_tenure_days_12m",
        "days 12m",
        "mean",
        f"tenure {side}.partner 12m; partners {side}.partner 12m",
        f"现有{zp}平均往来天数",
        f"Mean days between first and last dealing with the year's {many}",
    )
    yield (
        f"{key}_oldest_days_12m",
        "days 12m",
        "total",
        f"oldest {side}.partner 12m",
        f"现有{zp}最长往来天数",
        f"Longest days of dealing among the year's {many}",
    )
    yield (
        f"{key}_per_active_12m",
        "ratio 12m",
        "share",
        f"sum {side}.count 12m; partners {side}.partner 12m",
        f"近12个月平均每个{zp}的{stream.zh}次数",
        f"{capital(stream.many)} for each {one}, last 12 months",
    )
