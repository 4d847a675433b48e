"""Is what is shown of houses what their events say, and are the sales they were valued by still what they were?"""

from __future__ import annotations

from farthing.domain import canon
from farthing.domain.collateral.event import SalesBrought
from farthing.domain.errors import FarthingError
from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.flows.ports import House
from farthing.ledger.lien import fold_house

FOLD, ROW, SALES = "house is the fold of its events", "house row repeats its state", "sales are on their shelf"
MOST_FILES = 1_000


def collateral_findings(house: House) -> list[Finding]:
    """What is wrong with any house, and with any of the newest files of sales."""
    found = [finding for of in house.collateral.houses.ids() for finding in _house_findings(house, of)]
    for event in house.journal.events(kind="SalesBrought", limit=MOST_FILES, newest_first=True):
        assert isinstance(event.body, SalesBrought)
        try:
            house.collateral.sales.read(event.body.content_digest)
        except FarthingError as error:
            found.append(Finding(SALES, event.body.sales, f"the file {event.body.content_digest}", error.code))
    return found


def _house_findings(house: House, of: Id) -> list[Finding]:
    """Nothing where the projection is the fold of the house's events and its row repeats it."""
    try:
        state, repeated = house.collateral.houses.get(of), house.collateral.houses.repeats(of)
        folded = fold_house(house.journal.events(stream=of, limit=state.events + 1))
    except (FarthingError, KeyError, ValueError, TypeError) as error:  # bytes that were tampered with may be anything
        return [Finding(FOLD, of, "events that fold to its state", f"{type(error).__name__}: {error}")]
    findings = [] if repeated else [Finding(ROW, of, "the columns as the state has them", "other columns")]
    if folded == state:
        return findings
    told = (canon.encode(one).decode()[:300] for one in (folded, state))
    return [*findings, Finding(FOLD, of, *told)]
