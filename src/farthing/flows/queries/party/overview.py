"""A party on one page: its name, opened under the reader's, and what the bank has with it."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Purpose
from farthing.flows.access import purpose_of, require
from farthing.flows.ports import House
from farthing.flows.queries.decisions import QueueRow, decisions_of
from farthing.flows.queries.lines import LineRow, lines_of
from farthing.flows.queries.parties import STAFF


@dataclass(frozen=True, slots=True)
class Overview:
    """`name` is empty of who was erased."""

    party: Party
    name: str
    decisions: tuple[QueueRow, ...]
    lines: tuple[LineRow, ...]


def overview(house: House, actor: Actor, party: Id) -> Overview:
    """For staff; the reading of the name is recorded."""
    require(actor, *STAFF)
    found = house.parties.get(party)
    name = house.parties.names([party], actor, purpose_of(actor, Purpose.UNDERWRITING)).get(party, "")
    return Overview(found, name, decisions_of(house, actor, party), lines_of(house, actor, party))
