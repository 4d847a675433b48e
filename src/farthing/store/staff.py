"""The people who may log in. A password is kept as a slow salted hash (scrypt, RFC 7914); guessing is limited per login."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from farthing.domain import canon
from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid, NotFound
from farthing.domain.event import LoginOpened, PasswordChanged
from farthing.domain.ids import Id, Prefix, new_id
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.ports import Clock
from farthing.store.engine import reading, single, writing
from farthing.store.people_tables import ended_session, login_attempt, staff, subject_key
from farthing.store.vault import SubjectKey, Vault, insert_keys, key_of

PASSWORD_MIN = 8
PASSWORD_MAX = 256
ATTEMPTS = 5
WINDOW = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Cost:
    """How slow a guess is: scrypt's 2**log_n × r × 128 bytes of memory, p times. A tenth of a second or more on purpose."""

    log_n: int = 15
    r: int = 8
    p: int = 2


class Staff:
    """Logins of staff and of borrowers (`flows.ports.Staff`).

    Of a borrower, neither name nor login is kept: the login is found by blind index and the actor is called by the party's id,
    so that no name of a customer can slip into an event.
    """

    def __init__(self, engine: Engine, vault: Vault, clock: Clock, *, cost: Cost | None = None) -> None:
        self._engine = engine
        self._reader = single(engine)
        self._vault = vault
        self._clock = clock
        self._cost = cost or Cost()
        self._dummy = _written(self._cost, vault.draw(16), vault.draw(32))  # no password comes to it, and trying one takes as long

    def add(self, login: str, name: str, role: Role, password: str, party: Id | None = None) -> Actor:
        """Outside a command; the flow does it by `Transaction.open_login`, with its event."""
        with writing(self._engine) as connection:
            return insert_login(connection, self._vault, NewStaff(login, name, role, password, party), self._cost)[0]

    def check(self, login: str, password: str) -> Actor | None:
        """`Forbidden` after too many wrong passwords, known login or not."""
        index = self._vault.blind("login", login) or b""
        with writing(self._engine) as connection:  # counted before it is tried: guesses sent side by side gain nothing
            if self._failures(connection, index) >= ATTEMPTS:
                minutes = int(WINDOW.total_seconds() // 60)
                remedy = f"Wait {minutes} minutes from the first wrong one, then try again; if it was not you, tell the bank."
                raise Forbidden("locked_out", f"This login had {ATTEMPTS} wrong passwords in a row.", remedy)
            self._attempt(connection, index, passed=False)
            row = connection.execute(select(staff).where(staff.c.login_index == index)).one_or_none()
        stored = self._dummy if row is None or row.hash is None else row.hash
        right = _matches(stored, password[: PASSWORD_MAX + 1])
        if row is None or row.hash is None or not right:
            return None
        with writing(self._engine) as connection:
            self._attempt(connection, index, passed=True)
        return _actor(row)

    def get(self, staff_id: Id, since: dt.datetime | None = None) -> Actor:
        with reading(self._reader) as connection:
            row = connection.execute(select(staff).where(staff.c.id == staff_id, staff.c.hash.is_not(None))).one_or_none()
        if row is None or (since is not None and row.password_at is not None and since < row.password_at):
            raise _nobody(staff_id)
        return _actor(row)

    def end_session(self, session: str, until: dt.datetime) -> None:
        """Those that are over by themselves are forgotten."""
        with writing(self._engine) as connection:
            connection.execute(delete(ended_session).where(ended_session.c.until < self._clock.now()))
            connection.execute(upsert(ended_session).values(session=session, until=until).on_conflict_do_nothing())

    def session_ended(self, session: str) -> bool:
        with reading(self._reader) as connection:
            return bool(connection.scalar(select(exists(select(ended_session).where(ended_session.c.session == session)))))

    def find(self, login: str) -> Actor | None:
        with reading(self._reader) as connection:
            row = connection.execute(select(staff).where(staff.c.login_index == self._vault.blind("login", login))).one_or_none()
        return None if row is None else _actor(row)

    def list(self, *, everyone: bool = False) -> Sequence[Actor]:
        """Borrowers are found by their party."""
        own = select(staff).where(staff.c.role != Role.BORROWER.value).order_by(staff.c.login)
        with reading(self._reader) as connection:
            return [_actor(row) for row in connection.execute(own if everyone else own.where(staff.c.hash.is_not(None)))]

    def logins(self) -> Iterator[tuple[LoginOpened, bool]]:
        joined = select(staff, subject_key.c.wrapped, subject_key.c.key_id).outerjoin(subject_key, subject_key.c.owner == staff.c.id)
        with reading(self._reader) as connection:
            rows = connection.execute(joined.order_by(staff.c.id)).all()
        yield from ((_opened(row, self._key(row)), row.hash is not None) for row in rows)

    def _key(self, row: Row[*tuple[object, ...]]) -> SubjectKey | None:
        """None where it was destroyed or changed."""
        try:
            return None if row.wrapped is None else self._vault.unwrap(row.id, bytes(row.wrapped), row.key_id)
        except FarthingError:
            return None

    def _failures(self, connection: Connection, index: bytes) -> int:
        """Wrong passwords in the window since the last right one; others who ask for the same login wait their turn."""
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(index[:8].ljust(8, b"\0"), "big", signed=True))))
        mine = login_attempt.c.login_index == index
        passed = select(func.max(login_attempt.c.id)).where(mine, login_attempt.c.passed).scalar_subquery()
        recent = (login_attempt.c.at > self._clock.now() - WINDOW, login_attempt.c.id > func.coalesce(passed, 0))
        return connection.scalar(select(func.count()).select_from(login_attempt).where(mine, *recent)) or 0

    def _attempt(self, connection: Connection, index: bytes, *, passed: bool) -> None:
        connection.execute(insert(login_attempt).values(at=self._clock.now(), login_index=index, passed=passed))


def insert_login(connection: Connection, vault: Vault, new: NewStaff, cost: Cost | None = None) -> tuple[Actor, LoginOpened]:
    """`Conflict` if the login is taken; of a borrower only the blind index of the login is kept."""
    index = vault.blind("login", new.login)
    _check_new(index, new)
    borrower = new.role is Role.BORROWER
    row = {
        "id": new_id(Prefix.STAFF, vault.draw(15)), "login_index": index, "login": None if borrower else new.login.strip(),
        "name": None if borrower else new.name.strip(), "role": new.role.value, "party": new.party,
        "hash": _hash(vault, new.password, cost or Cost()),
    }  # fmt: skip
    fresh = upsert(staff).on_conflict_do_nothing(index_elements=[staff.c.login_index]).returning(staff)
    stored = connection.execute(fresh, [row]).one_or_none()
    if stored is None:
        raise Conflict("login_taken", "That login is taken.", "Choose another login.", field="login")
    key = vault.fresh(stored.id)
    insert_keys(connection, vault, [key])
    return _actor(stored), _opened(stored, key)


def update_password(connection: Connection, vault: Vault, login: Id, password: str, at: dt.datetime) -> PasswordChanged:
    """Sessions begun before `at` are over. `NotFound` for who may no longer act."""
    _check_password(password)
    mine = (staff.c.id == login, staff.c.hash.is_not(None))
    change = update(staff).where(*mine).values(hash=_hash(vault, password, Cost()), password_at=at).returning(staff)
    row = connection.execute(change).one_or_none()
    if row is None:
        raise _nobody(login)
    return PasswordChanged(login, _opened(row, key_of(connection, vault, login)).password_commitment)


def close_login(connection: Connection, login: Id) -> None:
    """The row stays, so that what the person did keeps their name; the login itself may be given to somebody else."""
    connection.execute(update(staff).where(staff.c.id == login).values(login_index=None, hash=None))


def _opened(row: Row[*tuple[object, ...]], key: SubjectKey | None) -> LoginOpened:
    """The event that a login's row comes to: its commitments, where there is something to commit to and a salt."""
    named = key.commit(canon.digest({"name": row.name, "login": row.login})) if key else ""
    by = {"login_index": row.login_index, "hash": row.hash, "password_at": row.password_at}
    entered = key.commit(canon.digest(by)) if key and row.hash is not None else ""
    return LoginOpened(row.id, Role(row.role), row.party, named, entered)


def _nobody(staff_id: Id) -> NotFound:
    return NotFound("no_staff", f"Nobody of the id {staff_id} may act.", "List staff to see who may.")


def _hash(vault: Vault, password: str, cost: Cost) -> str:
    salt = vault.draw(16)
    return _written(cost, salt, _scrypt(password, salt, cost))


def _written(cost: Cost, salt: bytes, hashed: bytes) -> str:
    return f"scrypt${cost.log_n}${cost.r}${cost.p}${salt.hex()}${hashed.hex()}"


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    memory = 256 * cost.r * 2**cost.log_n
    return hashlib.scrypt(password.encode(), salt=salt, n=2**cost.log_n, r=cost.r, p=cost.p, maxmem=memory, dklen=32)


def _matches(stored: str, password: str) -> bool:
    _, log_n, r, p, salt, wanted = stored.split("$")
    found = _scrypt(password, bytes.fromhex(salt), Cost(int(log_n), int(r), int(p)))
    return hmac.compare_digest(found, bytes.fromhex(wanted))


def _check_new(index: bytes | None, new: NewStaff) -> None:
    if index is None:
        raise Invalid("login_missing", "A login is not empty.", "Give a short name to log in with.", field="login")
    if not new.name.strip():
        raise Invalid("name_missing", "A named person stands behind every login.", "Give the person's name.", field="name")
    _check_password(new.password)
    if (new.role is Role.BORROWER) != (new.party is not None):
        raise Invalid(
            "borrower_party", "A borrower's login names their party, and no other login does.", "Set it or drop it.", field="party"
        )


def _check_password(password: str) -> None:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        told = f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters."
        raise Invalid("bad_password", told, "Choose a longer one.", field="password")


def _actor(row: Row[*tuple[object, ...]]) -> Actor:
    return Actor(row.id, row.name or row.party or row.id, Role(row.role), row.party)
