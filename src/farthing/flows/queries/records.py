"""Hold what is stored beside the journal against what its events say of it: days, decisions, evidence, models, policies.

The journal proves itself by its signatures (`flows.prove`). Everything here is bound to it by a digest or a commitment in some
event, so a record that was edited, hidden or slipped in is a finding, whoever had the rights to the table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from farthing.decision.policy import digest_of
from farthing.domain import canon
from farthing.domain.errors import FarthingError
from farthing.domain.event import Body, DayClosed, Decided, EvidenceReceived, ModelApproved, PartyErased, PolicyApproved
from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.flows.day_end import ONE_DAY, snapshot_of
from farthing.flows.ports import House
from farthing.ledger.posting import postings, sums

PAGE = 5_000


def check_records(house: House, progress: Callable[[str, int], None] = lambda _what, _done: None) -> tuple[Finding, ...]:
    """Everything found wrong; O(records). `progress` is told what is being checked and how many of it are done."""
    found: list[Finding] = []
    for check in (_days(house, progress), _decisions(house, progress), _evidence(house), _models(house), _policies(house)):
        try:
            found.extend(check)
        except FarthingError as error:  # an event that cannot be read: the journal's own check names it
            found.append(Finding("records can be held against the journal", error.code, "events that can be read", error.message))
    return tuple(found)


def _bodies(house: House, kind: str) -> Iterator[tuple[dt.date, Body]]:
    """Every event of a kind: the day it took effect, and what it says."""
    after: Id | None = None
    while page := house.journal.events(kind=kind, after=after, limit=PAGE):
        yield from ((event.effective_on, event.body) for event in page)
        after = page[-1].id


def _days(house: House, progress: Callable[[str, int], None]) -> Iterator[Finding]:
    """Standings and postings of each closed day come to the digest that was signed that night; no other day is closed."""
    told = {day: body.snapshot for day, body in _bodies(house, "DayClosed") if isinstance(body, DayClosed)}
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
    erased = {body.party for _, body in _bodies(house, "PartyErased") if isinstance(body, PartyErased)}
    rows = {str(row["decision"]): row for row in _queue(house)}
    for number, (_, body) in enumerate(_bodies(house, "Decided")):
        assert isinstance(body, Decided)
        row = rows.pop(body.decision, {})
        said = (body.application, body.party, body.outcome.value, body.limit_fen)
        shown = tuple(row.get(name) for name in ("application", "party", "outcome", "limit_fen"))
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
    """Each manifest says what its event says, and each object is there to the byte."""
    check, manifests = "evidence is as it was received", {one.id: one for one in house.lake.manifests()}
    for _, body in _bodies(house, "EvidenceReceived"):
        assert isinstance(body, EvidenceReceived)
        one = manifests.pop(body.evidence, None)
        said = (body.kind.value, body.source, body.content_digest, body.object_digest, body.accepted)
        told_by = one.provenance if one else None
        shown = (one.kind.value, told_by.source, told_by.content_digest, one.object_digest, one.rows) if one and told_by else None
        if shown != said:
            yield Finding(check, body.evidence, str(said), str(shown))
    yield from (Finding(check, one, "an event of it", "none") for one in manifests)
    yield from house.lake.verify()


def _models(house: House) -> Iterator[Finding]:
    """The newest card of each model, and its artefact, are what a second person approved."""
    approved = {(body.model, body.card_digest) for _, body in _bodies(house, "ModelApproved") if isinstance(body, ModelApproved)}
    for card in house.registry.models():
        digest = canon.digest(card).hex()
        if (card.id, digest) not in approved:
            yield Finding("model card is what was approved", card.id, "an approval of this card", digest)
        try:
            house.registry.model(card.id)
        except FarthingError as error:
            yield Finding("model is what was approved", card.id, card.artefact, error.code)


def _policies(house: House) -> Iterator[Finding]:
    """Each policy is what was approved, and the one in force on its first day is the one that the policies themselves say."""
    approved = {
        (body.policy, body.version, body.digest) for _, body in _bodies(house, "PolicyApproved") if isinstance(body, PolicyApproved)
    }
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
