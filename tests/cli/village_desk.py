"""The command line in the village: an environment in which it finds that bank, and a risk manager of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from tests.cli.desk import WIDE
from tests.flows.bank import SYSTEM
from tests.flows.village import Village

from farthing.domain.staff import NewStaff, Role
from farthing.flows.staff import add_staff


@contextmanager
def at_desk(village: Village) -> Iterator[str]:
    """The id of the risk manager, who is there once however often this is asked."""
    staff = village.house.staff.find("risk") or add_staff(
        village.house, SYSTEM, NewStaff("risk", "周明华", Role.RISK_MANAGER, "correct horse")
    )
    found = {"FARTHING_HOME": str(village.home), "FARTHING_DATABASE_URL": village.database.owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        yield staff.id
