"""What governs joint lending: the partners on the list (IL-14) and the bank's capital, each agreed to by a second person."""

from __future__ import annotations

import datetime as dt

from farthing.domain.bank.bank_event import CapitalStated, PartnerDelisted, PartnerListed
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.ids import Id, Prefix, require_prefix
from farthing.domain.party import PartyKind
from farthing.flows.ports import House

PARTNERS: Id = "partners"
"""The stream of who may lend jointly with the bank."""
CAPITAL: Id = "capital"
"""The stream of the bank's capital, as it was stated."""


def listed(house: House) -> tuple[Id, ...]:
    """The partners on the list today, in the order in which they came."""
    found: dict[Id, None] = {}
    for event in house.journal.events(stream=PARTNERS):
        if isinstance(event.body, PartnerListed):
            found[event.body.partner] = None
        elif isinstance(event.body, PartnerDelisted):
            found.pop(event.body.partner, None)
    return tuple(found)


def capital(house: House, on: dt.date) -> CapitalStated | None:
    """The capital in force on a day: of the latest reporting date that was stated by then, as it was stated last."""
    stated = (event for event in house.journal.events(stream=CAPITAL, newest_first=True) if event.effective_on <= on)
    return max((event.body for event in stated if isinstance(event.body, CapitalStated)), key=lambda one: one.reported_on, default=None)


def require_organisation(house: House, party: Id, field: str) -> None:
    """`Invalid` unless the id is that of a registered enterprise: so no person's name can stand where a buyer or partner does."""
    if house.parties.get(require_prefix(party, Prefix.PARTY)).kind is not PartyKind.ENTERPRISE:
        raise Invalid("not_an_organisation", f"{party} is not an enterprise.", "Register the organisation, and give its id.", field=field)


def check_capital(house: House, body: CapitalStated) -> None:
    """`Invalid` for capital of a day to come, below zero, or with more tier 1 than capital in all."""
    if body.reported_on > house.clock.today() or not 0 <= body.net_tier1_fen <= body.net_capital_fen:
        told = f"Capital of {body.reported_on} cannot be {body.net_capital_fen} fen with {body.net_tier1_fen} fen of tier 1."
        raise Invalid("bad_capital", told, "Give both figures as they were reported.", field="net_tier1_fen")


def check_listing(house: House, body: PartnerListed) -> None:
    """A registered enterprise that is not on the list."""
    require_organisation(house, body.partner, "partner")
    if body.partner in listed(house):
        raise Conflict("partner_listed", f"{body.partner} is on the list.", "There is nothing to do.")


def check_delisting(house: House, body: PartnerDelisted) -> None:
    """A partner that is on the list."""
    if body.partner not in listed(house):
        raise Conflict("partner_not_listed", f"{body.partner[:40]} is not on the list.", "See farthing bank joint.")
