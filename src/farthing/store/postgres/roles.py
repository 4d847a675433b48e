"""Who may enter the embedded database: its roles, their passwords, and the databases they find.

`farthing_owner` owns the schema and migrates it; `farthing_app` is the application, which defines nothing;
`farthing_auditor` only reads. What the last two may touch is granted by the migrations. The superuser is the launcher's.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from farthing.domain.errors import Unavailable

OWNER, APP, AUDITOR = "farthing_owner", "farthing_app", "farthing_auditor"
SUPERUSER = "postgres"
DATABASE = "farthing"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `directory` is its home, `socket` the directory its socket lies in."""

    directory: Path
    socket: Path
    port: int

    def url(self, role: str, database: str = DATABASE) -> str:
        """The SQLAlchemy URL, password included, by which `role` reaches `database` over the socket."""
        address = {"host": str(self.socket), "port": str(self.port)}
        password = _read(_path(self.directory, role))
        url = URL.create("postgresql+psycopg", role, password, database=database, query=address)
        return url.render_as_string(hide_password=False)


def ensure_roles(server: Server) -> None:
    """Our roles and database exist and their passwords are on file; a start cut short is completed by the next."""
    with _superuser(server) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in (OWNER, APP, AUDITOR):
            path = _path(server.directory, role)
            if role in known and path.exists():
                continue
            password = _read(path) if path.exists() else secrets.token_urlsafe(32)
            _let_in(connection, role, password, exists=role in known)
            _write(path, password)
        databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
    if DATABASE not in databases:
        create_database(server, DATABASE)


def create_database(server: Server, name: str, template: str = "template0") -> None:
    """A database that `farthing_owner` owns and only our roles may enter (entry is not copied from a template)."""
    made, source, owner = sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
    others = sql.SQL(", ").join(map(sql.Identifier, (APP, AUDITOR)))
    with _superuser(server) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(made, owner, source))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(made))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(made, others))


def drop_database(server: Server, name: str) -> None:
    """Removes a database and everything in it, ending its sessions."""
    with _superuser(server) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def superuser_secret(home: Path) -> str:
    """The launcher's own password, on file before there is a cluster that knows it."""
    path = _path(home, SUPERUSER)
    if not path.exists():
        _write(path, secrets.token_urlsafe(32))
    return _read(path)


def _superuser(server: Server) -> psycopg.Connection:
    password = _read(_path(server.directory, SUPERUSER))
    return psycopg.connect(host=str(server.socket), port=server.port, user=SUPERUSER, password=password, dbname="postgres", autocommit=True)


def _let_in(connection: psycopg.Connection, role: str, password: str, *, exists: bool) -> None:
    """Makes the role or gives it a new password; sends the password's verifier, never the password."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    verb, name = sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(role)
    rights = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD")
    connection.execute(sql.SQL("{} ROLE {} {} {}").format(verb, name, rights, sql.Literal(verifier)))
    if role == AUDITOR:
        connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))


def _path(home: Path, role: str) -> Path:
    return home / "secrets" / f"{role}.pw"


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        raise Unavailable(
            "postgres_secret_missing",
            f"The password of the database role {path.stem} is not in {path}.",
            f"Restore the file from a backup; for any role but {SUPERUSER}, the next start makes a new one.",
        ) from None


def _write(path: Path, password: str) -> None:
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
