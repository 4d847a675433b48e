"""Hold what is stored beside the journal against what its events say of it: parties, their ties and consents, logins, days,
decisions, evidence, models, policies.

The journal proves itself by its signatures (`flows.prove`). Everything here is bound to it by a digest or a commitment in some
event, so a record that was edited, hidden or slipped in is a finding, whoever had the rights to the table.

Records are read once, a page or a stream at a time; what events say of them is held in memory, some hundred bytes a record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from farthing.decision.policy import digest_of
from farthing.domain.consent import Consent
from farthing.domain.errors import FarthingError
from farthing.domain.event import (
    Applied,
    ConsentGiven,
    ConsentWithdrawn,
    DayClosed,
    Decided,
    EvidenceReceived,
    LoginEnded,
    LoginOpened,
    ModelApproved,
    PartyErased,
    PartyKnown,
    PartyRestricted,
    PasswordChanged,
    PolicyApproved,
    RelationDeclared,
)
from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.domain.model_card import ModelDrafted, ModelMoved
from farthing.domain.party import Relation
from farthing.flows.day_end import ONE_DAY, snapshot_of
from farthing.flows.ports import House
from farthing.ledger.posting import postings, sums

T = TypeVar("T")
PAGE = 5_000
_SHOWN = ("application", "party", "outcome", "limit_fen", "decided_on", "reviewed", "product", "requested_fen")


def check_records(house: House, progress: Callable[[str, int], None] = lambda _what, _done: None) -> tuple[Finding, ...]:
    """Everything found wrong; O(records). `progress` is told what is being checked and how many of it are done."""
    found: list[Finding] = []
    checks = (
        _parties(house, progress), _relations(house), _consents(house), _logins(house), _days(house, progress), _decisions(house, progress),
        _evidence(house), _models(house), _policies(house),
    )  # fmt: skip
    for check in checks:
        try:
            found.extend(check)
        except FarthingError as error:  # an event that cannot be read: the journal's own check names it
            found.append(Finding("records can be held against the journal", error.code, "events that can be read", error.message))
    return tuple(found)


def _told(house: House, kind: type[T]) -> Iterator[T]:
    """What every event of a kind says."""
    return (event.body for event in house.journal.each(kind.__name__) if isinstance(event.body, kind))


def _parties(house: House, progress: Callable[[str, int], None]) -> Iterator[Finding]:
    """Each party's data and registry entry come to the commitment of its event, and nothing is left of who was erased; it is
    restricted until when its events say."""
    check = "party is as it became known"
    told = {body.party: body.commitment for body in _told(house, PartyKnown)} | {body.party: "" for body in _told(house, PartyErased)}
    until = {body.party: body.until for body in _told(house, PartyRestricted)}
    for number, (party, found) in enumerate(house.parties.commitments()):
        if (due := told.pop(party.id, "no event of it")) != found:
            yield Finding(check, party.id, due or "nothing: it was erased", found or "nothing")
        if party.restricted_until != until.get(party.id):
            yield Finding("party is restricted as was told", party.id, str(until.get(party.id)), str(party.restricted_until))
        progress("parties", number)
    yield from (Finding(check, party, due or "what is left of an erased party", "no such party") for party, due in told.items())


def _relations(house: House) -> Iterator[Finding]:
    """The ties by which related parties are found are those that were declared."""
    declared = Counter(
        Relation(body.party, body.other, body.relation, body.share_ppm, body.known_on) for body in _told(house, RelationDeclared)
    )
    yield from _apart(
        "relation is as it was declared", declared, Counter(house.parties.relations()), lambda tie: f"{tie.source} {tie.kind} {tie.target}"
    )


def _consents(house: House) -> Iterator[Finding]:
    """The consents kept are what giving and withdrawing, in the order of each party's events, come to."""
    spoken: dict[Id, list[Consent]] = {}
    for event in sorted(chain(*map(house.journal.each, ("ConsentGiven", "ConsentWithdrawn"))), key=lambda one: (one.stream, one.sequence)):
        body, mine = event.body, spoken.setdefault(event.stream, [])
        if isinstance(body, ConsentGiven):
            mine.append(Consent(body.party, body.kinds, event.effective_on, body.expires_on))
        elif isinstance(body, ConsentWithdrawn):
            mine[:] = [left for one in mine for left in one.without(body.kinds, event.effective_on)]
    yield from _apart(
        "consent is as it was told",
        Counter(chain.from_iterable(spoken.values())),
        Counter(house.parties.every_consent()),
        lambda one: f"{one.party} {', '.join(one.kinds)}",
    )


def _logins(house: House) -> Iterator[Finding]:
    """Who may act, by what name, as what and by which password, is who was let in and neither ended nor erased since."""
    check = "login is as it was opened"
    ended = {body.login for body in _told(house, LoginEnded)}
    erased: set[Id | None] = {body.party for body in _told(house, PartyErased)}
    entered = {body.login: body.password_commitment for body in _told(house, PasswordChanged)}
    told: dict[Id, tuple[LoginOpened, bool]] = {}
    for body in _told(house, LoginOpened):
        gone = body.party in erased
        acts = not gone and body.login not in ended
        named, by = "" if gone else body.name_commitment, entered.get(body.login, body.password_commitment) if acts else ""
        told[body.login] = replace(body, name_commitment=named, password_commitment=by), acts
    for found in house.staff.logins():
        if (due := told.pop(found[0].login, None)) != found:
            yield Finding(check, found[0].login, _login(*due) if due else "an event of it", _login(*found))
    yield from (Finding(check, login, _login(*due), "none") for login, due in told.items())


def _login(one: LoginOpened, acts: bool) -> str:
    state, who = "may act" if acts else "ended", f"{one.role}{f' of {one.party}' if one.party else ''}"
    return f"{who}, {state}, name {one.name_commitment[:16] or 'none'}, password {one.password_commitment[:16] or 'none'}"


def _apart(check: str, told: Counter[T], kept: Counter[T], name: Callable[[T], str]) -> Iterator[Finding]:
    """What was told and is not kept, and what is kept and was never told."""
    yield from (Finding(check, name(one), str(one), "nothing of it") for one in told - kept)
    yield from (Finding(check, name(one), "an event of it", str(one)) for one in kept - told)


def _days(house: House, progress: Callable[[str, int], None]) -> Iterator[Finding]:
    """Standings and postings of each closed day come to the digest that was signed that night; no other day is closed."""
    told = {event.effective_on: event.body.snapshot for event in house.journal.each("DayClosed") if isinstance(event.body, DayClosed)}
    closed, before = set(house.lines.days()), sums(())
    for number, day in enumerate(sorted(told.keys() | closed)):
        after = sums(house.lines.posted(day + ONE_DAY))
        found = snapshot_of(day, house.lines.standings(day), postings(day, after, before)) if day in closed else "not closed"
        if found != told.get(day):
            yield Finding("day is as it was closed", str(day), told.get(day, "never closed"), found)
        before = after
        progress("days", number)


def _decisions(house: House, progress: Callable[[str, int], None]) -> Iterator[Finding]:
    """Each record comes to the commitment of its event, and its row in the queue says what the event says."""
    check = "decision record is what was committed to"
    erased = {body.party for body in _told(house, PartyErased)}
    asked = {body.application: (body.product, body.requested_fen) for body in _told(house, Applied)}
    reviewed = {body.overrides for body in _told(house, Decided)}
    rows = {str(row["decision"]): row for row in _queue(house)}
    for number, event in enumerate(house.journal.each("Decided")):
        if not isinstance(body := event.body, Decided):
            continue
        row = rows.pop(body.decision, {})
        said = (
            body.application, body.party, body.outcome.value, body.limit_fen, event.effective_on, body.decision in reviewed,
            *asked.get(body.application, ()),
        )  # fmt: skip
        shown = tuple(row.get(name) for name in _SHOWN)
        if shown != said:
            yield Finding("decision row repeats its event", body.decision, str(said), str(shown))
        try:
            found = house.decisions.commitment(body.decision)
        except FarthingError as error:
            found = error.code
        if found != (None if body.party in erased else body.facts_commitment):
            yield Finding(check, body.decision, body.facts_commitment, found or "a record that nothing opens, of a party not erased")
        progress("decision records", number)
    yield from (Finding(check, decision, "an event of it", "none") for decision in rows)


def _queue(house: House) -> Iterator[dict[str, object]]:
    start = 0
    while page := house.decisions.list(limit=PAGE, offset=start, sort="decision"):
        yield from (dict(row) for row in page)
        start += len(page)


def _evidence(house: House) -> Iterator[Finding]:
    """Each manifest says what its events say (two at once may have told of the same file), and each object is there to the byte."""
    check, manifests = "evidence is as it was received", {one.id: one for one in house.lake.manifests()}
    received: set[Id] = set()
    for body in _told(house, EvidenceReceived):
        one = manifests.get(body.evidence)
        received.add(body.evidence)
        said = (body.kind.value, body.source, body.content_digest, body.object_digest, body.accepted)
        told_by = one.provenance if one else None
        shown = (one.kind.value, told_by.source, told_by.content_digest, one.object_digest, one.rows) if one and told_by else None
        if shown != said:
            yield Finding(check, body.evidence, str(said), str(shown))
    yield from (Finding(check, one, "an event of it", "none") for one in manifests if one not in received)
    yield from house.lake.verify()


def _models(house: House) -> Iterator[Finding]:
    """The newest card of each model is bound by an event of it, and its artefact is the one it describes."""
    bound = {(body.model, body.card_digest) for body in _told(house, ModelApproved)}
    bound |= {(body.model, body.card_digest) for body in _told(house, ModelDrafted)}
    bound |= {(body.model, body.card_digest) for body in _told(house, ModelMoved)}
    written = house.registry.card_digests()
    for card in house.registry.models():
        digest = written[card.id]
        if (card.id, digest) not in bound:
            yield Finding("model card is what was approved", card.id, "an event of this card", digest)
        try:
            house.registry.model(card.id)
        except FarthingError as error:
            yield Finding("model is what was approved", card.id, card.artefact, error.code)


def _policies(house: House) -> Iterator[Finding]:
    """Each policy is what was approved, and the one in force on its first day is the one that the policies themselves say."""
    approved = {(body.policy, body.version, body.digest) for body in _told(house, PolicyApproved)}
    every = house.registry.policies()
    yield from (
        Finding("policy is what was approved", f"{policy}, {version}", digest, "none")
        for policy, version, digest in sorted(approved - {(one.id, one.version, one.digest) for one in every})
    )
    for one in every:
        if (one.id, one.version, digest_of(one)) not in approved:
            yield Finding("policy is what was approved", f"{one.id}, {one.version}", "an approval of this policy", digest_of(one))
        rivals = [rival for rival in every if rival.product == one.product and rival.effective_from <= one.effective_from]
        due = max(rivals, key=lambda rival: (rival.effective_from, rival.version))
        found = house.registry.policy(one.product, one.effective_from)
        if found is None or (found.effective_from, found.version) != (due.effective_from, due.version):
            yield Finding("policy in force", f"{one.product} on {one.effective_from}", due.digest, found.digest if found else "none")
