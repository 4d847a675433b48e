"""Standings and classes: what the night says of a line is what its events say, and no class is without its rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from farthing.domain.arrears import LoanClass
from farthing.domain.calendar import month_start, months_between
from farthing.domain.facility import LineStatus
from farthing.flows.simulation.evening import Evening, Wrong
from farthing.ledger.classify import NON_PERFORMING_AFTER, classify
from farthing.ledger.conduct import standing
from farthing.ledger.status import MONTHS

LETTERS = re.compile(r"/*[*NM1-7BCG]*/*")
ORDER = list(LoanClass)
AGREE = ("dpd", "overdue_fen", "principal_fen", "interest_owed_fen")


def every_line_has_one_standing(evening: Evening) -> Iterator[Wrong]:
    """No line is missing at the close of a day, and none stands twice."""
    stand, lines = evening.standings["line"].to_list(), list(evening.house.lines.ids())
    if stand != lines:
        missing = sorted({*lines} ^ {*stand})
        yield str(evening.day), f"{len(lines)} standings", f"{len(stand)}, {', '.join(missing[:3]) or 'some twice'}"


def standings_are_what_each_line_comes_to(evening: Evening) -> Iterator[Wrong]:
    """The night reckons in columns; line by line it comes to the same."""
    rows = {row["line"]: row for row in evening.standings.iter_rows(named=True)}
    for line in evening.looked_at:
        due, row = standing(evening.tonight(line)), rows.get(line, {})
        want = {**{name: getattr(due, name) for name in AGREE}, "loan_class": due.loan_class.value}
        found = {name: row.get(name) for name in want}
        if found != want:
            yield line, str(want), str(found)


def classes_rise_with_days_past_due(evening: Evening) -> Iterator[Wrong]:
    """The more days past due, the worse the least class: nothing stands better than its days say."""
    ended = {line for line, state in evening.states.items() if state.status in (LineStatus.WRITTEN_OFF, LineStatus.SOLD)}
    for line, dpd, found in evening.standings.select("line", "dpd", "loan_class").iter_rows():
        least = classify(dpd)
        if line not in ended and ORDER.index(LoanClass(found)) < ORDER.index(least) and _runs(evening, line):
            yield line, f"{least.value} or worse at {dpd} days", found


def non_performing_has_its_rule(evening: Evening) -> Iterator[Wrong]:
    """More than 90 days past due, not yet healed of it, restructured twice, assessed by a person, or written off (RC-02, 12, 13, 05)."""
    classes = dict(evening.standings.select("line", "loan_class").iter_rows())
    for line in evening.looked_at:
        state, conduct = evening.tonight(line), evening.tonight(line).conduct
        by_rule = (
            standing(state).dpd > NON_PERFORMING_AFTER
            or conduct.impaired_on is not None
            or conduct.restructured > 1
            or conduct.floor.non_performing
            or state.status is LineStatus.WRITTEN_OFF
        )
        if LoanClass(classes.get(line, "normal")).non_performing and not by_rule:
            yield line, "a rule", classes[line]


def statuses_can_be_read(evening: Evening) -> Iterator[Wrong]:
    """24 letters that a credit bureau knows, an account's life in the middle (CR-07)."""
    for line in evening.looked_at:
        told = evening.status(line)
        if len(told) != MONTHS or not LETTERS.fullmatch(told):
            yield line, f"{MONTHS} letters", told


def statuses_go_on_where_they_were(evening: Evening) -> Iterator[Wrong]:
    """A month that is over keeps its letter, unless money was found late or something was taken back since."""
    for line in evening.looked_at:
        told, events = evening.status(line), len(evening.events(line))
        before = evening.memory.statuses.get(line)
        evening.memory.statuses[line] = evening.day, events, told
        if before is None or any(event.effective_on <= before[0] for event in evening.events(line)[before[1] :]):
            continue
        moved = months_between(month_start(before[0]), evening.day)
        kept = before[2][:-1][moved:]
        if moved < MONTHS and told[: len(kept)] != kept:
            yield line, f"{kept} and on", told


def _runs(evening: Evening, line: str) -> bool:
    """Has the claim not ended? Looked up where the evening has not the line at hand."""
    state = evening.states.get(line) or evening.house.lines.get(line)
    return state.status not in (LineStatus.WRITTEN_OFF, LineStatus.SOLD)


CHECKS = (
    every_line_has_one_standing, standings_are_what_each_line_comes_to, classes_rise_with_days_past_due, non_performing_has_its_rule,
    statuses_can_be_read, statuses_go_on_where_they_were,
)  # fmt: skip
