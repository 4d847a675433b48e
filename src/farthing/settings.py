"""What the environment says. The one reader of it; everything else gets a `Settings`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the bank lives and how it is reached.

    `home` holds keys, the lake and the embedded database; `database_url` points at any PostgreSQL instead of the embedded one.
    """

    home: Path
    database_url: str | None
    host: str
    port: int


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `FARTHING_HOME`, `FARTHING_DATABASE_URL`, `FARTHING_HOST`, `FARTHING_PORT`; the defaults serve this machine only."""
    env = os.environ if environ is None else environ
    return Settings(
        home=Path(env.get("FARTHING_HOME") or ".farthing/home").expanduser().resolve(),
        database_url=env.get("FARTHING_DATABASE_URL") or None,
        host=env.get("FARTHING_HOST") or "127.0.0.1",
        port=int(env.get("FARTHING_PORT") or 8787),
    )
