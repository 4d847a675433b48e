"""What if I pay so much on such a day: how it splits, what is owed after, what comes next. For staff and for the borrower's phone."""

from __future__ import annotations

import datetime as dt

from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.money import parse_yuan
from farthing.flows.queries.lines import LineView
from farthing.flows.quote import RepaymentQuote, quote_repayment
from farthing.web import figures, tables
from farthing.web.line.fields import typed
from farthing.web.tables import Cell, Column
from farthing.web.text import Words, explain
from farthing.web.visit import Visit


def form(visit: Visit, view: LineView, today: dt.date) -> None:
    """Amount and day; the answer follows as they are typed. Nothing is recorded."""
    words = visit.words
    first = view.next_due.total_fen if view.next_due else view.payoff.total_fen
    with ui.element("div").classes("w-full flex flex-wrap gap-3"):
        amount = ui.input(words("repay.amount"), value=typed(first)).props('outlined dense inputmode="decimal" prefix="¥"')
        day = ui.input(words("word.day"), value=figures.day(today)).props(f'outlined dense type=date stack-label min="{today}"')
        amount.classes("grow basis-[140px]")
        day.classes("grow basis-[140px]")
    told = ui.element("div").classes("w-full").props('role="status"')

    async def reckon() -> None:
        found, message = None, ""
        try:
            found = await visit.ask(
                quote_repayment, view.terms.line, parse_yuan(amount.value or ""), dt.date.fromisoformat(day.value or "")
            )
        except ValueError:
            message = words("repay.bad_day")
        except FarthingError as refused:
            message = " ".join(explain(words, refused))
        told.clear()
        with told:
            if found is None:
                ui.label(message).classes("text-sm")
            else:
                columns, rows = answer(words, found)
                tables.table(columns, rows, words("what_if.title"))

    amount.on("update:model-value", reckon, throttle=0.4, leading_events=False)
    day.on("update:model-value", reckon, throttle=0.4, leading_events=False)
    ui.timer(0.05, reckon, once=True)


def answer(words: Words, found: RepaymentQuote) -> tuple[list[Column], list[list[Cell]]]:
    """Where the money goes, and the line after it; parts of nothing are left out."""
    split, due = found.split, found.next_due
    parts = (("line.penalty", split.penalty_fen), ("word.interest", split.interest_fen), ("word.principal", split.principal_fen),
             ("line.surplus", split.surplus_fen))  # fmt: skip
    rows: list[list[Cell]] = [[words("what_if.goes", what=words(key)), figures.money(fen)] for key, fen in parts if fen > 0]
    rows.append([words("what_if.owed_after"), figures.money(found.owed_after_fen)])
    if due is not None:
        rows.append([words("what_if.next", day=figures.day(due.due_on)), figures.money(due.total_fen)])
    rows.append([words("what_if.settles", day=figures.day(found.day)), figures.money(found.settles_fen)])
    return [Column(words("word.what")), Column(words("word.amount"), right=True)], rows
