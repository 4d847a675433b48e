"""What may be done with a house now: one menu, a button a task, and the second person's decision; each shows its effect first."""

from __future__ import annotations

from nicegui import ui

from farthing.flows.collateral.rehearse import foresee_house
from farthing.flows.queries.houses import HouseView
from farthing.web.collateral import effect
from farthing.web.collateral.acts import HouseAct, Where, open_to
from farthing.web.line.dialog import Asked, Asking, Drawn, ask
from farthing.web.visit import Visit


def acts(visit: Visit, view: HouseView, where: Where) -> tuple[HouseAct, ...]:
    """What this reader may do here."""
    return open_to(visit.reader.actor.role, visit.reader.actor.id, view, where)


def show(visit: Visit, view: HouseView) -> None:
    """One button; under it what this reader may do with the house as it stands. Nothing for who may do nothing."""
    found = acts(visit, view, "menu")
    if not found:
        return
    with ui.button(visit.words("act.menu")).props('outline no-caps icon-right="expand_more"'), ui.menu().props("auto-close"):
        for act in found:
            ui.menu_item(visit.words(f"house.act.{act.name}"), on_click=lambda act=act: dialog(visit, view, act)).props("dense").classes(
                "px-4 py-1"
            )


def button(visit: Visit, view: HouseView, act: HouseAct, props: str = 'outline dense no-caps padding="xs sm"') -> None:
    """One act by itself, where the page speaks of what it is about."""
    ui.button(visit.words(f"house.act.{act.name}"), on_click=lambda: dialog(visit, view, act)).props(props)


def dialog(visit: Visit, view: HouseView, act: HouseAct) -> None:
    """Ask for one act, and show the house and its line on both sides of it."""
    words = visit.words

    async def foreseen(asked: Asked) -> Drawn:
        found = await visit.ask(foresee_house, asked.flow, asked.request)

        def draw() -> None:
            effect.tell(words, found)
            if act.move == "ask":
                ui.label(words("act.second")).classes("muted text-sm")

        return draw

    ask(visit, Asking(
        name=act.name, title=words(f"house.act.{act.name}"), told=words(f"house.act.{act.name}.told"),
        yes=words("act.propose" if act.move == "ask" else "act.yes"), asks=act.asks(words, view),
        asked=lambda told: Asked(act.flow, act.request(view, told)), effect=foreseen, then=f"/houses/{view.state.house}",
    ))  # fmt: skip
