"""A borrower's statement on paper, in Chinese or in English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from farthing.domain.money import format_yuan, round_half_even
from farthing.flows.queries.statement import Balances, Statement, StatementView
from farthing.ledger.period import Stretch
from farthing.ledger.statement import Entry
from farthing.sources.paper.sheet import ACCENT, LEFT, MUTED, RIGHT, WARN, Col, Sheets, Style
from farthing.sources.paper.words import Language, Words, words_in


def statement_pdf(view: StatementView, language: Language) -> bytes:
    """The statement as a PDF: the same bytes for the same statement."""
    words, told = words_in(language), view.statement
    foot = (
        words("paper.digest", digest=view.digest),
        words("paper.events", count=told.events, last=told.last_event),
        words("paper.verify", line=told.line, first=told.first, last=told.last),
        words("paper.proof", last=told.last_event),
    )
    sheets = Sheets(words("paper.title"), foot)
    _heading(sheets, words, view, language)
    _balance(sheets, words, told)
    _movements(sheets, words, told)
    _interest(sheets, words, told)
    _coming(sheets, words, told)
    return sheets.pdf(words("paper.page"))


def _heading(sheets: Sheets, words: Words, view: StatementView, language: Language) -> None:
    told, rate = view.statement, view.statement.rate
    sheets.gap(16)
    sheets.text(words("house.name"), Style(10, colour=ACCENT))
    if told.synthetic:
        sheets.text(words("paper.synthetic"), Style(10, bold=True, colour=WARN), x=RIGHT, right=True)
    sheets.gap(26)
    sheets.text(words("paper.title"), Style(18, bold=True))
    sheets.text(words("paper.period", first=told.first, last=told.last), Style(11), x=RIGHT, right=True)
    sheets.gap(10)
    sheets.rule()
    terms = told.terms
    facts = (
        (words("paper.holder"), view.holder or words("word.erased")),
        (words("word.product"), view.product_names[0 if language == "zh" else 1]),
        (words("word.line"), told.line),
        (words("paper.limit"), f"{format_yuan(terms.limit_fen)} · {words('paper.until', day=terms.expires_on)}"),
        (words("paper.repayment"), words(f"repayment.{terms.repayment}", day=terms.due_day)),
    )
    for name, value in facts:
        sheets.gap(15)
        sheets.text(name, Style(8.5, colour=MUTED))
        sheets.text(value, Style(9), x=LEFT + 108)
    top = sheets.y + 15 * (len(facts) - 1)
    sheets.y = top - 4
    sheets.text(words("paper.annual"), Style(8.5, colour=MUTED), x=RIGHT, right=True)
    sheets.y -= 26
    sheets.text(f"{Decimal(rate.annual_percent):.2f} %", Style(22, bold=True, colour=ACCENT), x=RIGHT, right=True)
    sheets.y -= 15
    other = words("paper.rates", daily=f"{Decimal(rate.daily_percent):.4f}", effective=f"{Decimal(rate.effective_ppm) / 10_000:.2f}")
    sheets.text(other, Style(8, colour=MUTED), x=RIGHT, right=True)
    sheets.y = top - 15 * (len(facts) - 1)


def _balance(sheets: Sheets, words: Words, told: Statement) -> None:
    """Opening, what came about, closing, claim by claim: each row adds up."""
    opening, closing, sums = told.opening, told.closing, told.sums
    columns = [Col("", 0.2), *(Col(words(f"paper.{name}"), 0.16, right=True) for name in ("opening", "added", "paid", "waived", "closing"))]
    rows = []
    for name, before, added, paid, after in (
        ("word.principal", opening.principal_fen, sums.drawn_fen, sums.principal_paid_fen, closing.principal_fen),
        ("word.interest", opening.interest_fen, sums.interest_earned_fen, sums.interest_paid_fen, closing.interest_fen),
        ("line.penalty", opening.penalty_fen, sums.penalty_earned_fen, sums.penalty_paid_fen, closing.penalty_fen),
    ):
        waived = before + added - paid - after
        rows.append([words(name), *map(format_yuan, (before, added, -paid, -waived, after))])
    total = (
        _claims(opening), sums.drawn_fen + sums.interest_earned_fen + sums.penalty_earned_fen,
        -(sums.principal_paid_fen + sums.interest_paid_fen + sums.penalty_paid_fen), -sums.waived_fen, _claims(closing),
    )  # fmt: skip
    rows.append([words("word.total"), *map(format_yuan, total)])
    sheets.table(words("paper.balance"), columns, rows)
    sheets.gap(2)
    more = [words("paper.headroom", amount=format_yuan(closing.headroom_fen))]
    if closing.surplus_fen or sums.surplus_fen:
        more.append(words("paper.surplus", amount=format_yuan(closing.surplus_fen), moved=format_yuan(sums.surplus_fen)))
    more.append(
        words("paper.overdue", amount=format_yuan(closing.overdue_fen), days=closing.dpd) if closing.overdue_fen else words("paper.on_time")
    )
    sheets.line("  ·  ".join(more), Style(8, colour=MUTED))


def _claims(of: Balances) -> int:
    return of.principal_fen + of.interest_fen + of.penalty_fen


def _movements(sheets: Sheets, words: Words, told: Statement) -> None:
    fined = any(one.penalty_fen for one in told.movements)
    titles = ("word.amount", "word.principal", "word.interest", *(("line.penalty",) if fined else ()), "line.principal_after")
    share = 0.6 / len(titles)
    columns = [Col(words("word.day"), 0.12), Col(words("word.event"), 0.28), *(Col(words(title), share, right=True) for title in titles)]
    rows = [
        [one.on.isoformat(), _name(words, one), *_amounts(one, fined=fined), format_yuan(one.principal_after_fen)] for one in told.movements
    ]
    sheets.table(words("paper.movements"), columns, rows, words("paper.movements.none"))
    if any(one.kind == "Billed" for one in told.movements):
        sheets.gap(2)
        sheets.line(words("paper.movements.note"), Style(8, colour=MUTED))


def _name(words: Words, one: Entry) -> str:
    name = words(f"event.{one.kind}")
    notes = [words("line.taken_back")] if one.taken_back else []
    if one.surplus_fen and not one.taken_back:
        notes.append(words("paper.surplus_in" if one.surplus_fen > 0 else "paper.surplus_out", amount=format_yuan(abs(one.surplus_fen))))
    return f"{name} {words('comma').join(notes)}" if notes else name


def _amounts(one: Entry, *, fined: bool) -> Iterator[str]:
    for fen in (one.amount_fen, one.principal_fen, one.interest_fen, *((one.penalty_fen,) if fined else ())):
        yield format_yuan(fen) if fen else "-"


def _interest(sheets: Sheets, words: Words, told: Statement) -> None:
    """Interest day by day: principal x rate x days, unrounded, and the one rounding."""
    columns = [
        Col(words("paper.from"), 0.14), Col(words("paper.to"), 0.14), Col(words("paper.days"), 0.09, right=True),
        Col(words("word.principal"), 0.19, right=True), Col(words("paper.rate_a_day"), 0.17, right=True),
        Col(words("word.interest"), 0.27, right=True),
    ]  # fmt: skip
    rows = [
        [
            one.from_on.isoformat(), one.to_on.isoformat(), str(one.days) if one.days else words("paper.same_day"),
            format_yuan(one.principal_fen),
            f"{one.rate.daily_percent():.4f} %", _interest_of(words, one),
        ]
        for one in told.stretches
    ]  # fmt: skip
    exact = sum(one.interest_exact for one in told.stretches)
    sheets.table(words("paper.interest"), columns, rows, words("paper.interest.none"))
    if rows:
        sheets.gap(2)
        denominator = told.terms.rate.denominator
        sheets.line(
            words("paper.rounded", exact=_exact(exact, denominator), posted=format_yuan(told.sums.interest_earned_fen)),
            Style(8, colour=MUTED),
        )
    if any(one.penalty_exact for one in told.stretches):
        sheets.line(
            words("paper.penalty", posted=format_yuan(told.sums.penalty_earned_fen), rate=_penal_rate(told)), Style(8, colour=MUTED)
        )


def _interest_of(words: Words, one: Stretch) -> str:
    told = _exact(one.interest_exact, one.rate.denominator)
    return f"{words('paper.spared', amount=_exact(one.spared_exact, one.rate.denominator))} {told}" if one.spared_exact else told


def _penal_rate(told: Statement) -> str:
    rate = told.terms.rate
    return f"{Decimal(round_half_even(told.terms.penalty_units * 1_000_000, rate.denominator)).scaleb(-4):.4f}"


def _exact(exact: int, denominator: int) -> str:
    """Yuan to six decimals of what is kept unrounded."""
    millionths = round_half_even(exact * 10_000, denominator)
    yuan, rest = divmod(abs(millionths), 1_000_000)
    return f"{'-' if millionths < 0 else ''}¥{yuan:,}.{rest:06d}"


def _coming(sheets: Sheets, words: Words, told: Statement) -> None:
    columns = [
        Col(words("word.day"), 0.2), *(Col(words(key), 0.16, right=True) for key in ("word.principal", "word.interest", "line.penalty",
        "word.total")),
        Col(words("line.left"), 0.16, right=True),
    ]  # fmt: skip
    rows = [
        [
            _due_day(words, due.due_on, told),
            *map(format_yuan, (due.principal_fen, due.interest_fen, due.penalty_fen, due.total_fen, due.left_fen)),
        ]
        for due in told.coming
    ]
    sheets.table(words("paper.coming"), columns, rows, words("paper.coming.none"))
    if rows:
        sheets.gap(2)
        sheets.line(words("paper.coming.note", day=told.last), Style(8, colour=MUTED))


def _due_day(words: Words, due_on: dt.date, told: Statement) -> str:
    return words("paper.due_now") if due_on <= told.last else due_on.isoformat()
