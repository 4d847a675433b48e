"""The judge is judged: a fault planted in a bank is found, by the invariant whose business it is, on the evening of its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.simulation import wrongs
from tests.flows.simulation.banks import SMALL, AtHome, stage
from tests.flows.simulation.wrongs import Run, Wrong
from tests.store_fixture import Database

from farthing.flows.simulation.run import Simulated, Stage, simulate_bank

DAY = dt.date(2025, 1, 22)
"""When the books are tampered with: after the first bills."""
KEPT = ("event", "command", "receipt", "seal", "node", "head", "posting", "standing")


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[Stage]:
    with stage(database, tmp_path / "home") as honest:
        yield honest


@pytest.fixture
def tamper(database: Database) -> Iterator[Callable[[str], None]]:
    """Runs SQL as somebody with every right over the tables, triggers switched off."""
    url = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:

        def run(statement: str) -> None:
            for table in KEPT:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            assert connection.execute(statement).rowcount > 0, "the tampering did something"

        yield run


def lived(made: Stage, **changes: object) -> Simulated:
    return simulate_bank(made, replace(SMALL, **changes))  # type: ignore[arg-type]


def at_home(made: Stage) -> AtHome:
    assert isinstance(made.bank, AtHome)
    return made.bank


def tampered(made: Stage, deed: Callable[[], None]) -> Stage:
    """The bank whose books somebody is at on an evening."""
    return replace(made, bank=replace(at_home(made), after=lambda day: deed() if day == DAY else None))


def found_by(told: Simulated) -> set[str]:
    return {one.check for one in told.findings}


def test_an_honest_bank_is_found_honest(made: Stage) -> None:
    told = lived(made)
    assert told.findings == ()
    assert told.commands > 50
    assert set(told.faults) == {"clock", "double", "lost", "late"}


@pytest.mark.parametrize(("rule", "invariants"), [
    (wrongs.forgetful, {"nothing_answered_is_lost", "a_line_counts_what_was_answered", "money_back_goes_somewhere"}),
    (wrongs.doubling, {"nothing_happens_unasked", "a_line_counts_what_was_answered", "money_back_goes_somewhere"}),
    (wrongs.twice_under_one_key, {"nothing_is_done_twice", "money_out_is_what_was_drawn"}),
    (wrongs.talkative, {"a_refusal_leaves_no_trace", "nothing_happens_unasked"}),
    (wrongs.one_person, {"proposals_have_two_people"}),
    (wrongs.forgets_what_it_said, {"one_key_one_answer"}),
    (wrongs.bending(wrongs.more_than_was_asked), {"money_out_is_what_was_drawn"}),
    (wrongs.bending(wrongs.yesterday), {"no_event_joins_a_closed_day"}),
], ids=lambda value: getattr(value, "__name__", ""))  # fmt: skip
def test_a_bank_that_lies_is_found(rule: Run, invariants: set[str], made: Stage) -> None:
    home = at_home(made)
    wrong = replace(home, house=replace(home.house, commands=Wrong(home.house.commands, rule)))
    told = lived(replace(made, bank=wrong))
    assert invariants <= found_by(told)


@pytest.mark.parametrize(("statement", "invariants"), [
    ("UPDATE posting SET amount_fen = amount_fen + 1 WHERE ctid = (SELECT max(ctid) FROM posting)", {"postings_sum_to_zero"}),
    ("UPDATE posting SET account = '6012_penalty_income' WHERE account = '6011_interest_income'", {"accounts_are_the_sum_of_the_lines"}),
    ("UPDATE line_state SET state = replace(state, '\"surplus_fen\":0', '\"surplus_fen\":5') WHERE state LIKE '%\"surplus_fen\":0%'",
     {"state_is_the_fold", "money_back_goes_somewhere"}),
    ("UPDATE line_state SET limit_fen = limit_fen + 1", {"columns_repeat_the_state"}),
    ("UPDATE standing SET overdue_fen = overdue_fen + 1", {"standings_are_what_each_line_comes_to", "the_night_left_what_it_signed"}),
    ("DELETE FROM standing WHERE line = (SELECT min(line) FROM standing)", {"every_line_has_one_standing"}),
    ("UPDATE event SET known_at = known_at - interval '90 days', data = replace(convert_from(data, 'UTF8'), '\"known_at\":\"2025',"
     " '\"known_at\":\"2024')::bytea WHERE kind = 'Drawn'", {"known_in_the_order_of_the_stream", "the_past_stays"}),
    ("UPDATE head SET root = sha256('other') WHERE size = (SELECT max(size) FROM head)", {"heads_grow_and_hold"}),
    ("UPDATE receipt SET leaves = sha256('other')", {"receipts_promise_what_happened"}),
    ("UPDATE seal SET leaf_hash = sha256('other')", {"everything_is_sealed_at_its_place", "the_store_finds_nothing"}),
    ("UPDATE bank_day SET closed_at = NULL WHERE day = '2025-01-10'", {"the_business_day_moves_by_one"}),
    ("UPDATE posting SET amount_fen = amount_fen + 5 WHERE product = 'bill' AND account = '1302_discounted_bills'",
     {"bill_postings_are_the_bills", "postings_sum_to_zero"}),
    ("UPDATE bill_state SET state = replace(state, '\"recovered_fen\":0', '\"recovered_fen\":5') WHERE exposure_fen > 0",
     {"bills_and_houses_are_their_folds", "exposures_are_the_faces_left"}),
    ("UPDATE bill_invoice SET bill = (SELECT max(bill) FROM bill_invoice)", {"nothing_is_financed_twice"}),
    ("DELETE FROM event WHERE id = (SELECT max(id) FROM event WHERE kind = 'BillDiscounted')", {"bills_and_houses_are_their_folds"}),
])  # fmt: skip
def test_a_bank_whose_books_were_tampered_with_is_found(
    statement: str, invariants: set[str], made: Stage, tamper: Callable[[str], None]
) -> None:
    told = lived(tampered(made, partial(tamper, statement)), sample=16)
    assert told.last == DAY
    assert invariants <= found_by(told)


def test_an_event_that_was_deleted_is_missed(made: Stage, tamper: Callable[[str], None]) -> None:
    gone = "DELETE FROM event WHERE id = (SELECT max(id) FROM event WHERE kind = 'Repaid' AND sequence > 2)"
    told = lived(tampered(made, partial(tamper, gone)), sample=16)
    assert {"streams_are_numbered_without_gaps", "state_is_the_fold", "the_store_finds_nothing"} & found_by(told)
    assert told.last == DAY
