"""One decision over HTTP: how long it takes at fifty a second, and how many fit into a second.

The real server in a process of its own, over the embedded database syncing to disk, with the published enterprises (or a seeded
world where they are not), an approved model and the packaged policies. The load comes from a third process. It is open-loop:
each request has its moment, and is timed from that moment, whether or not the one before was answered.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import polars as pl

from bench.figure import Context, Figure
from bench.served import PASSWORD, Caller, cpu_s, percentile_ms, post_text, serving, settings_of, token
from farthing import wiring
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.evidence.intake import SourceTable
from farthing.flows.imagine import imagine
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model.develop import TrainRequest, train
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.flows.staff import add_staff
from farthing.world.economy import Plan

PREFIXES = ("decision.http",)
RATE = 50
SECONDS, LONG_SECONDS = 20, 120
WARM = 150
AT_ONCE = 4
LOGINS = ("bench-1", "bench-2", "bench-3", "bench-4")
ASKED_FEN = 100_000_000
OPERATOR = Actor("stf_operator", "bench", Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Load:
    """What the third process is told: where, as whom, for whom, for how long."""

    port: int
    tokens: tuple[str, ...]
    parties: tuple[str, ...]
    seconds: int


def figures(context: Context) -> Iterable[Figure]:
    """Fill a bank, serve it, load it."""
    home = context.scratch / "http"
    parties, source = _fill(context, home)
    with serving(home) as (port, pid):
        load = Load(port, tuple(token(port, login) for login in LOGINS), parties, LONG_SECONDS if context.full else SECONDS)
        context.say(f"decision: {RATE} a second for {load.seconds} s over {len(parties)} enterprises of {source}")
        before = cpu_s(pid)
        ran = subprocess.run(
            [sys.executable, "-m", "bench.decision"], input=json.dumps([load.port, load.tokens, load.parties, load.seconds]),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        told, spent_s = json.loads(ran.stdout), cpu_s(pid) - before
    note = f"{told['open']['done']} decisions, {told['open']['errors']} errors, {source}"
    yield Figure("decision.http_p50_ms", told["open"]["p50_ms"], "ms", better="lower", note=note)
    yield Figure("decision.http_p99_ms", told["open"]["p99_ms"], "ms", goal=150, better="lower", note=f"max {told['open']['max_ms']} ms")
    note = f"{AT_ONCE} callers at once, {told['closed']['errors']} errors"
    yield Figure("decision.http_per_s", told["closed"]["per_s"], "decisions/s", goal=RATE, cpu_s=round(spent_s, 1), note=note)
    errors = told["open"]["errors"] + told["closed"]["errors"]
    yield Figure("decision.http_errors", errors, "answers", goal=0, better="lower", note="of both loads: anything but 201")


# ---- the bank --------------------------------------------------------------------------------------------------------


def _fill(context: Context, home: Path) -> tuple[tuple[Id, ...], str]:
    """Evidence, a model, policies and logins; the parties that may apply."""
    home.mkdir(mode=0o711)
    with wiring.open_house(settings_of(home)) as house:
        tables, source = _tables(context)
        context.say(f"decision: taking in {source} ...")
        intake(house, OPERATOR, IntakeRequest(tables), "bench")
        packaged = resources.files("farthing.sources").joinpath("policies").iterdir()
        install_policies(house, OPERATOR, [file.read_text("utf-8") for file in packaged if file.name.endswith(".yaml")])
        context.say("decision: training the model ...")
        train(
            house, OPERATOR, TrainRequest(name="bench", as_of=house.clock.today(), owner="bench owner", approver="bench approver"), "bench"
        )
        for login in LOGINS:
            add_staff(house, OPERATOR, NewStaff(login, login, Role.CREDIT_OFFICER, PASSWORD))
        return _applicants(house), source


def _tables(context: Context) -> tuple[tuple[SourceTable, ...], str]:
    published = context.data / "cumcm2020c"
    if published.exists():
        return wiring.data_set("cumcm2020c", published), "cumcm2020c"
    return imagine(Plan(merchants=400)).tables, "the seeded world"


def _applicants(house: House) -> tuple[Id, ...]:
    """Parties with invoices and no known outcome."""
    labelled = house.lake.scan(EvidenceKind.OUTCOME).select("subject").collect()
    invoiced = house.lake.scan(EvidenceKind.INVOICE).select(pl.col("subject").unique()).collect()
    subjects = set(invoiced["subject"]) - set(labelled["subject"])
    return tuple(party.id for party in house.parties.list(limit=10_000) if party.subject in subjects and party.kind == "enterprise")


# ---- the load, in a process of its own -------------------------------------------------------------------------------


def _request(load: Load, number: int) -> bytes:
    body = {"party": load.parties[number % len(load.parties)], "product": "sme_term", "requested_fen": ASKED_FEN}
    return post_text("/applications", body, load.tokens[number % len(load.tokens)], f"bench-{number}")


async def _open_loop(load: Load, first: int) -> tuple[list[float], int]:
    """Latencies in seconds from each request's moment, and how many answers were not 201."""
    idle: list[Caller] = []
    latencies: list[float] = []
    errors = 0
    start = time.perf_counter() + 0.5

    async def one(number: int) -> None:
        nonlocal errors
        due = start + number / RATE
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        caller = idle.pop() if idle else Caller(load.port)
        errors += await caller.post(_request(load, first + number)) != 201
        latencies.append(time.perf_counter() - due)
        idle.append(caller)

    await asyncio.gather(*(one(number) for number in range(RATE * load.seconds)))
    return latencies, errors


async def _closed_loop(load: Load, numbers: Sequence[int], at_once: int) -> tuple[float, int]:
    """Seconds for all of these, so many at once, and how many answers were not 201."""
    waiting, errors = iter(numbers), 0

    async def one(caller: Caller) -> None:
        nonlocal errors
        for number in waiting:
            errors += await caller.post(_request(load, number)) != 201

    start = time.perf_counter()
    await asyncio.gather(*(one(Caller(load.port)) for _ in range(at_once)))
    return time.perf_counter() - start, errors


async def _run(load: Load) -> dict[str, dict[str, float]]:
    await _closed_loop(load, range(WARM), 2)
    latencies, errors = await _open_loop(load, 10**6)
    latencies.sort()
    percentiles = {name: percentile_ms(latencies, share) for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("max_ms", 1.0))}
    most = RATE * load.seconds
    spent, closed_errors = await _closed_loop(load, range(2 * 10**6, 2 * 10**6 + most), AT_ONCE)
    return {
        "open": {**percentiles, "done": len(latencies), "errors": errors},
        "closed": {"per_s": round(most / spent, 1), "errors": closed_errors},
    }


if __name__ == "__main__":
    port, tokens, parties, seconds = json.load(sys.stdin)
    print(json.dumps(asyncio.run(_run(Load(port, tuple(tokens), tuple(parties), seconds)))))
