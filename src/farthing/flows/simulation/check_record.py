"""The record: what was answered is in it once, what was refused is not, and nothing in it changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterator

from farthing.domain.errors import NotFound
from farthing.domain.event import DayClosed, Proposed, Resolved, encode_event
from farthing.domain.line_event import Opened, Repaid, Restructured, Reversed, Sold, Waived, WrittenOff
from farthing.flows.day_end import BANK, snapshot_of
from farthing.flows.simulation.evening import Evening, Wrong
from farthing.flows.simulation.message import PROPOSALS, Ask
from farthing.ledger.posting import postings, sums

ONE_DAY = dt.timedelta(days=1)
BACKDATED = (Repaid, Reversed)
"""The only events that may take effect on a day that is closed."""
FOR_TWO = (Restructured, Waived, WrittenOff, Sold)


def state_is_the_fold(evening: Evening) -> Iterator[Wrong]:
    """What the bank holds of a line is the fold of its events."""
    for line in evening.looked_at:
        state, due = evening.house.lines.get(line), evening.folded(line)
        if state != due:
            yield line, f"{due.owed_fen} owed, {due.events} events", f"{state.owed_fen} owed, {state.events} events"


def columns_repeat_the_state(evening: Evening) -> Iterator[Wrong]:
    """The columns by which lines are found and summed say what the state says."""
    for line in evening.looked_at:
        if not evening.house.lines.repeats(line):
            yield line, "the columns as the state has them", "other columns"


def nothing_answered_is_lost(evening: Evening) -> Iterator[Wrong]:
    """What was answered has its receipt, and its events in the stream it speaks of."""
    for message, _ in evening.done():
        if message.ask is Ask.RELIEVE:  # many commands, each under a key of its own
            continue
        try:
            evening.house.commands.receipt(message.key)
        except NotFound as none:
            yield message.key, f"a receipt of {message.ask.value}", none.code
            continue
        writes = message.line and message.ask not in (*PROPOSALS, Ask.RESOLVE)
        if writes and not any(event.command == message.key for event in evening.events(message.line)):
            yield message.key, f"an event on {message.line}", "none"


def nothing_is_done_twice(evening: Evening) -> Iterator[Wrong]:
    """A command leaves one event on a line."""
    for line in evening.looked_at:
        counts = Counter(event.command for event in evening.events(line))
        yield from ((f"{line} {key}", "one event", f"{count} events") for key, count in counts.items() if count > 1)


def a_line_counts_what_was_answered(evening: Evening) -> Iterator[Wrong]:
    """As many events as answers speak of, and those by which a house behind it moved its limit."""
    for line, state in evening.states.items():
        told = evening.notebook.lines[line].events
        if (keys := evening.notebook.pledged.get(line)) is not None:
            told += sum(event.command in keys for event in evening.events(line))
        if state.events != told:
            yield line, f"{told} events", f"{state.events} events"


def nothing_happens_unasked(evening: Evening) -> Iterator[Wrong]:
    """Every event of a line comes from a command that somebody was answered."""
    known, refused = evening.notebook.answers, evening.notebook.refused
    for line in evening.looked_at:
        for event in evening.events(line):
            if (event.command not in known or event.command in refused) and not event.command.startswith("relief:"):
                yield f"{line} {event.id}", "a command that was answered", f"{event.kind} by {event.command}"


def one_key_one_answer(evening: Evening) -> Iterator[Wrong]:
    """Whoever asked again, or twice, was told the same."""
    yield from ((one.item, one.expected, one.found) for one in evening.notebook.contradicted)


def a_refusal_leaves_no_trace(evening: Evening) -> Iterator[Wrong]:
    """No receipt, and no event where it would have been."""
    for message, answer in evening.refusals():
        try:
            evening.house.commands.receipt(message.key)
            yield message.key, f"nothing, after {answer.refused}", "a receipt"
        except NotFound:
            pass
        if message.line and any(event.command == message.key for event in evening.events(message.line)):
            yield message.key, f"nothing, after {answer.refused}", f"an event on {message.line}"


def streams_are_numbered_without_gaps(evening: Evening) -> Iterator[Wrong]:
    """From the first event on, one by one."""
    for line in evening.looked_at:
        found = [event.sequence for event in evening.events(line)]
        if found != list(range(found[0], found[0] + len(found))) or found[0] > 1:
            yield line, "one after the other", str(found[-5:])


def known_in_the_order_of_the_stream(evening: Evening) -> Iterator[Wrong]:
    """However the clock went, a later event was not known earlier."""
    for line in evening.looked_at:
        known = [event.known_at for event in evening.events(line)]
        if known != sorted(known):
            yield line, "instants in order", "an earlier one after a later"


def the_past_stays(evening: Evening) -> Iterator[Wrong]:
    """The events that a line had when it was last looked at are still there, byte for byte."""
    for line in evening.looked_at:
        events, (count, digest) = evening.events(line), evening.memory.pasts.get(line, (0, b""))
        if count and _digest([encode_event(event) for event in events[:count]]) != digest:
            yield line, f"its first {count} events as they were", "others"
        evening.memory.pasts[line] = len(events), _digest([encode_event(event) for event in events])


def no_event_joins_a_closed_day(evening: Evening) -> Iterator[Wrong]:
    """Today's events are of today, but for money found late and what was taken back, and never before the line opened."""
    for line in evening.looked_at:
        opened = next(event.effective_on for event in evening.events(line) if isinstance(event.body, Opened))
        for event in evening.fresh(line):
            least = opened if isinstance(event.body, BACKDATED) else evening.day
            if not least <= event.effective_on <= evening.day:
                yield f"{line} {event.id}", f"{least} to {evening.day}", f"{event.kind} on {event.effective_on}"


def the_business_day_moves_by_one(evening: Evening) -> Iterator[Wrong]:
    """Every day since the first was closed once and told so, and the next one is open."""
    days, today = list(evening.house.lines.days()), evening.house.clock.today()
    first = evening.memory.first or days[0]
    due = [first + ONE_DAY * number for number in range((evening.day - first).days + 1)]
    if days != due or today != evening.day + ONE_DAY:
        yield str(evening.day), f"{len(due)} days closed and {evening.day + ONE_DAY} open", f"{len(days)} closed and {today} open"
    nights = [event.effective_on for event in evening.house.journal.events(BANK, "DayClosed")]
    if nights != due:
        yield BANK, f"{len(due)} nights", f"{len(nights)} nights, the last on {nights[-1] if nights else 'no day'}"


def the_night_left_what_it_signed(evening: Evening) -> Iterator[Wrong]:
    """Standings and postings, read back, come to the digest that the night's event carries."""
    rows = postings(evening.day, sums(evening.house.lines.posted(evening.day + ONE_DAY)), sums(evening.house.lines.posted(evening.day)))
    due = snapshot_of(evening.day, evening.standings, rows)
    newest = evening.house.journal.events(BANK, "DayClosed", limit=1, newest_first=True)
    signed = [event.body.snapshot for event in newest if isinstance(event.body, DayClosed)]
    if signed != [due]:
        yield str(evening.day), due, ", ".join(signed) or "no night"


def proposals_have_two_people(evening: Evening) -> Iterator[Wrong]:
    """Who agreed is not who asked, and each was resolved once."""
    for message, _ in evening.done():
        if message.ask is Ask.RESOLVE:
            events = evening.house.journal.events(stream=json.loads(message.request)["proposal"])
            asked = [event.actor for event in events if isinstance(event.body, Proposed)]
            resolved = [event.actor for event in events if isinstance(event.body, Resolved)]
            if len(asked) != 1 or len(resolved) != 1 or asked == resolved:
                yield message.key, "one who asks and another who resolves", f"{asked} and {resolved}"


def what_needs_two_was_agreed(evening: Evening) -> Iterator[Wrong]:
    """New terms in difficulty, waivers, write-offs and sales come from the consent to a proposal."""
    for line in evening.looked_at:
        for event in evening.fresh(line):
            if isinstance(event.body, FOR_TWO) and evening.messages[event.command].ask is not Ask.RESOLVE:
                yield f"{line} {event.id}", "a consent", f"{event.kind} by {evening.messages[event.command].ask.value}"


def _digest(parts: list[bytes]) -> bytes:
    return hashlib.sha256(b"\n".join(parts)).digest()


CHECKS = (
    state_is_the_fold, columns_repeat_the_state, nothing_answered_is_lost, nothing_is_done_twice, a_line_counts_what_was_answered,
    nothing_happens_unasked, one_key_one_answer, a_refusal_leaves_no_trace, streams_are_numbered_without_gaps,
    known_in_the_order_of_the_stream, the_past_stays, no_event_joins_a_closed_day, the_business_day_moves_by_one,
    the_night_left_what_it_signed, proposals_have_two_people, what_needs_two_was_agreed,
)  # fmt: skip
