"""Bills may be sold on and redeemed: every state says whether it was, as the events of a bill say it."""

from __future__ import annotations

import json
from collections.abc import Callable

from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ADDED = ("sold", "redeemed")
"""Fields of a bill's state that had no place in the states written before."""


def upgrade() -> None:
    _respell(lambda state: state | dict.fromkeys(ADDED))


def downgrade() -> None:
    _respell(lambda state: {name: value for name, value in state.items() if name not in ADDED})


def _respell(change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    connection = op.get_bind()
    for bill, state in connection.execute(text("SELECT bill, state FROM bill_state")).all():
        told = json.dumps(change(json.loads(state)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        connection.execute(text("UPDATE bill_state SET state = :state WHERE bill = :bill"), {"state": told, "bill": bill})
