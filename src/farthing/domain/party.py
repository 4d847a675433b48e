"""Who we deal with: parties, how they are related, and the personal data that stays under lock."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.ids import Id

BANK_KEY = "BANK"
"""The key by which evidence names the bank itself, in any spelling; nobody else has it."""


def normalised(value: str) -> str:
    """One spelling of a value: NFKC, case folded, without space at the ends."""
    return unicodedata.normalize("NFKC", value).casefold().strip()


def names_bank(key: str) -> bool:
    """Whether a key, however it is spelled, is the bank's own."""
    return normalised(key) == normalised(BANK_KEY)


class PartyKind(StrEnum):
    """What kind of party it is; roles (borrower, guarantor, insider) are played, not stored."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    FARM = "farm"


class Channel(StrEnum):
    """By which way a party came to the bank."""

    ONLINE = "online"  # from a platform on which it sells
    QR = "qr"  # by the code at its counter
    COUNTY = "county"  # with its county's farmers
    AGENT = "agent"  # helped by an agent in the village
    BRANCH = "branch"
    PARTNER = "partner"  # sent by another organisation


class RelationKind(StrEnum):
    """How one party is tied to another (RP-01, RP-02, RP-08). `share_ppm` on the relation says how much, for holdings."""

    DIRECTOR = "director"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    CREDIT_STAFF = "credit_staff"
    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    HOLDS = "holds"
    CONTROLS = "controls"
    SENIOR_POST = "senior_post"


@dataclass(frozen=True, slots=True)
class Party:
    """A party as the rooms may see it: no name, no number.

    `subject` is the pseudonym its rows carry in the lake, empty once erased; until `restricted_until` the law keeps its
    data, and only an audit may open it.
    """

    id: Id
    kind: PartyKind
    subject: str
    registered_on: dt.date | None = None
    industry: str | None = None
    county: str | None = None
    synthetic: bool = False
    erased: bool = False
    restricted_until: dt.date | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What identifies a party; encrypted at rest under the party's own key, read only with a purpose."""

    name: str
    id_number: str | None = None
    phone: str | None = None
    external_key: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` stands in `kind` to `target`: director of the bank, spouse of a person, holder of a firm."""

    source: Id
    target: Id
    kind: RelationKind
    share_ppm: int | None = None
    known_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RelatedFinding:
    """The related-party finding that no decision lacks: a hit with its path and ground, or the negative evidence.

    `path` reads from the applicant to the bank's insider as `(party, relation, party, ...)`; empty when there is no hit.
    """

    hit: bool
    path: tuple[str, ...]
    ground: str
    relations_examined: int
    graph_digest: str
