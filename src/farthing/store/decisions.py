"""Decisions on record: a queue without personal data, and the whole record sealed under the party's key."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from farthing.domain import canon
from farthing.domain.decision import Application, Decision, Shadow
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.facts import Facts
from farthing.domain.ids import Id
from farthing.domain.policy import Outcome
from farthing.store.engine import reading, single, writing
from farthing.store.people_tables import decision_record, party, shadow, subject_key
from farthing.store.vault import Place, SubjectKey, Vault, key_of

_QUEUE = ("decision", "application", "party", "product", "outcome", "limit_fen", "requested_fen", "decided_on")
_PAGE = 1000

_INSERT = insert(decision_record)


@dataclass(frozen=True, slots=True)
class Record:
    """What is sealed and committed to."""

    application: Application
    decision: Decision
    facts: Facts


def insert_decision(connection: Connection, vault: Vault, record: Record) -> str:
    """Seal the record under its party's key; the salted commitment for the event. `NotFound` if the party is erased or unknown."""
    application, decision = record.application, record.decision
    key = key_of(connection, vault, decision.party)
    if key is None:
        raise NotFound("no_party_key", f"{decision.party} is unknown or was erased.", "No decision can be recorded for it.")
    written = canon.encode(record)
    row = {
        "decision": decision.id, "application": application.id, "party": decision.party, "product": decision.product,
        "outcome": decision.outcome.value, "requested_fen": application.requested_fen, "limit_fen": decision.limit_fen,
        "decided_on": decision.decided_on, "overrides": decision.overrides,
        "sealed": vault.seal(key, _place(decision.party, decision.id), zlib.compress(written)),
    }  # fmt: skip
    connection.execute(_INSERT, row)
    return _commitment(key, written)


class Decisions:
    """Recorded decisions (`flows.ports.Decisions`)."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._reader = single(engine)
        self._vault = vault

    def get(self, decision: Id) -> tuple[Application, Decision, Facts] | None:
        """`NotFound` if there never was such a decision."""
        opened = self._open(decision)
        if opened is None:
            return None
        record = canon.decode(Record, opened[1])
        return record.application, record.decision, record.facts

    def commitment(self, decision: Id) -> str | None:
        """What the event of this decision must carry, computed from the record as it stands; None when it was erased."""
        opened = self._open(decision)
        return None if opened is None else _commitment(*opened)

    def list(
        self, *, outcome: str | None = None, party: Id | None = None, limit: int = 50, offset: int = 0, sort: str = "-decided_on"
    ) -> Sequence[Mapping[str, object]]:
        """`sort` is a column of the queue, with `-` before it for the largest first."""
        later = decision_record.alias("later")
        reviewed = select(later.c.decision).where(later.c.overrides == decision_record.c.decision).exists()
        wanted = select(*(decision_record.c[name] for name in _QUEUE), reviewed.label("reviewed"))
        page = wanted.where(*_matching(outcome, party)).order_by(_order(sort), decision_record.c.decision)
        with reading(self._reader) as connection:
            return [dict(row) for row in connection.execute(page.limit(limit).offset(offset)).mappings()]

    def count(self, *, outcome: str | None = None) -> int:
        with reading(self._reader) as connection:
            return connection.scalar(select(func.count()).select_from(decision_record).where(*_matching(outcome, None))) or 0

    def every(self) -> Iterator[Id]:
        """Ids in their own order, a page at a time."""
        after = ""
        while True:
            page = select(decision_record.c.decision).where(decision_record.c.decision > after).order_by(decision_record.c.decision)
            with reading(self._reader) as connection:
                ids = connection.scalars(page.limit(_PAGE)).all()
            yield from ids
            if len(ids) < _PAGE:
                return
            after = ids[-1]

    def of_subjects(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Id]]:
        """Automatic decisions about these subjects, the newest first."""
        joined = select(party.c.subject, decision_record.c.decision).join_from(
            decision_record, party, party.c.id == decision_record.c.party
        )
        newest = decision_record.c.decided_on.desc(), decision_record.c.decision.desc()
        found: dict[str, list[Id]] = {}
        for start in range(0, len(subjects), _PAGE):
            wanted = joined.where(party.c.subject.in_(subjects[start : start + _PAGE]), decision_record.c.overrides.is_(None))
            with reading(self._reader) as connection:
                for row in connection.execute(wanted.order_by(*newest)):
                    found.setdefault(row.subject, []).append(row.decision)
        return found

    # ---- what challengers would have led to --------------------------------------------------------------------------

    def unshadowed(self, model: Id, products: Collection[str], since: dt.date, limit: int) -> Sequence[Id]:
        """Decisions on these products since a day that a challenger has not looked at, the oldest first; those of people, and of
        erased parties, left out."""
        looked = select(shadow.c.decision).where(shadow.c.decision == decision_record.c.decision, shadow.c.model == model).exists()
        readable = select(subject_key.c.owner).where(subject_key.c.owner == decision_record.c.party).exists()
        wanted = select(decision_record.c.decision).where(
            decision_record.c.product.in_(products), decision_record.c.decided_on >= since, decision_record.c.overrides.is_(None), readable,
            ~looked,
        )  # fmt: skip
        with reading(self._reader) as connection:
            return connection.scalars(wanted.order_by(decision_record.c.decided_on, decision_record.c.decision).limit(limit)).all()

    def add_shadows(self, shadows: Sequence[Shadow]) -> None:
        """Keep them; one that is known stays as it is."""
        if shadows:
            with writing(self._engine) as connection:
                connection.execute(upsert(shadow).on_conflict_do_nothing(), [_row(one) for one in shadows])

    def shadows(self, model: Id) -> Sequence[Shadow]:
        """All of a challenger's, the oldest first."""
        wanted = select(shadow).where(shadow.c.model == model).order_by(shadow.c.decided_on, shadow.c.decision)
        with reading(self._reader) as connection:
            rows = connection.execute(wanted).mappings().all()
        return [Shadow(**{**row, "outcome": Outcome(row["outcome"]), "used_outcome": Outcome(row["used_outcome"])}) for row in rows]

    def _open(self, decision: Id) -> tuple[SubjectKey, bytes] | None:
        joined = select(decision_record.c.party, decision_record.c.sealed, subject_key.c.wrapped, subject_key.c.key_id)
        joined = joined.outerjoin(subject_key, subject_key.c.owner == decision_record.c.party)
        with reading(self._reader) as connection:
            row = connection.execute(joined.where(decision_record.c.decision == decision)).one_or_none()
        if row is None:
            raise NotFound("no_decision", f"There is no decision {decision}.", "List decisions to see their ids.")
        if row.wrapped is None:
            return None
        key = self._vault.unwrap(row.party, bytes(row.wrapped), row.key_id)
        return key, zlib.decompress(key.open(_place(row.party, decision), bytes(row.sealed)))


def _row(one: Shadow) -> dict[str, object]:
    return {**{name: getattr(one, name) for name in Shadow.__slots__}, "outcome": one.outcome.value, "used_outcome": one.used_outcome.value}


def _place(party: Id, decision: Id) -> Place:
    return Place(party, "decision_record", "sealed", decision)


def _commitment(key: SubjectKey, written: bytes) -> str:
    return key.commit(hashlib.sha256(written).digest())


def _matching(outcome: str | None, party: Id | None) -> list[ColumnElement[bool]]:
    wanted = {"outcome": outcome, "party": party}
    return [decision_record.c[name] == value for name, value in wanted.items() if value is not None]


def _order(sort: str) -> ColumnElement[object]:
    name = sort.removeprefix("-")
    if name not in _QUEUE:
        raise Invalid("bad_sort", f"The queue cannot be sorted by {name[:40]!r}.", f"Sort by one of {', '.join(_QUEUE)}.", field="sort")
    column = decision_record.c[name]
    return column.desc() if sort.startswith("-") else column.asc()
