"""Seals the journal right after commits, so that no event waits five seconds for its proof."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from farthing.domain.errors import FarthingError
from farthing.flows.ports import Journal

_EVERY_S = 1.0


class Sealer:
    """A thread that seals once a second while the bank is open, and once more when it closes.

    Any number of processes may run one: they take turns, and a turn with nothing to seal costs a query. An idle database
    or one that is away for a while is no reason to stop.
    """

    def __init__(self, journal: Journal, every_s: float = _EVERY_S) -> None:
        self._journal = journal
        self._every_s = every_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            closing = self._closing.wait(self._every_s)
            try:
                self._journal.seal()
            except FarthingError as error:
                logging.getLogger(__name__).warning("not sealed: %s", error)
