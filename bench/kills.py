"""The bank at work, killed again and again: no answer lost, none counted twice, and the disk asked for each.

A process plays eight clients and the nights; it tells each answer as it has it. It, its database or one of the database's
processes is killed (SIGKILL) at a moment drawn from a seed. The next life goes on from the answers that were heard: what was in
flight is asked again under its key. As a program (`python -m bench.kills HOME`) it is that process.

FULL=1 kills 200 times and may be stopped and run again: it goes on with the same bank as long as what it measures stays the same.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from tests.store.server import ask, backends, log_syncs

from bench.figure import Context, Figure
from bench.postings import AT_ONCE, FIRST, SYSTEM, open_some
from bench.resume import ROOT, Progress, digest_of
from farthing import wiring
from farthing.domain.errors import Conflict, Invalid, Unavailable
from farthing.domain.staff import Actor, Role
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House, Ticket
from farthing.flows.prove import verify
from farthing.ledger.facility import advance, fold
from farthing.ledger.posting import Totals, entries, totals
from farthing.settings import Settings
from farthing.store.postgres import server as postgres

PREFIXES = ("ledger.kills",)
KILLS, MANY_KILLS = 12, 200
LINES, CLIENTS, IN_FLIGHT, NIGHT_EVERY_S = 200, 8, 10, 0.7
LATEST_S, PATIENCE_S = 2.0, 5.0
"""A life is shot within so long of its opening; one that outlives its database for longer is shot too."""
VICTIMS = ("application", "postmaster", "application", "backend")
GONE = 3
"""How a life leaves whose database has gone."""
AUDITOR = Actor("stf_auditor", "auditor", Role.AUDITOR)
KEPT = Path("/var/tmp/farthing-bench-kills")
MEASURED = (
    "bench/kills.py", *(f"src/farthing/store/{name}.py" for name in ("commands", "engine", "group", "transaction", "unit")),
    "src/farthing/flows/line/draw.py", "src/farthing/flows/line/repay.py", "src/farthing/flows/day_end.py",
)  # fmt: skip


def figures(context: Context) -> Iterable[Figure]:
    """Kill, go on, and at the end hold everything that was answered against everything that is recorded."""
    goal, place = (MANY_KILLS, KEPT) if context.full else (KILLS, context.scratch / "kills")
    of = digest_of(*MEASURED)
    progress = Progress.of_before("kills", of) if context.full else Progress("kills_sample", of)
    if not progress.done and place.exists():
        wiring.stop_database(settings(place / "home"))
        shutil.rmtree(place)
    place.mkdir(exist_ok=True)
    place.chmod(0o711)
    heard = Heard.before(place)
    with context.measured() as spent:
        for number in range(progress.done, goal):
            heard.live(number)
            progress.add(1, ())
            if number % 20 == 19:
                context.say(f"kills: {number + 1} of {goal}, {heard.accepted} acknowledged")
    found = checked(heard)
    deaths = ", ".join(f"{count} of the {victim}" for victim, count in sorted(heard.deaths.items()))
    note = f"of {heard.accepted} acknowledged; {progress.done} kills ({deaths} in this run)"
    yield Figure("ledger.kills_lost_events", found.lost, "events", 0, "lower", cpu_s=spent.cpu_s, note=note)
    note = f"of {found.recorded} recorded, those told as refused included"
    yield Figure("ledger.kills_doubled_events", found.doubled, "events", 0, "lower", note=note)
    note = "lines that differ from the fold, accounts from the lines, findings of the proof, fen that do not balance"
    yield Figure("ledger.kills_differences", found.differ, "items", 0, "lower", note=note)
    syncs, commits = heard.syncs
    note = f"{syncs} for {commits} commits in lives whose database lived on; commits that come at once may share one"
    yield Figure("ledger.kills_syncs_a_commit", syncs / max(commits, 1), "syncs", note=note)


def settings(home: Path) -> Settings:
    """An embedded bank in `home`."""
    return Settings(home=home, database_url=None, host="127.0.0.1", port=0)


# ---- who kills and listens -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Heard:
    """The answers of all lives, kept beside the bank."""

    place: Path
    answers: dict[str, str | None] = field(default_factory=dict)
    """Key to the event, None for a refusal."""
    deaths: Counter[str] = field(default_factory=Counter)
    syncs: tuple[int, int] = (0, 0)
    """(syncs, commits) of the lives whose database lived on."""

    @classmethod
    def before(cls, place: Path) -> Heard:
        """What earlier runs heard."""
        kept = place / "answers"
        lines = kept.read_text(encoding="ascii").splitlines() if kept.exists() else []
        return cls(place, dict(json.loads(line) for line in lines))

    @property
    def home(self) -> Path:
        """The bank's."""
        return self.place / "home"

    @property
    def accepted(self) -> int:
        """How many events were acknowledged."""
        return sum(event is not None for event in self.answers.values())

    def live(self, number: int) -> None:
        """One life and its death."""
        chance, victim = np.random.default_rng([1, number]), VICTIMS[number % len(VICTIMS)]
        command = [sys.executable, "-m", "bench.kills", str(self.home)]
        with (
            (self.place / "errors").open("a") as errors,
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(Counter(key.split(":")[0] for key in self.answers)))
            process.stdin.close()
            opened = process.stdout.readline()
            assert opened == "open\n", f"life {number} did not open its bank: see {errors.name}"
            before = counts(self.home)
            ear = threading.Thread(target=self._listen, args=(process.stdout,))
            ear.start()
            time.sleep(float(chance.uniform(0.0, LATEST_S)))
            self.deaths[victim] += self._shoot(victim, process, chance)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_S)
            process.kill()
            ear.join()
        assert process.returncode in {GONE, -signal.SIGKILL}, f"life {number} ended with {process.returncode}: see {errors.name}"
        if victim == "application":
            time.sleep(0.2)  # a server's process that lost its client tells what it did when it ends
            after = counts(self.home)
            self.syncs = (self.syncs[0] + after[0] - before[0], self.syncs[1] + after[1] - before[1])

    def _shoot(self, victim: str, process: subprocess.Popen[str], chance: np.random.Generator) -> bool:
        postmaster = postgres.status(self.home).pid
        assert postmaster is not None
        pid = {"application": process.pid, "postmaster": postmaster}.get(victim) or int(chance.choice(backends(self.home) or [postmaster]))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # it went by itself
            return False
        return True

    def _listen(self, told: Iterable[str]) -> None:
        with (self.place / "answers").open("a", encoding="ascii") as kept:
            for line in told:
                if not line.endswith("\n"):
                    break  # it died in the middle of a word: nobody was answered
                key, event = json.loads(line)
                assert self.answers.setdefault(key, event) == event, f"{key} was answered before, and otherwise"
                kept.write(line)


def counts(home: Path) -> tuple[int, int]:
    """(syncs of the log since the server started, receipts and heads)."""
    server = postgres.start(home)
    ((commits,),) = ask(server, postgres.OWNER, "SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM head)")
    return log_syncs(server), commits


@dataclass(frozen=True, slots=True)
class Found:
    """What the record says after all deaths."""

    recorded: int
    lost: int
    doubled: int
    differ: int


def checked(heard: Heard) -> Found:
    """Every answer against the record, lines against the fold, accounts against lines, and the log against its heads."""
    recorded, wrong, book = Counter[tuple[str, str]](), 0, Totals()
    with wiring.open_house(settings(heard.home)) as house:
        today = house.clock.today()
        day_end(house, SYSTEM, DayEndRequest(today), f"night:{today}")
        house.journal.seal()
        for line in house.lines.ids():
            told = house.journal.events(line)
            recorded.update((event.command, event.id) for event in told if event.kind in {"Drawn", "Repaid"})
            state = fold(told)
            wrong += house.lines.get(line) != state
            book += totals(advance(state, today))
        accounts = {account: fen for account, fen in house.lines.balances(today).items() if fen}
        wrong += accounts != {account.value: fen for (_, account), fen in entries("revolving", book).items() if fen}
        wrong += len(verify(house, AUDITOR).findings) + abs(sum(accounts.values()))
    wiring.stop_database(settings(heard.home))
    return Found(
        recorded=sum(recorded.values()),
        lost=sum(recorded[key, event] == 0 for key, event in heard.answers.items() if event is not None),
        doubled=sum(recorded.values()) - len({key for key, _ in recorded if heard.answers.get(key, "") is not None}),
        differ=wrong,
    )


# ---- who lives, in a process of its own ------------------------------------------------------------------------------


def tell(*answer: object) -> None:
    """One answer, at once and whole."""
    os.write(sys.stdout.fileno(), f"{json.dumps(answer)}\n".encode())


def play(house: House, lines: Sequence[str], since: dict[str, int], over: threading.Event) -> None:
    """One client: its lines in turn, some in flight always, until the database is gone."""
    number, flying = {line: since.get(line, 0) for line in lines}, deque[tuple[str, Ticket[object]]]()
    for line in endlessly(lines):
        if over.is_set():
            return
        key = f"{line}:{number[line]}"
        number[line] += 1
        flying.append((key, house.commands.submit(house, partial(act, line=line, key=key), key, (line,))))
        if len(flying) == IN_FLIGHT:
            hear(*flying.popleft())


def endlessly(lines: Sequence[str]) -> Iterator[str]:
    """In turn: a line has one wish in flight at most, since there are more lines than wishes."""
    while True:
        yield from lines


def hear(key: str, ticket: Ticket[object]) -> None:
    """Tell what came of a wish."""
    try:
        done = ticket.result()
    except (Conflict, Invalid):
        tell(key, None)
    else:
        tell(key, done.event)  # type: ignore[attr-defined]


def act(house: House, line: str, key: str) -> object:
    """What this key asks for, by the key alone."""
    chance = np.random.default_rng(list(key.encode()))
    amount = int(10 ** chance.uniform(2, 6))
    if chance.random() < 0.5:
        return draw(house, SYSTEM, DrawRequest(line, amount), key)
    return repay(house, SYSTEM, RepayRequest(line, amount), key)


def nights(house: House, over: threading.Event) -> None:
    """A night now and then, among everything else."""
    while not over.wait(NIGHT_EVERY_S):
        day = house.clock.today()
        day_end(house, SYSTEM, DayEndRequest(day), f"night:{day}")


def live(house: House, since: dict[str, int]) -> None:
    """Until somebody shoots."""
    if not house.lines.ids():
        house.clock.open_day(FIRST)
    lines = [f"lin_{number:020d}" for number in range(LINES)]
    for start in range(0, LINES, AT_ONCE):
        open_some(house, lines[start : start + AT_ONCE])
    os.write(sys.stdout.fileno(), b"open\n")
    over = threading.Event()
    with ThreadPoolExecutor(CLIENTS + 1) as hands:
        working = [hands.submit(play, house, lines[name::CLIENTS], since, over) for name in range(CLIENTS)]
        working.append(hands.submit(nights, house, over))
        try:
            for one in working:
                one.result()
        finally:
            over.set()


if __name__ == "__main__":
    answered = json.load(sys.stdin)
    try:
        with wiring.open_house(settings(Path(sys.argv[1]))) as bank, wiring.sealing(bank):
            live(bank, answered)
    except Unavailable:
        sys.exit(GONE)
