"""How far a long measurement came, kept from run to run as long as what it measures has not changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "build" / "bench"


def digest_of(*names: str) -> str:
    """SHA-256 over these files of the project, by name and content."""
    parts = (f"{name}\0{hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}\n" for name in sorted(names))
    return hashlib.sha256("".join(parts).encode()).hexdigest()


@dataclass(slots=True)
class Progress:
    """What was done of `name` under the digest `of`: so many, and those of them that failed."""

    name: str
    of: str
    done: int = 0
    failed: list[int] = field(default_factory=list)

    @classmethod
    def of_before(cls, name: str, of: str) -> Progress:
        """What an earlier run left; nothing when it measured something else."""
        try:
            kept = json.loads((PLACE / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        return cls(name, of, kept["done"], kept["failed"]) if kept.get("of") == of else cls(name, of)

    def add(self, count: int, failed: Iterable[int]) -> None:
        """Count some more, and keep it."""
        self.done += count
        self.failed += failed
        PLACE.mkdir(parents=True, exist_ok=True)
        written = PLACE / f"{self.name}.new"
        written.write_text(json.dumps({"of": self.of, "done": self.done, "failed": self.failed}), encoding="utf-8")
        written.replace(PLACE / f"{self.name}.json")
