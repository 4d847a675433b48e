"""The people of the bank: roles, and the named person behind every act."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from farthing.domain.errors import Invalid
from farthing.domain.ids import Id

_ASIDE = re.compile(r"\([^()]*\)")


class Role(StrEnum):
    """What a person may do. A borrower sees only their own line."""

    BORROWER = "borrower"
    CREDIT_OFFICER = "credit_officer"
    RISK_MANAGER = "risk_manager"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Purpose(StrEnum):
    """Why personal data is read (PI-06, PI-07); every read names one."""

    UNDERWRITING = "underwriting"
    SERVICING = "servicing"
    OWN_ACCESS = "own_access"
    AUDIT = "audit"
    IMPORT = "import"
    ERASURE = "erasure"


READS_FOR: Mapping[Role, frozenset[Purpose]] = MappingProxyType(
    {
        Role.BORROWER: frozenset({Purpose.OWN_ACCESS}),
        Role.CREDIT_OFFICER: frozenset({Purpose.UNDERWRITING, Purpose.SERVICING}),
        Role.RISK_MANAGER: frozenset({Purpose.UNDERWRITING, Purpose.SERVICING, Purpose.ERASURE}),
        Role.AUDITOR: frozenset({Purpose.AUDIT}),
        Role.SYSTEM: frozenset(Purpose) - {Purpose.OWN_ACCESS},
    }
)
"""What each role may read personal data for: a purpose is the reader's duty, not their choice."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, a borrower (`party` set) or the system on behalf of a named owner."""

    id: Id
    name: str
    role: Role
    party: Id | None = None


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A login to be; `party` for a borrower only. The password is never shown."""

    login: str
    name: str
    role: Role
    password: str = field(repr=False)
    party: Id | None = None


def same_person(one: str, other: str) -> bool:
    """Do two signatures name one person, whatever the spelling, the spacing, and the title or login in brackets behind the name?"""
    return told_apart(one) == told_apart(other)


def told_apart(signature: str) -> str:
    """What tells people apart in a signature: the name itself, in one spelling."""
    return "".join(_ASIDE.sub("", unicodedata.normalize("NFKC", signature)).casefold().split())


@dataclass(frozen=True, slots=True)
class Accountable:
    """The named people behind a policy, a model or an override: one owns it, another approved it (row 72)."""

    owner: str
    approver: str

    def __post_init__(self) -> None:
        if not told_apart(self.owner) or not told_apart(self.approver) or same_person(self.owner, self.approver):
            raise Invalid("second_person", "An owner and a different approver must be named.", "Have a second person approve it.")
