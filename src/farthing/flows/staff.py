"""Take on staff, and let people in."""

from __future__ import annotations

from dataclasses import dataclass, field

from farthing.domain.errors import Forbidden
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A login to be; `party` for a borrower only. The password is never shown."""

    login: str
    name: str
    role: Role
    password: str = field(repr=False)
    party: Id | None = None


def add_staff(house: House, actor: Actor, request: NewStaff) -> Actor:
    """A named person may log in from now on. `Conflict` if the login is taken."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    if request.role is Role.SYSTEM:
        raise Forbidden("system_login", "The system does not log in.", "Choose the role of a person.")
    if request.party is not None:
        house.parties.get(request.party)
    return house.staff.add(request.login, request.name, request.role, request.password, request.party)


def log_in(house: House, login: str, password: str) -> Actor:
    """Who this is; `Forbidden` says the same for an unknown login and a wrong password."""
    actor = house.staff.check(login, password)
    if actor is None:
        raise Forbidden(
            "wrong_login", "The login or the password is wrong.", "Try again; five wrong ones in a row lock the login for a while."
        )
    return actor
