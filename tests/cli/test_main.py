"""What a person is told when a command is refused: a sentence and a remedy, an exit code, never a traceback."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import sys
from typing import Any

import pytest
import typer

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


def test_the_help_names_every_noun_and_imports_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["farthing", "--help"])
    before = set(sys.modules)
    with pytest.raises(SystemExit) as left:
        main.main()
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert [noun for noun in main.NOUNS if f" {noun} " not in shown] == []
    assert not {module for module, _ in main.NOUNS.values()} & (set(sys.modules) - before)


def commands(noun: str) -> dict[str, Any]:
    """A noun's own command, and each of its verbs."""
    found: Any = typer.main.get_command(importlib.import_module(main.NOUNS[noun][0]).app)
    verbs = getattr(found, "commands", {})
    return {noun: found} | {f"{noun} {verb}": command for verb, command in verbs.items()}


@pytest.mark.parametrize("noun", main.NOUNS)
def test_every_command_says_what_it_does_and_every_example_is_a_command(noun: str) -> None:
    known = commands(noun)
    assert [name for name, command in known.items() if len(command.help or "") < 20] == []
    examples = [text for command in known.values() for text in re.findall(r"(?:`|: )(farthing [^`\n]*)", command.help)]
    assert examples, "a noun shows how it is used"
    for example in examples:
        typed = shlex.split(example)[1:]
        command = known.get(" ".join(typed[:2])) or known[typed[0]]
        flags = {flag for parameter in command.params for flag in parameter.opts + parameter.secondary_opts}
        assert {word.split("=")[0] for word in typed if word.startswith("--")} <= flags, example


def everything() -> dict[str, Any]:
    """Each command by the words that call it, as `--help` shows it."""
    ahead = {noun: typer.main.get_command(main.command_line([noun])).commands[noun] for noun in main.NOUNS}  # type: ignore[attr-defined]
    found: dict[str, Any] = {}
    while ahead:
        words, command = ahead.popitem()
        below = getattr(command, "commands", {})
        ahead |= {f"{words} {word}": more for word, more in below.items()}
        found |= {} if below or command.hidden else {words: command}
    return found


def test_every_command_has_an_example_and_speaks_json() -> None:
    every = everything()
    assert len(every) > 40
    assert [words for words, command in every.items() if f"Example: farthing {words}" not in (command.help or "")] == []
    assert [words for words, command in every.items() if not any("--json" in one.opts for one in command.params)] == []


def test_a_noun_is_listed_in_short_and_explains_itself_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    root = main.command_line(["serve"])
    with pytest.raises(SystemExit):
        root(["--help"])
    assert main.NOUNS["serve"][1] in capsys.readouterr().out
    with pytest.raises(SystemExit):
        root(["serve", "--help"])
    assert "Example: farthing serve --port 8787" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["line", "repay", "lin_a", "five", "--json"], "bad_amount", 1),
        (["line", "repay", "--json"], "usage", 2),
        (["db", "status", "--jsn", "--json"], "usage", 2),
        (["lend", "--json"], "usage", 2),
        (["line", "show", "\udcff", "--json"], "usage", 2),
    ],
)
def test_under_json_an_error_is_an_object(
    words: list[str], code: str, exit_code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = json.loads(told(words, monkeypatch, capsys, code=exit_code))
    assert set(error) == {"code", "message", "remedy", "field"}
    assert error["code"] == code
    assert error["message"]
    assert error["remedy"]


def test_under_json_a_setting_that_makes_no_sense_is_an_object(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FARTHING_PORT", "80a")
    assert json.loads(told(["db", "status", "--json"], monkeypatch, capsys, code=2))["code"] == "bad_setting"


def test_what_is_no_text_is_a_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Word 3 of the command is not UTF-8 text" in told(["line", "show", "\udcff"], monkeypatch, capsys, code=2)


def test_a_word_that_is_no_noun_is_a_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "lend" in told(["lend"], monkeypatch, capsys, code=2)
