"""The bank, opened for one command: who is acting, and what they get."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from farthing import settings, wiring
from farthing.domain import canon
from farthing.domain.staff import Actor, Role
from farthing.flows.ports import House


def operator() -> Actor:
    """The person at this machine: whoever can read the bank's keys acts as its system, under the account that the machine
    knows them by. What they do and read is on record under it; the environment has no say in who they are."""
    user = os.getuid()
    try:
        account = pwd.getpwuid(user).pw_name
    except KeyError:  # a container may run under a number without a name
        account = f"uid{user}"
    return Actor(id=f"stf_operator_{account}", name=account, role=Role.SYSTEM)


@contextmanager
def opened(ctx: typer.Context) -> Iterator[tuple[House, Actor]]:  # noqa: ARG001 - every command hands its context over
    """The house of the settings and the person at this machine; the embedded server is started if need be and stays."""
    with wiring.open_house(settings.read()) as house:
        yield house, operator()


def fresh(house: House) -> str:
    """A key for a command that was given none."""
    return f"cli-{house.entropy.draw(12).hex()}"


def print_json(value: object) -> None:
    """A result for machines, on one line."""
    typer.echo(json.dumps(canon.plain(value), ensure_ascii=False))
