"""What the journeys of the bank as a whole need of the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from farthing.domain.bank.listener import Letter, Progress
from farthing.domain.event import Event
from farthing.domain.ids import Id
from farthing.domain.posting import Account, Posting


@dataclass(frozen=True, slots=True)
class Turnover:
    """A product's account over some days: its balance before them, what was posted to its debit and to its credit (both positive)."""

    product: str
    account: Account
    opening_fen: int
    debits_fen: int
    credits_fen: int


@dataclass(frozen=True, slots=True)
class Close:
    """A closed day, and the moment at which its night read the bank: the close knew what was written by then. `seen` is the store's name
    of it."""

    day: dt.date
    seen: str


class Postings(Protocol):
    """What was posted, and the events under it."""

    def turnover(self, first: dt.date, last: dt.date) -> Sequence[Turnover]:
        """Every product and account that anything was posted to by the end of `last`, in order."""

    def daily(self, account: Account, product: str | None, first: dt.date, last: dt.date) -> Sequence[Posting]:
        """The postings to an account, a row a day and product, the newest first."""

    def closes(self) -> Sequence[Close]:
        """Every closed day, oldest first."""

    def touched(self, before: Close | None, close: Close) -> frozenset[Id]:
        """The lines of which events became known between two closes, or by the second."""

    def histories(self, streams: Sequence[Id], close: Close) -> Mapping[Id, tuple[Event, ...]]:
        """The events of each of these lines, or bills, that a close knew, in sequence."""

    def written_off(self) -> Mapping[Id, dt.date]:
        """Every line whose claim was written off, and the first closed day that knew of it; without those no close knew of yet."""


_AWAY = (0, 408, 429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a listener took an event: the HTTP status, or 0 and why nothing came back."""

    status: int
    error: str = ""

    @property
    def taken(self) -> bool:
        """Did it say that it has it?"""
        return 200 <= self.status < 300

    @property
    def away(self) -> bool:
        """Is nobody there, or nobody who can answer now, whatever the event is?"""
        return self.status in _AWAY


class Post(Protocol):
    """Carries a message to another system."""

    def check(self, url: str) -> None:
        """`Invalid` for an address that the bank's settings do not let it call."""

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer: ...


class Listeners(Protocol):
    """How far each listener was told, what it did not take, and its key."""

    def make_key(self, listener: Id) -> bytes:
        """A key of 32 bytes for a listener; the same again until it is forgotten."""

    def key(self, listener: Id) -> bytes | None:
        """The listener's key; None once it was forgotten."""

    def forget(self, listener: Id) -> None:
        """Destroy the key, and all that was noted of the deliveries."""

    def turn(self, listener: Id) -> AbstractContextManager[bool]:
        """True for the one that tells this listener now; it loses its turn when it dies."""

    def progress(self, listener: Id) -> Progress | None:
        """None before the first delivery."""

    def told(self, progress: Progress, kept: Sequence[Letter]) -> None:
        """Note how far the listener was told, and what it did not take, both or neither."""

    def letters(self, listener: Id | None = None, *, dead: bool | None = None, limit: int | None = None) -> Sequence[Letter]:
        """Letters in log order; with a limit, the first of them."""

    def left(self) -> Mapping[Id, tuple[int, int]]:
        """How many letters of each listener wait, and how many are dead."""

    def keep(self, letter: Letter) -> None:
        """Note another try."""

    def drop(self, listener: Id, index: int) -> None:
        """It was taken."""

    def sealed(self, first: int, limit: int) -> Iterator[tuple[int, Event]]:
        """(place in the log, event) of sealed events from a place on, in order."""
