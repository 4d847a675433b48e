"""Notes in a file, a line each, so that what was interrupted goes on (`flows.simulation.ports.Notes`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from farthing.flows.simulation.message import Answer, Morning
from farthing.flows.simulation.ports import Begun, Noted
from farthing.flows.simulation.spoken import heard, said


class NoteFile:
    """A file that only grows. A last line that was cut short is taken off."""

    def __init__(self, path: Path) -> None:
        self._path = path
        whole = path.read_bytes() if path.exists() else b""
        self._file = path.open("ab", buffering=0)
        self._file.truncate(whole.rfind(b"\n") + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def kept(self) -> Iterator[Noted]:
        """All of it, in order."""
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                noted = heard(line)
                assert isinstance(noted, Begun | Morning | Answer), "nothing else is noted"
                yield noted

    def keep(self, noted: Noted) -> None:
        """One more, in the file before this returns."""
        self._file.write(said(noted).encode())
