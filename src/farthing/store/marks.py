"""Who is meant by a mark: what names became in the lake, who has the same number as another, what each allows. Nothing is opened for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Engine, Row, select

from farthing.domain.consent import Consent
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.store.engine import Ready, reading
from farthing.store.people_tables import party

NUMBERS = {"id_number": "id_number_index", "phone": "phone_index"}
_SPOKEN = """SELECT p.subject, p.restricted_until IS NOT NULL AS restricted, c.party, c.kinds, c.given_on, c.expires_on, c.withdrawn_on
  FROM party p LEFT JOIN consent c ON c.party = p.id WHERE p.subject = ANY(%s) ORDER BY c.id"""


def mark(index: bytes) -> str:
    """What stands in the lake for a word by its blind index."""
    return f"cp_{index[:12].hex()}"


def consent_of(row: Row[*tuple[object, ...]]) -> Consent:
    """From a row of the consents."""
    return Consent(row.party, tuple(map(EvidenceKind, row.kinds)), row.given_on, row.expires_on, row.withdrawn_on)


class Marks:
    """Questions about marks, to whoever can read the parties."""

    _reader: Engine
    _ready: Ready

    def called(self) -> Mapping[str, str]:
        """By the mark of a party's external key: its subject."""
        wanted = select(party.c.key_index, party.c.subject).where(party.c.key_index.is_not(None), party.c.subject.is_not(None))
        with reading(self._reader) as connection:
            return {mark(bytes(index)): subject for index, subject in connection.execute(wanted)}

    def by_subject(self, subjects: Collection[str]) -> Mapping[str, Id]:
        """The party behind each subject."""
        wanted = select(party.c.subject, party.c.id).where(party.c.subject.in_(sorted(subjects)))
        with reading(self._reader) as connection:
            return {str(subject): one for subject, one in connection.execute(wanted)}

    def spoken(self, subjects: Collection[str]) -> Mapping[str, tuple[bool, Sequence[Consent]]]:
        """Of each subject: whether it is restricted, and its consents."""
        found: dict[str, tuple[bool, list[Consent]]] = {}
        for row in self._ready.fetch(_SPOKEN, list(subjects)):
            said = found.setdefault(row.subject, (row.restricted, []))[1]
            if row.party is not None:
                said.append(consent_of(row))
        return found

    def same(self, one: Id) -> Mapping[str, Sequence[Id]]:
        """Other parties with the same number, by the number's name."""
        own, found = party.alias("own"), {}
        with reading(self._reader) as connection:
            for name, column in NUMBERS.items():
                joined = select(party.c.id).join(own, own.c[column] == party.c[column])
                found[name] = tuple(connection.scalars(joined.where(own.c.id == one, party.c.id != one).order_by(party.c.id)))
        return found
