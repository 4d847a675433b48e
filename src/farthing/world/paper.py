"""A handful of bills for a demonstration: what is drawn on which of its days, and what becomes of each. Made up, as every event says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.bill.bill import BillKind


class Fate(StrEnum):
    """What becomes of a bill once it was drawn."""

    WAITS = "waits"  # nobody has accepted it yet
    HELD = "held"  # the bank bought it, and it is paid when it falls due
    UNPAID = "unpaid"  # dishonoured; its seller is asked, and pays half
    PART = "part"  # the acceptor pays a third
    SOLD = "sold"  # the bank sells it on, without recourse


@dataclass(frozen=True, slots=True)
class Paper:
    """One bill: drawn on the day so many days in, maturing `term` days later, bought on the day it was drawn."""

    number: int
    kind: BillKind
    face_fen: int
    drawn: int
    term: int
    fate: Fate


def papers(days: int) -> tuple[Paper, ...]:
    """For a life of so many days, 60 at least: some are over by its end, some open, one falls due on its last day, one just came."""
    bank, firm = BillKind.BANK, BillKind.COMMERCIAL
    return (
        Paper(1, bank, 80_000_000, 2, 30, Fate.HELD),
        Paper(2, firm, 35_000_000, 3, 35, Fate.UNPAID),
        Paper(3, firm, 24_000_000, 5, 40, Fate.PART),
        Paper(4, firm, 60_000_000, days - 45, 45, Fate.HELD),
        Paper(5, bank, 120_000_000, days - 30, 120, Fate.SOLD),
        Paper(6, firm, 46_000_000, days - 20, 90, Fate.HELD),
        Paper(7, firm, 15_000_000, days - 1, 90, Fate.WAITS),
    )
