"""Templates: questions a credit officer asks of any stream of evidence, written once and filled with each stream's words.

A `Stream` is one side of one kind, a `Measure` a column of it that is worth adding up. Each template gives rows for `definition.define`;
windows, names and both languages come from here, so that a question reads alike wherever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from farthing.features.definition import Row

WINDOWS = {
    "1m": ("近1个月", "last month"),
    "3m": ("近3个月", "last 3 months"),
    "6m": ("近6个月", "last 6 months"),
    "12m": ("近12个月", "last 12 months"),
    "24m": ("近24个月", "last 24 months"),
    "all": ("累计", "over all that is known"),
}
SPANS = ("3m", "6m", "12m", "24m")


@dataclass(frozen=True, slots=True)
class Stream:
    """One side of a kind in words: `key` begins its features' names, `one` and `many` name its rows."""

    side: str
    key: str
    zh: str
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of a stream that adds up: `en` reads after "Mean monthly"."""

    stream: Stream
    column: str
    key: str
    unit: str
    zh: str
    en: str

    def sum(self, window: str) -> str:
        """The primitive of its sum."""
        return f"sum {self.stream.side}.{self.column} {window}"


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a stream: a column over another one, in words that read after "Share of"."""

    column: str
    whole: str
    key: str
    zh: str
    en: str


def level(measure: Measure) -> Iterable[Row]:
    """How much: the last month, usual months of longer windows, and all that is known."""
    for window, months in (("3m", 3), ("6m", 6), ("12m", 12), ("24m", 24)):
        zh, en = WINDOWS[window]
        yield (
            f"{measure.key}_monthly_{window}",
            f"{measure.unit} {window}",
            f"per_{months}",
            measure.sum(window),
            f"{zh}月均{measure.zh}",
            f"Mean monthly {measure.en}, {en}",
        )
    for window in ("1m", "all"):
        zh, en = WINDOWS[window]
        yield (
            f"{measure.key}_{window}",
            f"{measure.unit} {window}",
            "total",
            measure.sum(window),
            f"{zh}{measure.zh}",
            f"{capital(measure.en)}, {en}",
        )


_GROWTHS = (
    ("yoy", "24m", "12m", "prior_12m", "同比增长（近12个月对前12个月）", "last 12 months against the 12 before"),
    ("6m", "12m", "6m", "prior_6m", "环比增长（近6个月对前6个月）", "last 6 months against the 6 before"),
    ("3m", "6m", "3m", "prior_3m", "环比增长（近3个月对前3个月）", "last 3 months against the 3 before"),
    ("1m", "3m", "1m", "prior_1m", "环比增长（近1个月对上1个月）", "last month against the month before"),
    ("season", "24m", "3m", "year_ago_3m", "较去年同季增长", "last 3 months against the same months a year ago"),
)
_SHAPES = (
    ("trend", "trend", "change", ("6m", "12m", "24m"), "的月度趋势（占月均比例）", "Monthly trend of {en} as a share of a usual month"),
    (
        "volatility",
        "volatility",
        "ratio",
        ("6m", "12m", "24m"),
        "波动（标准差/均值）",
        "Unsteadiness of monthly {en}: standard deviation over mean",
    ),
    ("peak_share", "peak", "share", ("6m", "12m", "24m"), "最旺月份占比", "Share of {en} in its best month"),
    ("trough", "trough", "ratio", ("6m", "12m", "24m"), "最淡月份与月均之比", "Worst month of {en} over a usual month"),
    ("active_months", "active", "months", ("6m", "12m", "24m"), "大于零的月数", "Months with {en} above zero"),
    ("dry_months", "dry_run", "months", ("12m", "24m"), "最长连续为零的月数", "Longest run of months without {en}"),
    (
        "weak_months",
        "weak_months",
        "months",
        ("12m", "24m"),
        "不足月均一半的月数",
        "Months in which {en} stayed under half of a usual month",
    ),
    ("falling_months", "falling_run", "months", ("12m", "24m"), "最长连续下降的月数", "Longest run of months in which {en} fell"),
)


def growth(measure: Measure) -> Iterable[Row]:
    """Against an earlier window of the same length."""
    for name, window, now, before, zh, en in _GROWTHS:
        yield (
            f"{measure.key}_growth_{name}",
            f"change {window}",
            "growth",
            f"{measure.sum(now)}; {measure.sum(before)}",
            f"{measure.zh}{zh}",
            f"Growth of {measure.en}, {en}",
        )


def shape(measure: Measure, *, beside: bool = False) -> Iterable[Row]:
    """How it runs over the months: trend, unsteadiness, peaks, holes, seasons.

    `beside` another measure of the same stream the months with and without anything are the same, and left out.
    """
    for name, formula, unit, windows, zh, en in _SHAPES:
        if beside and name in ("trough", "active_months", "dry_months"):
            continue
        for window in windows:
            told = WINDOWS[window]
            yield (
                f"{measure.key}_{name}_{window}",
                f"{unit} {window}",
                formula,
                measure.sum(f"m0..{int(window[:-1]) - 1}"),
                f"{told[0]}{measure.zh}{zh}",
                f"{en.format(en=measure.en)}, {told[1]}",
            )
    yield (
        f"{measure.key}_season_24m",
        "share 24m",
        "season",
        measure.sum("m0..23"),
        f"今年各月{measure.zh}与去年同月的重合度",
        f"How far this year's months of {measure.en} repeat last year's",
    )
    for name, window, inner, zh, en in (
        ("recent_share", "12m", "3m", "近3个月占近12个月的比例", "made in the last 3 of the last 12 months"),
        ("month_share", "3m", "1m", "近1个月占近3个月的比例", "made in the last month of the last 3"),
        ("late_share", "24m", "12m", "近12个月占近24个月的比例", "made in the last 12 of the last 24 months"),
    ):
        yield (
            f"{measure.key}_{name}_{window}",
            f"share {window}",
            "share",
            f"{measure.sum(inner)}; {measure.sum(window)}",
            f"{measure.zh}{zh}",
            f"Share of {measure.en} {en}",
        )


def rhythm(stream: Stream, *, daily: bool = False) -> Iterable[Row]:
    """How often and how lately: counts, days, gaps, the first and the last, and how long the silence is by its own measure.

    `daily`: it comes once a day at most, so that a count of days would say the same.
    """
    side, key = stream.side, stream.key
    for window, (zh, en) in WINDOWS.items():
        yield (
            f"{key}_count_{window}",
            f"count {window}",
            "total",
            f"sum {side}.count {window}",
            f"{zh}{stream.zh}次数",
            f"Number of {stream.many}, {en}",
        )
    for window in () if daily else ("1m", *SPANS, "all"):
        zh, en = WINDOWS[window]
        yield (
            f"{key}_days_{window}",
            f"days {window}",
            "total",
            f"days {side}.day {window}",
            f"{zh}有{stream.zh}的天数",
            f"Days with a {stream.one}, {en}",
        )
    for window in ("3m", "12m", "24m", "all"):
        zh, en = WINDOWS[window]
        yield (
            f"{key}_longest_gap_{window}",
            f"days {window}",
            "total",
            f"gap {side}.day {window}",
            f"{zh}两次{stream.zh}间最长间隔天数",
            f"Longest gap in days between two {stream.many}, {en}",
        )
    yield (
        f"{key}_months_active",
        "months all",
        "total",
        f"months {side}.day all",
        f"有{stream.zh}的累计月数",
        f"Months with a {stream.one}, over all that is known",
    )
    yield from ends(stream)


def ends(stream: Stream) -> Iterable[Row]:
    """Since the first, since the last, and the silence against the usual interval."""
    side, key = stream.side, stream.key
    yield (
        f"days_since_last_{key}",
        "days all",
        "total",
        f"last {side}.day all",
        f"距最近一次{stream.zh}的天数",
        f"Days since the last {stream.one}",
    )
    yield (
        f"days_since_first_{key}",
        "days all",
        "total",
        f"first {side}.day all",
        f"距首次{stream.zh}的天数",
        f"Days since the first {stream.one}",
    )
    yield (
        f"{key}_silence",
        "ratio all",
        "silence",
        f"last {side}.day all; first {side}.day all; days {side}.day all",
        f"距最近一次{stream.zh}的天数与平均间隔之比",
        f"Days since the last {stream.one} over the usual interval between two",
    )


def size(measure: Measure) -> Iterable[Row]:
    """How large one is: mean, largest, and what the largest weighs."""
    side, key, stream = measure.stream.side, measure.stream.key, measure.stream
    for window in SPANS:
        zh, en = WINDOWS[window]
        yield (
            f"{key}_mean_{window}",
            f"{measure.unit} {window}",
            "mean",
            f"{measure.sum(window)}; sum {side}.count {window}",
            f"{zh}平均每次{measure.zh}",
            f"Mean {measure.en} of a {stream.one}, {en}",
        )
    for window in ("3m", "12m", "all"):
        zh, en = WINDOWS[window]
        yield (
            f"{key}_largest_{window}",
            f"{measure.unit} {window}",
            "total",
            f"max {side}.largest {window}",
            f"{zh}单次最大{measure.zh}",
            f"Largest {measure.en} of a single {stream.one}, {en}",
        )
    for window in ("3m", "12m"):
        zh, en = WINDOWS[window]
        yield (
            f"{key}_largest_share_{window}",
            f"share {window}",
            "share",
            f"max {side}.largest {window}; {measure.sum(window)}",
            f"{zh}单次最大{measure.zh}占比",
            f"Largest single {stream.one} as a share of all {measure.en}, {en}",
        )
    yield (
        f"{key}_mean_growth_yoy",
        "change 24m",
        "mean_growth",
        f"{measure.sum('12m')}; sum {side}.count 12m; {measure.sum('prior_12m')}; sum {side}.count prior_12m",
        f"平均每次{measure.zh}同比增长",
        f"Growth of the mean {measure.en} of a {stream.one}, last 12 months against the 12 before",
    )


def parts(stream: Stream, chosen: Sequence[Part], windows: Sequence[str] = ("3m", "12m", "24m", "all")) -> Iterable[Row]:
    """Shares of what there was, and how each moved against the year before."""
    side = stream.side
    for part in chosen:
        for window in windows:
            zh, en = WINDOWS[window]
            yield (
                f"{stream.key}_{part.key}_share_{window}",
                f"share {window}",
                "share",
                f"sum {side}.{part.column} {window}; sum {side}.{part.whole} {window}",
                f"{zh}{part.zh}",
                f"Share of {part.en}, {en}",
            )
        yield (
            f"{stream.key}_{part.key}_share_change_yoy",
            "change 24m",
            "share_change",
            "; ".join(f"sum {side}.{name} {window}" for window in ("12m", "prior_12m") for name in (part.column, part.whole)),
            f"{part.zh}同比变化",
            f"Change of the share of {part.en}, last 12 months against the 12 before",
        )


def tally(stream: Stream, chosen: Sequence[tuple[str, str, str]], windows: Sequence[str] = ("3m", "12m", "24m", "all")) -> Iterable[Row]:
    """Plain counts of what seldom happens: (column, Chinese, English)."""
    for column, told_zh, told_en in chosen:
        for window in windows:
            zh, en = WINDOWS[window]
            yield (
                f"{stream.key}_{column}_{window}",
                f"count {window}",
                "total",
                f"sum {stream.side}.{column} {window}",
                f"{zh}{told_zh}",
                f"{capital(told_en)}, {en}",
            )


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]
