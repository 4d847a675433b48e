"""Prove the past: the journal against its signatures, lines against their events, decisions against their records."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from farthing.audit.merkle import included, leaf_hash
from farthing.audit.replay import compare
from farthing.audit.verify import Record, check_log
from farthing.domain import canon
from farthing.domain.errors import FarthingError, NotFound
from farthing.domain.event import Decided, Event, encode_event
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.journal import Finding, Inclusion, SignedHead
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.bill.verify import bill_findings
from farthing.flows.collateral.held import collateral_findings
from farthing.flows.decide import redecide
from farthing.flows.ports import House
from farthing.flows.queries.records import check_records
from farthing.ledger.facility import fold

SEALED_WITHIN = dt.timedelta(seconds=5)

Progress = Callable[[str, int], None]
"""Told what is being checked and how many of it are done."""


def _silent(_what: str, _done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How much was checked and what was found wrong; `findings` is empty when the past is whole."""

    events: int
    heads: int
    receipts: int
    lines: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """How many decisions came out the same to the byte, which records were erased, and what differs."""

    same: int
    erased: tuple[Id, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class EventProof:
    """An event, its place in the log, and the head that holds it; `holds` is what checking the proof came to."""

    event: Event
    inclusion: Inclusion
    head: SignedHead
    holds: bool


def compact(proof: EventProof) -> bytes:
    """The proof alone, for a file of less than a kilobyte: the place, the leaf, and all hashes of the path one behind the other (base64).

    With the event's bytes and a signed head of this size it is all that checking needs.
    """
    at = proof.inclusion
    leaf, path = (base64.b64encode(hashes).decode() for hashes in (at.leaf, b"".join(at.path)))
    return canon.encode({"event": proof.event.id, "index": at.index, "size": at.size, "leaf": leaf, "path": path})


def verify(house: House, actor: Actor, progress: Progress = _silent) -> Verification:
    """Check everything the journal promised, and that what follows from it still does.

    What is not sealed yet is sealed first, so that the newest event is checked too; a log that cannot be sealed is a finding.
    The bank may work meanwhile: where something seems wrong all is looked at again, and what was only in the making is gone by then.
    """
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.SYSTEM)
    seen = _look(house, progress)
    again = {(found.check, found.item) for found in (_look(house, progress).findings if seen.findings else ())}
    return replace(seen, findings=tuple(found for found in seen.findings if (found.check, found.item) in again))


def _look(house: House, progress: Progress) -> Verification:
    """One look at everything, table after table."""
    findings: list[Finding] = []
    try:
        house.journal.seal()
    except FarthingError as error:
        findings.append(Finding("log can be sealed", error.code, "a log that comes to its head", error.message))
    record = Record(
        events=house.journal.every(), heads=house.journal.heads(), receipts=house.journal.receipts(),
        due=house.clock.now() - SEALED_WITHIN, nodes=house.journal.nodes(),
    )  # fmt: skip
    with ThreadPoolExecutor(1) as beside:  # the database checks itself while its events are read and hashed
        own = beside.submit(house.journal.findings)
        log = check_log(record, house.journal.public_key(), lambda done: progress("events", done))
    findings += [*log.findings, *own.result()]
    lines = house.lines.ids()
    for number, line in enumerate(lines):
        findings += _line_findings(house, line)
        if number % 100 == 0:
            progress("lines", number)
    findings += bill_findings(house, progress)
    findings += collateral_findings(house)
    findings += check_records(house, progress)
    return Verification(log.events, log.heads, log.receipts, len(lines), tuple(findings))


def replay(house: House, actor: Actor, progress: Progress = _silent) -> Replay:
    """Decide every recorded decision again from its own record and compare the bytes. An erased record is told, not compared."""
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.SYSTEM)
    same, erased, findings = 0, list[Id](), list[Finding]()
    for number, decided in enumerate(_decided(house)):
        try:
            found = house.decisions.get(decided.decision)
        except FarthingError as error:  # edited, or gone
            findings.append(Finding("decision can be read", decided.decision, "the record that was sealed", error.code))
            continue
        if found is None and not house.journal.events(stream=decided.party, kind="PartyErased", limit=1):
            findings.append(Finding("decision can be read", decided.decision, "its record, of a party that was not erased", "no key"))
        elif found is None:
            erased.append(decided.decision)
        else:
            application, decision, facts = found
            differences = compare(decision, lambda: redecide(house, application, decision, facts))  # noqa: B023 - called at once
            same += not differences
            findings += differences
        if number % 100 == 0:
            progress("decisions", number)
    return Replay(same, tuple(erased), tuple(findings))


def proof(house: House, actor: Actor, event: Id) -> EventProof:
    """Proof that an event is in the log, checked. `NotFound` if there is no such event."""
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.CREDIT_OFFICER, Role.SYSTEM)
    house.journal.seal()
    found = house.journal.event(event)
    inclusion = house.journal.inclusion(event)
    head = house.journal.head_of(inclusion.size)
    leaf = leaf_hash(encode_event(found))
    return EventProof(found, inclusion, head, included(leaf, inclusion.index, inclusion.size, inclusion.path, head.root))


def head(house: House, actor: Actor) -> SignedHead:
    """The newest head, over everything committed so far. `NotFound` in an empty journal."""
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.CREDIT_OFFICER, Role.SYSTEM)
    sealed = house.journal.seal()
    if not sealed.size:
        raise NotFound("empty_journal", "Nothing has happened yet.", "Run `farthing demo`, or take in evidence.")
    return sealed


def log(house: House, actor: Actor, *, stream: Id | None = None, kind: str | None = None, after: Id | None = None) -> Sequence[Event]:
    """A page of the journal, oldest first: of a stream, of a kind, from behind an event."""
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.CREDIT_OFFICER, Role.SYSTEM)
    return house.journal.events(stream, kind, after, limit=100)


def _decided(house: House) -> Iterator[Decided]:
    """Every decision ever made, by its event."""
    for event in house.journal.each("Decided"):
        assert isinstance(event.body, Decided)
        yield event.body


def _line_findings(house: House, line: Id) -> list[Finding]:
    """Is the line's projection the fold of its events?"""
    check = "line is the fold of its events"
    try:
        state, repeated = house.lines.get(line), house.lines.repeats(line)
        folded = fold(house.journal.events(stream=line, limit=state.events + 1))
    except (FarthingError, KeyError, ValueError, TypeError) as error:  # bytes that were tampered with may be anything
        return [Finding(check, line, "events that fold to its state", f"{type(error).__name__}: {error}")]
    findings = [] if repeated else [Finding("line row repeats its state", line, "the columns as the state has them", "other columns")]
    return findings if folded == state else [*findings, Finding(check, line, _differing(folded, state), _differing(state, folded))]


def _differing(one: LineState, other: LineState) -> str:
    """The fields in which a state differs from another."""
    mine, its = canon.plain(one), canon.plain(other)
    return ", ".join(f"{name} {mine[name]}" for name in mine if mine[name] != its[name])[:300]
