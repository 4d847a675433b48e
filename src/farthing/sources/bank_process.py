"""A bank at work in a process of its own, which may be killed at any moment (`flows.simulation.ports.Bank`).

Orders go in by its standard input, a day a line; what it tells comes out by its standard output, a line each. Both are canonical JSON.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from farthing.domain import canon
from farthing.flows.simulation.message import Answer, Orders
from farthing.flows.simulation.ports import Died, Struck, Told
from farthing.flows.simulation.spoken import RESTED, heard

LEAVES_WITHIN_S = 60.0


class BankProcess:
    """The process, started when there is work and none is alive; what it says on standard error is kept in a file."""

    def __init__(self, program: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._program = list(program)
        self._environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process is not None:
            if error is not None:
                self._process.kill()
            self._end(self._process)

    def work(self, orders: Orders) -> Iterator[Told]:
        """Everything it tells of a day; `Died` if it ends before the day does."""
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(canon.encode(orders).decode() + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            yield self._died(process)
            return
        for line in process.stdout:
            if line == RESTED:
                return
            told = heard(line)
            assert isinstance(told, Answer | Struck), "a bank tells nothing else"
            yield told
        yield self._died(process)

    def _start(self) -> subprocess.Popen[str]:
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._program, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        return self._process

    def _died(self, process: subprocess.Popen[str]) -> Died:
        return Died(self._end(process), self._log.read_text(encoding="utf-8", errors="replace"))

    def _end(self, process: subprocess.Popen[str]) -> int:
        """Nothing more is asked of it: it leaves, if it has not left. Its exit code."""
        self._process = None
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # what was not sent yet
            process.stdin.close()
        code = process.wait(LEAVES_WITHIN_S)
        process.stdout.close()
        return code
