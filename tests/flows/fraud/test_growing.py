"""The network of a day grows by what comes in, whoever asks for it meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.bank import SYSTEM, open_bank
from tests.flows.fraud.conftest import PLAN
from tests.store_fixture import Database

from farthing.domain import canon
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import SourceTable
from farthing.flows.fraud import around as around_module
from farthing.flows.fraud.around import network_on
from farthing.flows.imagine import Imagined
from farthing.flows.intake import IntakeRequest, intake
from farthing.graph.network import KINDS as OF_NETWORK
from farthing.graph.network import measures_of_all


def halves(tables: list[SourceTable]) -> Iterator[tuple[int, SourceTable]]:
    """Each table in two files, the first halves before the second."""
    for part in (0, 1):
        for table in tables:
            rows = table.frame.gather_every(2, part)
            yield part, replace(table, frame=rows, digest=canon.digest([table.digest, part]).hex())


def test_the_network_grows_by_what_comes_in(new_database: Callable[[], Database], imagined: Imagined, tmp_path: Path) -> None:
    """Kind after kind, the parties by and by: each time as if it were made anew."""
    with open_bank(new_database(), tmp_path, dt.date(2024, 1, 1)) as bank:
        for part, table in halves([table for table in imagined.tables if table.kind in OF_NETWORK]):
            intake(bank, SYSTEM, IntakeRequest((table,)), f"{table.kind} {part}")
            grown = network_on(bank, PLAN.end)
        around_module._KEPT.clear()
        anew = network_on(bank, PLAN.end)
        assert grown is not anew
        assert measures_of_all(grown).equals(measures_of_all(anew))
        assert (grown.ties, grown.trade, grown.turnover_fen) == (anew.ties, anew.trade, anew.turnover_fen)


def test_who_waited_while_more_came_in_does_not_bring_back_what_was(
    new_database: Callable[[], Database], imagined: Imagined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One asks, and before its turn comes a file comes in and another has the network grown by it."""
    with open_bank(new_database(), tmp_path, dt.date(2024, 1, 1)) as bank:
        first, second = (table for _, table in halves([table for table in imagined.tables if table.kind is EvidenceKind.DEVICE]))
        intake(bank, SYSTEM, IntakeRequest((first,)), "first")
        network_on(bank, PLAN.end)
        intake(bank, SYSTEM, IntakeRequest((replace(second, frame=second.frame.head(50), digest="ab" * 32),)), "second")
        seen: list[object] = []

        class Turn:
            def __enter__(self) -> None:
                monkeypatch.undo()
                intake(bank, SYSTEM, IntakeRequest((second,)), "meanwhile")
                seen.append(network_on(bank, PLAN.end))

            def __exit__(self, *_: object) -> None: ...

        monkeypatch.setattr(around_module, "_MAKING", (Turn(),))
        assert network_on(bank, PLAN.end) is seen[0]
        assert network_on(bank, PLAN.end) is seen[0]
