"""What the environment says. The one reader of it; everything else gets a `Settings`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOMES = Path(".farthing")
CURRENT = HOMES / "current"
"""Where the bank lives if nobody says: the demonstration points it at the bank it filled last."""


class BadSetting(ValueError):  # noqa: N818 - said to a person, not to a handler
    """The environment says what cannot be; the message names the variable and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the bank lives and how it is reached.

    `home` holds keys, the lake and the embedded database; `database_url` points at any PostgreSQL instead of the embedded one.
    `webhook_hosts`, where there are any, are the only hosts that the bank sends events to, inner ones among them.
    """

    home: Path
    database_url: str | None
    host: str
    port: int
    webhook_hosts: tuple[str, ...] = ()


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `FARTHING_HOME`, `FARTHING_DATABASE_URL`, `FARTHING_HOST`, `FARTHING_PORT`, `FARTHING_WEBHOOK_HOSTS`
    (with commas between them); the defaults serve this machine only."""
    env = os.environ if environ is None else environ
    return Settings(
        home=Path(env.get("FARTHING_HOME") or CURRENT).expanduser().resolve(),
        database_url=env.get("FARTHING_DATABASE_URL") or None,
        host=env.get("FARTHING_HOST") or "127.0.0.1",
        port=_port(env.get("FARTHING_PORT") or "8787"),
        webhook_hosts=tuple(host.strip().lower() for host in env.get("FARTHING_WEBHOOK_HOSTS", "").split(",") if host.strip()),
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise BadSetting(f"FARTHING_PORT is {text[:40]!r}, which is no port. Set it to a number from 1 to 65535, or unset it.")
    return int(text)


def demonstration(name: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of a demonstration's own bank, one for each data set, which becomes the current one; `FARTHING_HOME` overrules."""
    env = os.environ if environ is None else environ
    if not env.get("FARTHING_HOME"):
        (HOMES / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = HOMES / f"current.{os.getpid()}"
        fresh.symlink_to(name)
        fresh.replace(CURRENT)
    return read(env)
