"""What may be asked of a line in which state, and the name of each refusal: tests/golden/acts_by_state.txt, to be read by an officer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.flows.bank import OFFICER, RISK, SYSTEM, opened, organisation
from tests.flows.line.acts import ACTS, Act, Scene

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import FarthingError
from farthing.domain.ids import Id
from farthing.domain.line_event import Sold, WrittenOff
from farthing.flows.line.agree import AssessRequest, assess
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.rehearse import foresee, rehearse
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House

GOLDEN = Path(__file__).parents[2] / "golden" / "acts_by_state.txt"
TODAY = dt.date(2024, 2, 25)
HEAD = """Which acts a line allows, by its state: yes, or the code that the refusal carries. Amounts are ¥1.00 unless the act has none.
Owing: ¥10,000 drawn, ¥50 of it repaid. Past due: ¥10,000 drawn, ¥50 repaid, and nothing since the first bill, 36 days ago.

"""


def agreed(house: House, body: WrittenOff | Sold) -> None:
    asked = propose(house, OFFICER, body, f"ask {body}")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), f"yes {body}")


def states(house: House, buyer: Id) -> dict[str, Id]:
    """A line in each state, on a day on which one of them is past due."""
    late = owing(house, 1)
    house.clock.open_day(TODAY)
    fresh, closed = opened(house, 2).line, opened(house, 7).line
    plain, frozen, off, sold = (owing(house, number) for number in range(3, 7))
    freeze(house, OFFICER, FreezeRequest(frozen, "higher_risk"), "freeze")
    assess(house, RISK, AssessRequest(off, LoanClass.LOSS, "RC-05"), "loss")
    agreed(house, WrittenOff(off, "no_recovery"))
    agreed(house, Sold(sold, buyer, 100))
    close_line(house, OFFICER, CloseRequest(closed), "close")
    return {"nothing drawn": fresh, "owing": plain, "past due": late, "frozen": frozen, "written off": off, "sold": sold, "closed": closed}


def owing(house: House, number: int) -> Id:
    line = opened(house, number).line
    draw(house, SYSTEM, DrawRequest(line, 1_000_000), f"draw {number}")
    repay(house, SYSTEM, RepayRequest(line, 5_000), f"repay {number}")
    return line


def answer(act: Act, scene: Scene) -> str:
    """`yes`, or the code of the refusal; nothing stays of the attempt."""
    request = act.request(scene, 100)
    try:
        if act.flow is propose:
            foresee(scene.house, act.actor, request)
        else:
            rehearse(scene.house, act.actor, act.flow, request, (scene.line,))
    except FarthingError as refused:
        return refused.code
    return "yes"


def test_which_acts_a_line_allows_by_its_state(house: House) -> None:
    buyer = organisation(house)
    lines = states(house, buyer)
    other = opened(house, 9).line
    rows = [("act", *lines), *((name, *(answer(act, Scene(house, line, other, buyer)) for line in lines.values()))
                               for name, act in ACTS.items())]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) + 2 for column in range(len(rows[0]))]
    told = HEAD + "\n".join("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows) + "\n"
    assert told == GOLDEN.read_text(encoding="utf-8"), f"what is allowed has changed; if that is meant:\n{told}"
