"""The stores of people on a fresh database, with a clock that stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from sqlalchemy import Engine
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind, IntakeReport, KnownLag, Provenance, Repeats
from farthing.domain.party import Party, PartyKind, PersonalData
from farthing.domain.staff import Actor, Role
from farthing.sources.entropy import SystemEntropy
from farthing.store import keyring
from farthing.store.aggregates import Aggregates
from farthing.store.decisions import Decisions
from farthing.store.engine import open_engine
from farthing.store.lake import Lake, insert_evidence
from farthing.store.parties import NewParty, Parties, insert_party
from farthing.store.registry import Registry
from farthing.store.staff import Cost, Staff
from farthing.store.vault import Vault

OFFICER = Actor("stf_officer", "李审批", Role.CREDIT_OFFICER)
AUDITOR = Actor("stf_auditor", "钱稽核", Role.AUDITOR)
CHEN = PersonalData("陈大妹", "510722198701010021", "13800000001", "E7")
TODAY = dt.date(2024, 5, 6)


@dataclass
class StoppedClock:
    """A clock that moves when a test says so."""

    at: dt.datetime = dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.at

    def today(self) -> dt.date:
        return self.at.date()

    def open_day(self, day: dt.date) -> None:
        self.at = dt.datetime.combine(day, dt.time(9), dt.UTC)


@dataclass(frozen=True)
class People:
    """The stores, and what they stand on."""

    engine: Engine
    database: Database
    home: Path
    vault: Vault
    clock: StoppedClock
    parties: Parties
    lake: Lake
    aggregates: Aggregates
    registry: Registry
    decisions: Decisions
    staff: Staff

    def add(self, data: PersonalData = CHEN, kind: PartyKind = PartyKind.PERSON) -> Party:
        """A party on file."""
        with self.engine.begin() as connection:
            return insert_party(connection, self.vault, NewParty(kind, data, {"industry": "retail", "county": "510722"}))[0]

    def another(self) -> People:
        """The same bank in another process: nothing remembered."""
        return replace(self, **_stores(self.engine, self.home, self.clock))  # type: ignore[arg-type]

    def take_in(self, frame: pl.DataFrame, report: IntakeReport, kind: EvidenceKind = EvidenceKind.INVOICE) -> str:
        """Put a frame into the lake and commit its manifest; the object's digest."""
        stored = self.lake.put(kind, frame, provenance(report.source))
        with self.engine.begin() as connection:
            insert_evidence(connection, self.vault, stored, replace(report, evidence=stored.id))
        return stored.object_digest


def provenance(source: str) -> Provenance:
    return Provenance(source, f"digest of {source}", KnownLag(1, assumed=True))


def report(rows: int, source: str = "invoices.csv") -> IntakeReport:
    return IntakeReport(EvidenceKind.INVOICE, source, None, rows, rows, (), 0, 0, Repeats.KEEP)


def invoices(subject: str, count: int = 3, counterparty: str = "王记粮油行") -> pl.DataFrame:
    """Valid sales of 100 yuan, one a day."""
    days = [TODAY - dt.timedelta(days=number) for number in range(count)]
    return pl.DataFrame(
        {
            "subject": [subject] * count, "side": ["sale"] * count, "invoice_no": [f"{subject}-{number}" for number in range(count)],
            "issued_on": days, "counterparty": [counterparty] * count, "net_fen": [10_000] * count, "tax_fen": [300] * count,
            "gross_fen": [10_300] * count, "status": ["valid"] * count, "known_on": days, "row": list(range(1, count + 1)),
        }
    )  # fmt: skip


def _stores(engine: Engine, home: Path, clock: StoppedClock) -> dict[str, object]:
    vault = Vault(home / "secrets", SystemEntropy())
    with engine.begin() as connection:
        vault.enrol(connection)
    return {
        "vault": vault, "parties": Parties(engine, vault, clock), "lake": Lake(engine, vault, home / "lake"),
        "aggregates": Aggregates(engine, vault), "registry": Registry(engine), "decisions": Decisions(engine, vault),
        "staff": Staff(engine, vault, clock, cost=Cost(4, 8, 1)),
    }  # fmt: skip


@contextmanager
def people_of(database: Database, home: Path) -> Iterator[People]:
    """A bank's people on this database, as the application's role."""
    keyring.make(home / "secrets", SystemEntropy())
    clock = StoppedClock()
    with open_engine(database.url) as engine:
        yield People(engine=engine, database=database, home=home, clock=clock, **_stores(engine, home, clock))  # type: ignore[arg-type]
