"""A process that writes to a bank and dies, by SIGKILL, at every step of its talk with the database in turn.

Run with a database URL and a folder of keys. For each step it forks a writer that dies there, prints what the writer was told
was done and what the database kept, then lets another writer finish the same commands under the same keys.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import psycopg
from sqlalchemy import text
from tests.store.ledger_bank import Bank

LAST_STEP = 60


def work(bank: Bank, step: int) -> list[str]:
    """Three commands on one line and a seal; the keys that were answered, also written to the pipe at once."""
    line = f"lin_{step:03}"
    bank.open_line(line, key=f"{step} open")
    yield_key(f"{step} open")
    bank.draw(line, 50_000, f"{step} draw")
    yield_key(f"{step} draw")
    bank.journal.seal()
    bank.repay(line, 20_000, f"{step} repay")
    yield_key(f"{step} repay")


def yield_key(key: str) -> None:
    os.write(told, f"{key}\n".encode())


def die_at(step: int) -> None:
    """Arrange for SIGKILL before the so-manieth exchange with the database."""
    original, seen = psycopg.Connection.wait, [0]

    def wait(connection, *arguments, **options):
        seen[0] += 1
        if seen[0] == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(connection, *arguments, **options)

    psycopg.Connection.wait = wait


def forked(url: str, secrets: Path, step: int, *, dies: bool) -> tuple[bool, list[str]]:
    """Run the work in a process of its own: did it live, and what was it told."""
    global told
    read, told = os.pipe()
    child = os.fork()
    if not child:
        bank = Bank.open(url, secrets)
        if dies:
            die_at(step)
        work(bank, step)
        os._exit(0)
    os.close(told)
    _, status = os.waitpid(child, 0)
    with open(read) as pipe:
        return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0, pipe.read().splitlines()


def kept(url: str, secrets: Path, step: int) -> list[str]:
    """The keys of this step that the database remembers."""
    bank = Bank.open(url, secrets)
    with bank.engine.connect() as connection:
        keys = connection.execute(text("SELECT key FROM command WHERE key LIKE :mine"), {"mine": f"{step} %"}).scalars().all()
    bank.engine.dispose()
    return list(keys)


def main(url: str, secrets: Path) -> None:
    for step in range(1, LAST_STEP):
        lived, answered = forked(url, secrets, step, dies=True)
        remembered = kept(url, secrets, step)
        finished, _ = forked(url, secrets, step, dies=False)
        print(json.dumps({"step": step, "lived": lived, "answered": answered, "kept": remembered, "finished": finished}), flush=True)
        if lived:
            return


told = -1
if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
