"""Who may see which page: every page has a row, and every row is tried by every reader."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from httpx import Client
from tests.web.conftest import Served

from farthing.web.app import PAGES

Visitor = Callable[..., Client]

STAFF, DESK, READERS, BORROWER = ("officer", "manager", "auditor"), ("officer", "manager"), ("manager", "auditor"), "using"
ROWS: dict[str, tuple[str, ...]] = {
    "/applications": DESK,
    "/decisions/{decision}": STAFF,
    "/parties": STAFF,
    "/parties/{party}": STAFF,
    "/lines": STAFF,
    "/lines/{line}": STAFF,
    "/bills": STAFF,
    "/bills/{bill}": STAFF,
    "/houses": STAFF,
    "/houses/{house}": STAFF,
    "/proposals": STAFF,
    "/relief": DESK,
    "/relief/{proposal}": STAFF,
    "/products": STAFF,
    "/book": READERS,
    "/book/lines": READERS,
    "/books": STAFF,
    "/books/account": STAFF,
    "/books/posting": STAFF,
    "/events/{event}": STAFF,
    "/months": READERS,
    "/months/{month}": READERS,
    "/listeners": READERS,
    "/models": READERS,
    "/models/{model}": READERS,
    "/models/{model}/report": READERS,
    "/models/{model}/drift": READERS,
    "/dimensions": STAFF,
    "/dimensions/{party}": STAFF,
    "/features": STAFF,
    "/features/{feature}": STAFF,
    "/policies": READERS,
    "/evidence": STAFF,
    "/audit": ("auditor",),
    "/my": (BORROWER,),
    "/my/decisions/{decision}": (BORROWER,),
}
REFUSED = "This page is not for your role."


def test_every_page_has_a_row() -> None:
    assert [path for path, *_ in PAGES] == list(ROWS)


@pytest.mark.parametrize("who", [*STAFF, BORROWER])
def test_a_page_is_shown_to_whom_it_is_for_and_to_nobody_else(who: str, served: Served, visitor: Visitor) -> None:
    reader, stranger = visitor(served.url, who), visitor(served.url)
    shown = set[str]()
    for path in ROWS:
        there = re.sub(r"\{(\w+)\}", lambda found: served.ids.get(found[1], "nothing"), path)
        page = reader.get(there)
        assert page.status_code == 200, there
        if REFUSED not in page.text:
            shown.add(path)
        assert stranger.get(there).headers["location"] == "/login"
    assert shown == {path for path, readers in ROWS.items() if who in readers}
