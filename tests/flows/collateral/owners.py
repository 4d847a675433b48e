"""A bank with sales of a made-up town, an owner with a line, and a house brought as far as a test needs it."""

from __future__ import annotations

import datetime as dt
import hashlib

from tests.flows.applicants import known
from tests.flows.bank import OFFICER, RISK, SYSTEM, opened

from farthing.domain.collateral.house import HouseKind, LienTask, Premises
from farthing.domain.facility import LineTerms
from farthing.flows.collateral.lien import AgreeRequest, RegisterRequest, TaskRequest, agree_lien, complete_task, register_lien
from farthing.flows.collateral.offer import OfferRequest, offer_house
from farthing.flows.collateral.raise_limit import RaiseRequest, ResolveRaiseRequest, propose_raise, resolve_raise
from farthing.flows.collateral.value import AppraisalRequest, ValueRequest, appraise_house, bring_sales, value_house
from farthing.flows.ports import House
from farthing.world.town import TownPlan, town_sales

FLAT = Premises(HouseKind.RESIDENCE, "D02", 9_250, 2012, 8)
TOWN = TownPlan(seed=7, sales=900, months=24, start=dt.date(2022, 1, 1))
YUAN = 100
APPRAISED = (100_000_000, 110_000_000, 125_000_000)
"""One million yuan at least."""


def town() -> bytes:
    return town_sales(TOWN).write_csv().encode()


def owner(house: House, number: int = 1, **changes: object) -> LineTerms:
    """A party and its line: a revolving one of 100,000 yuan unless changed."""
    party = known(house, f"owner-{number}", months=0)
    return opened(house, number, **{"party": party.id, "limit_fen": 10_000_000, **changes})


def offered(house: House, party: str, deed: str = "湘(2024)平江县不动产权第0000001号") -> str:
    return offer_house(
        house, OFFICER, OfferRequest(party, FLAT, deed), f"offer:{hashlib.sha256(deed.encode()).hexdigest()[:8]}:{party}"
    ).house


def appraised(house: House, of: str, fen: tuple[int, int, int] = APPRAISED, key: str = "appraise") -> None:
    appraise_house(house, RISK, AppraisalRequest(of, *fen, "A-2024-0001", house.clock.today()), f"{key}:{of}")


def agreed(house: House, terms: LineTerms, deed: str = "湘(2024)平江县不动产权第0000001号", **lien: int) -> str:
    """Offered, appraised, and the lien agreed."""
    of = offered(house, terms.party, deed)
    appraised(house, of)
    agree_lien(house, OFFICER, AgreeRequest(of, terms.line, **{"secured_fen": 90_000_000, **lien}), f"agree:{of}")
    return of


def registered(house: House, terms: LineTerms, deed: str = "湘(2024)平江县不动产权第0000001号", **lien: int) -> str:
    """All tasks done, and the lien in the register."""
    of, today = agreed(house, terms, deed, **lien), house.clock.today()
    for task in (LienTask.SURVEY, LienTask.INSURANCE, LienTask.CUSTODY, LienTask.REGISTRATION):
        complete_task(house, OFFICER, TaskRequest(of, task, f"A-{task.value}", today), f"{task}:{of}")
    register_lien(house, OFFICER, RegisterRequest(of, "CERT-2024-1"), f"register:{of}")
    return of


def raised(house: House, of: str, by_fen: int, key: str = "raise") -> None:
    """Asked for by the officer, agreed to by the risk manager."""
    propose_raise(house, OFFICER, RaiseRequest(of, by_fen), f"{key}:ask:{of}")
    resolve_raise(house, RISK, ResolveRaiseRequest(of, agree=True), f"{key}:agree:{of}")


def by_sales(house: House, of: str) -> None:
    """Valued from the made-up town."""
    bring_sales(house, SYSTEM, town(), "sales")
    value_house(house, OFFICER, ValueRequest(of), f"value:{of}")
