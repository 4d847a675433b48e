"""What a person is told when a command is refused: a sentence and a remedy, an exit code, never a traceback."""

from __future__ import annotations

import sys

import pytest

from farthing.cli import main


def told(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int = 1) -> str:
    monkeypatch.setattr(sys, "argv", ["farthing", *words])
    with pytest.raises(SystemExit) as left:
        main.main()
    assert left.value.code == code
    return capsys.readouterr().err


def test_a_setting_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FARTHING_PORT", "80a")
    assert "FARTHING_PORT is '80a'" in told(["db", "status"], monkeypatch, capsys, code=2)


def test_what_was_typed_is_quoted_as_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "'[/bold] [red]' is not an amount" in told(["line", "repay", "lin_a", "[/bold] [red]"], monkeypatch, capsys)
