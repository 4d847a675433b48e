"""Goods that are sold round a circle: how much of a party's turnover comes back to it within a few sales.

Of every way round of at most `MOST_HOPS` sales that begins and ends at a party, the one counts whose smallest sale is largest (the
widest path; M. Pollack, Operations Research 8, 1960): that much can have gone round. A supply chain that happens to close carries
little round beside what its members sell; a ring carries most of it. `circles` answers for everybody on columns, `circle_of` for one
party with the way round; they are written apart and agree (tests/laws/test_circles.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
MOST_HOPS = 6
PPM = 1_000_000
_SOURCES_AT_ONCE = 256
NOTHING_ROUND = (0, 0)


@dataclass(frozen=True, slots=True)
class Trade:
    """Sales between parties that the bank knows, in fen over one window: seller to buyer to amount (above zero)."""

    sales: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Circle:
    """The widest way round: who sold to whom, beginning with the party asked about, and how much can have gone all the way."""

    members: tuple[str, ...]
    round_fen: int


def trade_of(sales: Iterable[tuple[str, str, int]]) -> Trade:
    """Of rows (seller, buyer, fen), added up; sales to oneself and sums not above zero are no trade."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for seller, buyer, fen in sales:
        if seller != buyer:
            found[seller][buyer] += fen
    kept = {seller: {buyer: fen for buyer, fen in sorted(to.items()) if fen > 0} for seller, to in sorted(found.items())}
    return Trade({seller: to for seller, to in kept.items() if to})


# ---- one applicant ---------------------------------------------------------------------------------------------------


def circle_of(trade: Trade, party: str) -> Circle | None:
    """The widest way round through one party, the shortest of equally wide ones; None if nothing comes back."""
    width: dict[str, int] = {}
    best: tuple[int, tuple[str, ...]] = (0, ())
    reached: dict[str, tuple[int, tuple[str, ...]]] = {party: (2**62, (party,))}
    for _ in range(MOST_HOPS):
        following: dict[str, tuple[int, tuple[str, ...]]] = {}
        for seller, (wide, way) in sorted(reached.items()):
            for buyer, fen in trade.sales.get(seller, {}).items():
                through = min(wide, fen)
                if buyer == party:
                    best = max(best, (through, way), key=lambda one: one[0])
                elif through > max(width.get(buyer, 0), best[0]):
                    width[buyer] = through
                    following[buyer] = (through, (*way, buyer))
        reached = following
    return Circle(best[1], best[0]) if best[0] else None


# ---- everybody -------------------------------------------------------------------------------------------------------


def circles(trade: Trade) -> Mapping[str, tuple[int, int]]:
    """(fen that go round, sales it takes) of every party to whom something comes back."""
    names = sorted(set(trade.sales) | {buyer for to in trade.sales.values() for buyer in to})
    place = {name: number for number, name in enumerate(names)}
    edges = sorted((place[buyer], place[seller], fen) for seller, to in trade.sales.items() for buyer, fen in to.items())
    if not edges:
        return {}
    buyer, seller, fen = (np.array(column, dtype=np.int64) for column in zip(*edges, strict=True))
    found: dict[str, tuple[int, int]] = {}
    for first in range(0, len(names), _SOURCES_AT_ONCE):
        sources = np.arange(first, min(first + _SOURCES_AT_ONCE, len(names)))
        wide, hops = _rounds(sources, (seller, buyer, fen), len(names))
        found |= {names[one]: (int(w), int(h)) for one, w, h in zip(sources, wide, hops, strict=True) if w > 0}
    return found


def _rounds(sources: Ints, edges: tuple[Ints, Ints, Ints], parties: int) -> tuple[Ints, Ints]:
    """For each source: the widest way back to it, and in how few sales; edges lie by buyer."""
    seller, buyer, fen = edges
    begins = np.flatnonzero(np.diff(buyer, prepend=-1))
    row = np.arange(len(sources))
    wide = np.zeros((len(sources), parties), dtype=np.int64)
    wide[row, sources] = 2**62
    best, hops = np.zeros(len(sources), dtype=np.int64), np.zeros(len(sources), dtype=np.int64)
    for hop in range(1, MOST_HOPS + 1):
        after = np.zeros_like(wide)
        after[:, buyer[begins]] = np.maximum.reduceat(np.minimum(wide[:, seller], fen), begins, axis=1)
        back = after[row, sources]
        hops = np.where(back > best, hop, hops)
        best = np.maximum(best, back)
        after[row, sources] = 0  # a way round ends where it comes back
        wide = after
    return best, hops


# ---- what a model reads of it ----------------------------------------------------------------------------------------


MEASURES = ("circle_share", "circle_hops", "traded_back_share")


def measures(trade: Trade, party: str, around: tuple[int, int], turnover_fen: int) -> dict[str, int]:
    """What goes round as a share of the party's turnover, and in how many sales; and what is sold to those who sell as much back. In
    millionths of the turnover, at most all of it."""
    sold = trade.sales.get(party, {})
    back = sum(min(fen, trade.sales.get(buyer, {}).get(party, 0)) for buyer, fen in sold.items())
    found = (_share(around[0], turnover_fen), around[1], _share(back, turnover_fen))
    return dict(zip(MEASURES, found, strict=True))


def _share(part: int, whole: int) -> int:
    return min(PPM, part * PPM // whole) if whole > 0 else 0
