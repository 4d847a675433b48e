"""What happened: one closed union of past participles, each a leaf of the journal.

No personal data here: ids and salted commitments only, so that erasure does not break the proof. Every event carries two
dates: when it took effect, and when we learned of it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args

from farthing.domain import canon
from farthing.domain.bank.bank_event import BankBody
from farthing.domain.bill.event import BillBody
from farthing.domain.collateral.event import HouseBody
from farthing.domain.errors import Broken
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.line_event import LineBody
from farthing.domain.model_card import ModelBody
from farthing.domain.party import RelationKind
from farthing.domain.policy import Outcome
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Role


@dataclass(frozen=True, slots=True)
class PartyKnown:
    """A party became known; `commitment` binds its personal data and its registry entry under a salt that erasure destroys."""

    party: Id
    commitment: str


@dataclass(frozen=True, slots=True)
class PartyRestricted:
    """The law says keep (AM-01) while the party says erase (PI-06): its data opens for audit only, until it may be erased."""

    party: Id
    until: dt.date
    ground: str


@dataclass(frozen=True, slots=True)
class PartyErased:
    """A party's key and salts were destroyed; what the law says to keep stays, unreadable."""

    party: Id
    ground: str


@dataclass(frozen=True, slots=True)
class FaceCompared:
    """A living face was held beside a document's, under a consent of its own (PI-07). Of the pictures nothing is kept.

    `distance_ppm` is how far apart the model of the digest `model` found them; up to `limit_ppm` they count as one person's.
    """

    party: Id
    matched: bool
    distance_ppm: int
    limit_ppm: int
    model: str
    consent: str


@dataclass(frozen=True, slots=True)
class FaceForgotten:
    """A party took back its consent to that: earlier comparisons speak for it no longer."""

    party: Id
    ground: str


@dataclass(frozen=True, slots=True)
class EvidenceReceived:
    """Rows were taken in; the lake object is named by its content."""

    evidence: Id
    kind: EvidenceKind
    source: str
    content_digest: str
    object_digest: str
    accepted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A party allowed kinds of evidence to be used; `ground` says how we know when nobody signed in front of us."""

    party: Id
    kinds: tuple[EvidenceKind, ...]
    expires_on: dt.date | None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A party took a permission back; `ground` says how we know when they did not do it themselves."""

    party: Id
    kinds: tuple[EvidenceKind, ...]
    ground: str = ""


@dataclass(frozen=True, slots=True)
class RelationDeclared:
    """A tie between two parties became known (RP-01): `party` stands in `relation` to `other`."""

    party: Id
    other: Id
    relation: RelationKind
    share_ppm: int | None
    known_on: dt.date | None


@dataclass(frozen=True, slots=True)
class LoginOpened:
    """A person may act from now on, under an id that every act of theirs carries.

    `name_commitment` binds the name and the login that are kept, `password_commitment` all that a password is checked by, both
    under a salt of this login's own.
    """

    login: Id
    role: Role
    party: Id | None
    name_commitment: str = ""
    password_commitment: str = ""


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """A login has a new password; whoever was let in by the old one is no longer."""

    login: Id
    password_commitment: str = ""


@dataclass(frozen=True, slots=True)
class LoginEnded:
    """A person may not act any more."""

    login: Id


@dataclass(frozen=True, slots=True)
class ModelApproved:
    """A model was approved for use by a second person."""

    model: str
    artefact: str
    card_digest: str
    owner: str
    approver: str


@dataclass(frozen=True, slots=True)
class PolicyApproved:
    """A policy version was published by a second person."""

    policy: str
    version: int
    digest: str
    owner: str
    approver: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A party asked for a facility."""

    application: Id
    party: Id
    product: str
    requested_fen: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision was made; `facts_commitment` binds the recorded facts and the trace under a salt."""

    decision: Id
    application: Id
    party: Id
    outcome: Outcome
    limit_fen: int
    rate_units: int | None
    policy_digest: str
    model: str | None
    facts_commitment: str
    accountable: str
    approver: str
    overrides: Id | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A person asked for an act that a second person must agree to: `act` names the event it will be, `body` is its canonical JSON.

    `on` is the day it is to take effect, if not the one on which it is agreed to.
    """

    proposal: Id
    act: str
    body: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A second person agreed to a proposal, which was carried out with this event, or turned it down."""

    proposal: Id
    agreed: bool


@dataclass(frozen=True, slots=True)
class ReliefPlanned:
    """Borrowers of some counties and products are to be relieved after a disaster; the lines follow, each with its own event."""

    plan: ReliefPlan


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A business day was closed over all lines; `snapshot` is the digest of the day's state and postings."""

    lines: int
    snapshot: str


Body: TypeAlias = (
    PartyKnown
    | PartyRestricted
    | PartyErased
    | FaceCompared
    | FaceForgotten
    | EvidenceReceived
    | ConsentGiven
    | ConsentWithdrawn
    | RelationDeclared
    | LoginOpened
    | PasswordChanged
    | LoginEnded
    | ModelApproved
    | PolicyApproved
    | ModelBody
    | Applied
    | Decided
    | Proposed
    | Resolved
    | ReliefPlanned
    | DayClosed
    | LineBody
    | BillBody
    | HouseBody
    | BankBody
)
BODIES: dict[str, type[Body]] = {cls.__name__: cls for cls in get_args(Body)}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `stream` is the id it belongs to (line, party, application ...), `sequence` its place in it.

    `order` on one day is (effective_on, known_at, sequence): the ledger folds in that order. `synthetic` marks lives
    scripted by the world.
    """

    id: Id
    stream: Id
    sequence: int
    effective_on: dt.date
    known_at: dt.datetime
    actor: str
    command: str
    body: Body
    synthetic: bool = False

    @property
    def kind(self) -> str:
        """The past participle."""
        return type(self.body).__name__


def encode_event(event: Event) -> bytes:
    """The canonical bytes of an event: what the journal hashes and stores."""
    return _text(event).encode()


_text = canon.record_writer(sorted((*Event.__slots__, "kind")))


_scan = json.JSONDecoder().raw_decode  # `json.loads` guesses the encoding first and takes nearly twice as long


def decode_event(data: bytes) -> Event:
    """The event behind its canonical bytes; `Broken` when they are none, or of a kind this version does not know."""
    try:
        text = data.decode()
        raw, end = _scan(text)
        if end != len(text):
            raise ValueError("something stands behind it")
        return _decoded(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"What is stored as an event is none: {type(error).__name__}: {error}."
        raise Broken("event_unreadable", told, "Run farthing audit verify: it says which one was changed.") from error


def _decoded(raw: dict[str, Any]) -> Event:
    body = canon.restore(BODIES[raw.pop("kind")], raw.pop("body"))
    return Event(
        id=raw["id"], stream=raw["stream"], sequence=raw["sequence"],
        effective_on=dt.date.fromisoformat(raw["effective_on"]), known_at=dt.datetime.fromisoformat(raw["known_at"]),
        actor=raw["actor"], command=raw["command"], body=body, synthetic=raw["synthetic"],
    )  # fmt: skip
