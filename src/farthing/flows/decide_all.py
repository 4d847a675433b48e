"""Decide every enterprise that has no known outcome, one application each: the main job on a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from farthing.domain.decision import Decision
from farthing.domain.errors import FarthingError
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party, PartyKind
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.decide import product_of
from farthing.flows.ports import House

PAGE = 500
A_COMMIT = 25
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DecideAllRequest:
    """Which product everybody of these kinds asks for, and how much (None: the product's most); or some of them only."""

    product: str
    requested_fen: int | None = None
    kinds: tuple[PartyKind, ...] = (PartyKind.ENTERPRISE, PartyKind.FARM)
    among: Callable[[Party], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class NotDecided:
    """An application that could not be decided, and why."""

    party: Id
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class DecidedAll:
    """Every decision, and every party that could not be decided: nothing is lost between them."""

    decisions: tuple[Decision, ...]
    failures: tuple[NotDecided, ...]


def decide_all(house: House, actor: Actor, request: DecideAllRequest, key: str, progress: Progress | None = None) -> DecidedAll:
    """One application per enterprise, several to a commit; the same key decides nobody twice."""
    require(actor, Role.CREDIT_OFFICER, Role.SYSTEM)
    product = product_of(house, request.product)
    amount = product.limit_max_fen if request.requested_fen is None else request.requested_fen
    parties = [party for party in unlabelled(house, request.kinds) if request.among(party)]
    made: list[Decision] = []
    failed: list[NotDecided] = []
    for group in _groups(parties):
        with house.commands.batch() as commands:
            for party in group:
                asked = ApplyRequest(party.id, product.code, amount)
                try:
                    made.append(apply(replace(house, commands=commands), actor, asked, f"{key}/{party.id}"))
                except FarthingError as refused:
                    failed.append(NotDecided(party.id, refused.code, refused.message))
        if progress is not None:
            progress(len(made) + len(failed), len(parties))
    return DecidedAll(tuple(made), tuple(failed))


def unlabelled(house: House, kinds: Sequence[PartyKind]) -> tuple[Party, ...]:
    """Parties of these kinds with evidence of trade and without a known outcome, by id."""
    labelled = set(house.lake.scan(EvidenceKind.OUTCOME).select("subject").unique().collect()["subject"])
    trading = set(house.lake.scan(EvidenceKind.INVOICE).select(pl.col("subject").unique()).collect()["subject"])
    return tuple(
        party
        for party in _parties(house)
        if party.kind in kinds and not party.erased and party.subject in trading and party.subject not in labelled
    )


def _parties(house: House) -> Iterator[Party]:
    after: Id | None = None
    while page := house.parties.list(limit=PAGE, after=after):
        yield from page
        after = page[-1].id
        if len(page) < PAGE:
            return


def _groups(parties: Sequence[Party]) -> Iterator[Sequence[Party]]:
    for start in range(0, len(parties), A_COMMIT):
        yield parties[start : start + A_COMMIT]
