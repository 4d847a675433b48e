"""Findings about a source: not fresh, not whole, drifting, or in contradiction with another.

Each of the last periods is held against the eight before it. A source must have come for a while, and in some number, before anything
is said of it: silence about a young or a rare source is no praise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from farthing.domain.evidence import TERMS, Evidence, EvidenceKind, IntakeReport
from farthing.evidence.monitor.contradict import Contradictions
from farthing.evidence.monitor.profile import Profile
from farthing.evidence.reasons import Reason

BEFORE, LEAST_BEFORE = 8, 4  # periods
JUDGED = {"1w": 13, "1mo": 6, "1q": 2}  # so long a finding stays in sight after it began
FEW_ROWS = 100  # a period, at the usual pace: fewer say nothing
FEW_PARTIES, MANY_PARTIES = 40, 8
ONE_DAY = dt.timedelta(days=1)
SLACK = {"1w": ONE_DAY, "1mo": 3 * ONE_DAY, "1q": 3 * ONE_DAY}  # a source may say nothing of the last days of a period
PPM = 1_000_000
EMPTY = "empty."


class Aspect(StrEnum):
    """What a source is watched for."""

    FRESH = "fresh"
    WHOLE = "whole"
    STEADY = "steady"
    AGREEING = "agreeing"


class Symptom(StrEnum):
    """What is wrong with a source."""

    STALE = "stale"  # nothing new for longer than its terms allow
    LATE = "late"  # rows become known later than they used to
    GAP = "gap"  # periods without a row
    THIN = "thin"  # far fewer rows a party
    SWOLLEN = "swollen"  # far more rows a party
    DOUBLED = "doubled"  # rows that equal another row
    PARTIES_LOST = "parties_lost"
    EMPTIED = "emptied"  # a field is no longer filled in
    REFUSED = "refused"  # many rows of a file were quarantined
    LEVEL = "level"  # amounts of another size
    FROZEN = "frozen"  # one amount over and over
    MIX = "mix"  # another mix of choices
    CONTRADICTS = "contradicts"  # sales without the goods


class Severity(StrEnum):
    """How soon a person should look."""

    WARNING = "warning"
    ALARM = "alarm"


ASPECTS = {
    Symptom.STALE: Aspect.FRESH, Symptom.LATE: Aspect.FRESH, Symptom.GAP: Aspect.WHOLE, Symptom.THIN: Aspect.WHOLE,
    Symptom.SWOLLEN: Aspect.WHOLE, Symptom.DOUBLED: Aspect.WHOLE, Symptom.PARTIES_LOST: Aspect.WHOLE, Symptom.EMPTIED: Aspect.WHOLE,
    Symptom.REFUSED: Aspect.WHOLE, Symptom.LEVEL: Aspect.STEADY, Symptom.FROZEN: Aspect.STEADY, Symptom.MIX: Aspect.STEADY,
    Symptom.CONTRADICTS: Aspect.AGREEING,
}  # fmt: skip


WORDS = {
    Symptom.STALE: Reason("nothing new for {measured} days; its terms allow {usual}", "已 {measured} 天没有新数据，允许 {usual} 天"),
    Symptom.LATE: Reason("known {measured} days after the fact; usually {usual}", "发生后 {measured} 天才知悉，通常 {usual} 天"),
    Symptom.GAP: Reason("{measured} days without a row; usually {usual}", "连续 {measured} 天没有数据，通常间隔 {usual} 天"),
    Symptom.THIN: Reason("only {measured} rows; so many parties usually have {usual}", "只有 {measured} 行，这些当事人通常有 {usual} 行"),
    Symptom.SWOLLEN: Reason("{measured} rows; so many parties usually have {usual}", "有 {measured} 行，这些当事人通常只有 {usual} 行"),
    Symptom.DOUBLED: Reason("{measured} of the rows repeat another; usually {usual}", "{measured} 的行与别行完全相同，通常 {usual}"),
    Symptom.PARTIES_LOST: Reason("only {measured} parties; usually {usual}", "只有 {measured} 个当事人，通常 {usual} 个"),
    Symptom.EMPTIED: Reason("{field} is empty in {measured} of the rows; usually {usual}", "{measured} 的行 {field} 为空，通常 {usual}"),
    Symptom.REFUSED: Reason("{measured} of a file's rows were quarantined", "一个文件有 {measured} 的行被隔离"),
    Symptom.LEVEL: Reason("amounts are {measured} times what they were", "金额是原来的 {measured} 倍"),
    Symptom.FROZEN: Reason("{measured} of the rows hold one same amount; usually {usual}", "{measured} 的行金额相同，通常 {usual}"),
    Symptom.MIX: Reason("{measured} of the rows moved to another {field}", "{measured} 的行换了 {field} 取值"),
    Symptom.CONTRADICTS: Reason("{measured} of the parties sell ({field}) far more than this says",
                                "{measured} 的当事人销售（{field}）远高于此处所示"),
}  # fmt: skip
SHARES = {Symptom.DOUBLED, Symptom.EMPTIED, Symptom.REFUSED, Symptom.FROZEN, Symptom.MIX, Symptom.CONTRADICTS}


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """One symptom of one kind: in which field or against which other kind, since which day, what was measured and what is usual.

    Measures are whole numbers: days (stale, late, gap), parts per million (doubled, emptied, refused, frozen, mix, contradicts), rows or
    parties a period (thin, swollen, parties lost), an amount (level).
    """

    kind: EvidenceKind
    symptom: Symptom
    severity: Severity
    field: str
    since: dt.date
    measured: int
    usual: int

    @property
    def aspect(self) -> Aspect:
        """What the source fails to be."""
        return ASPECTS[self.symptom]

    @property
    def sentences(self) -> tuple[str, str]:
        """What is wrong, in Chinese and in English."""
        measured, usual = (f"{value / 10_000:.0f} %" if self.symptom in SHARES else f"{value:,}" for value in (self.measured, self.usual))
        measured = f"{self.measured / self.usual:.3g}" if self.symptom is Symptom.LEVEL else measured
        zh, en = (
            text.format(field=self.field, measured=measured, usual=usual) for text in (WORDS[self.symptom].zh, WORDS[self.symptom].en)
        )
        return zh, en


def watch(
    today: dt.date,
    manifests: Sequence[tuple[Evidence, IntakeReport | None]],
    profiles: Sequence[Profile],
    contradictions: Sequence[Contradictions],
) -> tuple[SourceFinding, ...]:
    """All findings of `today`, alarms first, by kind. Manifests in the order they came, with the report of each kind's newest at least."""
    found = [*_files(today, manifests)]
    for one in profiles:
        found += _one_each(_periods(today, one))
    found += [finding for one in contradictions if (finding := _contradicting(one)) is not None]
    return tuple(sorted(found, key=lambda one: (one.severity, list(EvidenceKind).index(one.kind), one.since, one.symptom)))


def _one_each(found: Iterator[SourceFinding]) -> list[SourceFinding]:
    """Of one symptom in one field, where it began, and no word about later periods."""
    first: dict[tuple[Symptom, str], SourceFinding] = {}
    for one in found:
        first.setdefault((one.symptom, one.field), one)
    return list(first.values())


# ---- files -----------------------------------------------------------------------------------------------------------


def _files(today: dt.date, manifests: Sequence[tuple[Evidence, IntakeReport | None]]) -> Iterator[SourceFinding]:
    last: dict[EvidenceKind, dt.date] = {}
    newest: dict[EvidenceKind, IntakeReport | None] = {}
    for one, report in manifests:
        newest[one.kind] = report
        if one.last_on is not None:
            last[one.kind] = max(one.last_on, last.get(one.kind, one.last_on))
    for kind, told in newest.items():  # a later file that was believed is the end of it
        if told is not None and told.rows >= FEW_ROWS and told.quarantined_rows * 20 > told.rows:
            share = told.quarantined_rows * PPM // told.rows
            yield SourceFinding(kind, Symptom.REFUSED, _grade(share > PPM // 4), "", last.get(kind, today), share, 0)
    for kind, day in last.items():
        most = TERMS[kind].stale_days
        if most is not None and (today - day).days > most:
            yield SourceFinding(kind, Symptom.STALE, _grade((today - day).days > 2 * most), "", day, (today - day).days, most)


def _grade(bad: bool) -> Severity:
    return Severity.ALARM if bad else Severity.WARNING


# ---- periods ---------------------------------------------------------------------------------------------------------


def _periods(today: dt.date, profile: Profile) -> Iterator[SourceFinding]:
    """The last periods that are over, each against those before it; the first and the last of a source may be cut short."""
    if profile.last_on is None:
        return
    until = min(today, profile.last_on + SLACK[profile.every]) + ONE_DAY
    whole = profile.periods.filter(pl.col("period").dt.offset_by(profile.every) <= until)[1:]
    for place in range(max(LEAST_BEFORE, whole.height - JUDGED[profile.every]), whole.height):
        now = whole.row(place, named=True)
        one = _Period(profile.kind, whole[max(place - BEFORE, 0) : place], now, now["period"])
        if one.usual(pl.col("rows")) >= FEW_ROWS:
            for check in (_timing, _pace, _shares, _level):
                yield from check(one)
            yield from _mixes(profile, one)


@dataclass(frozen=True, slots=True)
class _Period:
    """A period of a source beside those before it."""

    kind: EvidenceKind
    before: pl.DataFrame
    now: dict[str, object]
    since: dt.date

    def number(self, name: str) -> float:
        """What was counted in the period."""
        return _number(self.now[name])

    def usual(self, value: pl.Expr) -> float:
        """The middle of it in the periods before."""
        return _number(self.before.select(value.median()).item())

    def told(self, symptom: Symptom, measures: tuple[float, float], field: str = "", *, alarm: bool) -> SourceFinding:
        """A finding since this period: what was measured, and what is usual."""
        return SourceFinding(self.kind, symptom, _grade(alarm), field, self.since, round(measures[0]), round(measures[1]))


def _timing(one: _Period) -> Iterator[SourceFinding]:
    usual = _days(one.before["period"].diff().drop_nulls().median())
    step = (one.since - one.before["period"][-1]).days
    if step > 2.5 * usual:
        yield one.told(Symptom.GAP, (step, usual), alarm=step > 5 * usual)
    late, usual_late = one.number("late_days"), one.usual(pl.col("late_days"))
    if late > 2 * usual_late + 3:
        yield one.told(Symptom.LATE, (late, usual_late), alarm=late > 4 * usual_late + 14)


def _pace(one: _Period) -> Iterator[SourceFinding]:
    """Of how many parties how many rows each: a season moves all of a trade, never half of it in a week."""
    parties, usual = one.number("parties"), one.usual(pl.col("parties"))
    if parties < 0.75 * usual and parties < 0.85 * _number(one.before["parties"].min()):
        yield one.told(Symptom.PARTIES_LOST, (parties, usual), alarm=parties < 0.5 * usual)
    each = one.before["rows"] / one.before["parties"]
    rows, pace, usual = one.number("rows"), one.number("rows") / parties, _number(each.median())
    if pace < 0.62 * usual and pace < 0.72 * _number(each.min()):
        yield one.told(Symptom.THIN, (rows, usual * parties), alarm=pace < 0.4 * usual)
    if pace > 1.6 * usual and pace > 1.4 * _number(each.max()):
        yield one.told(Symptom.SWOLLEN, (rows, usual * parties), alarm=pace > 2.5 * usual)


def _shares(one: _Period) -> Iterator[SourceFinding]:
    """Parts of a period's rows: those that repeat, those of one amount, those that leave a field empty."""
    empty = [(Symptom.EMPTIED, name, 0.25) for name in one.before.columns if name.startswith(EMPTY)]
    for symptom, name, most in ((Symptom.DOUBLED, "doubled", 0.05), (Symptom.FROZEN, "frozen", 0.3), *empty):
        share, usual = one.number(name) / one.number("rows"), one.usual(pl.col(name) / pl.col("rows"))
        if share > usual + most:
            field = name.removeprefix(EMPTY) if symptom is Symptom.EMPTIED else ""
            yield one.told(symptom, (share * PPM, usual * PPM), field, alarm=share > usual + 3 * most)


def _level(one: _Period) -> Iterator[SourceFinding]:
    """The middle amount, beyond anything it was and not by a little: yuan read as fen, or a thousand in the place of one."""
    now, usual, told = one.number("middle"), one.usual(pl.col("middle")), one.before["middle"]
    if min(now, usual) <= 0 or 0.4 < now / usual < 2.5:
        return
    if not _number(told.min()) * 0.6 <= now <= _number(told.max()) * 1.7:
        yield one.told(Symptom.LEVEL, (now, usual), alarm=not 0.1 < now / usual < 10)


def _mixes(profile: Profile, one: _Period) -> Iterator[SourceFinding]:
    """How much of each choice moved: half the sum of the differences of shares."""
    for (field,), counts in profile.mix.group_by("field", maintain_order=True):
        then = counts.filter(pl.col("period").is_in(one.before["period"].implode())).group_by("choice").agg(pl.col("rows").sum())
        now = counts.filter(pl.col("period") == one.since).group_by("choice").agg(pl.col("rows").sum())
        both = _shares_of(now, "now").join(_shares_of(then, "then"), on="choice", how="full", coalesce=True).fill_null(0.0)
        moved = _number((both["now"] - both["then"]).abs().sum()) / 2
        if moved > 0.2:
            yield one.told(Symptom.MIX, (moved * PPM, 0), str(field), alarm=moved > 0.5)


def _shares_of(counts: pl.DataFrame, name: str) -> pl.DataFrame:
    return counts.select("choice", (pl.col("rows") / pl.col("rows").sum()).alias(name))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _days(step: object) -> float:
    return step.total_seconds() / 86_400 if isinstance(step, dt.timedelta) else 7.0


# ---- across sources --------------------------------------------------------------------------------------------------


def _contradicting(one: Contradictions) -> SourceFinding | None:
    """A few parties contradict themselves in any year; where many do at once, it is the source that is wrong."""
    if one.judged < FEW_PARTIES or one.found.is_empty():
        return None
    latest = one.found.group_by("month").agg(pl.col("subject").n_unique().alias("parties")).sort("month")
    many = latest.filter((pl.col("parties") * 20 > one.judged) & (pl.col("parties") >= MANY_PARTIES))
    if many.is_empty():
        return None
    share = round(_number(many["parties"].max())) * PPM // one.judged
    return SourceFinding(one.goods, Symptom.CONTRADICTS, _grade(share > PPM // 8), one.sales.value, many["month"][0], share, 0)
