"""Know the parties that evidence speaks of: find each by its source's key, or register it, and note what allows us to use its data,
and how they are tied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from farthing.domain import canon
from farthing.domain.consent import Consent
from farthing.domain.event import ConsentGiven, PartyKnown, RelationDeclared
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party, PartyKind, PersonalData, Relation, normalised
from farthing.domain.staff import Actor
from farthing.evidence.relation import kinds_told
from farthing.flows.ports import Command, House, Transaction

T = TypeVar("T")
A_COMMAND = 500  # parties or ties: a transaction stays well under a second


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party as evidence names it, with what its row tells; `owner` if the row is its own, not only one that mentions it."""

    key: str
    row: int
    kind: PartyKind
    data: PersonalData
    registry: Mapping[str, object]
    owner: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """What names them: the file's key, the ground of its use, the kinds that come with it, and this one.

    `silent` are parties known before who have not spoken of evidence of this kind.
    """

    key: str
    ground: str
    kinds: tuple[EvidenceKind, ...]
    silent: tuple[Id, ...]
    kind: EvidenceKind
    synthetic: bool


@dataclass(frozen=True, slots=True)
class _Rows:
    """A command's inputs: the rows that named somebody first. Keys are personal and stay out of the record of commands."""

    source: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Done:
    parties: tuple[Id, ...]


def named_parties(kind: EvidenceKind, rows: pl.DataFrame) -> tuple[NamedParty, ...]:
    """Everyone the rows name, each once, in the order of their first row."""
    first = rows.unique("party", keep="first", maintain_order=True)
    if kind is EvidenceKind.ENTERPRISE:
        return tuple(_registered(row) for row in first.iter_rows(named=True))
    kinds = kinds_told(rows) if kind is EvidenceKind.RELATION else {}
    owners = tuple(_stranger(key, row, kinds.get(key, PartyKind.ENTERPRISE)) for key, row in first.select("party", "row").iter_rows())
    if kind is not EvidenceKind.RELATION:
        return owners
    mine = {owner.key for owner in owners}
    others = rows.unique("other", keep="first", maintain_order=True).select("other", "row").iter_rows()
    return owners + tuple(_stranger(key, row, kinds[key], owner=False) for key, row in others if key not in mine)


def know_parties(house: House, actor: Actor, named: Sequence[NamedParty], source: Source) -> dict[str, Party]:
    """Every named party by key. Strangers are registered; consent is noted, on the source's ground, for them and for the silent."""
    known = dict(house.parties.find_many([one.key for one in named]))
    _note_consents(house, actor, source)
    strangers = [one for one in named if one.key not in known]
    spelled: dict[str, NamedParty] = {}
    for one in strangers:
        spelled.setdefault(normalised(one.key), one)
    for some in _parts(tuple(spelled.values())):
        _register(house, actor, some, source)
    return known | dict(house.parties.find_many([one.key for one in strangers]))


def declare_relations(house: House, actor: Actor, relations: Sequence[Relation], key: str, *, synthetic: bool) -> None:
    """Each tie that was not known yet is stored, and an event of the party that stands in it; `key` names what told us."""
    day = house.clock.today()
    for some in _parts(relations):

        def think(transaction: Transaction, some: Sequence[Relation] = some) -> int:
            fresh = transaction.add_relations(some)
            for tie in fresh:
                body = RelationDeclared(tie.source, tie.target, tie.kind, tie.share_ppm, tie.known_on)
                transaction.append(tie.source, day, body, synthetic=synthetic)
            return len(fresh)

        house.commands.run(Command(f"{key}:tie:{_mark(some)}", "declare_relations", actor, some), think, int)


def _registered(row: Mapping[str, object]) -> NamedParty:
    data = PersonalData(str(row["name"]), _text(row["id_number"]), _text(row["phone"]), str(row["party"]))
    registry = {name: row.get(name) for name in ("registered_on", "industry", "county", "channel")}
    return NamedParty(str(row["party"]), int(str(row["row"])), PartyKind(str(row["kind"])), data, registry)


def _stranger(key: str, row: int, kind: PartyKind, *, owner: bool = True) -> NamedParty:
    """Somebody of whom no registry told us: the source's key is all there is to call them by."""
    return NamedParty(key, row, kind, PersonalData(name=key, external_key=key), {}, owner)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _parts(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    return (whole[start : start + A_COMMAND] for start in range(0, len(whole), A_COMMAND))


def _register(house: House, actor: Actor, named: Sequence[NamedParty], source: Source) -> None:
    day = house.clock.today()

    def think(transaction: Transaction) -> _Done:
        made = []
        for one in named:
            party, commitment = transaction.add_party(one.kind, one.data, one.registry, synthetic=source.synthetic)
            transaction.append(party.id, day, PartyKnown(party.id, commitment), synthetic=source.synthetic)
            if one.owner:
                _allow(transaction, party.id, source.kinds, source, day)
            made.append(party.id)
        return _Done(tuple(made))

    inputs = _Rows(source.key, tuple(one.row for one in named))
    house.commands.run(Command(f"{source.key}:know:{_mark(inputs)}", "know_parties", actor, inputs), think, _Done)


def _note_consents(house: House, actor: Actor, source: Source) -> None:
    day = house.clock.today()
    for some in _parts(source.silent):

        def think(transaction: Transaction, some: Sequence[Id] = some) -> _Done:
            for party in some:
                _allow(transaction, party, (source.kind,), source, day)
            return _Done(tuple(some))

        inputs = _Done(tuple(some))
        house.commands.run(Command(f"{source.key}:allow:{_mark(inputs)}", "note_consents", actor, inputs), think, _Done)


def _allow(transaction: Transaction, party: Id, kinds: tuple[EvidenceKind, ...], source: Source, day: dt.date) -> None:
    transaction.append(party, day, ConsentGiven(party, kinds, None, source.ground), synthetic=source.synthetic)
    transaction.add_consent(Consent(party, kinds, day))


def _mark(inputs: object) -> str:
    return canon.digest(inputs).hex()[:24]
