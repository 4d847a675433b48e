"""Draws and repayments over HTTP: how many a second the real server answers, each durable before it is answered.

The server is a process of its own, on two cores with its database; the load comes from a third process over kept-alive
connections, under machine credentials of several callers. It is closed-loop: each connection asks again once it was answered.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from bench.figure import Context, Figure
from bench.postings import AT_ONCE, FIRST, SYSTEM, open_some
from bench.served import PASSWORD, Caller, cpu_s, percentile_ms, post_text, serving, settings_of, token
from farthing import wiring
from farthing.domain.staff import NewStaff, Role
from farthing.flows.ports import House
from farthing.flows.staff import add_staff
from farthing.ledger.facility import fold

PREFIXES = ("ledger.http_postings",)
LOGINS = tuple(f"bench-{number}" for number in range(16))
"""A caller may send 200 requests a second, so a load comes from many."""
LINES, CONNECTIONS = 2_000, 32
WORKERS = 2
WARM_S, SECONDS, LONG_S = 2, 10, 60


@dataclass(frozen=True, slots=True)
class Load:
    """What the third process is told: where, as whom, for how long."""

    port: int
    tokens: tuple[str, ...]
    seconds: int


def figures(context: Context) -> Iterable[Figure]:
    """Open lines, serve the bank, load it, and count what it recorded against what it answered."""
    home = context.scratch / "http_postings"
    with wiring.open_house(settings_of(home)) as house:
        house.clock.open_day(FIRST)
        for start in range(0, LINES, AT_ONCE):
            open_some(house, [line(number) for number in range(start, start + AT_ONCE)])
        for login in LOGINS:
            add_staff(house, SYSTEM, NewStaff(login, login, Role.CREDIT_OFFICER, PASSWORD))
    with serving(home, "--api-only", "--workers", str(WORKERS)) as (port, pid):
        load = Load(port, tuple(token(port, login) for login in LOGINS), LONG_S if context.full else SECONDS)
        context.say(f"http_postings: {CONNECTIONS} connections for {load.seconds} s")
        before = cpu_s(pid)
        given = json.dumps([load.port, load.tokens, load.seconds])
        ran = subprocess.run([sys.executable, "-m", "bench.http_postings"], input=given, capture_output=True, text=True, check=True)
        told, spent_s = json.loads(ran.stdout), cpu_s(pid) - before
        with wiring.open_house(settings_of(home)) as house:
            check(house, told["accepted"])
    note = f"{told['done']} answers, {told['errors']} errors, {spent_s / told['all'] * 1e6:.0f} us of the server's process each"
    yield Figure("ledger.http_postings_per_s", told["per_s"], "events/s", 1_000, cpu_s=round(spent_s, 1), note=note)
    note = f"p50 {told['p50_ms']} ms, {CONNECTIONS} connections, {len(LOGINS)} callers"
    yield Figure("ledger.http_postings_p99_ms", told["p99_ms"], "ms", 100, "lower", note=note)


def check(house: House, accepted: int) -> None:
    """Every 201 is one event, and lines are the fold of theirs."""
    recorded = 0
    for each in map(line, range(LINES)):
        events = house.journal.events(each)
        assert house.lines.get(each) == fold(events)
        recorded += len(events) - 1
    assert recorded == accepted


def line(number: int) -> str:
    """The id of a line of the bench."""
    return f"lin_{number:020d}"


# ---- the load, in a process of its own -------------------------------------------------------------------------------


async def _client(load: Load, name: int, until: float) -> tuple[list[float], int]:
    """How long each answer took, and how many were not 201: each line drawn on and repaid in turn."""
    caller, took, errors, number = Caller(load.port), list[float](), 0, 0
    lines = [line(place) for place in range(name, LINES, CONNECTIONS)]
    while (asked := time.perf_counter()) < until:
        turn, place = divmod(number, len(lines))
        path = f"/lines/{lines[place]}/{'repayments' if turn % 2 else 'draws'}"
        key = f"{name}-{number}-{until}"
        errors += await caller.post(post_text(path, {"amount_fen": 100_000 + turn // 2}, load.tokens[name % len(load.tokens)], key)) != 201
        took.append(time.perf_counter() - asked)
        number += 1
    return took, errors


async def _for(load: Load, seconds: float) -> tuple[list[float], int, float]:
    """All connections for a while: latencies, errors, seconds from first to last."""
    start = time.perf_counter()
    parts = await asyncio.gather(*(_client(load, name, start + seconds) for name in range(CONNECTIONS)))
    return sorted(one for took, _ in parts for one in took), sum(errors for _, errors in parts), time.perf_counter() - start


async def _run(load: Load) -> dict[str, float]:
    warm, cold_errors, _ = await _for(load, WARM_S)
    took, errors, spent = await _for(load, load.seconds)
    return {
        "per_s": round(len(took) / spent, 1), "p50_ms": percentile_ms(took, 0.5), "p99_ms": percentile_ms(took, 0.99),
        "done": len(took), "errors": errors, "all": len(took) + len(warm), "accepted": len(took) + len(warm) - errors - cold_errors,
    }  # fmt: skip


if __name__ == "__main__":
    port, tokens, seconds = json.load(sys.stdin)
    print(json.dumps(asyncio.run(_run(Load(port, tuple(tokens), seconds)))))
