"""A house, and its line, before and after an act, side by side; only what changes, and the stage always."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup
from nicegui import ui

from farthing.domain.collateral.house import HouseState
from farthing.flows.collateral.rehearse import Foreseen
from farthing.web import figures, tables
from farthing.web.line import effect
from farthing.web.tables import Cell, Column
from farthing.web.text import Words


def tell(words: Words, found: Foreseen) -> None:
    """The house as a table, and the line where its limit or its headroom moves."""
    columns = [Column(words("word.what")), Column(words("effect.before"), right=True), Column(words("effect.after"), right=True)]
    tables.table(columns, rows(words, found), words("effect.title"))
    line = found.line
    if line is not None and line.before != line.after:
        ui.label(words("effect.line", line=line.line)).classes("muted text-sm break-all")
        effect.table(words, line, named=True)


def rows(words: Words, found: Foreseen) -> list[list[Cell]]:
    """The same as cells; what changes is set in bold."""
    told: list[list[Cell]] = []
    for key, say in _SAID:
        before, after = say(words, found.before), say(words, found.after)
        if before != after:
            told.append([words(key), before, Markup("<b>{}</b>").format(after)])
        elif key == "house.stage":
            told.append([words(key), before, after])
    return told


def _value(pick: Callable[[HouseState], int | None]) -> Callable[[Words, HouseState], str]:
    def say(_: Words, state: HouseState) -> str:
        fen = pick(state)
        return "—" if fen is None else figures.money(fen)

    return say


def _tasks(words: Words, state: HouseState) -> str:
    return words("list").join(words(f"house.task.{one.task}") for one in state.tasks) or "—"


_SAID: tuple[tuple[str, Callable[[Words, HouseState], str]], ...] = (
    ("house.stage", lambda words, state: words(f"house.stage.{state.stage}")),
    ("house.value.low", _value(lambda state: state.valuation.low_fen if state.valuation else None)),
    ("house.value.mid", _value(lambda state: state.valuation.mid_fen if state.valuation else None)),
    ("house.value.high", _value(lambda state: state.valuation.high_fen if state.valuation else None)),
    ("house.registered_for", _value(lambda state: state.lien.secured_fen if state.lien else None)),
    ("house.asked", _value(lambda state: state.asked.by_fen if state.asked else None)),
    ("house.secured", _value(lambda state: state.secured_fen)),
    ("house.tasks.done", _tasks),
)
