"""What a command may do while it thinks: read, record events, and store what the events speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, NestedTransaction

from farthing.domain.bill.bill import BillState
from farthing.domain.collateral.house import HouseState
from farthing.domain.consent import Consent
from farthing.domain.decision import Application, Decision
from farthing.domain.errors import NotFound
from farthing.domain.event import Body, Event, LoginOpened, PasswordChanged
from farthing.domain.evidence import Evidence, IntakeReport
from farthing.domain.facility import LineState
from farthing.domain.facts import Facts
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.model_card import ModelCard
from farthing.domain.party import Party, PartyKind, PersonalData, Relation
from farthing.domain.policy import Policy
from farthing.domain.posting import Posting
from farthing.domain.staff import Actor, NewStaff
from farthing.flows.needs.night import Night
from farthing.flows.ports import Command
from farthing.store import bills, collateral, decisions, lake, parties, registry, staff
from farthing.store.night.standings import DayClose, insert_day
from farthing.store.unit import Last, Unit, Work
from farthing.store.vault import Vault


class Transaction:
    """One command's part of a unit (`flows.ports.Transaction`).

    Events and lines are gathered in `work`. The rest is written at once, in a savepoint where other commands share the unit
    (`shared`), so that this one can be undone alone.
    """

    def __init__(self, unit: Unit, command: Command, vault: Vault, *, shared: bool) -> None:
        self.work = Work()
        self._unit = unit
        self._command = command
        self._vault = vault
        self._shared = shared
        self._nested: NestedTransaction | None = None

    def finish(self) -> None:
        """Let what was written at once stand with the unit."""
        if self._nested is not None:
            self._nested.commit()

    def undo(self) -> None:
        """Undo what was written at once; what was gathered is dropped with `work`."""
        if self._nested is not None and self._nested.is_active:
            self._nested.rollback()

    # ---- events and lines --------------------------------------------------------------------------------------------

    def append(self, stream: Id, effective_on: dt.date, body: Body, *, synthetic: bool = False) -> Event:
        """Record what happened; its sequence in the stream is the next one."""
        last = self.work.last.get(stream) or self._unit.last(stream)
        sequence, known_at = last.sequence + 1, max(self._unit.clock.now(), last.known_at)
        event = Event(
            id=derived_id(Prefix.EVENT, stream, str(sequence), self._command.key), stream=stream, sequence=sequence,
            effective_on=effective_on, known_at=known_at, actor=self._command.actor.id, command=self._command.key, body=body,
            synthetic=synthetic,
        )  # fmt: skip
        self.work.events.append(event)
        self.work.last[stream] = Last(sequence, known_at)
        return event

    def events(self, stream: Id) -> tuple[Event, ...]:
        """All events of a stream in sequence, this transaction's included."""
        return (*self._unit.events(stream), *(event for event in self.work.events if event.stream == stream))

    def line(self, line: Id) -> LineState:
        """The line's projection, locked until commit; `NotFound` if there is none."""
        state = self.work.lines.get(line) or self._unit.line(line)
        if state is None:
            raise NotFound("no_line", f"There is no line {line}.", "Copy the id from the decision or the list of lines.")
        return state

    def save_line(self, state: LineState) -> None:
        """Show this state as the line's."""
        self.work.lines[state.terms.line] = state

    def lock_party(self, party: Id) -> None:
        """See `store.parties.lock_party`."""
        parties.lock_party(self._connection(), party)

    # ---- bills -------------------------------------------------------------------------------------------------------

    def bill(self, bill: Id) -> BillState:
        """See `store.bills.locked_bill`."""
        return bills.locked_bill(self._connection(), bill)

    def save_bill(self, state: BillState) -> None:
        """See `store.bills.upsert_bill`."""
        bills.upsert_bill(self._connection(), state)

    def claim_invoices(self, bill: Id, marks: Sequence[str]) -> Mapping[str, Id]:
        """See `store.bills.claim_invoices`."""
        return bills.claim_invoices(self._connection(), bill, marks)

    def free_invoices(self, bill: Id) -> None:
        """See `store.bills.free_invoices`."""
        bills.free_invoices(self._connection(), bill)

    # ---- what the events speak of ------------------------------------------------------------------------------------

    def house(self, house: Id) -> HouseState:
        """See `store.collateral.lock_house`."""
        return collateral.lock_house(self._connection(), house)

    def save_house(self, state: HouseState, deed: str | None = None) -> None:
        """See `store.collateral.upsert_house`."""
        collateral.upsert_house(self._connection(), self._vault, state, deed)

    def save_decision(self, application: Application, decision: Decision, facts: Facts) -> str:
        """See `store.decisions.insert_decision`."""
        return decisions.insert_decision(self._connection(), self._vault, decisions.Record(application, decision, facts))

    def add_party(self, kind: PartyKind, data: PersonalData, registry: Mapping[str, object], *, synthetic: bool) -> tuple[Party, str]:
        """See `store.parties.insert_party`."""
        return parties.insert_party(self._connection(), self._vault, parties.NewParty(kind, data, registry, synthetic))

    def restrict_party(self, party: Id, until: dt.date) -> None:
        """See `store.parties.restrict_party`."""
        parties.restrict_party(self._connection(), party, until)

    def erase_party(self, party: Id) -> None:
        """See `store.parties.erase_party`."""
        parties.erase_party(self._connection(), self._vault, party)

    def add_relations(self, relations: Sequence[Relation]) -> Sequence[Relation]:
        """See `store.parties.insert_relations`."""
        return parties.insert_relations(self._connection(), relations)

    def add_evidence(self, evidence: Evidence, report: IntakeReport) -> bool:
        """See `store.lake.insert_evidence`."""
        return lake.insert_evidence(self._connection(), self._vault, evidence, report)

    def add_consent(self, consent: Consent) -> None:
        """See `store.parties.insert_consent`."""
        parties.insert_consent(self._connection(), consent)

    def consents(self, party: Id) -> Sequence[Consent]:
        """See `store.parties.consents_of`."""
        return parties.consents_of(self._connection(), party)

    def open_login(self, new: NewStaff) -> tuple[Actor, LoginOpened]:
        """See `store.staff.insert_login`."""
        return staff.insert_login(self._connection(), self._vault, new)

    def end_login(self, login: Id) -> None:
        """See `store.staff.close_login`."""
        staff.close_login(self._connection(), login)

    def change_password(self, login: Id, password: str) -> PasswordChanged:
        """See `store.staff.update_password`."""
        return staff.update_password(self._connection(), self._vault, login, password, self._unit.clock.now())

    def lock_models(self) -> None:
        """See `store.registry.lock_models`."""
        registry.lock_models(self._connection())

    def save_model(self, card: ModelCard, artefact: bytes) -> None:
        """See `store.registry.insert_model`."""
        registry.insert_model(self._connection(), card, artefact)

    def save_policy(self, policy: Policy, text: str) -> None:
        """See `store.registry.insert_policy`."""
        registry.insert_policy(self._connection(), policy, text)

    def close_day(self, night: Night, postings: Sequence[Posting]) -> None:
        """See `store.night.standings.insert_day`."""
        insert_day(self._connection(), DayClose(night, self._unit.clock.now(), postings))

    def _connection(self) -> Connection:
        if self._shared and self._nested is None:
            self._nested = self._unit.connection.begin_nested()
        return self._unit.connection
