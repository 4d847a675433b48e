"""Writes an exported journal into a folder: begun again after a break, it goes on where it stopped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from farthing.cli import verify_farthing
from farthing.domain.errors import Broken, Invalid
from farthing.flows.export import Export, event_lines, head_lines, receipt_lines
from farthing.flows.ports import House

EVENTS, LEAVES, HEADS, RECEIPTS, KEY, START = "events.jsonl", "leaves.txt", "heads.jsonl", "receipts.jsonl", "journal.pub", "start.json"
VERIFIER = "verify_farthing.py"
_TOLD_EVERY = 10_000


def write(house: House, made: Export, folder: Path, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write the files, events first; how many events were new. Events that lie there already are kept, never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_another(made, folder)
    kept = _kept(folder)
    first = made.since + kept
    if first > made.head.size:
        raise Broken(
            "journal_shorter", f"{folder} holds events up to {first}, the journal only {made.head.size}.", "Keep it: it is evidence."
        )
    _replace(folder / KEY, [f"{made.public_key.hex()}\n".encode()])
    if made.start:
        _replace(folder / START, [made.start])
    with (folder / EVENTS).open("ab") as events, (folder / LEAVES).open("ab") as leaves:
        for number, (event, leaf) in enumerate(event_lines(house, first, made.head.size)):
            events.write(event)
            leaves.write(leaf)
            if number % _TOLD_EVERY == 0:
                progress(first + number)
        for file in (events, leaves):
            file.flush()
            os.fsync(file.fileno())
    _replace(folder / RECEIPTS, receipt_lines(house, made))
    _replace(folder / HEADS, head_lines(made))
    _replace(folder / VERIFIER, [Path(verify_farthing.__file__).read_bytes()])
    return made.head.size - first


def _refuse_another(made: Export, folder: Path) -> None:
    """`Invalid` when the folder holds the export of another bank, or one that starts elsewhere."""
    key, start = folder / KEY, folder / START
    if key.exists() and key.read_text(encoding="ascii").strip() != made.public_key.hex():
        raise Invalid("other_bank", f"{folder} holds the journal of another key.", "Choose another folder.", field="directory")
    if (start.read_bytes() if start.exists() else b"") != made.start and key.exists():
        raise Invalid("other_start", f"{folder} holds an export that starts elsewhere.", "Choose another folder.", field="directory")


def _kept(folder: Path) -> int:
    """How many events lie there with their leaf; what is half written behind them is cut off."""
    paths = [folder / name for name in (EVENTS, LEAVES) if (folder / name).exists()]
    if len(paths) < 2:
        for path in paths:
            path.unlink()
        return 0
    whole = min(_lines(path) for path in paths)
    for path in paths:
        with path.open("r+b") as file:
            for _ in range(whole):
                file.readline()
            file.truncate(file.tell())
    return whole


def _lines(path: Path) -> int:
    """How many whole lines a file has."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file at once: either the old one is there or the whole new one."""
    half = path.with_name(f"{path.name}.half")
    with half.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
