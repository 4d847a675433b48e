"""Law: whatever is asked of a line in whatever state, an illegal act is refused by name and leaves no trace, a legal one adds up.

Hypothesis asks everything of `tests/flows/line/acts.py` in any order, with amounts that fit and amounts that do not, while days pass;
what was proposed is agreed to or turned down later, when the line may be another. All goes through the real flows and the real store.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from tests.flows.bank import OFFICER, RISK, SYSTEM, open_bank, opened, organisation
from tests.flows.line.acts import ACTS, Scene
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import ReliefPlanned
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.product import Claim
from farthing.domain.relief import ReliefPlan
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.relief import carry_out
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register
from farthing.ledger.due import unbilled_fen
from farthing.ledger.facility import fold

ENDED = {LineStatus.CLOSED, LineStatus.SOLD, LineStatus.WRITTEN_OFF}
STILL = {"repay", "repay, found late", "take a payment back", "take a draw back", "move a payment", "return a surplus", "propose: sell"}
"""What may still happen to a line that has ended: money is booked where it belongs, and a written-off claim is sold."""
AMOUNTS = st.one_of(
    st.sampled_from([-1, 0, 1, 99, 100, 5_000, 300_000, 1_000_000, 10_000_000, 10_000_001, 10**15]), st.integers(1, 10_000_000)
)
NAMED = re.compile(r"^[a-z][a-z0-9_]+$")
COUNTY = "合成县"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


class Moves(RuleBasedStateMachine):
    """A line of a registered merchant, and one beside it, in a bank of their own: so that what failed fails again."""

    fresh: ClassVar[Callable[[], AbstractContextManager[House]]]
    told: ClassVar[Counter[str]] = Counter()
    waiting = Bundle("waiting")

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.house = self.open.enter_context(type(self).fresh())
        data = PersonalData("合成商户", external_key="M")
        party = register(self.house, SYSTEM, RegisterRequest(PartyKind.PERSON, data, county=COUNTY), "M").id
        line, other = (opened(self.house, number, party=party, penalty_units=15_000).line for number in (1, 2))
        self.scene = Scene(self.house, line, other, organisation(self.house))
        self.keys = count()

    def teardown(self) -> None:
        self.open.close()

    def key(self) -> str:
        return f"act {next(self.keys)}"

    @rule(target=waiting, name=st.sampled_from(sorted(ACTS)), fen=AMOUNTS)
    def ask(self, name: str, fen: int) -> Id | None:
        before, key = self.seen(), self.key()
        made = self.tried(lambda: ACTS[name].do(self.scene, fen, key), before, key)
        if made is None:
            return None
        if name.startswith("propose"):
            assert self.seen() == before, "a proposal changes nothing yet"
            return made.id  # type: ignore[no-any-return]
        assert len(self.events()) == len(before[1]) + 1, "one act, one event on the line"
        assert before[0].status not in ENDED or name in STILL
        return None

    @rule(proposal=consumes(waiting), agree=st.booleans())
    def resolve(self, proposal: Id | None, agree: bool) -> None:
        if proposal is None:
            return
        before, key = self.seen(), self.key()
        done = self.tried(lambda: resolve(self.house, RISK, ResolveRequest(proposal, agree), key), before, key)
        if done is not None:
            assert len(self.events()) == len(before[1]) + int(agree)
            with pytest.raises(Conflict):
                resolve(self.house, RISK, ResolveRequest(proposal, agree), f"{key} again")

    @rule(months=st.integers(0, 3), days=st.integers(0, 40))
    def relieve(self, months: int, days: int) -> None:
        today = self.house.clock.today()
        until = today + dt.timedelta(days=days) if days else None
        if until is None and not months:
            return
        plan = ReliefPlan(f"rlf_{next(self.keys)}", "flood", (COUNTY,), (), 60, until, months, None, 0)
        asked = propose(self.house, OFFICER, ReliefPlanned(plan), self.key())
        resolve(self.house, RISK, ResolveRequest(asked.id, agree=True), self.key())
        before = self.seen()
        done = carry_out(self.house, SYSTEM, plan)
        assert done.refused == ()
        assert len(self.events()) - len(before[1]) <= 1
        if before[0].status in ENDED or not self.scene.state.owed_fen:
            assert self.seen() == before, "who owes nothing, or not to us, is not relieved"
        again = self.seen()
        assert carry_out(self.house, SYSTEM, plan).relieved == done.relieved
        assert self.seen() == again, "a line is relieved once"

    @rule(days=st.sampled_from([1, 1, 9, 31, 92, 200]))
    def time_passes(self, days: int) -> None:
        self.house.clock.open_day(self.house.clock.today() + dt.timedelta(days=days))

    @invariant()
    def it_adds_up(self) -> None:
        stored, events = self.seen()
        assert fold(events) == stored, "the state is the fold of the events"
        adds_up(self.scene.state)

    def events(self) -> list[object]:
        return list(self.house.journal.events(stream=self.scene.line))

    def seen(self) -> tuple[LineState, tuple[object, ...]]:
        return self.house.lines.get(self.scene.line), tuple(self.events())

    def tried(self, act: Callable[[], object], before: tuple[LineState, tuple[object, ...]], key: str) -> object:
        """What came of it; None when it was refused, which must have left no trace."""
        refused = None
        try:
            made = act()
        except (Conflict, Forbidden, Invalid, NotFound) as told:
            refused = told
        self.told["refused" if refused else "done"] += 1
        if refused is None:
            return made
        assert NAMED.match(refused.code)
        assert refused.message.endswith((".", ")"))
        assert refused.remedy, refused.code
        assert self.seen() == before, f"{refused.code} left a trace"
        with pytest.raises(NotFound):
            self.house.commands.receipt(key)
        return None


def adds_up(state: LineState) -> None:
    """No part of what is owed is below zero, each sum is its parts, and no more may be drawn than the limit leaves."""
    assert state.principal_fen == sum(draw.principal_fen for draw in state.draws) >= 0
    assert all(draw.principal_fen > 0 for draw in state.draws)
    assert all(0 <= item.paid_fen < item.due_fen for item in state.obligations)
    assert state.interest_owed_fen >= 0
    assert state.penalty_owed_fen >= 0
    assert unbilled_fen(state) >= 0
    for draw in state.draws:
        asked = sum(item.unpaid_fen for item in state.obligations if item.kind is Claim.PRINCIPAL and item.draw == draw.number)
        assert asked <= draw.principal_fen
    if state.status is LineStatus.ACTIVE:
        assert 0 <= state.headroom_fen <= state.terms.limit_fen
    else:
        assert state.headroom_fen == 0
    assert state.owed_fen >= 0


def test_an_illegal_move_is_refused_by_name_and_leaves_no_trace(new_database: Callable[[], Database], tmp_path: Path) -> None:
    homes = count()
    Moves.fresh = staticmethod(lambda: open_bank(new_database(), tmp_path / str(next(homes))))
    pace = settings(max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=SLOW)
    run_state_machine_as_test(Moves, settings=pace)
    assert min(Moves.told["done"], Moves.told["refused"]) >= 20, "both kinds were tried, and often"
