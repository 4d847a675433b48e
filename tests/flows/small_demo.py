"""A demonstration small enough to be run, killed and run again. As a program: with a home and a database's URL, telling each step."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from farthing import wiring
from farthing.domain.staff import Actor, Role
from farthing.flows.demo import DemoRequest, DemoResult, demo
from farthing.flows.imagine import Imagined, fates, imagine
from farthing.flows.ports import House
from farthing.settings import Settings
from farthing.sources.catalogue import packaged_fraud_model, packaged_policies
from farthing.world.economy import Plan

MERCHANTS, DAYS = 60, 75
SYSTEM = Actor("stf_operator", "operator", Role.SYSTEM)


def world() -> Imagined:
    """Sixty merchants over two years."""
    return imagine(Plan(merchants=MERCHANTS))


def request(imagined: Imagined) -> DemoRequest:
    """What is asked for."""
    return DemoRequest(
        imagined.tables, packaged_policies(), imagined.plan.origination, partial(fates, imagined=imagined), DAYS,
        fraud=packaged_fraud_model(), in_two_months=True,
    )  # fmt: skip


def run(house: House, imagined: Imagined, progress: Callable[[str, int, int], None] = lambda *_: None) -> DemoResult:
    """The demonstration on this world, under the key it always has."""
    return demo(house, SYSTEM, request(imagined), "demo", progress)


def main(home: str, url: str) -> None:
    with wiring.open_house(Settings(home=Path(home), database_url=url, host="", port=0)) as house:
        run(house, world(), lambda stage, done, _: print(f"{stage} ({done})", flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
