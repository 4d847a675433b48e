"""A bank of shops in three counties: what they sold, what their owners told, who failed; and models beside the score in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.flows.bank import RISK, SYSTEM
from tests.flows.model.test_develop import END, table
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelStatus
from farthing.domain.staff import Actor, Role
from farthing.evidence.intake import SourceTable
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.construct import ConstructRequest, train_constructs
from farthing.flows.model.novelty import GateRequest, train_gate
from farthing.flows.model.segments import SegmentRequest, train_segments
from farthing.flows.ports import House
from farthing.settings import Settings
from farthing.wiring import open_house

SHOPS = 160
DAY = END + dt.timedelta(days=2)
COUNTIES, TRADES = ("东县", "南县", "西县"), ("retail", "catering", "repair")
SCHOOLS = ("primary", "middle", "high", "degree")
SECOND = Actor("stf_second", "郑复核", Role.RISK_MANAGER)
USUAL, ODD = "S007", f"S{SHOPS - 1:03d}"


@dataclass(frozen=True, eq=False)
class Village:
    """The bank, open, and where its files and its database are."""

    house: House
    home: Path
    database: Database

    def party(self, key: str) -> str:
        found = self.house.parties.find(key)
        assert found is not None
        return found.id


@pytest.fixture(scope="session")
def village(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    home, database = tmp_path_factory.mktemp("village"), new_database()
    with open_house(Settings(home=home, database_url=database.owner_url, host="127.0.0.1", port=0)) as house:
        intake(house, SYSTEM, IntakeRequest(evidence()), "import")
        yield Village(house, home, database)


def evidence() -> tuple[SourceTable, ...]:
    """Each fourth shop failed, and most of those sold less and less often; the last of all sells a million times as much, on one day.
    Owners' answers follow one quality, the able last; the first left out what may be left out."""
    rng = np.random.default_rng(4)
    sales: list[dict[str, object]] = []
    profiles: list[dict[str, object]] = []
    for shop in range(SHOPS):
        odd, weak = shop == SHOPS - 1, (shop % 4 == 0) is bool(rng.random() < 0.85)
        for sale in range(2 if odd else 8 if weak and shop % 3 else 12):
            day = END - dt.timedelta(days=1 if odd else int(30 * sale + rng.integers(0, 20)))
            gross = 10**11 if odd else int(rng.integers(50_000, 300_000 if weak else 500_000))
            sales.append({
                "party": f"S{shop:03d}", "side": "sale", "invoice_no": f"{shop}/{sale}", "issued_on": day.isoformat(),
                "counterparty": f"C{0 if odd else rng.integers(1, 6)}", "net_fen": gross, "tax_fen": 0, "gross_fen": gross,
                "status": "valid",
            })  # fmt: skip
        able = 2.0 * shop / SHOPS - 1.0
        yes = [bool(rng.random() < 0.5 + 0.45 * able) for _ in range(4)]
        months = [max(int(80 + 60 * able + rng.normal(0, 25)), 0) for _ in range(3)]
        profiles.append({
            "party": f"S{shop:03d}", "answered_on": END.isoformat(), "schooling": SCHOOLS[min(int(2 + 2 * able), 3)],
            "trade_months": months[0], "business_months": months[1], "address_months": months[2] if shop else None, "premises": "rented",
            "employees": 2, "dependants": 1, "training_days": max(int(3 + 3 * able), 0) if shop else None,
            "certified": yes[0], "keeps_books": yes[1], "separate_account": yes[2], "plans_ahead": yes[3],
        })  # fmt: skip
    firms: list[dict[str, object]] = [
        {"party": f"S{shop:03d}", "name": f"店{shop}", "kind": "enterprise", "registered_on": "2020-01-02",
         "industry": TRADES[max(shop % 10 - 7, 0)], "county": COUNTIES[shop % 5 % 3] if shop else None,
         "channel": ("扫码", "online", "agent")[shop % 7 % 3] if shop else None} for shop in range(SHOPS)
    ]  # fmt: skip
    outcomes: list[dict[str, object]] = [
        {"party": f"S{shop:03d}", "defaulted": shop % 4 == 0, "rating": "D" if shop % 4 == 0 else "A"} for shop in range(SHOPS - 1)
    ]
    return (
        table(EvidenceKind.ENTERPRISE, firms, "f1f1f1f1"), table(EvidenceKind.INVOICE, sales, "5a1e55a1"),
        table(EvidenceKind.OWNER_PROFILE, profiles, "0wne20wn"), table(EvidenceKind.OUTCOME, outcomes, "0u7c0me5"),
    )  # fmt: skip


@cache
def gate(village: Village) -> ModelCard:
    """In use; each is trained once."""
    return use(village.house, train_gate(village.house, RISK, GateRequest(DAY), "gate"))


@cache
def constructs(village: Village) -> ModelCard:
    """In use."""
    return use(village.house, train_constructs(village.house, RISK, ConstructRequest(DAY), "constructs"))


@cache
def segments(village: Village) -> ModelCard:
    """In use."""
    return use(village.house, train_segments(village.house, RISK, SegmentRequest(DAY), "segments"))


def use(house: House, drafted: ModelCard) -> ModelCard:
    """The model, appointed by two people unless it is already."""
    found = house.registry.model(drafted.id)
    assert found is not None
    if found[0].status is not ModelStatus.APPROVED:
        until = house.clock.today() + dt.timedelta(days=300)
        body = ModelAppointed(drafted.id, ModelStatus.APPROVED, drafted.market, until, "first_of_its_class")
        proposal = propose(house, RISK, body, f"ask {drafted.id}")
        resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), f"yes {proposal.id}")
        found = house.registry.model(drafted.id)
        assert found is not None
    return found[0]
