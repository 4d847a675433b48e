"""Nights over a big book while payments go on: how long, how much memory, and whether a night that was killed comes to the same bytes.

As a program (`python -m bench.night HOME DAY`) it closes a day and tells what that took; the bench runs it, pays beside it, and
kills it. The book is made of some thousand lives, folded, each under many names; all of it lies in the database as commands leave it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from tests.ledger.lives import terms

from bench.figure import Context, Figure, cpu_seconds
from farthing import wiring
from farthing.domain.errors import FarthingError
from farthing.domain.event import DayClosed, Event
from farthing.domain.facility import LineState, LineTerms
from farthing.domain.line_event import Drawn, Opened, Repaid
from farthing.domain.product import RepaymentMethod, Share
from farthing.domain.rate import Basis, Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.day_end import Closed, DayEndRequest, day_end, snapshot_of
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.due import due_dates
from farthing.ledger.facility import advance, apply_event, fold
from farthing.ledger.posting import postings, sums
from farthing.settings import Settings
from farthing.store.postgres import server as postgres
from farthing.store.unit import line_row

PREFIXES = ("ledger.day_end",)
SYSTEM = Actor("stf_bench", "bench", Role.SYSTEM)
DUE = dt.date(2024, 10, 21)
"""A due day: the book is as it stands that evening, most of the month's bills paid."""
ONE = dt.timedelta(days=1)
LIVES, LINES, MILLION = 2_000, 200_000, 1_000_000
PAYMENTS_PER_S, CLERKS, ALONE_S = 50, 8, 5
PRODUCTS = {  # share of the book, how it is repaid
    "revolving": (0.55, RepaymentMethod.INTEREST_MONTHLY), "farm": (0.15, RepaymentMethod.AT_MATURITY),
    "sme_term": (0.20, RepaymentMethod.EQUAL_INSTALMENT), "idle": (0.09, RepaymentMethod.INTEREST_MONTHLY),
    "joint": (0.01, RepaymentMethod.INTEREST_MONTHLY),  # of these the night must read the state itself
}  # fmt: skip
LATE = 0.08
"""Borrowers who did not pay this month's bill, or an earlier one."""


def figures(context: Context) -> Iterable[Figure]:
    """A first night, one on which many become overdue, a quiet one, and one that is killed."""
    home, lines = context.scratch / "night", MILLION if context.full else LINES
    settings = Settings(home=home, database_url=None, host="127.0.0.1", port=0)
    size = "million" if context.full else f"{lines // 1000}k"
    with wiring.open_house(settings) as house:
        context.say(f"night: a book of {lines} lines")
        house.clock.open_day(DUE)
        fill(home, lines)
        alone = Watch()
        with paying(house, alone, lines, DUE - ONE):
            time.sleep(ALONE_S)
        for name, day, goal in (("first", DUE, None), ("", DUE + ONE, 20.0 * lines / MILLION), ("quiet", DUE + 2 * ONE, None)):
            context.say(f"night: {name or 'bills'} of {lines} lines, payments meanwhile")
            yield from told(f"ledger.day_end_{name and name + '_'}{size}", watched(house, home, day, lines), goal, alone)
        context.say("night: killed and run again")
        wrong, note = killed(house, home, DUE + 3 * ONE)
        yield Figure(f"ledger.day_end_killed_{size}_differences", wrong, "digests", 0, "lower", note=note)
    wiring.stop_database(settings)


@dataclass(slots=True)
class Watch:
    """What a night took, and what went on meanwhile."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    lines: int = 0
    rows: int = 0
    most_bytes: int = 0
    paid_s: list[float] = field(default_factory=list)
    """How long each payment took, from when it was due to be asked for until it was durable."""

    def paid_ms(self, percent: int) -> float:
        """So much of the payments took no longer."""
        return sorted(self.paid_s)[len(self.paid_s) * percent // 100] * 1e3


def told(name: str, watch: Watch, goal: float | None, alone: Watch) -> Iterator[Figure]:
    """The figures of a night; `alone` are payments without one, which tell what else this machine is busy with."""
    note = f"{watch.rows} rows written; CPU of night and database, payments included"
    yield Figure(f"{name}_s", watch.wall_s, "s", goal, "lower", cpu_s=watch.cpu_s, note=note)
    yield Figure(f"{name}_lines_per_s", watch.lines / watch.wall_s, "lines/s")
    paid = f"{len(watch.paid_s)} payments, p50 {watch.paid_ms(50):.0f} ms; without a night p99 {alone.paid_ms(99):.0f} ms"
    yield Figure(f"{name}_payments_p99_ms", watch.paid_ms(99), "ms", 200, "lower", note=paid)
    yield Figure(f"{name}_memory_gb", watch.most_bytes / 2**30, "GB", 4, "lower", note="night, payments and database, shared pages once")


# ---- the book --------------------------------------------------------------------------------------------------------


def lived(number: int) -> LineState:
    """A life up to the evening of the due day: drawn some months ago, every bill paid on its day, or from some month on none."""
    chance = np.random.default_rng([5, number])
    product = str(chance.choice(list(PRODUCTS), p=[share for share, _ in PRODUCTS.values()]))
    opened = DUE - dt.timedelta(days=int(chance.integers(40, 300)))
    of = terms(
        line=f"lin_{number:020d}", product=product, opened_on=opened, expires_on=opened + dt.timedelta(days=730), due_day=21,
        repayment=PRODUCTS[product][1], rate=Rate(int(chance.integers(20_000, 60_001)), Basis.DAY), business_days=True, synthetic=True,
        penalty_units=int(chance.integers(0, 5_000)), shares=(Share("partner", 700_000),) if product == "joint" else (),
    )  # fmt: skip
    state = fold([event(of, 0, opened, Opened(of))])
    if product == "idle":
        return state
    state = apply_event(state, event(of, 1, opened, Drawn(of.line, 1, int(chance.integers(10**5, 10**7)))))
    if chance.random() < 0.2:
        state = apply_event(state, event(of, 2, opened + 20 * ONE, Drawn(of.line, 2, int(chance.integers(10**4, 10**6)))))
    stops = DUE - dt.timedelta(days=int(chance.integers(0, 250))) if chance.random() < LATE else dt.date.max
    for day in takewhile(lambda day: day <= min(DUE, stops), due_dates(of, opened + 20 * ONE)):
        state = advance(state, day)
        if bill := sum(item.unpaid_fen for item in state.obligations):
            state = apply_event(state, event(of, state.events, day, Repaid(of.line, bill)))
    return state


def event(of: LineTerms, sequence: int, on: dt.date, body: Opened | Drawn | Repaid) -> Event:
    """What happened to a line."""
    at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=sequence)
    return Event(f"evt_{sequence}", of.line, sequence, on, at, "bench", f"key-{sequence}", body)


_LIVED = "CREATE TEMP TABLE lived (LIKE line_state)"
_FILL = """INSERT INTO line_state SELECT made.line, party, product, status, get_byte(sha256(made.line::bytea), 0) %% 64, opened_on, as_of,
  oldest_unpaid_on, limit_fen, principal_fen, interest_exact, interest_paid_fen, rate_units, rate_denominator, synthetic,
  replace(state, lived.line, made.line), form
FROM generate_series(0, %s - 1) AS number, LATERAL (SELECT 'lin_' || lpad((number * 7919::bigint %% %s)::text, 20, '0') AS line) AS made,
  lived WHERE lived.line = 'lin_' || lpad((number %% %s)::text, 20, '0')"""


def fill(home: Path, lines: int) -> None:
    """Each life under many names, in no order of name."""
    url = postgres.start(home).url(postgres.OWNER).replace("postgresql+psycopg", "postgresql")
    lives = min(LIVES, lines)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_LIVED)
        with cursor.copy("COPY lived FROM STDIN") as copy:
            for number in range(lives):
                copy.write_row(line_row(lived(number)))
        cursor.execute("ANALYZE lived")
        cursor.execute(_FILL, (lines, lines, lives))
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE line_state")


# ---- a night, watched ------------------------------------------------------------------------------------------------


def watched(house: House, home: Path, day: dt.date, lines: int) -> Watch:
    """Close a day by a process of its own, and pay meanwhile."""
    watch, before = Watch(), database_cpu_s(home)
    with paying(house, watch, lines, day), weighed(home, watch):
        report = run(home, day)
    watch.wall_s, watch.lines = report["wall_s"], report["lines"]
    watch.cpu_s = report["cpu_s"] + database_cpu_s(home) - before
    assert report["lines"] == lines
    with connected(home) as connection:
        (watch.rows,) = connection.execute("SELECT count(*) FROM standing WHERE from_day = %s", (day,)).fetchone() or (0,)
    return watch


def begun(home: Path, day: dt.date) -> subprocess.Popen[str]:
    """A night that runs, its bank open."""
    program = [sys.executable, "-m", "bench.night", str(home), day.isoformat()]
    night = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    assert night.stdout is not None
    night.stdout.readline()
    return night


def run(home: Path, day: dt.date) -> dict[str, Any]:
    """Close a day by a process of its own; what it told."""
    with begun(home, day) as night:
        told, _ = night.communicate()
    assert night.returncode == 0
    report: dict[str, Any] = json.loads(told)
    return report


@contextmanager
def connected(home: Path) -> Iterator[psycopg.Connection]:
    """A look into the database."""
    url = postgres.start(home).url(postgres.OWNER).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def paying(house: House, watch: Watch, lines: int, day: dt.date) -> Iterator[None]:
    """Draws and repayments by real commands, so many a second, each asked for at its time whether the last was answered or not."""
    over, chance = threading.Event(), np.random.default_rng(day.toordinal())

    def ask(number: int, due: float) -> float:
        line, key = f"lin_{int(chance.integers(lines)):020d}", f"{day}-{number}"
        try:
            if number % 2:
                repay(house, SYSTEM, RepayRequest(line, 10_000), key)
            else:
                draw(house, SYSTEM, DrawRequest(line, 10_000), key)
        except FarthingError as refused:
            if refused.retryable:
                raise
        return time.perf_counter() - due

    def clock(hands: ThreadPoolExecutor) -> None:
        start, asked = time.perf_counter(), list[Future[float]]()
        while not over.is_set():
            due = start + len(asked) / PAYMENTS_PER_S
            time.sleep(max(due - time.perf_counter(), 0))
            asked.append(hands.submit(ask, len(asked), due))
        watch.paid_s += [one.result() for one in asked]

    with ThreadPoolExecutor(CLERKS) as hands, wiring.sealing(house):
        ticking = threading.Thread(target=clock, args=(hands,))
        ticking.start()
        try:
            yield
        finally:
            over.set()
            ticking.join()


@contextmanager
def weighed(home: Path, watch: Watch, every_s: float = 0.3) -> Iterator[None]:
    """The most memory that this process, its children and the database held at once."""
    over = threading.Event()

    def weigh() -> None:
        while not over.wait(every_s):
            watch.most_bytes = max(watch.most_bytes, sum(map(pss_bytes, {os.getpid(), *below(os.getpid()), *database(home)})))

    weighing = threading.Thread(target=weigh)
    weighing.start()
    try:
        yield
    finally:
        over.set()
        weighing.join()


def database(home: Path) -> list[int]:
    """The processes of the database."""
    pid = postgres.status(home).pid
    return [pid, *below(pid)] if pid else []


def below(pid: int) -> list[int]:
    """A process's children, theirs too."""
    try:
        children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*children, *(grandchild for child in children for grandchild in below(child))]


def pss_bytes(pid: int) -> int:
    """A process's memory, what it shares counted once among those who share it; 0 when it is gone."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:"))


def database_cpu_s(home: Path) -> float:
    """CPU seconds of the database so far, of connections that ended too."""
    ticks, (postmaster, *children) = 0, database(home)
    for pid, fields in [(postmaster, (13, 14, 15, 16)), *((child, (13, 14)) for child in children)]:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(stat[place - 2]) for place in fields)
    return ticks / os.sysconf("SC_CLK_TCK")


# ---- a night, killed -------------------------------------------------------------------------------------------------


def killed(house: House, home: Path, day: dt.date) -> tuple[int, str]:
    """Kill a night at a random point and run it again: how many of three digests differ from what a night says that nobody kills."""
    start = time.perf_counter()
    expected = day_end(replace(house, commands=Rehearsal()), SYSTEM, DayEndRequest(day), "rehearsal").snapshot  # type: ignore[arg-type]
    takes = time.perf_counter() - start
    with begun(home, day) as night:
        after = float(np.random.default_rng(3).uniform(0.2, 0.9)) * takes
        time.sleep(after)
        night.send_signal(signal.SIGKILL)
        died = night.wait() != 0
    assert house.clock.today() == day
    again = run(home, day)
    (closed,) = [one.body for one in house.journal.events("bank", "DayClosed") if one.effective_on == day]
    assert isinstance(closed, DayClosed)
    stands, (before, after_it) = house.lines.standings(day), (sums(house.lines.posted(to)) for to in (day, day + ONE))
    stored = snapshot_of(day, stands, postings(day, after_it, before))
    wrong = sum(digest != expected for digest in (again["snapshot"], closed.snapshot, stored))
    return wrong, f"killed after {after:.1f} of {takes:.1f} s{'' if died else ', too late'}; of answer, event and what is stored"


class Rehearsal:
    """Commands that think and record nothing: what a night would say, its rows left behind as those of a night that was broken off."""

    def run(self, command: Command, think: Callable[[Transaction], Closed], result: type[Closed]) -> Closed:  # noqa: ARG002
        return think(self)  # type: ignore[arg-type]

    def close_day(self, *_: object) -> None:
        """Nothing is closed."""

    append = close_day


def main(home: str, day: str) -> None:
    """Close a day, and tell what it took."""
    with wiring.open_house(Settings(home=Path(home), database_url=None, host="127.0.0.1", port=0)) as house:
        print("open", flush=True)
        start, spent = time.perf_counter(), cpu_seconds()
        closed = day_end(house, SYSTEM, DayEndRequest(dt.date.fromisoformat(day)), f"night-{day}")
        took = {"wall_s": time.perf_counter() - start, "cpu_s": cpu_seconds() - spent}
        print(json.dumps({"lines": closed.lines, "snapshot": closed.snapshot, **took}))


if __name__ == "__main__":
    main(*sys.argv[1:])
