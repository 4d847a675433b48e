"""Are the locks complete, hashed, free of addresses, and in step with pyproject.toml? Needs no network."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ \\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by package name; a package may have one version a Python release."""
    found: dict[str, set[str]] = {}
    for match in PIN.finditer(lock):
        found.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return found


def unmet(requirements: list[str], locked: dict[str, set[str]]) -> list[str]:
    """The direct requirements that the lock does not satisfy."""
    wanted = [Requirement(text) for text in requirements]
    return [
        str(item)
        for item in wanted
        if (item.marker is None or item.marker.evaluate({"extra": ""}))
        and not all(item.specifier.contains(version) for version in locked.get(canonicalize_name(item.name), {"0"}))
    ]


def faults(name: str, requirements: list[str]) -> list[str]:
    """What is wrong with one lock, each fault a sentence."""
    text = (ROOT / name).read_text()
    locked = pins(text)
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)
    found = [f"{name}: {item} of pyproject.toml is not in it; run `make lock`." for item in unmet(requirements, locked)]
    found += [f"{name}: {block.split()[0]} has no hash." for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]
    if "://" in text:
        found.append(f"{name}: it names an address; a lock holds names, versions and hashes only.")
    if "torch" in locked:
        found.append(f"{name}: torch is an extra's business, never a default's.")
    return found


def main() -> int:
    """Print each fault; 1 if there is one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runtime = project["dependencies"] + extras["build"]
    found = faults("requirements.lock", runtime) + faults("requirements-dev.lock", runtime + extras["dev"])
    found += faults("requirements-spark.lock", project["dependencies"] + extras["spark"])
    found += faults("requirements-face.lock", project["dependencies"] + extras["face"] + extras["face-tests"])
    wide, lean, *apart = (pins((ROOT / f"requirements{of}.lock").read_text()) for of in ("-dev", "", "-spark", "-face"))
    shared = [(name, pin) for part in (lean, *apart) for name, pin in part.items() if part is lean or name in wide]
    found += [f"{name} differs between the locks; run `make lock`." for name, pin in shared if wide.get(name) != pin]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
