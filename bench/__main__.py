"""`make bench`: run each bench file and tell its figures. ONLY=prefix runs a part, FULL=1 the long ones, FORMAT=json for machines."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bench
from bench.figure import Context, Figure

ROOT = Path(__file__).parent.parent
FRAME = {"__main__", "figure", "resume"}


def fsyncs_per_s(folder: Path, seconds: float = 1.0) -> float:
    """How often a second this disk keeps a written page: without it no figure of a database means anything."""
    done, page = 0, b"\0" * 8192
    with (folder / "fsync").open("wb", buffering=0) as file:
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            file.seek(0)
            file.write(page)
            os.fdatasync(file.fileno())
            done += 1
        return done / (time.perf_counter() - start)


def commit() -> str:
    """The commit that is measured, marked where the tree differs from it."""
    told = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def processor() -> str:
    """The processor's own name, where the system tells it."""
    about = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in about.read_text().splitlines() if line.startswith("model name")]
        if about.exists()
        else []
    )
    return names[0] if names else platform.processor() or platform.machine()


def header(scratch: Path) -> dict[str, str | int | float]:
    """What the figures were measured on."""
    return {
        "commit": commit(),
        "machine": processor(),
        "cpus": os.cpu_count() or 1,
        "python": platform.python_version(),
        "fsyncs_per_s": round(fsyncs_per_s(scratch)),
    }


def rooms() -> list[str]:
    """The bench files, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in FRAME)


def told(room: str, context: Context, only: str) -> Iterator[Figure]:
    """The figures of one bench file that `only` asks for; a file none of whose prefixes fit is not run at all."""
    module = importlib.import_module(f"bench.{room}")
    prefixes: Iterable[str] = getattr(module, "PREFIXES", (f"{room}.",))
    if not any(prefix.startswith(only) or only.startswith(prefix) for prefix in prefixes):
        return
    figures: Callable[[Context], Iterable[Figure]] = module.figures
    context.say(f"{room} ...")
    yield from (figure for figure in figures(context) if figure.name.startswith(only))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder on a real disk (never memory), gone afterwards; other users may pass through it, as the database's user must."""
    folder = Path(tempfile.mkdtemp(prefix="farthing-bench-", dir="/var/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Tell the header, then each figure as it comes; 1 if a bench file broke or a goal was missed."""
    only, as_json = os.environ.get("ONLY", ""), os.environ.get("FORMAT") == "json"
    broken = missed = 0
    with scratch_folder() as scratch:
        about = header(scratch)
        if not as_json:
            print("  ".join(f"{name}: {value}" for name, value in about.items()), flush=True)
        data = Path(os.environ.get("FARTHING_DATA") or ROOT / ".." / "shared" / "data").resolve()
        context = Context(os.environ.get("FULL") == "1", scratch, data, lambda text: print(text, file=sys.stderr, flush=True))
        for room in rooms():
            try:
                for figure in told(room, context, only):
                    print(json.dumps(figure.as_dict() | about, ensure_ascii=False) if as_json else figure.as_row(), flush=True)
                    missed += figure.met is False
            except Exception:  # noqa: BLE001 - one broken file must not hide the others' figures
                broken += 1
                print(f"bench/{room}.py broke:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
    context.say(f"{broken} files broke, {missed} goals missed.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
