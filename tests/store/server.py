"""What the tests of the embedded server ask of it and of the system under it."""

from __future__ import annotations

import json
import os
import pwd
import stat
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from farthing.domain.errors import FarthingError
from farthing.store.postgres import binaries as postgres_binaries
from farthing.store.postgres import life as postgres_life
from farthing.store.postgres.server import OWNER, Server, status

ROOT = os.geteuid() == 0


def ask(server: Server, role: str, *statements: str) -> list[Any]:
    """What the last of `statements` answers to `role`, each in a transaction of its own."""
    url = server.url(role).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def pid_of(home: Path) -> int:
    found = status(home).pid
    assert found is not None
    return found


def processes(home: Path) -> list[int]:
    cluster = postgres_life.cluster(home)
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if postgres_life._works_in(path, cluster)]


def backends(home: Path) -> list[int]:
    """Those of its processes that work for a client."""
    return [pid for pid in processes(home) if b"[local]" in (Path("/proc") / str(pid) / "cmdline").read_bytes()]


def log_syncs(server: Server) -> int:
    """How often it synced its log since it started, as far as its processes have told: they do when they end."""
    ((told,),) = ask(server, OWNER, "SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal'")
    return int(told)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def as_user(action: Callable[[], object]) -> object:
    """What `action` returns, or the code of its failure, when an ordinary user does it: the one running this, or nobody."""
    if not ROOT:
        return _outcome(action)
    place = postgres_binaries.programs_for(postgres_binaries._system_account(), print).bin.parents[2]
    user = pwd.getpwnam("nobody")
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of forks beside threads; this child starts none
        child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        postgres_binaries._wheel = lambda: place  # the test's own environment may be barred to this user
        os.write(writer, json.dumps(_outcome(action)).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with open(reader) as answer:
        return json.loads(answer.read())


def _outcome(action: Callable[[], object]) -> object:
    try:
        return action()
    except FarthingError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - the parent shows it
        return repr(error)
