"""Lines as pages and the night read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.ledger_bank import Bank, opening

from farthing.domain.errors import Invalid, NotFound


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    with made.commands.batch() as batch:
        for number in range(30):
            batch.run(*opening(f"lin_{number:02}", limit_fen=1_000_000 + number))
    yield made
    made.engine.dispose()


def test_a_page_of_lines_is_sorted(bank: Bank) -> None:
    page = bank.lines.list(limit=3, offset=1, sort="-limit_fen")
    assert [state.terms.line for state in page] == ["lin_28", "lin_27", "lin_26"]
    assert [state.terms.line for state in bank.lines.list(limit=2, sort="limit_fen")] == ["lin_00", "lin_01"]
    assert [state.terms.line for state in bank.lines.of_party("pty_a")] == list(bank.lines.ids())


def test_lines_are_counted(bank: Bank) -> None:
    assert bank.lines.count() == 30


@pytest.mark.parametrize("sort", ["state", "line; DROP TABLE event", ""])
def test_only_known_columns_sort(bank: Bank, sort: str) -> None:
    with pytest.raises(Invalid, match="sorted"):
        bank.lines.list(sort=sort)


@pytest.mark.parametrize("partitions", [1, 3, 64])
def test_partitions_cover_every_line_once(bank: Bank, partitions: int) -> None:
    parts = [[state.terms.line for state in bank.lines.states(part, partitions)] for part in range(partitions)]
    assert sorted(line for part in parts for line in part) == list(bank.lines.ids())


def test_a_missing_line_is_not_found(bank: Bank) -> None:
    with pytest.raises(NotFound, match="lin_nowhere"):
        bank.lines.get("lin_nowhere")
