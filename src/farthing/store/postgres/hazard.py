"""What goes wrong with a bank's process, its database, its disk and its clock, done on purpose (`flows.simulation.ports.Hands`).

For homes that were made to be broken: it ends processes without a warning. A full disk is the server's own refusal of an event for want
of space (SQLSTATE 53100), raised by a trigger, since no quota can be set without the rights of root: the server undoes the
transaction as it does when a file cannot grow. A slow disk is a server whose every process stands still (SIGSTOP).
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psycopg

from farthing.store.postgres.life import processes
from farthing.store.postgres.server import OWNER, start, status

_FILL = """CREATE OR REPLACE FUNCTION hazard_full() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE OR REPLACE TRIGGER hazard_full BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION hazard_full()"""
_FREE = "DROP TRIGGER IF EXISTS hazard_full ON event; DROP FUNCTION IF EXISTS hazard_full"


class Steps(Protocol):
    """A clock that may be put elsewhere."""

    def tick(self, instant: dt.datetime) -> None: ...
    def step(self, seconds: int) -> None: ...


class Hazard:
    """Hands on the bank of one home, from inside its process."""

    def __init__(self, home: Path, clock: Steps) -> None:
        self._home = home
        self._full = True  # a life before this one may have left it so
        self.tick = clock.tick
        self.step = clock.step

    def kill(self) -> None:
        """End this process at once."""
        os.kill(os.getpid(), signal.SIGKILL)

    def kill_database(self) -> None:
        """End every process of the server at once."""
        self._signal(signal.SIGKILL)

    def slow(self, milliseconds: int) -> None:
        """The server stands still for so long, and goes on by itself."""
        self._signal(signal.SIGSTOP)
        threading.Timer(milliseconds / 1000, self.wake).start()

    def wake(self) -> None:
        """A server that stands still goes on; whoever stopped it may have died before its time was over."""
        self._signal(signal.SIGCONT)

    def fill(self) -> None:
        """From now on no event finds room."""
        self._run(_FILL)
        self._full = True

    def mend(self) -> None:
        """The server runs, and there is room."""
        self.wake()
        if status(self._home).state != "running":
            start(self._home)
        if self._full:
            self._run(_FREE)
            self._full = False

    def _signal(self, number: signal.Signals) -> None:
        for pid in processes(self._home):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _run(self, statements: str) -> None:
        url = start(self._home).url(OWNER).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statements)
