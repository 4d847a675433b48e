"""What was changed behind the journal's back is found: a bill's row, its state, the invoices behind it, or a bill that is gone."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import make_url
from tests.flows.bank import AUDITOR
from tests.flows.bill.conftest import BillDesk
from tests.store_fixture import Database

from farthing.domain.bill.event import BillAccepted
from farthing.flows.bill.verify import bill_findings
from farthing.flows.prove import verify


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("UPDATE bill_state SET amount_fen = amount_fen + 1", "bill row repeats its state"),
        ("UPDATE bill_state SET state = replace(state, '\"accepted\"', '\"drawn\"'), status = 'drawn'", "bill is the fold of its events"),
        ("UPDATE bill_state SET state = '{}'", "bill is the fold of its events"),
        ("INSERT INTO bill_invoice SELECT 'slipped in', bill FROM bill_state", "invoices stand behind their bill"),
        ("UPDATE bill_invoice SET bill = NULL", "invoices stand behind their bill"),
        ("DELETE FROM bill_state", "bills have a state"),
    ],
)
def test_what_was_changed_behind_the_journal_is_found(desk: BillDesk, database: Database, change: str, check: str) -> None:
    bill = desk.draw()
    desk.step(BillAccepted(bill))
    assert verify(desk.house, AUDITOR).findings == ()
    with psycopg.connect(make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        connection.execute(change)
    (found,) = verify(desk.house, AUDITOR).findings
    assert (found.check, found.item) == (check, bill)


def test_progress_is_told(desk: BillDesk) -> None:
    desk.draw()
    told: list[tuple[str, int]] = []
    assert list(bill_findings(desk.house, lambda what, done: told.append((what, done)))) == []
    assert told == [("bills", 0)]
