"""A line before and after an act, side by side."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from farthing.flows.line.rehearse import Rehearsed, Side
from farthing.web import figures, tables
from farthing.web.tables import Cell, Column
from farthing.web.text import Words


def table(words: Words, found: Rehearsed, *, named: bool = False) -> None:
    """What is owed and the class always; the rest only where it changes; what the bank lets go of last. `named`: which line it is."""
    title = words("effect.line", line=found.line) if named else words("effect.title")
    columns = [Column(words("word.what")), Column(words("effect.before"), right=True), Column(words("effect.after"), right=True)]
    tables.table(columns, rows(words, found), title)


def rows(words: Words, found: Rehearsed) -> list[list[Cell]]:
    """The same as cells; what changes is set in bold."""
    told: list[list[Cell]] = []
    for key, always, say in _SAID:
        before, after = say(words, found.before), say(words, found.after)
        if before != after:
            told.append([words(key), before, Markup("<b>{}</b>").format(after)])
        elif always:
            told.append([words(key), before, after])
    if found.cost_fen is not None:
        lost = found.cost_fen >= 0
        amount = figures.money(abs(found.cost_fen))
        told.append([words("effect.cost" if lost else "effect.gain"), "", Markup("<b>{}</b>").format(amount)])
    return told


def _next(_: Words, one: Side) -> str:
    """On two lines, so that both sides stand beside each other on a phone."""
    due = one.next_due
    return Markup("{}<br>{}").format(figures.money(due.total_fen), figures.day(due.due_on)) if due else "—"


_SAID: tuple[tuple[str, bool, Callable[[Words, Side], str]], ...] = (
    ("word.owed", True, lambda _, one: figures.money(one.owed_fen)),
    ("word.class", True, lambda words, one: words(f"class.{one.loan_class}")),
    ("word.status", False, lambda words, one: words(f"status.{one.status}")),
    ("word.overdue", False, lambda _, one: figures.money(one.overdue_fen)),
    ("line.surplus", False, lambda _, one: figures.money(one.surplus_fen)),
    ("line.rate", False, lambda words, one: words("rate.annual", percent=f"{one.rate.annual_percent():.2f}")),
    ("word.limit", False, lambda _, one: figures.money(one.limit_fen)),
    ("word.headroom", False, lambda _, one: figures.money(one.headroom_fen)),
    ("line.expires", False, lambda _, one: figures.day(one.expires_on)),
    ("line.next", False, _next),
    ("effect.last_due", False, lambda _, one: figures.day(one.last_due_on)),
    ("effect.to_come", False, lambda _, one: figures.money(one.to_come_fen)),
)
