"""Loan events through the in-process API: draws and repayments by the real flows, many in flight, durable before they are answered.

The clients are shared out over as many processes as there are cores, each with the bank open; one more seals what they record. The
peer is what a ledger does that thinks of neither: a transaction a posting, each event hashed with the one before it under one lock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from tests.ledger.lives import terms

from bench.figure import Context, Figure
from farthing import wiring
from farthing.domain.ids import Id
from farthing.domain.line_event import Opened
from farthing.domain.staff import Actor, Role
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Ticket, Transaction
from farthing.ledger.facility import fold, open_line
from farthing.settings import Settings
from farthing.store.postgres import server as postgres

PREFIXES = ("ledger.postings",)
FIRST = dt.date(2024, 1, 10)
SYSTEM = Actor("stf_bench", "bench", Role.SYSTEM)
LINES, CLIENTS, IN_FLIGHT, AT_ONCE = 5_000, 8, 100, 500
PROCESSES = min(CLIENTS, os.cpu_count() or 1)
SECONDS, NAIVE_S = 10.0, 3.0


def figures(context: Context) -> Iterable[Figure]:
    """The bank, then the peer on the same server."""
    settings = Settings(home=context.scratch / "postings", database_url=None, host="127.0.0.1", port=0)
    seconds = SECONDS * (10 if context.full else 1)
    with wiring.open_house(settings) as house:
        context.say(f"postings: opening {LINES} lines")
        house.clock.open_day(FIRST)
        lines = [f"lin_{number:020d}" for number in range(LINES)]
        for start in range(0, LINES, AT_ONCE):
            open_some(house, lines[start : start + AT_ONCE])
        context.say(f"postings: {CLIENTS} clients in {PROCESSES} processes for {seconds:.0f} s")
        with wiring.sealing(house):
            ran = post(settings.home, seconds)
        took = sorted(ran.took)
        check(house, lines, len(took))
    context.say(f"postings: the peer for {NAIVE_S:.0f} s")
    naive = naive_per_s(settings.home, NAIVE_S)
    wiring.stop_database(settings)
    p50, p99 = took[len(took) // 2] * 1e3, took[len(took) * 99 // 100] * 1e3
    per_s, cpu_us = len(took) / ran.wall_s, ran.cpu_s / len(took) * 1e6
    note = f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, {len(took)} events, {cpu_us:.0f} us of {PROCESSES} processes each, all sealed"
    peer = "a transaction a posting, hashes chained under a lock"
    yield Figure("ledger.postings_per_s", per_s, "events/s", 10_000, peer=peer, peer_value=naive, cpu_s=round(ran.cpu_s, 1), note=note)
    yield Figure("ledger.postings_p99_ms", p99, "ms", 50, "lower", note=f"{IN_FLIGHT} in flight from {CLIENTS} clients")
    yield Figure("ledger.postings_over_naive", per_s / naive, "times", 10, note=f"the peer made {naive:.0f}/s")


def open_some(house: House, lines: Sequence[Id]) -> None:
    """Some lines by one command."""

    def think(transaction: Transaction) -> int:
        for line in lines:
            of = terms(line=line, opened_on=FIRST, expires_on=FIRST.replace(year=FIRST.year + 2), synthetic=True)
            transaction.append(line, FIRST, Opened(of), synthetic=True)
            transaction.save_line(open_line(of))
        return len(lines)

    house.commands.run(Command(f"open-{lines[0]}", "open", SYSTEM, tuple(lines)), think, int)


@dataclass(frozen=True, slots=True)
class Ran:
    """How long each event took from being asked for to being answered, and what all of it took from the first word to the last."""

    took: list[float]
    wall_s: float
    cpu_s: float


def post(home: Path, seconds: float) -> Ran:
    """All clients, a process for each core; the clock starts when every one of them has the bank open."""
    command = [sys.executable, "-m", "bench.postings", str(home)]
    with ExitStack() as stack:
        started = [stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)) for _ in range(PROCESSES)]
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()  # its bank is open
        start = time.perf_counter()
        for number, process in enumerate(started):
            assert process.stdin is not None
            process.stdin.write(json.dumps([list(range(CLIENTS))[number::PROCESSES], seconds]).encode() + b"\n")
            process.stdin.flush()
        told = [json.loads(process.communicate()[0]) for process in started]
    return Ran([one for took, _, _ in told for one in took], max(end for _, end, _ in told) - start, sum(cpu_s for _, _, cpu_s in told))


def post_here(home: Path) -> None:
    """The part of one process: it says when its bank is open, is told of its clients, and tells how they fared."""
    with wiring.open_house(Settings(home=home, database_url=None, host="127.0.0.1", port=0)) as house:
        print("open", flush=True)
        names, seconds = json.loads(sys.stdin.readline())
        lines, cpu_s, until = list(house.lines.ids()), time.process_time(), time.perf_counter() + seconds
        with ThreadPoolExecutor(len(names)) as hands:
            parts = [hands.submit(client, house, lines[name::CLIENTS], name, until) for name in names]
            took = [one for part in parts for one in part.result()]
        print(json.dumps([took, time.perf_counter(), time.process_time() - cpu_s]))


def client(house: House, lines: Sequence[Id], name: int, until: float) -> list[float]:
    """One client: its share in flight always, each line drawn on and repaid in turn."""
    took, flying, number = list[float](), deque[tuple[float, Ticket[object]]](), 0
    while (now := time.perf_counter()) < until or flying:
        if now < until and len(flying) < IN_FLIGHT // CLIENTS + (name < IN_FLIGHT % CLIENTS):
            flying.append((now, ask(house, lines[number % len(lines)], number // len(lines), f"{name}-{number}")))
            number += 1
        else:
            asked, ticket = flying.popleft()
            ticket.result()
            took.append(time.perf_counter() - asked)
    return took


def ask(house: House, line: Id, turn: int, key: str) -> Ticket[object]:
    """A draw, and the next time its repayment."""
    amount = 100_000 + turn // 2
    if turn % 2 == 0:
        return house.commands.submit(house, lambda inside: draw(inside, SYSTEM, DrawRequest(line, amount), key), key, (line,))
    return house.commands.submit(house, lambda inside: repay(inside, SYSTEM, RepayRequest(line, amount), key), key, (line,))


def check(house: House, lines: Sequence[Id], answered: int) -> None:
    """Every answer is one sealed event, and lines are the fold of theirs."""
    head = house.journal.head()
    assert head is not None
    assert head.size == answered + len(lines)
    assert all(house.lines.get(line) == fold(house.journal.events(line)) for line in lines[:: len(lines) // 50])


# ---- the peer --------------------------------------------------------------------------------------------------------

_NAIVE = """CREATE TABLE naive_account (id int PRIMARY KEY, balance_fen bigint NOT NULL);
CREATE TABLE naive_posting (id bigserial PRIMARY KEY, account int NOT NULL, amount_fen bigint NOT NULL, hash bytea NOT NULL);
INSERT INTO naive_account SELECT n, 0 FROM generate_series(0, 5000) AS n"""


def naive_per_s(home: Path, seconds: float) -> float:
    """Postings a second of the peer: balances updated in place, the bank's own account hot, eight connections."""
    server = postgres.start(home)
    url = server.url(postgres.OWNER).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_NAIVE)
    lock, chain, done, until = threading.Lock(), [b""], [0] * CLIENTS, time.perf_counter() + seconds

    def work(name: int) -> None:
        with psycopg.connect(url) as connection:
            while time.perf_counter() < until:
                account = 1 + (done[name] * CLIENTS + name) % LINES
                with lock:
                    chain[0] = hashlib.sha256(chain[0] + f"{account}:100".encode()).digest()
                    connection.execute("UPDATE naive_account SET balance_fen = balance_fen + 100 WHERE id = %s", (account,))
                    connection.execute("UPDATE naive_account SET balance_fen = balance_fen - 100 WHERE id = 0")
                    connection.execute("INSERT INTO naive_posting (account, amount_fen, hash) VALUES (%s, 100, %b)", (account, chain[0]))
                    connection.commit()
                done[name] += 1

    with ThreadPoolExecutor(CLIENTS) as hands:
        list(hands.map(work, range(CLIENTS)))
    return sum(done) / seconds


if __name__ == "__main__":
    post_here(Path(sys.argv[1]))
