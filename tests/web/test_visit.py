"""A form's key stays with the page as it was shown, whatever becomes of a try."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from fastapi import Request

import farthing.web
from farthing.domain.staff import Actor, Role
from farthing.flows.ports import House
from farthing.web.session import Reader, Sessions
from farthing.web.text import Words
from farthing.web.visit import Visit

READER = Reader(Actor("stf_a", "a", Role.CREDIT_OFFICER), Words("en"), "cookie", "token")
REQUEST = Request({"type": "http"})


def test_a_form_has_one_key_for_as_long_as_its_page_is_shown(house: House) -> None:
    """So a second try after an outage in the middle of a command is the same command, and nothing is done twice."""
    sessions = Sessions(house, "secret", None)  # type: ignore[arg-type]
    page, again = Visit(sessions, READER, REQUEST, "first"), Visit(sessions, READER, REQUEST, "second")
    assert page.key("repay") == page.key("repay")
    assert len({page.key("repay"), page.key("draw"), page.key("give", "invoice"), page.key("give", "contract"), again.key("repay")}) == 5


def test_no_form_draws_a_key_of_its_own() -> None:
    drawn = [path.name for path in sorted(Path(farthing.web.__file__).parent.rglob("*.py")) for _ in draws(path)]
    assert drawn == ["doors.py", "cost.py", "session.py", "visit.py"], "forms without a script, sessions, and each showing of a page"


def draws(path: Path) -> Iterator[ast.Call]:
    """Where the web draws chance."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "draw" and "entropy" in ast.dump(node):
            yield node


def test_a_day_after_the_question_mark_is_a_day_or_none(house: House) -> None:
    sessions = Sessions(house, "secret", None)  # type: ignore[arg-type]
    asked = {text: Visit(sessions, READER, Request({"type": "http", "query_string": f"on={text}".encode()}), "x").day("on")
             for text in ("2025-12-31", "2025-13-01", "")}  # fmt: skip
    assert asked == {"2025-12-31": dt.date(2025, 12, 31), "2025-13-01": None, "": None}
