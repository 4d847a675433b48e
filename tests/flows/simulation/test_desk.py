"""The desk's script, lived in a gentle bank: bills and houses come to every end, and what must be refused is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.flows.simulation.banks import SMALL, stage
from tests.store_fixture import Database

from farthing.flows.simulation.evening import Evening, Wrong
from farthing.flows.simulation.message import Ask
from farthing.flows.simulation.run import simulate_bank

DESK = (Ask.DRAW_BILL, Ask.STEP_BILL, Ask.DISCOUNT, Ask.SELL_ON, Ask.OFFER, Ask.APPRAISE, Ask.AGREE, Ask.TASK, Ask.REGISTER, Ask.RAISE,
        Ask.RAISE_CONSENT, Ask.LOWER, Ask.RELEASE)  # fmt: skip


def test_every_kind_of_work_is_done_and_what_must_be_refused_is(database: Database, tmp_path: Path) -> None:
    done, refused, ends = Counter[Ask](), Counter[str](), Counter[str]()

    def watch(evening: Evening) -> list[Wrong]:
        done.update(message.ask for message, _ in evening.done())
        refused.update(answer.refused for message, answer in evening.refusals() if message.ask in DESK)
        ends.clear()
        ends.update(state.status.value for state in evening.bills.values())
        return []

    with stage(database, tmp_path / "home") as made:
        told = simulate_bank(made, replace(SMALL, borrowers=60, days=60, faults=()), more=(watch,))
    assert told.findings == ()
    assert set(DESK) - set(done) == set(), (done, refused, ends)
    assert min(refused["financed_twice"], refused["raise_above_room"]) > 0, refused
    assert {"paid", "recovered", "recourse", "rediscounted"} <= set(ends), ends
