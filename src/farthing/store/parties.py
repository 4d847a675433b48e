"""Parties: who they are stays sealed, every opening is written down, and what ties them together is pseudonymous."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql
from psycopg.errors import UniqueViolation
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Row,
    Table,
    Text,
    any_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from farthing.domain import canon
from farthing.domain.consent import Consent
from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id, Prefix, new_id
from farthing.domain.party import BANK_KEY, Channel, Party, PartyKind, PersonalData, Relation, RelationKind
from farthing.domain.staff import READS_FOR, Actor, Purpose, Role
from farthing.flows.ports import Clock
from farthing.store.collateral import forget_deeds
from farthing.store.engine import driver, reading, ready, single, writing
from farthing.store.marks import Marks, consent_of
from farthing.store.people_tables import aggregate, consent, party, personal_read, relation, staff, subject_key
from farthing.store.vault import Place, SubjectKey, Vault, destroy_key

INSIDER_POSTS = (RelationKind.DIRECTOR, RelationKind.SUPERVISOR, RelationKind.MANAGER, RelationKind.CREDIT_STAFF)
_INDEXED = {"external_key": "key_index", "name": "name_index", "id_number": "id_number_index", "phone": "phone_index"}
_REGISTRY = ("registered_on", "industry", "county", "channel")
_COMMITTED = ("id", "kind", "subject", *_REGISTRY, "synthetic")
_ERASED = ("subject", "personal", *_REGISTRY, *_INDEXED.values())
_SHOWN = ("id", "kind", "subject", *_REGISTRY, "synthetic", "erased", "restricted_until")
_SEEN = [party.c[name] for name in _SHOWN]
_GET = f"SELECT {', '.join(_SHOWN)} FROM party WHERE id = %s"  # noqa: S608 - our own columns
_CONSENTS = "SELECT party, kinds, given_on, expires_on, withdrawn_on FROM consent WHERE party = %s ORDER BY id"
_PAGE = 1000
_RELATIONS = "SELECT count(*), max(id) FROM relation"


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party to be stored; `registry` holds registered_on, industry, county and channel, each or none."""

    kind: PartyKind
    data: PersonalData
    registry: Mapping[str, object] = field(default_factory=dict)
    synthetic: bool = False


# ---- inside a command's transaction ----------------------------------------------------------------------------------


def insert_parties(connection: Connection, vault: Vault, parties: Sequence[NewParty]) -> list[tuple[Party, str]]:
    """Store parties, each sealed under a new key; each with the commitment to its personal data.

    `Conflict` if one is known by its external key already, or twice in the batch: then none is stored.
    """
    made = [_seal(vault, new) for new in parties]
    if not made:
        return []
    _refuse_known(connection, [one.row["key_index"] for one in made])
    try:
        _copy(connection, party, [one.row for one in made])
        _copy(connection, subject_key, [vault.wrap(one.key) for one in made])
    except UniqueViolation:  # another process was faster
        raise Conflict("party_known", "One of these parties has just become known.", "Look it up by its key.") from None
    return [(one.party, one.commitment) for one in made]


def insert_party(connection: Connection, vault: Vault, new: NewParty) -> tuple[Party, str]:
    """Store one party; see `insert_parties`."""
    return insert_parties(connection, vault, [new])[0]


def insert_relations(connection: Connection, relations: Sequence[Relation]) -> Sequence[Relation]:
    """Store relations; those that were not known yet."""
    rows = [
        {"source": one.source, "target": one.target, "kind": one.kind.value, "share_ppm": one.share_ppm, "known_on": one.known_on}
        for one in relations
    ]
    if not rows:
        return ()
    fresh = connection.execute(upsert(relation).on_conflict_do_nothing().returning(relation), rows)
    return tuple(map(_relation, fresh))


def insert_consent(connection: Connection, given: Consent) -> None:
    """Store a consent; one with `withdrawn_on` ends the party's running consents of those kinds on that day."""
    if given.withdrawn_on is not None:
        running = (consent.c.party == given.party, consent.c.withdrawn_on.is_(None), consent.c.kinds.overlap(_values(given.kinds)))
        for row in connection.execute(select(consent).where(*running).with_for_update()).all():
            ended, *left = consent_of(row).without(given.kinds, given.withdrawn_on)
            connection.execute(update(consent).where(consent.c.id == row.id).values(withdrawn_on=ended.withdrawn_on))
            for one in left:
                _store_consent(connection, one)
        return
    _store_consent(connection, given)


def consents_of(connection: Connection, one: Id) -> Sequence[Consent]:
    """What this transaction sees of a party's consents."""
    return tuple(map(consent_of, connection.execute(select(consent).where(consent.c.party == one).order_by(consent.c.id))))


def lock_party(connection: Connection, one: Id) -> None:
    """Let others wait who would lock the party too, but not those who only refer to it; `NotFound` if there is no such party."""
    _lock(connection, one, key_share=True)


def restrict_party(connection: Connection, one: Id, until: dt.date) -> None:
    """Open the party's data for audit only; `NotFound` if there is no such party."""
    _lock(connection, one)
    connection.execute(update(party).where(party.c.id == one).values(restricted_until=until))


def erase_party(connection: Connection, vault: Vault, one: Id) -> None:
    """Destroy the party's key and salt, and every link from it to a person; twice changes nothing.

    Its decisions and events stay, under a pseudonym that leads nowhere. A deleted key may linger in dead rows, the log and
    backups of the database, wrapped: rotating the master key and dropping the old one ends that too.
    """
    subject = _lock(connection, one).subject
    destroy_key(connection, vault, one)
    connection.execute(aggregate.delete().where(aggregate.c.subject == subject))
    for login in connection.scalars(update(staff).where(staff.c.party == one).values(login_index=None, hash=None).returning(staff.c.id)):
        destroy_key(connection, vault, login)
    connection.execute(update(party).where(party.c.id == one).values(erased=True, **dict.fromkeys(_ERASED)))
    forget_deeds(connection, one)


# ---- reading ---------------------------------------------------------------------------------------------------------


class Parties(Marks):
    """Parties and their relations (`flows.ports.Parties`)."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine = engine
        self._reader, self._ready = single(engine), ready(engine)
        self._vault = vault
        self._clock = clock

    def get(self, party_id: Id) -> Party:
        rows = self._ready.fetch(_GET, party_id)
        if not rows:
            raise NotFound("no_party", f"There is no party {party_id}.", "List parties to see their ids.")
        return _party(rows[0])

    def find(self, external_key: str) -> Party | None:
        return self.find_many([external_key]).get(external_key)

    def find_many(self, external_keys: Sequence[str]) -> Mapping[str, Party]:
        indexes = {key: index for key in external_keys if (index := self._vault.blind("external_key", key)) is not None}
        with reading(self._reader) as connection:
            rows = connection.execute(select(party.c.key_index, *_SEEN).where(_keyed(sorted(set(indexes.values())))))
            found = {bytes(row.key_index): _party(row) for row in rows}
        return {key: found[index] for key, index in indexes.items() if index in found}

    def search(self, text: str) -> Sequence[Party]:
        """Parties whose external key, name, id number or phone is exactly `text`; at most 100."""
        if self._vault.blind("name", text) is None:
            return []
        wanted = or_(*(party.c[column] == self._vault.blind(name, text) for name, column in _INDEXED.items()))
        with reading(self._reader) as connection:
            return [_party(row) for row in connection.execute(select(*_SEEN).where(wanted).order_by(party.c.id).limit(100))]

    def list(self, *, limit: int = 100, after: Id | None = None) -> Sequence[Party]:
        page = select(*_SEEN).order_by(party.c.id).limit(limit)
        with reading(self._reader) as connection:
            return [_party(row) for row in connection.execute(page if after is None else page.where(party.c.id > after))]

    def personal(self, party_id: Id, reader: Actor, purpose: Purpose) -> PersonalData:
        with writing(self._engine) as connection:
            row = next(iter(_sealed(connection, [party_id])), None)
            if row is None or row.wrapped is None:
                raise NotFound("no_personal_data", f"There is no personal data of {party_id}.", "It was erased, or the id is wrong.")
            _permit(row, reader, purpose)
            self._record(connection, [party_id], reader, purpose, _fields(data := self._open(row)))
        return data

    def names(self, parties: Sequence[Id], reader: Actor, purpose: Purpose) -> Mapping[Id, str]:
        shown = dict.fromkeys(parties, "")
        with writing(self._engine) as connection:
            for row in _sealed(connection, list(shown)):
                if row.wrapped is not None and _refusal(row, reader, purpose) is None:
                    shown[row.id] = self._open(row).name
            self._record(connection, [one for one, name in shown.items() if name], reader, purpose, ["name"])
        return shown

    def reads(self, party_id: Id) -> Sequence[Mapping[str, object]]:
        """Newest first: at, actor, name (of staff; empty for borrowers and the system), role, purpose, fields."""
        columns = [personal_read.c[name] for name in ("at", "actor", "role", "purpose", "fields")]
        joined = select(*columns, staff.c.name).outerjoin(staff, staff.c.id == personal_read.c.actor)
        with reading(self._reader) as connection:
            rows = connection.execute(joined.where(personal_read.c.party == party_id).order_by(personal_read.c.id.desc()))
            return [{**row, "name": row["name"] or "", "fields": tuple(row["fields"])} for row in rows.mappings()]

    def relations(self) -> Sequence[Relation]:
        with reading(self._reader) as connection:
            rows = connection.execute(select(relation).order_by(relation.c.id)).all()
        return [_relation(row) for row in rows]

    def relations_version(self) -> str:
        """Their number and the newest: a late commit of an older one changes the number."""
        ((number, newest),) = self._ready.fetch(_RELATIONS)
        return f"{number}/{newest}"

    def insiders(self) -> Sequence[Id]:
        bank = self.find(BANK_KEY)
        targets = [BANK_KEY] if bank is None else [BANK_KEY, bank.id]
        posts = (relation.c.target.in_(targets), relation.c.kind.in_(_values(INSIDER_POSTS)))
        with reading(self._reader) as connection:
            return list(connection.scalars(select(relation.c.source).where(*posts).distinct().order_by(relation.c.source)))

    def consents(self, party_id: Id) -> Sequence[Consent]:
        return [consent_of(row) for row in self._ready.fetch(_CONSENTS, party_id)]

    def every_consent(self) -> Iterator[Consent]:
        with reading(self._engine) as connection:
            yield from map(consent_of, connection.execution_options(yield_per=_PAGE).execute(select(consent)))

    def commitments(self) -> Iterator[tuple[Party, str]]:
        """A page at a time. What is opened here is hashed and forgotten; nobody reads it."""
        joined = select(party, subject_key.c.wrapped, subject_key.c.key_id).outerjoin(subject_key, subject_key.c.owner == party.c.id)
        after = ""
        while True:
            with reading(self._reader) as connection:
                rows = connection.execute(joined.where(party.c.id > after).order_by(party.c.id).limit(_PAGE)).all()
            yield from ((_party(row), self._commitment(row)) for row in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1].id

    def _commitment(self, row: Row[*tuple[object, ...]]) -> str:
        """Empty where nothing is left of an erased party; what is wrong, where it is no commitment."""
        if row.wrapped is None or row.erased:
            whole = row.erased and row.wrapped is None and all(getattr(row, name) is None for name in _ERASED)
            return "" if whole else "erased in part"
        try:
            data = self._open(row)
        except FarthingError as error:
            return error.code
        if any(getattr(row, column) != self._vault.blind(name, getattr(data, name)) for name, column in _INDEXED.items()):
            return "an index of something else"
        key = self._vault.unwrap(row.id, bytes(row.wrapped), row.key_id)
        return _committed(key, data, {name: getattr(row, name) for name in _COMMITTED})

    def erase(self, party_id: Id) -> None:
        with writing(self._engine) as connection:
            erase_party(connection, self._vault, party_id)

    def _open(self, row: Row[*tuple[object, ...]]) -> PersonalData:
        key = self._vault.unwrap(row.id, bytes(row.wrapped), row.key_id)
        return canon.decode(PersonalData, key.open(_place(row.id), bytes(row.personal)))

    def _record(self, connection: Connection, parties: Sequence[Id], reader: Actor, purpose: Purpose, fields: Sequence[str]) -> None:
        said = {"at": self._clock.now(), "actor": reader.id, "role": reader.role.value, "purpose": purpose.value, "fields": list(fields)}
        if parties:
            each = func.unnest(bindparam("parties", list(parties), ARRAY(Text)))
            same = [literal(value, personal_read.c[name].type) for name, value in said.items()]
            connection.execute(insert(personal_read).from_select([*said, "party"], select(*same, each)))


# ---- the parts -------------------------------------------------------------------------------------------------------


def _place(owner: Id) -> Place:
    return Place(owner, "party", "personal")


@dataclass(frozen=True, slots=True)
class _Made:
    """A party ready to be stored."""

    party: Party
    row: Mapping[str, object]
    key: SubjectKey
    commitment: str


def _seal(vault: Vault, new: NewParty) -> _Made:
    if not new.data.name.strip():
        raise Invalid("name_missing", "A party needs a name.", "Give the name it is registered under.", field="name")
    one = new_id(Prefix.PARTY, vault.draw(15))
    key, written = vault.fresh(one), canon.encode(new.data)
    seen: dict[str, object] = {"id": one, "kind": new.kind.value, "subject": f"sub_{vault.draw(12).hex()}", "synthetic": new.synthetic}
    seen |= {name: new.registry.get(name) for name in _REGISTRY}
    indexes = {column: vault.blind(name, getattr(new.data, name)) for name, column in _INDEXED.items()}
    row = {**seen, "personal": vault.seal(key, _place(one), written), **indexes}
    channel = Channel(str(told)) if (told := seen["channel"]) else None
    made = Party(**{**seen, "kind": new.kind, "channel": channel})  # type: ignore[arg-type]
    return _Made(made, row, key, _committed(key, new.data, {name: seen[name] for name in _COMMITTED}))


def _committed(key: SubjectKey, data: PersonalData, shown: Mapping[str, object]) -> str:
    """The commitment to a party's data and to what its row shows of it: a channel where there is one, since rows once had none."""
    told = {name: value for name, value in shown.items() if name != "channel" or value is not None}
    return key.commit(canon.digest({"data": data, "shown": told}))


def _refuse_known(connection: Connection, indexes: Sequence[object]) -> None:
    """`Conflict` names the first that is on file, or that stands twice in the batch."""
    known = {bytes(index) for index in connection.scalars(select(party.c.key_index).where(_keyed([one for one in indexes if one])))}
    seen: set[object] = set()
    for place, index in enumerate(indexes, start=1):
        if index is not None and (index in known or index in seen):
            raise Conflict(
                "party_known", f"Party {place} of {len(indexes)} is known already.", "Look it up by its key.", field="external_key"
            )
        seen.add(index)


def _keyed(indexes: Sequence[object]) -> ColumnElement[bool]:
    """Whether a party's key is among these, however many they are."""
    return party.c.key_index == any_(bindparam("indexes", list(indexes), ARRAY(LargeBinary)))


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    names = list(rows[0])
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names)))
    with driver(connection).cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def _party(row: Row[*tuple[object, ...]]) -> Party:
    return Party(
        id=row.id, kind=PartyKind(row.kind), subject=row.subject or "", registered_on=row.registered_on, industry=row.industry,
        county=row.county, synthetic=row.synthetic, erased=row.erased, restricted_until=row.restricted_until,
        channel=Channel(row.channel) if row.channel else None,
    )  # fmt: skip


def _sealed(connection: Connection, parties: Sequence[Id]) -> Iterable[Row[*tuple[object, ...]]]:
    wanted = select(party.c.id, party.c.restricted_until, party.c.personal, subject_key.c.wrapped, subject_key.c.key_id)
    return connection.execute(wanted.outerjoin(subject_key, subject_key.c.owner == party.c.id).where(party.c.id.in_(parties))).all()


def _refusal(row: Row[*tuple[object, ...]], reader: Actor, purpose: Purpose) -> Forbidden | None:
    """Why this reader may not open this party's data for this purpose; None if they may."""
    if reader.role is Role.BORROWER and reader.party != row.id:
        return Forbidden("not_yours", "This belongs to another customer.", "Open your own line.")
    if purpose not in READS_FOR[reader.role]:
        allowed = ", ".join(sorted(READS_FOR[reader.role]))
        return Forbidden("purpose", f"The role {reader.role.value} does not read for {purpose.value}.", f"It reads for {allowed}.")
    if row.restricted_until is not None and purpose is not Purpose.AUDIT:
        remedy = "The law keeps it for audit only; it will be erased after that day."
        return Forbidden("restricted", f"The data of {row.id} is restricted until {row.restricted_until}.", remedy)
    return None


def _permit(row: Row[*tuple[object, ...]], reader: Actor, purpose: Purpose) -> None:
    if (refusal := _refusal(row, reader, purpose)) is not None:
        raise refusal


def _fields(data: PersonalData) -> list[str]:
    return [name for name in ("name", "id_number", "phone", "external_key") if getattr(data, name) is not None]


def _lock(connection: Connection, one: Id, *, key_share: bool = False) -> Row[*tuple[object, ...]]:
    row = connection.execute(select(*_SEEN).where(party.c.id == one).with_for_update(key_share=key_share)).one_or_none()
    if row is None:
        raise NotFound("no_party", f"There is no party {one}.", "List parties to see their ids.")
    return row


def _relation(row: Row[*tuple[object, ...]]) -> Relation:
    return Relation(row.source, row.target, RelationKind(row.kind), row.share_ppm, row.known_on)


def _values(kinds: Iterable[EvidenceKind | RelationKind]) -> list[str]:
    return [kind.value for kind in kinds]


def _store_consent(connection: Connection, given: Consent) -> None:
    row = {"party": given.party, "kinds": _values(given.kinds), "given_on": given.given_on, "expires_on": given.expires_on}
    connection.execute(insert(consent), [{**row, "withdrawn_on": given.withdrawn_on}])
