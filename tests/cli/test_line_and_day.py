"""`farthing line` and `farthing day` as a person types them, on a real bank."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing.cli import day
from farthing.cli.line import use as line
from farthing.domain.errors import Invalid


@pytest.fixture
def type_(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Types a command; gives its output. The bank has one line, open since 2024-01-10."""
    with open_bank(database, tmp_path) as house:
        opened(house)
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path))
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)

    def run(app: object, *words: str) -> str:
        done = CliRunner().invoke(app, list(words), catch_exceptions=False)  # type: ignore[arg-type]
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_draw_repay_quote_show_and_end_the_day(type_) -> None:  # type: ignore[no-untyped-def]
    (row,) = json.loads(type_(line.app, "list", "--json"))
    name = row["line"]
    assert "¥10,000.00 paid out on 2024-01-10" in type_(line.app, "draw", name, "10000", "--key", "k1")
    assert "¥10,000.00 paid out on 2024-01-10" in type_(line.app, "draw", name, "10000", "--key", "k1")
    assert "10.95 % a year simple" in type_(line.app, "quote", name, "--draw", "5000")
    assert "11 days closed" in type_(day.app, "end", "--to", "2024-01-21")
    assert "¥10,033.00 settles the line on 2024-01-21" in type_(line.app, "quote", name)
    shown = json.loads(type_(line.app, "show", name, "--json"))
    assert [entry["kind"] for entry in shown["timeline"]] == ["Opened", "Drawn", "Billed"]
    assert "Billed" in type_(line.app, "show", name)
    assert name in type_(line.app, "list")
    assert "interest ¥30.00, principal ¥0.00" in type_(line.app, "repay", name, "30", "--on", "2024-01-20")
    status = json.loads(type_(day.app, "status", "--json"))
    assert (status["open_day"], status["book"]["total"]["principal_fen"]) == ("2024-01-21", 1_000_000)
    assert "NPL ratio: 0.00 %" in type_(day.app, "status")
    assert "frozen" in type_(line.app, "freeze", name, "suspected_fraud")
    assert "active" in type_(line.app, "unfreeze", name, "cleared")
    frozen, thawed = (json.loads(type_(line.app, verb, name, "by_court", "--json")) for verb in ("freeze", "unfreeze"))
    assert [(done["line"], done["status"]) for done in (frozen, thawed)] == [(name, "frozen"), (name, "active")]


@pytest.mark.parametrize("words", [("quote", "lin_a", "--on", "31/01/2024"), ("draw", "lin_a", "12.345"), ("repay", "lin_a", "ten")])
def test_a_word_that_makes_no_sense_is_told_what_would(type_, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid) as caught:
        type_(line.app, *words)
    assert caught.value.remedy
