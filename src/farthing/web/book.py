"""The book: is it getting worse, where, and which lines stand under each figure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nicegui import ui

from farthing.domain.arrears import Bucket, LoanClass
from farthing.domain.bill.bill import BILLS
from farthing.domain.errors import Invalid
from farthing.flows.queries import book
from farthing.flows.queries.book import BookView, Slice, StandingRow
from farthing.flows.queries.book import Figures as Part
from farthing.flows.queries.headroom import Headroom, headroom
from farthing.web import charts, figures, tables, theme
from farthing.web.charts import Figures, Picture
from farthing.web.lines import short
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.text import Words
from farthing.web.visit import Visit

SIZE = 50
PAID = "paid"
ONLY: Mapping[str, Callable[[StandingRow], bool]] = {
    "late": lambda row: row.overdue_fen > 0,
    "bad": lambda row: LoanClass(row.loan_class).non_performing,
}
"""Figures whose lines no single slice holds."""


async def show(visit: Visit) -> None:
    """Five figures, then how they came about."""
    view, room = await visit.ask(book.book), await visit.ask(headroom)
    words = visit.words
    with theme.workbench(visit.reader, words("book.title"), "/book"):
        if view is None:
            theme.empty(words("book.none"), words("book.none.todo"))
            return
        with ui.row().classes("items-center gap-3"):
            ui.label(words("book.closed", day=figures.day(view.day), days=view.days_closed)).classes("muted")
            if view.synthetic:
                theme.synthetic_label(words)
        _figures(words, view, room)
        for pair in (
            (balances(words, view), ratios(words, view)),
            (classes(words, view), curves(words, view)),
            (buckets(words, view), *((roll(words, view),) if view.rolls else ())),
        ):
            with ui.element("div").classes("w-full flex flex-wrap gap-5 items-stretch"):
                for one in pair:
                    charts.draw(one, words)
        _accounts(words, view)


def _figures(words: Words, view: BookView, room: Headroom) -> None:
    total, day, which = view.total, words("word.as_of", day=figures.day(view.day)), words("book.which")
    every, late, bad = ((which, under(view.day, only=only)) for only in ("", "late", "bad"))
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        theme.figure(words("book.balance"), figures.large_money(total.principal_fen, words), day, every)
        yardstick = words("book.yardstick", ratio=figures.share(view.npl_yardstick_ppm))
        theme.figure(words("book.npl"), figures.share(total.npl_ppm), yardstick, bad)
        theme.figure(words("book.coverage"), figures.share(view.provisions.coverage_ppm), _set_aside(words, view))
        theme.figure(words("word.overdue"), figures.large_money(total.overdue_fen, words), day, late)
        theme.figure(words("word.headroom"), figures.large_money(room.amount_fen, words), words("word.as_of", day=figures.day(room.on)))
        owing = words("book.owing.bills", count=total.owing, bills=total.bills) if total.bills else words("book.owing", count=total.owing)
        theme.figure(words("book.lines"), str(total.lines), owing, every)


def _set_aside(words: Words, view: BookView) -> str:
    """What is held for losses beside what must be."""
    amounts = {name: figures.large_money(fen, words) for name, fen in (("held", view.provisions.held_fen),
               ("required", view.provisions.required_fen), ("short", view.provisions.short_fen))}  # fmt: skip
    return words("book.coverage.short" if view.provisions.short_fen else "book.coverage.enough", **amounts)


def under(day: dt.date, **which: str) -> str:
    """The address of the lines under a figure."""
    return Place("/book/lines", {"day": figures.day(day), **which}, 0, 0).href()


def balances(words: Words, view: BookView) -> Picture:
    """Principal outstanding by closed day."""
    days = [figures.day(day) for day, _ in view.series]
    values = [figures.wan(part.principal_fen) for _, part in view.series]
    rows: list[list[Cell]] = [
        [
            Link(figures.day(day), under(day)),
            figures.money(part.principal_fen),
            figures.money(part.overdue_fen),
            str(part.lines + part.bills),
        ]
        for day, part in reversed(view.series)
    ]
    columns = [Column(words("word.day")), Column(words("word.principal"), right=True), Column(words("word.overdue"), right=True),
               Column(words("book.lines"), right=True)]  # fmt: skip
    options = charts.steps(days, values, words("unit.wan"))
    return Picture(words("book.balance.time"), words("book.series.note"), options, Figures(columns, rows), view.synthetic)


def ratios(words: Words, view: BookView) -> Picture:
    """The NPL ratio by closed day, beside the special-mention ratio."""
    days = [figures.day(day) for day, _ in view.series]
    series = {
        words("book.npl"): [_percent(part.npl_ppm) for _, part in view.series],
        words("book.special"): [_percent(part.special_mention_ppm) for _, part in view.series],
    }
    rows: list[list[Cell]] = [
        [Link(figures.day(day), under(day)), figures.share(part.npl_ppm), figures.share(part.special_mention_ppm)]
        for day, part in reversed(view.series)
    ]
    columns = [Column(words("word.day")), Column(words("book.npl"), right=True), Column(words("book.special"), right=True)]
    options = charts.over_time(days, series, "%")
    return Picture(words("book.npl.time"), words("book.npl.note"), options, Figures(columns, rows), view.synthetic)


def classes(words: Words, view: BookView) -> Picture:
    """Principal by the five categories, on the newest closed day."""
    bars = [_bar(view.by_class, kind.value, words(f"class.{kind.value}"), charts.CLASS_COLOURS[kind.value]) for kind in LoanClass]
    return _bars(words, view, "loan_class", bars, (words("book.classes"), words("word.class")))


def buckets(words: Words, view: BookView) -> Picture:
    """Principal by days past due."""
    bars = [
        _bar(view.by_bucket, kind.value, words(f"bucket.{kind.value}"), shade) for kind, shade in zip(Bucket, charts.SHADES, strict=True)
    ]
    return _bars(words, view, "bucket", bars, (words("book.buckets"), words("word.dpd")))


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar: the value it stands for, its name, colour and figures."""

    value: str
    name: str
    colour: str
    principal_fen: int
    lines: int


def _bar(parts: Mapping[str, Part], value: str, name: str, colour: str) -> _Bar:
    found = parts.get(value)
    return _Bar(value, name, colour, found.principal_fen if found else 0, found.lines + found.bills if found else 0)


def _bars(words: Words, view: BookView, field: str, bars: list[_Bar], titles: tuple[str, str]) -> Picture:
    targets = [under(view.day, **{field: bar.value}) for bar in bars]
    rows: list[list[Cell]] = [
        [Link(bar.name, target), figures.money(bar.principal_fen), str(bar.lines)] for bar, target in zip(bars, targets, strict=True)
    ]
    columns = [Column(titles[1]), Column(words("word.principal"), right=True), Column(words("book.lines"), right=True)]
    options = charts.shares([(bar.name, figures.wan(bar.principal_fen), bar.colour) for bar in bars], words("unit.wan"))
    note = words("word.as_of", day=figures.day(view.day))
    return Picture(titles[0], note, options, Figures(columns, rows), view.synthetic, lambda index: targets[index])


def curves(words: Words, view: BookView) -> Picture:
    """Vintages: of the lines opened in a month, the share ever more than 90 days late, by months on book."""
    ages = range(max((row.months_on_book for row in view.vintages), default=0) + 1)
    by_cohort: dict[dt.date, dict[int, int]] = defaultdict(dict)
    for row in view.vintages:
        by_cohort[row.cohort][row.months_on_book] = row.ever_90_ppm
    series = {f"{cohort:%Y-%m}": [_percent(shares.get(age)) for age in ages] for cohort, shares in sorted(by_cohort.items())}
    rows: list[list[Cell]] = [
        [Link(f"{row.cohort:%Y-%m}", under(row.day, cohort=figures.day(row.cohort))), str(row.months_on_book), str(row.lines),
         figures.money(row.principal_fen), figures.share(row.ever_90_ppm)]
        for row in view.vintages
    ]  # fmt: skip
    columns = [Column(words("book.cohort")), Column(words("book.age"), right=True), Column(words("book.lines"), right=True),
               Column(words("word.principal"), right=True), Column(words("book.ever90"), right=True)]  # fmt: skip
    options = charts.lines([str(age) for age in ages], series, "%")
    return Picture(words("book.vintages"), words("book.vintages.note"), options, Figures(columns, rows), view.synthetic)


def roll(words: Words, view: BookView) -> Picture:
    """From which bucket to which, between the last two month's ends."""
    froms = [bucket.value for bucket in Bucket if any(row.from_bucket == bucket.value for row in view.rolls)]
    tos = [bucket.value for bucket in Bucket] + [PAID]
    cells = [(tos.index(row.to_bucket), froms.index(row.from_bucket), round(row.share_ppm / 10_000, 1)) for row in view.rolls]
    rows: list[list[Cell]] = [
        [
            words(f"bucket.{row.from_bucket}"),
            words(f"bucket.{row.to_bucket}"),
            str(row.lines),
            figures.money(row.principal_fen),
            figures.share(row.share_ppm, 1),
        ]
        for row in view.rolls
    ]
    columns = [Column(words("book.from")), Column(words("book.to")), Column(words("book.lines"), right=True),
               Column(words("word.principal"), right=True), Column(words("word.share"), right=True)]  # fmt: skip
    options = charts.heat([words(f"bucket.{name}") for name in froms], [words(f"bucket.{name}") for name in tos], cells, "%")
    assert view.rolls_between is not None, "flows are between two days"
    note = words("book.rolls.note", before=figures.day(view.rolls_between[0]), after=figures.day(view.rolls_between[1]))
    return Picture(words("book.rolls"), note, options, Figures(columns, rows), view.synthetic)


def _percent(ppm: int | None) -> float | None:
    return None if ppm is None else round(ppm / 10_000, 2)


def _accounts(words: Words, view: BookView) -> None:
    rows: list[list[Cell]] = [
        [code, words(f"account.{code}") if words.knows(f"account.{code}") else code, figures.money(fen)]
        for code, fen in sorted(view.accounts.items())
    ]
    rows.append(["", words("word.total"), figures.money(sum(view.accounts.values()))])
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("book.accounts"))
        ui.label(words("book.accounts.note", day=figures.day(view.day))).classes("muted text-xs")
        tables.table(
            [Column(words("word.code")), Column(words("word.account")), Column(words("word.balance"), right=True)],
            rows,
            words("book.accounts"),
        )


async def show_lines(visit: Visit) -> None:
    """The lines under a figure."""
    words, day = visit.words, _day(visit.query("day"))
    cohort = _day(visit.query("cohort")) if visit.query("cohort") else None
    which = Slice(visit.query("loan_class") or None, visit.query("product") or None, visit.query("bucket") or None, cohort)
    rows = await visit.ask(book.lines_under, day, which)
    wanted = ONLY.get(visit.query("only"))
    if wanted is not None:
        rows = tuple(sorted(filter(wanted, rows), key=lambda row: -row.dpd))
    asked = {name: visit.query(name) for name in ("day", "loan_class", "product", "bucket", "cohort", "only", "offset")}
    place = Place("/book/lines", asked, len(rows), SIZE)
    with theme.workbench(visit.reader, words("book.under", day=figures.day(day)), "/book"):
        ui.link(words("book.back"), "/book")
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            if any(row.synthetic for row in rows):
                theme.synthetic_label(words)
            columns, cells = _under(visit, rows[place.start : place.start + SIZE])
            tables.table(columns, cells, words("book.under", day=figures.day(day)))
            with ui.row().classes("w-full items-center justify-between"):
                tables.pager(place, words)
                tables.export(columns, cells, "lines", words)


def _under(visit: Visit, rows: tuple[StandingRow, ...]) -> tuple[list[Column], list[list[Cell]]]:
    words = visit.words
    left = [Column(words(key)) for key in ("word.line", "word.product", "word.opened_on", "word.class")]
    right = [Column(words(key), right=True) for key in ("word.dpd", "word.principal", "word.overdue")]
    cells: list[list[Cell]] = [
        [
            Link(short(row.line), f"/{'bills' if row.product == BILLS else 'lines'}/{row.line}"), _product(visit, row.product),
            figures.day(row.opened_on), words(f"class.{row.loan_class}"), str(row.dpd), figures.money(row.principal_fen),
            figures.money(row.overdue_fen),
        ]
        for row in rows
    ]  # fmt: skip
    return [*left, *right], cells


def _product(visit: Visit, code: str) -> str:
    if code == BILLS:
        of = visit.house.bill_product
        return visit.words.pick(of.name_zh, of.name_en)
    return figures.product(visit.house.products.get(code), code, visit.words)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_date", f"{text[:20]!r} is not a date.", "Write it like 2020-02-21.", field="day") from None
