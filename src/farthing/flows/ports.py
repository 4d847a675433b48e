"""What flows need of the world, as protocols; `store` and `sources` keep them, `wiring` joins them into a `House`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar, overload

import polars as pl

from farthing.domain.bill.product import BillProduct
from farthing.domain.collateral.house import HouseState
from farthing.domain.consent import Consent
from farthing.domain.decision import Application, Decision, Shadow
from farthing.domain.event import Body, Event, LoginOpened, PasswordChanged
from farthing.domain.evidence import Evidence, EvidenceKind, IntakeReport, Provenance
from farthing.domain.facility import LineState
from farthing.domain.facts import Facts
from farthing.domain.ids import Id
from farthing.domain.journal import Finding, Inclusion, Receipt, SignedHead
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelClass
from farthing.domain.party import Party, PartyKind, PersonalData, Relation
from farthing.domain.policy import Policy
from farthing.domain.posting import Posting
from farthing.domain.product import Product
from farthing.domain.staff import Actor, NewStaff, Purpose, Role
from farthing.flows.needs.bank import Listeners, Post, Postings
from farthing.flows.needs.bills import Bills, BillTransaction
from farthing.flows.needs.collateral import Collateral
from farthing.flows.needs.drift import DriftBook
from farthing.flows.needs.lines import Lines
from farthing.flows.needs.night import Night, Nights

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Clock(Protocol):
    """Instants and days. `today` is the bank's open business day, which on historical data is the data's own end."""

    def now(self) -> dt.datetime: ...
    def today(self) -> dt.date: ...
    def open_day(self, day: dt.date) -> None:
        """Make `day` the open business day; `Conflict` if it is before the current one."""


class Entropy(Protocol):
    """Random bytes for ids, keys and salts."""

    def draw(self, count: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Command:
    """One thing somebody asks for: same key and inputs, same result; same key and other inputs, `Conflict`.

    `lines` are those it will ask its transaction for, where they are known before: it then shares a commit with others that wait.
    """

    key: str
    name: str
    actor: Actor
    inputs: object  # anything canon can encode
    lines: tuple[Id, ...] = ()


class Ticket(Protocol[R_co]):
    """What was asked for and is on its way."""

    def result(self) -> R_co:
        """Waits for it; once it is given, it is durable. Raises what the act raised."""

    def tell(self, call: Callable[[], None]) -> None:
        """Call when there is a result, perhaps twice and from another thread: for whoever waits without a thread of their own."""


class Transaction(BillTransaction, Protocol):
    """One command's transaction: events, projections and idempotency result stand or fall together."""

    def append(self, stream: Id, effective_on: dt.date, body: Body, *, synthetic: bool = False) -> Event:
        """Record what happened; its sequence in the stream is the next one."""

    def events(self, stream: Id) -> tuple[Event, ...]:
        """All events of a stream in sequence, this transaction's included."""

    def line(self, line: Id) -> LineState:
        """The line's projection, locked until commit; `NotFound` if there is none."""

    def save_line(self, state: LineState) -> None: ...

    def house(self, house: Id) -> HouseState:
        """The house's projection, locked until commit; `NotFound` if there is none."""

    def save_house(self, state: HouseState, deed: str | None = None) -> None:
        """Show this state as the house's; `deed` is found again by a keyed index. `Conflict` if a house under this deed runs already."""

    def lock_party(self, party: Id) -> None:
        """Until commit no other command that locks this party goes on; what is read after it is settled. `NotFound` if there is none."""

    def save_decision(self, application: Application, decision: Decision, facts: Facts) -> str:
        """Store the record encrypted under the party's key; returns the salted commitment that goes into the event."""

    def add_party(self, kind: PartyKind, data: PersonalData, registry: Mapping[str, object], *, synthetic: bool) -> tuple[Party, str]:
        """Store a party encrypted under a key of its own (registry: registered_on, industry, county, channel); it and its commitment."""

    def restrict_party(self, party: Id, until: dt.date) -> None:
        """From now on its personal data opens for audit only (the law says keep until then)."""

    def erase_party(self, party: Id) -> None:
        """Destroy the party's key and salt in this transaction; what they sealed is unreadable for ever."""

    def add_relations(self, relations: Sequence[Relation]) -> Sequence[Relation]:
        """Those that were not known yet."""

    def add_evidence(self, evidence: Evidence, report: IntakeReport) -> bool:
        """False when the same rows of the same file are known: then there is nothing to record."""

    def add_consent(self, consent: Consent) -> None:
        """One with `withdrawn_on` ends what runs of these kinds."""

    def consents(self, party: Id) -> Sequence[Consent]:
        """All the party gave and took back, this transaction's included; settled once the party is locked."""

    def open_login(self, new: NewStaff) -> tuple[Actor, LoginOpened]:
        """Who may act from now on, and the event of it; `Conflict` if the login is taken."""

    def end_login(self, login: Id) -> None: ...
    def change_password(self, login: Id, password: str) -> PasswordChanged:
        """The event of it; `NotFound` for who may no longer act."""

    def lock_models(self) -> None:
        """Until commit no other command that locks the models goes on; what is read of them after it is settled."""

    def save_model(self, card: ModelCard, artefact: bytes) -> None: ...

    def save_policy(self, policy: Policy, text: str) -> None: ...

    def close_day(self, night: Night, postings: Sequence[Posting]) -> None:
        """Close the night's day and open the next; from now on the standings it told count."""


class Commands(Protocol):
    """The only way to write."""

    def run(self, command: Command, think: Callable[[Transaction], R], result: type[R]) -> R:
        """Run `think` once for the command's key and remember its result (a canonical value of type `result`)."""

    def done(self, command: Command, result: type[R]) -> R | None:
        """The first result of a command that was carried out, else None; `Conflict` when its key was used for something else."""

    def batch(self) -> AbstractContextManager[Commands]:
        """Commands run inside share one commit; one that fails is undone alone (savepoint) and raises."""

    def submit(self, house: House, act: Callable[[House], R], key: str, lines: tuple[Id, ...]) -> Ticket[R]:
        """Have `act` carried out soon, with others in one commit, and do not wait: so one thread keeps many in flight.

        `act` runs a flow on the house it is given, by one command with this key about these lines. Those that speak of one line
        keep their order. It may be run again, and another's thread runs it: nothing slow belongs in it.
        """

    def receipt(self, key: str) -> Receipt:
        """The signed receipt of a committed command."""


class Journal(Protocol):
    """Reading the past, and its proof."""

    @overload
    def events(
        self, stream: Id, kind: str | None = None, after: Id | None = None, limit: int | None = None, *, newest_first: bool = False
    ) -> Sequence[Event]:
        """Every event of a stream by sequence, from behind the event `after`; with a limit, a page of them."""

    @overload
    def events(
        self, stream: Id | None = None, kind: str | None = None, after: Id | None = None, *, limit: int, newest_first: bool = False
    ) -> Sequence[Event]:
        """A page of the journal, in the order it is sealed in or against it."""

    def each(self, kind: str | None = None) -> Iterator[Event]:
        """Every event, or every one of a kind, in the order they are sealed in; streamed."""

    def event(self, event: Id) -> Event:
        """One event; `NotFound` if there is none."""

    def newest(self, stream: Id) -> Event | None: ...  # the last of a stream, quickly: each decision asks for one
    def waiting(self) -> Sequence[Event]:
        """Every proposal that nobody has resolved, the newest first."""

    def every(self) -> Iterator[tuple[int, bytes]]:
        """(leaf index, stored event bytes) of every sealed event, in order, streamed."""

    def receipts(self) -> Iterator[Receipt]:
        """Every receipt, streamed; `command` is empty, since a receipt covers all commands of its commit."""

    def sealed(self, first: int, beyond: int) -> Iterator[tuple[int, bytes, bytes | None]]:
        """(leaf index, leaf hash, stored bytes) of leaves, in order, streamed; no bytes if the event is lost, no row if the leaf is."""

    def promises(self, first: int, beyond: int, since: dt.datetime) -> Iterator[Receipt]:
        """Receipts of these leaves in log order, streamed, then those without a leaf that were signed after `since`."""

    def seal(self) -> SignedHead:
        """Seal what is committed and not yet sealed; returns the newest head."""

    def head(self) -> SignedHead | None: ...
    def heads(self) -> Sequence[SignedHead]: ...
    def head_of(self, size: int) -> SignedHead:
        """`NotFound` if none of this size was signed."""

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """(level, position, hash) of every stored inner node of the tree, streamed."""

    def inclusion(self, event: Id) -> Inclusion: ...
    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The hashes that prove that the first `old` leaves (at least one) begin the first `new` (RFC 6962, 2.1.2)."""

    def frontier(self, size: int) -> tuple[bytes, ...]:
        """The roots of the full subtrees that the first `size` leaves make, largest first."""

    def findings(self) -> Sequence[Finding]:
        """What the store itself sees wrong: gaps, unsealed leftovers, projections that are not the fold of their events."""

    def public_key(self) -> bytes: ...


class Parties(Protocol):
    """Parties, their personal data under lock, and their relations."""

    def get(self, party: Id) -> Party: ...
    def find(self, external_key: str) -> Party | None:
        """By blind index of the key the source knows it by."""

    def find_many(self, external_keys: Sequence[str]) -> Mapping[str, Party]: ...
    def list(self, *, limit: int = 100, after: Id | None = None) -> Sequence[Party]: ...
    def personal(self, party: Id, reader: Actor, purpose: Purpose) -> PersonalData:
        """Decrypts and records who read it and why, in one transaction; `NotFound` after erasure."""

    def names(self, parties: Sequence[Id], reader: Actor, purpose: Purpose) -> Mapping[Id, str]:
        """Display names for a page, each read recorded; an erased party shows as the empty string."""

    def reads(self, party: Id) -> Sequence[Mapping[str, object]]:
        """Who read this party's personal data, when and why."""

    def called(self) -> Mapping[str, str]: ...  # by what a name in another's evidence (counterparty, other) became: its subject
    def by_subject(self, subjects: Collection[str]) -> Mapping[str, Id]: ...  # who was erased has none
    def spoken(self, subjects: Collection[str]) -> Mapping[str, tuple[bool, Sequence[Consent]]]: ...  # restricted, and its consents
    def same(self, one: Id) -> Mapping[str, Sequence[Id]]:
        """Other parties with the same id number and the same phone, found by blind index: nothing is opened."""

    def relations(self) -> Sequence[Relation]: ...
    def relations_version(self) -> str:
        """Another one whenever a relation was added or taken away; cheap, so that a graph is built once and not once a question."""

    def insiders(self) -> Sequence[Id]:
        """Parties who are the bank's own directors, supervisors, managers or credit staff."""

    def consents(self, party: Id) -> Sequence[Consent]: ...
    def every_consent(self) -> Iterator[Consent]: ...
    def commitments(self) -> Iterator[tuple[Party, str]]:
        """Each party, and what its event must carry, computed from its record as it stands; empty when it was erased."""

    def erase(self, party: Id) -> None:
        """Destroy the party's key and salts outside a command; the erase flow does it by `Transaction.erase_party`, with its event."""


class Lake(Protocol):
    """Evidence by content. Frames carry `subject` (the party's pseudonym) in place of `party`."""

    def turn(self) -> AbstractContextManager[None]:
        """One intake at a time, so that what is read of the lake still stands when it is written to; `Unavailable` after a long wait."""

    def put(self, kind: EvidenceKind, frame: pl.DataFrame, provenance: Provenance) -> Evidence:
        """Write once by content; the same frame twice is one object."""

    def repeated(self, kind: EvidenceKind, frame: pl.DataFrame, currency: str) -> pl.Series:
        """Numbers of the rows of a frame (as for `put`) that the lake holds in this currency: equal on every field but the day known."""

    def manifests(self, kind: EvidenceKind | None = None) -> Sequence[Evidence]: ...
    def known(self, content_digest: str, kind: EvidenceKind) -> IntakeReport | None:
        """The report of an earlier intake of the same file, if there was one."""

    def scan(self, kind: EvidenceKind, currency: str | None = None, files: Collection[Evidence] | None = None) -> pl.LazyFrame:
        """Every committed row of a kind, those whose amounts are in one currency, those of these files."""

    def subject(self, kind: EvidenceKind, subject: str) -> pl.DataFrame:
        """One subject's rows, quickly: from its daily aggregates or a pruned read."""

    def rows_in(self, one: Evidence, subject: str | None = None) -> pl.DataFrame:
        """The rows of one manifest, all or one subject's."""

    def verify(self) -> Sequence[Finding]:
        """Every committed object that is damaged or missing."""


class Aggregates(Protocol):
    """Daily aggregates per subject and kind, for the live feature path; rebuilt from the lake at will."""

    def put(self, kind: EvidenceKind, frames: Mapping[str, pl.DataFrame]) -> None: ...
    def get(self, kind: EvidenceKind, subject: str) -> pl.DataFrame | None: ...
    def of(self, subject: str, kinds: Collection[EvidenceKind]) -> Mapping[EvidenceKind, pl.DataFrame]:
        """The frames of these kinds that there are, read at once."""


class Registry(Protocol):
    """Approved models and policies."""

    def model(self, model: str | None = None) -> tuple[ModelCard, bytes] | None:
        """A model by id, or the rating model in use in the home market."""

    def model_in_use(self, model_class: ModelClass, market: str = HOME_MARKET) -> tuple[ModelCard, bytes] | None:
        """The approved model of a class in a market."""

    def models(self) -> Sequence[ModelCard]: ...
    def card_digests(self) -> Mapping[Id, str]:
        """SHA-256 of the newest card of each model, as it was written."""

    def policy(self, product: str, on: dt.date) -> Policy | None:
        """The policy in force for a product on a day."""

    def policy_by_digest(self, digest: str) -> Policy: ...
    def policies(self) -> Sequence[Policy]: ...


class Decisions(Protocol):
    """Recorded decisions with their facts."""

    def get(self, decision: Id) -> tuple[Application, Decision, Facts] | None:
        """None when the record was erased."""

    def commitment(self, decision: Id) -> str | None:
        """What the decision's event must carry, computed from the record as it stands; None when it was erased."""

    def list(
        self, *, outcome: str | None = None, party: Id | None = None, limit: int = 50, offset: int = 0, sort: str = "-decided_on"
    ) -> Sequence[Mapping[str, object]]:
        """Rows for a queue: decision, application, party, product, outcome, limit_fen, requested_fen, decided_on, reviewed."""

    def count(self, *, outcome: str | None = None) -> int: ...
    def unshadowed(self, model: Id, products: Collection[str], since: dt.date, limit: int) -> Sequence[Id]:
        """Automatic decisions on these products since a day that a challenger has not looked at, the oldest first."""

    def add_shadows(self, shadows: Sequence[Shadow]) -> None: ...
    def shadows(self, model: Id) -> Sequence[Shadow]: ...
    def every(self) -> Iterator[Id]: ...
    def of_subjects(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Id]]:
        """Automatic decisions about these subjects, the newest first; who has none, or was erased, is left out."""


class Staff(Protocol):
    """Logins. A password is stored as a slow salted hash."""

    def add(self, login: str, name: str, role: Role, password: str, party: Id | None = None) -> Actor: ...
    def check(self, login: str, password: str) -> Actor | None:
        """The actor, or None; slow on purpose, limited per login."""

    def get(self, staff: Id, since: dt.datetime | None = None) -> Actor:
        """Somebody who may act; `NotFound` for who may no longer, or was let in (`since`) by a password that was changed later."""

    def end_session(self, session: str, until: dt.datetime) -> None:
        """Whoever comes with this session is nobody from now on; remembered until it would be over by itself."""

    def session_ended(self, session: str) -> bool: ...
    def find(self, login: str) -> Actor | None:
        """Who logs in with this."""

    def list(self, *, everyone: bool = False) -> Sequence[Actor]:
        """The bank's own people who may act; `everyone` who ever might."""

    def logins(self) -> Iterator[tuple[LoginOpened, bool]]:
        """Every login there ever was, borrowers' too, as its events must have it, computed from its row as it stands, and whether it
        may act. A commitment is empty where there is nothing to commit to, or no salt any more."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything a flow may reach."""

    clock: Clock
    entropy: Entropy
    commands: Commands
    journal: Journal
    parties: Parties
    lake: Lake
    aggregates: Aggregates
    registry: Registry
    decisions: Decisions
    lines: Lines
    nights: Nights
    staff: Staff
    products: Mapping[str, Product]
    bills: Bills
    bill_product: BillProduct
    collateral: Collateral
    postings: Postings
    listeners: Listeners
    post: Post
    drift: DriftBook
