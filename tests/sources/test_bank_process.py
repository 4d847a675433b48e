"""A bank in a process of its own: what it tells is heard, its death is told with its last words, and the next day finds another."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

from farthing.flows.simulation.message import Answer, Orders
from farthing.flows.simulation.ports import Died, Struck
from farthing.flows.simulation.spoken import RESTED, said
from farthing.sources.bank_process import BankProcess
from farthing.world.misfortune import Fault, Moment, Strike

DAY = Orders(dt.date(2025, 1, 6), (), ())
LAST = Struck(Strike(Fault.KILL, "k", Moment.INSIDE, 0))
TELLS = f"""
import os, sys
for line in sys.stdin:
    sys.stdout.write({said(Answer("k", "1"))!r})
    if os.path.exists(sys.argv[1]):
        os.remove(sys.argv[1])
        sys.stdout.write({said(LAST)!r})
        sys.stdout.flush()
        sys.stderr.write("farewell")
        sys.stderr.flush()
        os.kill(os.getpid(), 9)
    sys.stdout.write({RESTED!r})
    sys.stdout.flush()
"""


def test_it_tells_dies_and_is_there_again(tmp_path: Path) -> None:
    fatal = tmp_path / "fatal"
    with BankProcess((sys.executable, "-c", TELLS, str(fatal)), os.environ, tmp_path / "log") as bank:
        assert list(bank.work(DAY)) == [Answer("k", "1")]
        fatal.touch()
        assert list(bank.work(DAY)) == [Answer("k", "1"), LAST, Died(-9, "farewell")]
        assert list(bank.work(DAY)) == [Answer("k", "1")]


def test_one_that_cannot_start_has_died(tmp_path: Path) -> None:
    with BankProcess((sys.executable, "-c", "raise SystemExit(7)"), os.environ, tmp_path / "log") as bank:
        assert list(bank.work(DAY)) == [Died(7, "")]
