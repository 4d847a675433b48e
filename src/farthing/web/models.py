"""The models of the bank: which there are, who answers for each, and what those that run beside would have led to."""

from __future__ import annotations

from farthing.flows.queries import models
from farthing.web import theme
from farthing.web.model import acts, inventory
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """The inventory, what may be done, and each challenger beside the model in use."""
    found = await visit.ask(models.inventory)
    challenges = await visit.ask(models.challenges)
    words = visit.words
    with theme.workbench(visit.reader, words("models.title"), "/models"):
        if not any(rows for _, rows in found.classes):
            theme.empty(words("models.none"), words("models.none.todo"))
        inventory.table(words, found)
        acts.buttons(visit, found)
        for one in challenges:
            inventory.challenge(words, one)
