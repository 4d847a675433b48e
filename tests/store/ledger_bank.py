"""A bank's journal for tests: stores over a fresh database, a clock that counts, and commands about one kind of line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
from sqlalchemy import Engine

from farthing.domain.facility import LineState, LineTerms
from farthing.domain.ids import Id
from farthing.domain.line_event import Drawn, Opened, Repaid
from farthing.domain.posting import Posting
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.needs.night import Night
from farthing.flows.ports import Command, Transaction
from farthing.ledger.day_end import Close, close_by_steps, close_rows, joined
from farthing.ledger.facility import open_line, record
from farthing.sources.entropy import SystemEntropy
from farthing.store import keyring, keys
from farthing.store.commands import Commands
from farthing.store.engine import engine
from farthing.store.journal import Journal
from farthing.store.lines import Lines
from farthing.store.night.nights import Nights
from farthing.store.vault import Vault

OFFICER = Actor("stf_officer", "Officer", Role.CREDIT_OFFICER)
START = dt.date(2025, 1, 6)


@dataclass(slots=True)
class CountingClock:
    """A second passes at each look."""

    at: dt.datetime = dt.datetime(2025, 1, 6, 1, tzinfo=dt.UTC)
    day: dt.date = START

    def now(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at

    def today(self) -> dt.date:
        return self.day

    def open_day(self, day: dt.date) -> None:
        self.day = day


@dataclass(slots=True)
class Bank:
    """The stores a command touches."""

    engine: Engine
    commands: Commands
    journal: Journal
    lines: Lines
    nights: Nights
    clock: CountingClock = field(repr=False)

    @classmethod
    def open(cls, url: str, secrets: Path) -> Bank:
        """Over a migrated database; keys are made where there are none."""
        entropy = SystemEntropy()
        keyring.make(secrets, entropy)
        signer, clock, made = keys.make(secrets, entropy), CountingClock(), engine(url)
        return cls(
            made, Commands(made, clock, signer, Vault(secrets, entropy)), Journal(made, clock, signer), Lines(made), Nights(made), clock
        )

    def open_line(self, line: Id, key: str | None = None, limit_fen: int = 10_000_000) -> LineState:
        return self.commands.run(*opening(line, key, limit_fen))

    def draw(self, line: Id, amount_fen: int, key: str) -> int:
        return self.commands.run(*drawing(line, amount_fen, key))

    def repay(self, line: Id, amount_fen: int, key: str) -> int:
        return self.commands.run(*repaying(line, amount_fen, key))

    def night(self, day: dt.date) -> tuple[Night, pl.DataFrame]:
        """Think about every line and tell what changed, as the night does; the day stays open. What the night says of each line."""
        with self.nights.begin(day, 1) as reading:
            closes = list[Close]()
            for number in range(reading.parts):
                part = reading.part(number)
                narrow = close_rows(part.rows, day, reading.last)
                states = reading.states([*part.others, *narrow.steps])
                closes += [narrow, close_by_steps(states, day)]
                self.nights.renew(states, closes[-1].forms)
            whole = joined(closes)
            self.nights.tell(reading.night, whole.told)
            return reading.night, whole.standings

    def close(self, night: Night, postings: tuple[Posting, ...] = (), key: str = "close") -> None:
        """Close the night's day."""
        command = Command(f"{key} {night.day} {night.number}", "close", OFFICER, {"day": night.day})
        self.commands.run(command, lambda transaction: transaction.close_day(night, postings), type(None))

    def close_day(self, day: dt.date, postings: tuple[Posting, ...] = ()) -> pl.DataFrame:
        """A whole night; what it said of each line."""
        night, told = self.night(day)
        self.close(night, postings)
        return told


def terms(line: Id, limit_fen: int = 10_000_000) -> LineTerms:
    return LineTerms(
        line=line, party="pty_a", product="p", decision="dec_a", limit_fen=limit_fen, rate=Rate(40_000, Basis.DAY), opened_on=START,
        expires_on=START.replace(year=2027), tenor_months=12, draw_min_fen=100, repayment=RepaymentMethod.INTEREST_MONTHLY, due_day=20,
        same_day_days=0, revolving=True,
    )  # fmt: skip


def opening(line: Id, key: str | None = None, limit_fen: int = 10_000_000):
    def think(transaction: Transaction) -> LineState:
        state = open_line(terms(line, limit_fen))
        transaction.append(line, START, Opened(state.terms))
        transaction.save_line(state)
        return state

    return Command(key or f"open {line}", "open", OFFICER, {"line": line, "limit": limit_fen}), think, LineState


def drawing(line: Id, amount_fen: int, key: str):
    def think(transaction: Transaction) -> int:
        state = transaction.line(line)
        event = transaction.append(line, max(START, state.as_of), Drawn(line, state.draws_made + 1, amount_fen))
        transaction.save_line(record(state, event, lambda: transaction.events(line)))
        return event.sequence

    return Command(key, "draw", OFFICER, {"line": line, "amount": amount_fen}, (line,)), think, int


def repaying(line: Id, amount_fen: int, key: str):
    def think(transaction: Transaction) -> int:
        state = transaction.line(line)
        event = transaction.append(line, max(START, state.as_of), Repaid(line, amount_fen))
        transaction.save_line(record(state, event, lambda: transaction.events(line)))
        return event.sequence

    return Command(key, "repay", OFFICER, {"line": line, "amount": amount_fen}, (line,)), think, int


def as_someone_else(command: Command) -> Command:
    return replace(command, actor=replace(OFFICER, id="stf_other"))
