"""Take on staff, let people in, change what they log in with, and let them go."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.event import LoginEnded
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.access import Allowance, require
from farthing.flows.ports import Command, House, Transaction


@dataclass(frozen=True, slots=True)
class _Named:
    """A command about a login, without its password: no digest of one is kept."""

    login: str
    nonce: str


def add_staff(house: House, actor: Actor, request: NewStaff) -> Actor:
    """A named person may log in from now on. `Conflict` if the login is taken, or the borrower's party was erased."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    if request.role is Role.SYSTEM:
        raise Forbidden("system_login", "The system does not log in.", "Choose the role of a person.")
    synthetic = house.parties.get(request.party).synthetic if request.party is not None else False

    def think(transaction: Transaction) -> Actor:
        if request.party is not None:
            transaction.lock_party(request.party)
            if house.parties.get(request.party).erased:
                raise Conflict("erased_already", f"{request.party} was erased before.", "There is nothing left to log in to.")
        added, opened = transaction.open_login(request)
        transaction.append(added.id, house.clock.today(), opened, synthetic=synthetic)
        return added

    return house.commands.run(_command(house, "open_login", actor, request.login), think, Actor)


def change_password(house: House, actor: Actor, login: str, password: str) -> Actor:
    """One's own, or anybody's by a risk manager. Sessions and tokens begun with the old one end."""
    person = _person(house, login)
    if actor.id != person.id:
        require(actor, Role.RISK_MANAGER, Role.SYSTEM)

    def think(transaction: Transaction) -> Actor:
        transaction.append(person.id, house.clock.today(), transaction.change_password(person.id, password))
        return person

    return house.commands.run(_command(house, "change_password", actor, login), think, Actor)


def end_login(house: House, actor: Actor, login: str) -> Actor:
    """Who leaves may not act from now on, in open sessions neither; what they did keeps their name. Nobody ends their own."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    person = _person(house, login)
    if person.id == actor.id:
        raise Forbidden("own_login", "Nobody ends their own login: the bank could lock itself out.", "Another risk manager does it.")

    def think(transaction: Transaction) -> Actor:
        transaction.end_login(person.id)
        transaction.append(person.id, house.clock.today(), LoginEnded(person.id))
        return person

    return house.commands.run(_command(house, "end_login", actor, login), think, Actor)


def _command(house: House, name: str, actor: Actor, login: str) -> Command:
    nonce = house.entropy.draw(12).hex()
    return Command(f"{name}/{nonce}", name, actor, _Named(login, nonce))


def _person(house: House, login: str) -> Actor:
    found = house.staff.find(login)
    if found is None:
        raise NotFound("no_login", f"Nobody logs in as {login[:80]!r}.", "`farthing staff list` shows who does.")
    return found


def log_in(house: House, logins: Allowance, address: str, login: str, password: str) -> Actor | None:
    """Who this is, or None when login and password do not belong together. Slow on purpose; wrong ones are counted by login and by
    address, and too many are a `Conflict` (address) or `Forbidden` (login)."""
    logins.take(address)
    actor = house.staff.check(login, password)
    if actor is not None:
        logins.give_back(address)  # many may come in rightly from one address, a branch in the morning
    return actor
