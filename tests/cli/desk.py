"""The command line as a person sees it: a small bank, words typed, and what came back."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.cli import main
from farthing.domain.staff import NewStaff, Role
from farthing.flows.staff import add_staff

WIDE = "220"


@dataclass(frozen=True, slots=True)
class Told:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for machines; it must have ended well."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Desk:
    """A bank of five merchants: E1 sells to six buyers, E2 to three, E3 to one, E4 has no consent, E5 no invoices.

    `parties` are their ids by key, `staff` the ids of an officer and a risk manager by login.
    """

    home: Path
    database: Database
    parties: dict[str, str]
    staff: dict[str, str]


@contextmanager
def desk(database: Database, home: Path) -> Iterator[Desk]:
    """The bank, and an environment in which the command line finds it."""
    with open_bank(database, home, DAY) as house:
        ready(house)
        parties = {key: known(house, key, buyers=buyers).id for key, buyers in (("E1", 6), ("E2", 3), ("E3", 1))}
        parties["E4"] = known(house, "E4", consent=False).id
        parties["E5"] = known(house, "E5", months=0).id
        people = (("officer", "王晓燕", Role.CREDIT_OFFICER), ("risk", "周明华", Role.RISK_MANAGER))
        staff = {login: add_staff(house, SYSTEM, NewStaff(login, name, role, "correct horse")).id for login, name, role in people}
    found = {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": database.owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        yield Desk(home, database, parties, staff)


def typed(*words: object) -> Told:
    """`farthing` with these words, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["farthing", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        code = _ended()
    return Told(code, out.getvalue(), err.getvalue())


def _ended() -> int:
    try:
        main.main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return 0
