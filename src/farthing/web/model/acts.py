"""What a risk manager may do with a model: each shows its effect before consent; what two people decide becomes a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from nicegui import ui

from farthing.domain.model_card import ModelAppointed, ModelCard, ModelStatus
from farthing.domain.staff import Role
from farthing.flows.line.propose import propose
from farthing.flows.model.appoint import check_appointment
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.queries.models import Inventory
from farthing.web import figures, theme
from farthing.web.line import fields
from farthing.web.line.dialog import Asked, Asking, Drawn, ask
from farthing.web.line.fields import Field, Filled
from farthing.web.model.named import called
from farthing.web.visit import Visit, off_loop

APPOINTED, REVIEWED = ("better_by_backtest", "first_of_its_class", "follows_a_retired_one"), ("stable_by_month", "validated_again")
RETIRED, RETURNED = ("drifts", "leaks", "superseded"), ("drifts", "wrong_decisions", "fails_to_run")
A_YEAR = dt.timedelta(days=365)


def buttons(visit: Visit, found: Inventory, only: ModelCard | None = None) -> None:
    """One row of buttons a model that may still be used, or for one of them; where one was followed, one of them returns to it."""
    if visit.reader.actor.role is not Role.RISK_MANAGER:
        return
    words, cards = visit.words, [row.card for _, rows in found.classes for row in rows if row.card.status is not ModelStatus.RETIRED]
    cards = [card for card in cards if only in (None, card)]
    if not cards:
        return
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        theme.heading(words("model.acts"))
        for card in cards:
            with ui.row().classes("w-full items-center gap-2"):
                ui.label(f"{called(words, card)} · {words(f'models.{card.status.value}')}").classes("grow basis-[260px] text-sm")
                for name, act in _acts(card):
                    _button(visit, name, partial(act, visit, card, found))
                if card in found.returns:
                    _button(visit, "return", partial(_return, visit, card, found))


def _acts(card: ModelCard) -> list[tuple[str, Callable[[Visit, ModelCard, Inventory], Asking]]]:
    appoint, challenge = partial(_appoint, status=ModelStatus.APPROVED), partial(_appoint, status=ModelStatus.CHALLENGER)
    first = [] if card.status is ModelStatus.APPROVED else [("appoint", appoint)]
    second = [("challenge", challenge)] if card.status in (ModelStatus.DRAFT, ModelStatus.STANDBY) else []
    return [*first, *second, ("review", _review), ("retire", _retire)]


def _button(visit: Visit, name: str, asking: Callable[[], Asking]) -> None:
    ui.button(visit.words(f"model.{name}"), on_click=lambda: ask(visit, asking())).props("outline no-caps dense").classes("px-3")


def _asking(visit: Visit, name: str, item: str, asks: tuple[Field, ...], done: tuple[Callable[[Filled], Asked], str]) -> Asking:
    """`done`: what a flow is asked, and its effect in words with `{day}` for the day that was filled in."""
    words, (asked, effect) = visit.words, done

    async def look(filled: Asked) -> Drawn:
        if isinstance(filled.request, ModelAppointed):
            await off_loop(partial(check_appointment, visit.house, filled.request))
        day = getattr(filled.request, "valid_until", None)
        return partial(_say, effect.replace("{day}", figures.day(day) if day else ""))

    return Asking(
        name=f"model:{name}:{item}", title=words(f"model.{name}"), told=words(f"model.{name}.told"), yes=words(f"model.{name}.yes"),
        asks=asks, asked=asked, effect=look, then="/proposals" if name in ("appoint", "challenge") else "/models",
    )  # fmt: skip


def _say(told: str) -> None:
    ui.label(told).classes("text-sm").style("white-space:normal")


def _appoint(visit: Visit, card: ModelCard, found: Inventory, status: ModelStatus) -> Asking:
    words, used = visit.words, _in_use(found, card)
    asks = (Field("valid_until", "day", str(found.on + A_YEAR)), fields.grounds(words, *APPOINTED))

    def asked(told: Filled) -> Asked:
        return Asked(propose, ModelAppointed(card.id, status, card.market, told.day("valid_until"), told.text("ground")))

    if status is ModelStatus.CHALLENGER:
        return _asking(
            visit, "challenge", card.id, asks, (asked, words("model.challenge.effect", title=called(visit.words, card), day="{day}"))
        )
    effect = words("model.appoint.effect", title=called(visit.words, card), day="{day}", used=called(words, used) if used else "—")
    return _asking(visit, "appoint", card.id, asks, (asked, effect))


def _review(visit: Visit, card: ModelCard, found: Inventory) -> Asking:
    asks = (Field("valid_until", "day", str(found.on + A_YEAR)), fields.grounds(visit.words, *REVIEWED))

    def asked(told: Filled) -> Asked:
        return Asked(review_model, ReviewRequest(card.id, told.day("valid_until"), told.text("ground")))

    return _asking(
        visit, "review", card.id, asks, (asked, visit.words("model.review.effect", title=called(visit.words, card), day="{day}"))
    )


def _retire(visit: Visit, card: ModelCard, _: Inventory) -> Asking:
    words, used = visit.words, card.status is ModelStatus.APPROVED
    effect = words("model.retire.effect.used" if used else "model.retire.effect", title=called(visit.words, card))

    def asked(told: Filled) -> Asked:
        return Asked(retire_model, RetireRequest(card.id, told.text("ground")))

    return _asking(visit, "retire", card.id, (fields.grounds(words, *RETIRED),), (asked, effect))


def _return(visit: Visit, before: ModelCard, found: Inventory) -> Asking:
    words, used = visit.words, _in_use(found, before)
    effect = words("model.return.effect", title=called(words, before), used=called(words, used) if used else "—")

    def asked(told: Filled) -> Asked:
        return Asked(return_model, ReturnRequest(told.text("ground"), before.model_class, before.market))

    return _asking(visit, "return", before.id, (fields.grounds(words, *RETURNED),), (asked, effect))


def _in_use(found: Inventory, beside: ModelCard) -> ModelCard | None:
    """The model in use where another stands or would stand."""
    for one, rows in found.classes:
        for row in rows:
            if one is beside.model_class and row.card.status is ModelStatus.APPROVED and row.card.market == beside.market:
                return row.card
    return None
